// Crews at work and sensors under test: GET /v1/maintenance, POST /v1/maintenance/start and /stop.

/// Body of POST /v1/maintenance/start.
public struct MaintenanceRequest: Codable, Sendable, Equatable {
    /// The cover's code.
    public var cover: String
    /// The work order.
    public var order: String
    /// The crew.
    public var crew: String
    /// Why.
    public var reason: String
    /// For how long, at most 28,800 (8 h).
    public var seconds: Int

    /// - Parameters: as the properties.
    public init(cover: String, order: String, crew: String, reason: String, seconds: Int) {
        self.cover = cover
        self.order = order
        self.crew = crew
        self.reason = reason
        self.seconds = seconds
    }
}

/// Body of POST /v1/maintenance/stop.
public struct MaintenanceStop: Codable, Sendable, Equatable {
    /// The cover's code.
    public var cover: String

    /// - Parameters: as the properties.
    public init(cover: String) {
        self.cover = cover
    }
}

/// A crew works at a cover: what its sensors say of the cover is a note, not an alarm. Gas and oxygen are not muted.
public struct MaintenanceRow: Codable, Sendable, Equatable {
    /// The cover's code.
    public var cover: String
    /// What people call the cover.
    @Nullable public var coverName: String?
    /// Where that is, in words.
    @Nullable public var place: String?
    /// The work order.
    public var order: String
    /// The crew.
    public var crew: String
    /// Why.
    public var reason: String
    /// Who said so.
    public var by: String
    /// Since when, RFC 3339, UTC.
    public var since: String
    /// Until when, RFC 3339, UTC.
    public var until: String
    /// Whether it is on.
    public var active: Bool

    private enum CodingKeys: String, CodingKey {
        case cover, place, order, crew, reason, by, since, until, active
        case coverName = "cover_name"
    }

    /// - Parameters: as the properties.
    public init(
        cover: String, coverName: String? = nil, place: String? = nil, order: String, crew: String, reason: String, by: String,
        since: String,
        until: String, active: Bool = true
    ) {
        self.cover = cover
        self.coverName = coverName
        self.place = place
        self.order = order
        self.crew = crew
        self.reason = reason
        self.by = by
        self.since = since
        self.until = until
        self.active = active
    }
}

/// One point is given test gas or is calibrated: its cover is not watched for that gas.
public struct SensorTestRow: Codable, Sendable, Equatable {
    /// `COVER/SENSOR/CHANNEL`.
    public var point: String
    /// What people call the cover.
    @Nullable public var coverName: String?
    /// Where that is, in words.
    @Nullable public var place: String?
    /// What is not watched meanwhile.
    public var quantity: String
    /// Why.
    public var reason: String
    /// Who.
    public var by: String
    /// Since when, RFC 3339, UTC.
    public var since: String
    /// Until when, RFC 3339, UTC.
    public var until: String

    private enum CodingKeys: String, CodingKey {
        case point, place, quantity, reason, by, since, until
        case coverName = "cover_name"
    }

    /// - Parameters: as the properties.
    public init(
        point: String, coverName: String? = nil, place: String? = nil, quantity: String, reason: String, by: String,
        since: String, until: String
    ) {
        self.point = point
        self.coverName = coverName
        self.place = place
        self.quantity = quantity
        self.reason = reason
        self.by = by
        self.since = since
        self.until = until
    }
}

/// Answer of GET /v1/maintenance.
public struct MaintenanceReport: Codable, Sendable, Equatable {
    /// Crews at work.
    public var maintenance: [MaintenanceRow]
    /// Sensors under test.
    public var tests: [SensorTestRow]

    /// - Parameters: as the properties.
    public init(maintenance: [MaintenanceRow], tests: [SensorTestRow]) {
        self.maintenance = maintenance
        self.tests = tests
    }
}
