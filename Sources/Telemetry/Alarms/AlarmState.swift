// The states of one alarm and its passage from one to the next, in the words of the field's standard.
import SensorModel

/// Where an alarm stands.
///
/// Source: ANSI/ISA-18.2, alarm state transition diagram; the words are the contract's (§5).
public enum AlarmState: String, CaseIterable, Sendable {
    /// Nothing to report, or returned and acknowledged.
    case normal
    /// Raised, and nobody has said that they know.
    case unacknowledged
    /// Raised, and somebody knows.
    case acknowledged
    /// The condition has gone, and nobody has said that they knew.
    case returnedUnacknowledged = "returned-unacknowledged"
    case shelved, suppressed
    case outOfService = "out-of-service"
    case closed

    /// True while the condition stands.
    public var isRaised: Bool { self == .unacknowledged || self == .acknowledged }

    /// True while somebody still has to say that they know.
    public var needsAcknowledgement: Bool { self == .unacknowledged || self == .returnedUnacknowledged }
}

/// One alarm that is not normal: what must survive a restart.
public struct ActiveAlarm: Sendable, Equatable {
    /// Made once, when the alarm is raised; it stays through return, acknowledgement and being raised again.
    public var id: String
    /// The rule that raised it.
    public var rule: String
    /// Where; nil for an alarm of the gateway itself.
    public var point: Point?
    /// How urgent.
    public var severity: Severity
    /// Where it stands.
    public var state: AlarmState
    /// The value that raised it last, in the quantity's canonical unit; nil for an alarm of the gateway itself.
    public var value: Double?
    /// What was measured; nil for an alarm of the gateway itself.
    public var quantity: Quantity?
    /// The threshold at that time.
    public var threshold: Double?
    /// The clear threshold at that time.
    public var clearThreshold: Double?
    /// When the value first crossed the threshold.
    public var occurred: Timestamp
    /// When the state changed last.
    public var changed: Timestamp
    /// Who acknowledged it.
    public var acknowledgedBy: String?
    /// What is wrong, in words, for an alarm of the gateway itself.
    public var note: String?

    /// - Parameters: as the properties.
    public init(
        id: String, rule: String, point: Point?, severity: Severity, state: AlarmState, value: Double? = nil,
        quantity: Quantity? = nil,
        threshold: Double? = nil, clearThreshold: Double? = nil, occurred: Timestamp, changed: Timestamp,
        acknowledgedBy: String? = nil, note: String? = nil
    ) {
        self.id = id
        self.rule = rule
        self.point = point
        self.severity = severity
        self.state = state
        self.value = value
        self.quantity = quantity
        self.threshold = threshold
        self.clearThreshold = clearThreshold
        self.occurred = occurred
        self.changed = changed
        self.acknowledgedBy = acknowledgedBy
        self.note = note
    }
}

/// One step of an alarm: recorded, numbered and sent.
public struct AlarmTransition: Sendable, Equatable {
    /// The alarm after the step.
    public var alarm: ActiveAlarm
    /// Where it stood before.
    public var from: AlarmState
    /// The value that caused the step; nil for a step that a person or the gateway caused.
    public var value: Double?
    /// When what caused the step happened.
    public var occurred: Timestamp
    /// When the engine saw it.
    public var detected: Timestamp
    /// Who caused it: a user's name, or nil for a measured value.
    public var actor: String?

    /// Where it stands now.
    public var to: AlarmState { alarm.state }

    /// - Parameters: as the properties.
    public init(
        alarm: ActiveAlarm, from: AlarmState, value: Double?, occurred: Timestamp, detected: Timestamp, actor: String? = nil
    ) {
        self.alarm = alarm
        self.from = from
        self.value = value
        self.occurred = occurred
        self.detected = detected
        self.actor = actor
    }
}
