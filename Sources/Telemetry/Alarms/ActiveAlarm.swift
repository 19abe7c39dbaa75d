// One alarm from being raised to being closed: what must survive a restart.
import SensorModel

/// A reading that speaks for an alarm.
public struct AlarmEvidence: Sendable, Equatable {
    /// Whose reading.
    public var point: Point
    /// What it measures.
    public var quantity: Quantity
    /// Value or reason.
    public var measurement: Measurement
    /// When.
    public var time: Timestamp

    /// - Parameters: as the properties.
    public init(point: Point, quantity: Quantity, measurement: Measurement, time: Timestamp) {
        self.point = point
        self.quantity = quantity
        self.measurement = measurement
        self.time = time
    }

    /// The reading as evidence.
    public init(_ reading: Reading) {
        self.init(point: reading.point, quantity: reading.quantity, measurement: reading.measurement, time: reading.time)
    }
}

/// One alarm that is not closed.
public struct ActiveAlarm: Sendable, Equatable {
    /// Made once, when the alarm is raised; it stays through return, acknowledgement and being raised again.
    public var id: String
    /// The rule that raised it.
    public var rule: String
    /// Where; nil for an alarm of the gateway itself, and for one that stands for a storm.
    public var point: Point?
    /// How urgent.
    public var severity: Severity
    /// Where it stands.
    public var state: AlarmState
    /// Whether its condition stands, also while it is set aside.
    public var isStanding: Bool
    /// The value that raised it last, in the quantity's canonical unit; nil where there is none.
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
    /// When.
    public var acknowledgedAt: Timestamp?
    /// When its condition was last seen to have gone.
    public var returned: Timestamp?
    /// What is wrong, or what was done, in words.
    public var note: String?
    /// How often it was raised; in a storm, for how many points it stands.
    public var count: Int
    /// Every reading that speaks for it, the newest of each point.
    public var evidence: [AlarmEvidence]
    /// Raised by test gas.
    public var isTest: Bool
    /// Whether there was no danger, by the word of who closed it; nil when nobody said.
    public var falseAlarm: Bool?
    /// Until when it is shelved, by whom and why.
    public var shelving: Shelving?

    /// - Parameters: as the properties; without `isStanding` the state tells.
    public init(
        id: String, rule: String, point: Point?, severity: Severity, state: AlarmState, isStanding: Bool? = nil,
        value: Double? = nil, quantity: Quantity? = nil, threshold: Double? = nil, clearThreshold: Double? = nil,
        occurred: Timestamp, changed: Timestamp, acknowledgedBy: String? = nil, acknowledgedAt: Timestamp? = nil,
        returned: Timestamp? = nil, note: String? = nil, count: Int = 1, evidence: [AlarmEvidence] = [], isTest: Bool = false,
        shelving: Shelving? = nil
    ) {
        self.id = id
        self.rule = rule
        self.point = point
        self.severity = severity
        self.state = state
        self.isStanding = isStanding ?? state.isRaised
        self.value = value
        self.quantity = quantity
        self.threshold = threshold
        self.clearThreshold = clearThreshold
        self.occurred = occurred
        self.changed = changed
        self.acknowledgedBy = acknowledgedBy
        self.acknowledgedAt = acknowledgedAt
        self.returned = returned
        self.note = note
        self.count = count
        self.evidence = evidence
        self.isTest = isTest
        self.shelving = shelving
    }

    /// Where it stands when nothing sets it aside.
    var plainState: AlarmState {
        switch (isStanding, acknowledgedBy != nil) {
        case (true, false): .unacknowledged
        case (true, true): .acknowledged
        case (false, false): .returnedUnacknowledged
        case (false, true): .normal
        }
    }

    /// The most pieces of evidence kept; a cover has fewer sensors.
    static let mostEvidence = 16

    /// Takes a reading in the place of the point's earlier one.
    mutating func take(_ piece: AlarmEvidence) {
        if let index = evidence.firstIndex(where: { $0.point == piece.point }) {
            evidence[index] = piece
        } else if evidence.count < Self.mostEvidence {
            evidence.append(piece)
        }
    }
}

/// An alarm set aside by a person.
public struct Shelving: Sendable, Equatable {
    /// Who.
    public var by: String
    /// Why.
    public var reason: String
    /// Until when.
    public var until: Timestamp

    /// - Parameters: as the properties.
    public init(by: String, reason: String, until: Timestamp) {
        self.by = by
        self.reason = reason
        self.until = until
    }
}
