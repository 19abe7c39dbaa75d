// A cover that a command of the platform has read more often for a time; in GET /v1/status.

/// Sensors of a cover are read at another period until a time.
public struct SamplingRow: Codable, Sendable, Equatable {
    /// The cover's code.
    public var cover: String
    /// What people call the cover.
    @Nullable public var coverName: String?
    /// Where that is, in words.
    @Nullable public var place: String?
    /// Time between readings in seconds, where a sensor's own is longer.
    public var everySeconds: Double
    /// `SENSOR` of each sensor that is read more often by it.
    public var sensors: [String]
    /// Who wanted it.
    public var by: String
    /// Since when, RFC 3339, UTC.
    public var since: String
    /// Until when, RFC 3339, UTC.
    public var until: String

    private enum CodingKeys: String, CodingKey {
        case cover, place, sensors, by, since, until
        case coverName = "cover_name"
        case everySeconds = "every_seconds"
    }

    /// - Parameters: as the properties.
    public init(
        cover: String, coverName: String? = nil, place: String? = nil, everySeconds: Double, sensors: [String], by: String,
        since: String, until: String
    ) {
        self.cover = cover
        self.coverName = coverName
        self.place = place
        self.everySeconds = everySeconds
        self.sensors = sensors
        self.by = by
        self.since = since
        self.until = until
    }
}
