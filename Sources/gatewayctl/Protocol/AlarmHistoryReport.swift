// What became of alarms, one step a row: GET /v1/alarms/history; also the form of a line of the store's history.

/// One step of an alarm.
public struct AlarmHistoryRow: Codable, Sendable, Equatable {
    /// When the gateway saw it, RFC 3339, UTC.
    public var time: String
    /// When what caused it happened, RFC 3339, UTC.
    public var occurred: String
    /// How far the times may be trusted: synced, holdover or unsynced.
    public var clock: String
    /// The step's number in the alarm lane: the platform has the same.
    public var seq: Int64
    /// The alarm's id, made once.
    public var alarm: String
    /// Id of the rule that raised it.
    public var rule: String
    /// 1 notice, 2 warning, 3 danger.
    public var severity: Int
    /// What made the step, like raised, acknowledged, returned, closed.
    public var cause: String
    /// State before, a word of the alarm-state vocabulary.
    public var from: String
    /// State after.
    public var to: String
    /// The cover's code; null for an alarm of the gateway itself.
    @Nullable public var cover: String?
    /// `COVER/SENSOR/CHANNEL`; null for an alarm of the gateway itself.
    @Nullable public var point: String?
    /// The value that caused the step, in `unit`.
    @Nullable public var value: Double?
    /// Unit of value and threshold.
    @Nullable public var unit: String?
    /// The threshold that was crossed.
    @Nullable public var threshold: Double?
    /// The person who caused it; null for a measured value.
    @Nullable public var actor: String?
    /// What is wrong, or what was found.
    @Nullable public var note: String?
    /// How often the alarm was raised; in a storm, for how many points it stands.
    public var count: Int
    /// Raised by test gas.
    public var test: Bool
    /// Whether there was no danger, by the word of who closed it; null when nobody said.
    @Nullable public var falseAlarm: Bool?

    private enum CodingKeys: String, CodingKey {
        case time, occurred, clock, seq, alarm, rule, severity, cause, from, to, cover, point, value, unit, threshold, actor, note
        case count, test
        case falseAlarm = "false_alarm"
    }

    /// - Parameters: as the properties.
    public init(
        time: String, occurred: String, clock: String, seq: Int64, alarm: String, rule: String, severity: Int, cause: String,
        from: String, to: String, cover: String? = nil, point: String? = nil, value: Double? = nil, unit: String? = nil,
        threshold: Double? = nil, actor: String? = nil, note: String? = nil, count: Int = 1, test: Bool = false,
        falseAlarm: Bool? = nil
    ) {
        self.time = time
        self.occurred = occurred
        self.clock = clock
        self.seq = seq
        self.alarm = alarm
        self.rule = rule
        self.severity = severity
        self.cause = cause
        self.from = from
        self.to = to
        self.cover = cover
        self.point = point
        self.value = value
        self.unit = unit
        self.threshold = threshold
        self.actor = actor
        self.note = note
        self.count = count
        self.test = test
        self.falseAlarm = falseAlarm
    }
}

/// Answer of `GET /v1/alarms/history`.
public struct AlarmHistoryReport: Codable, Sendable, Equatable {
    /// The month, in UTC: `2026-11`.
    public var month: String
    /// `field` or `simulated`.
    public var origin: String
    /// The language of words for people: zh or en.
    public var language: String
    /// The steps, oldest first.
    public var steps: [AlarmHistoryRow]
    /// How many older ones were left out because there are too many.
    public var leftOut: Int
    /// How many lines of the file cannot be read.
    public var unreadable: Int

    private enum CodingKeys: String, CodingKey {
        case month, origin, language, steps, unreadable
        case leftOut = "left_out"
    }

    /// - Parameters: as the properties.
    public init(month: String, origin: String, language: String, steps: [AlarmHistoryRow], leftOut: Int, unreadable: Int) {
        self.month = month
        self.origin = origin
        self.language = language
        self.steps = steps
        self.leftOut = leftOut
        self.unreadable = unreadable
    }
}
