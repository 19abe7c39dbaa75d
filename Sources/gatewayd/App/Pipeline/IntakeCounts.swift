// What the intake has counted since the daemon started; all of it only grows.
import Alarms
import SensorModel

/// Readings by quality.
public struct ReadingCounts: Sendable, Equatable {
    /// Readings with a value to be believed.
    public var good: UInt64 = 0
    /// Readings with a value to be taken with care.
    public var uncertain: UInt64 = 0
    /// Readings without a value.
    public var bad: UInt64 = 0

    /// All zero.
    public init() {}

    /// Counts one.
    mutating func count(_ measurement: Measurement) {
        switch measurement {
        case .good: good += 1
        case .uncertain: uncertain += 1
        case .bad: bad += 1
        }
    }

    /// The sum of both.
    public static func + (one: Self, other: Self) -> Self {
        var sum = one
        sum.good += other.good
        sum.uncertain += other.uncertain
        sum.bad += other.bad
        return sum
    }
}

/// A kind of alarm transition.
public struct AlarmStep: Sendable, Hashable {
    /// How urgent the alarm is.
    public var severity: Severity
    /// Where the transition led.
    public var to: AlarmState

    /// - Parameters: as the properties.
    public init(severity: Severity, to: AlarmState) {
        self.severity = severity
        self.to = to
    }
}
