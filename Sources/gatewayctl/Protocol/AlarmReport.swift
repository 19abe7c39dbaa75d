// Alarms and their acknowledgement: GET /v1/alarms and POST /v1/alarms/ack.

/// One alarm.
public struct AlarmRow: Codable, Sendable, Equatable {
    /// The alarm's id, made once.
    public var alarm: String
    /// Id of the rule that raised it.
    public var rule: String
    /// 1 notice, 2 warning, 3 danger.
    public var severity: Int
    /// Word of the alarm-state vocabulary (ISA-18.2).
    public var state: String
    /// The cover's code; null for an alarm of the gateway itself.
    @Nullable public var cover: String?
    /// What people call the cover.
    @Nullable public var coverName: String?
    /// `COVER/SENSOR/CHANNEL`; null for an alarm of the gateway itself.
    @Nullable public var point: String?
    /// The value at the last transition, in `unit`.
    @Nullable public var value: Double?
    /// Unit of value and threshold.
    @Nullable public var unit: String?
    /// The threshold that was crossed.
    @Nullable public var threshold: Double?
    /// When it was raised, RFC 3339, UTC.
    public var raised: String
    /// When its state last changed, RFC 3339, UTC.
    public var changed: String
    /// Who acknowledged it.
    @Nullable public var acknowledgedBy: String?

    private enum CodingKeys: String, CodingKey {
        case alarm, rule, severity, state, cover, point, value, unit, threshold, raised, changed
        case coverName = "cover_name"
        case acknowledgedBy = "acknowledged_by"
    }

    /// - Parameters: as the properties.
    public init(
        alarm: String, rule: String, severity: Int, state: String, cover: String? = nil, coverName: String? = nil,
        point: String? = nil, value: Double? = nil, unit: String? = nil, threshold: Double? = nil, raised: String,
        changed: String, acknowledgedBy: String? = nil
    ) {
        self.alarm = alarm
        self.rule = rule
        self.severity = severity
        self.state = state
        self.cover = cover
        self.coverName = coverName
        self.point = point
        self.value = value
        self.unit = unit
        self.threshold = threshold
        self.raised = raised
        self.changed = changed
        self.acknowledgedBy = acknowledgedBy
    }
}

/// Answer of `GET /v1/alarms`.
public struct AlarmReport: Codable, Sendable, Equatable {
    /// Alarms that are not normal or closed.
    public var alarms: [AlarmRow]

    /// - Parameters: as the properties.
    public init(alarms: [AlarmRow]) {
        self.alarms = alarms
    }
}

/// Body of `POST /v1/alarms/ack`.
public struct AckRequest: Codable, Sendable, Equatable {
    /// The alarm's id.
    public var alarm: String

    /// - Parameters: as the properties.
    public init(alarm: String) {
        self.alarm = alarm
    }
}

/// Answer of `POST /v1/alarms/ack`.
public struct AckReply: Codable, Sendable, Equatable {
    /// The alarm's id.
    public var alarm: String
    /// Its state now.
    public var state: String
    /// Who acknowledged it: the caller.
    public var acknowledgedBy: String

    private enum CodingKeys: String, CodingKey {
        case alarm, state
        case acknowledgedBy = "acknowledged_by"
    }

    /// - Parameters: as the properties.
    public init(alarm: String, state: String, acknowledgedBy: String) {
        self.alarm = alarm
        self.state = state
        self.acknowledgedBy = acknowledgedBy
    }
}
