// Alarms and what people do with them: GET /v1/alarms, POST /v1/alarms/ack, /close and /shelve.

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
    /// Where that is, in words.
    @Nullable public var place: String?
    /// `COVER/SENSOR/CHANNEL`; null for an alarm of the gateway itself.
    @Nullable public var point: String?
    /// The value at the last transition, in `unit`.
    @Nullable public var value: Double?
    /// Unit of value and threshold.
    @Nullable public var unit: String?
    /// The threshold that was crossed.
    @Nullable public var threshold: Double?
    /// When its condition began, RFC 3339, UTC; when it was detected stands in the history.
    public var raised: String
    /// When its state last changed, RFC 3339, UTC.
    public var changed: String
    /// Who acknowledged it.
    @Nullable public var acknowledgedBy: String?
    /// What the rule says, in the gateway's language.
    @Nullable public var text: String?
    /// What is wrong or was found, in a person's or the gateway's words.
    @Nullable public var note: String?
    /// How often it was raised; for how many points it stands in a storm.
    public var count: Int
    /// Raised by test gas.
    public var test: Bool
    /// Why it does not call, while a person or a crew's work has set it aside.
    @Nullable public var setAside: SetAside?

    /// An alarm that is shelved, or out of service while a crew works.
    public struct SetAside: Codable, Sendable, Equatable {
        /// Who.
        public var by: String
        /// Why.
        public var reason: String
        /// Until when, RFC 3339, UTC.
        public var until: String

        /// - Parameters: as the properties.
        public init(by: String, reason: String, until: String) {
            self.by = by
            self.reason = reason
            self.until = until
        }
    }

    private enum CodingKeys: String, CodingKey {
        case alarm, place, rule, severity, state, cover, point, value, unit, threshold, raised, changed, text, note, count, test
        case coverName = "cover_name"
        case acknowledgedBy = "acknowledged_by"
        case setAside = "set_aside"
    }

    /// - Parameters: as the properties.
    public init(
        alarm: String, rule: String, severity: Int, state: String, cover: String? = nil, coverName: String? = nil,
        place: String? = nil, point: String? = nil, value: Double? = nil, unit: String? = nil, threshold: Double? = nil,
        raised: String,
        changed: String, acknowledgedBy: String? = nil, text: String? = nil, note: String? = nil, count: Int = 1,
        test: Bool = false, setAside: SetAside? = nil
    ) {
        self.alarm = alarm
        self.rule = rule
        self.severity = severity
        self.state = state
        self.cover = cover
        self.coverName = coverName
        self.place = place
        self.point = point
        self.value = value
        self.unit = unit
        self.threshold = threshold
        self.raised = raised
        self.changed = changed
        self.acknowledgedBy = acknowledgedBy
        self.text = text
        self.note = note
        self.count = count
        self.test = test
        self.setAside = setAside
    }
}

/// Answer of `GET /v1/alarms`.
public struct AlarmReport: Codable, Sendable, Equatable {
    /// Alarms that are not normal or closed.
    public var alarms: [AlarmRow]
    /// Alarms that are over and wait for somebody to say what they were.
    public var cases: [AlarmRow]

    /// - Parameters: as the properties.
    public init(alarms: [AlarmRow], cases: [AlarmRow] = []) {
        self.alarms = alarms
        self.cases = cases
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
    /// The cover's code; null for an alarm of the gateway itself.
    @Nullable public var cover: String?
    /// What people call the cover.
    @Nullable public var coverName: String?
    /// Where that is, in words.
    @Nullable public var place: String?
    /// Who acknowledged it: the caller.
    public var acknowledgedBy: String

    private enum CodingKeys: String, CodingKey {
        case alarm, state, cover, place
        case coverName = "cover_name"
        case acknowledgedBy = "acknowledged_by"
    }

    /// - Parameters: as the properties.
    public init(
        alarm: String, state: String, cover: String? = nil, coverName: String? = nil, place: String? = nil, acknowledgedBy: String
    ) {
        self.alarm = alarm
        self.state = state
        self.cover = cover
        self.coverName = coverName
        self.place = place
        self.acknowledgedBy = acknowledgedBy
    }
}

/// Body of `POST /v1/alarms/close`.
public struct CloseRequest: Codable, Sendable, Equatable {
    /// The alarm's id.
    public var alarm: String
    /// What was found.
    public var note: String
    /// Whether there was no danger, by the crew's word; nil when nobody says.
    @Nullable public var falseAlarm: Bool?

    private enum CodingKeys: String, CodingKey {
        case alarm, note
        case falseAlarm = "false_alarm"
    }

    /// - Parameters: as the properties.
    public init(alarm: String, note: String, falseAlarm: Bool?) {
        self.alarm = alarm
        self.note = note
        self.falseAlarm = falseAlarm
    }
}

/// Answer of `POST /v1/alarms/close`.
public struct CloseReply: Codable, Sendable, Equatable {
    /// The alarm's id.
    public var alarm: String
    /// Its state now: closed.
    public var state: String
    /// The cover's code; null for an alarm of the gateway itself.
    @Nullable public var cover: String?
    /// What people call the cover.
    @Nullable public var coverName: String?
    /// Where that is, in words.
    @Nullable public var place: String?
    /// Who closed it: the caller.
    public var closedBy: String

    private enum CodingKeys: String, CodingKey {
        case alarm, state, cover, place
        case coverName = "cover_name"
        case closedBy = "closed_by"
    }

    /// - Parameters: as the properties.
    public init(
        alarm: String, state: String, cover: String? = nil, coverName: String? = nil, place: String? = nil, closedBy: String
    ) {
        self.alarm = alarm
        self.state = state
        self.cover = cover
        self.coverName = coverName
        self.place = place
        self.closedBy = closedBy
    }
}

/// Body of `POST /v1/alarms/shelve`.
public struct ShelveRequest: Codable, Sendable, Equatable {
    /// The alarm's id.
    public var alarm: String
    /// Why.
    public var reason: String
    /// For how long, at most 28,800 (8 h).
    public var seconds: Int

    /// - Parameters: as the properties.
    public init(alarm: String, reason: String, seconds: Int) {
        self.alarm = alarm
        self.reason = reason
        self.seconds = seconds
    }
}

/// Answer of `POST /v1/alarms/shelve`.
public struct ShelveReply: Codable, Sendable, Equatable {
    /// The alarm's id.
    public var alarm: String
    /// Its state now: shelved.
    public var state: String
    /// The cover's code; null for an alarm of the gateway itself.
    @Nullable public var cover: String?
    /// What people call the cover.
    @Nullable public var coverName: String?
    /// Where that is, in words.
    @Nullable public var place: String?
    /// Who set it aside: the caller.
    public var by: String
    /// Until when, RFC 3339, UTC.
    public var until: String

    private enum CodingKeys: String, CodingKey {
        case alarm, state, cover, place, by, until
        case coverName = "cover_name"
    }

    /// - Parameters: as the properties.
    public init(
        alarm: String, state: String, cover: String? = nil, coverName: String? = nil, place: String? = nil, by: String,
        until: String
    ) {
        self.alarm = alarm
        self.state = state
        self.cover = cover
        self.coverName = coverName
        self.place = place
        self.by = by
        self.until = until
    }
}
