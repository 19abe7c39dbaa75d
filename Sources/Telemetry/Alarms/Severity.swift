// How urgent an alarm is, in the contract's three steps.

/// How urgent an alarm is; danger is the highest everywhere.
public enum Severity: Int, CaseIterable, Sendable, Comparable {
    case notice = 1
    case warning = 2
    case danger = 3

    /// Less urgent is smaller.
    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}
