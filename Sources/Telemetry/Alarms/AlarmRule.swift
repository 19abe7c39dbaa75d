// A threshold rule: when a quantity becomes an alarm and when it has returned.
import SensorModel

/// How urgent an alarm is; danger is the highest everywhere.
public enum Severity: Int, CaseIterable, Sendable, Comparable {
    case notice = 1
    case warning = 2
    case danger = 3

    /// Less urgent is smaller.
    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

/// A threshold with hysteresis and an on-delay, on every point of a quantity.
public struct AlarmRule: Sendable, Equatable {
    /// Which side of the threshold is the dangerous one.
    public enum Direction: String, CaseIterable, Sendable {
        case above, below
    }

    /// The rule's id; the same id in the site's file replaces the pack's rule.
    public var id: String
    /// The quantity it watches, at every cover.
    public var quantity: Quantity
    /// The dangerous side.
    public var direction: Direction
    /// Raise at or beyond this value (canonical unit).
    public var threshold: Double
    /// Clear strictly beyond this value on the safe side; for `above` it is below the threshold, for `below` above it.
    public var clearThreshold: Double
    /// How long the value must stay beyond the threshold before the alarm is raised.
    public var onDelay: Duration
    /// How urgent.
    public var severity: Severity
    /// Where the numbers come from: standard and clause, or manual and page; empty for a site's own rule.
    public var source: String

    /// - Parameters: as the properties.
    public init(
        id: String, quantity: Quantity, direction: Direction, threshold: Double, clearThreshold: Double,
        onDelay: Duration = .zero,
        severity: Severity, source: String = ""
    ) {
        self.id = id
        self.quantity = quantity
        self.direction = direction
        self.threshold = threshold
        self.clearThreshold = clearThreshold
        self.onDelay = onDelay
        self.severity = severity
        self.source = source
    }

    /// True when the value is at or beyond the threshold on the dangerous side.
    public func isRaised(by value: Double) -> Bool {
        direction == .above ? value >= threshold : value <= threshold
    }

    /// True when the value is beyond the clear threshold on the safe side; on it is not enough. NaN neither raises nor clears.
    public func isCleared(by value: Double) -> Bool {
        direction == .above ? value < clearThreshold : value > clearThreshold
    }
}
