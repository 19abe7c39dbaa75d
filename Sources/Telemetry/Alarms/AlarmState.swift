// The states of one alarm, in the words of the field's standard.
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
    /// Set aside by a person for a time.
    case shelved
    /// One of a storm that another alarm stands for.
    case suppressed
    /// At a cover where a crew works.
    case outOfService = "out-of-service"
    /// A person has said what it was, and that it is over.
    case closed

    /// True while the condition stands and the alarm calls for somebody.
    public var isRaised: Bool { self == .unacknowledged || self == .acknowledged }

    /// True while somebody still has to say that they know.
    public var needsAcknowledgement: Bool { self == .unacknowledged || self == .returnedUnacknowledged }

    /// True while it is set aside: it is watched and does not call.
    public var isSetAside: Bool { self == .shelved || self == .suppressed || self == .outOfService }
}
