// Numbers that are reserved on the medium before anybody sees them, so that no number ever stands for two contents.

/// The numbers a lane's writer may give out without asking the medium.
public struct SequenceBlock: Sendable, Equatable {
    /// The next number.
    public private(set) var next: Int64
    /// The last number that is durably reserved.
    public private(set) var reservedThrough: Int64

    /// - Parameters: the next number, and the last one that is durably reserved.
    public init(next: Int64, reservedThrough: Int64) {
        self.next = next
        self.reservedThrough = reservedThrough
    }

    /// The number given out last; 0 when there was none.
    public var last: Int64 { next - 1 }

    /// Takes a number; nil when the block is used up and the medium has not granted more.
    public mutating func take() -> Int64? {
        guard next <= reservedThrough else { return nil }
        defer { next += 1 }
        return next
    }

    /// The medium has granted numbers up to this one.
    public mutating func extend(through last: Int64) { reservedThrough = max(reservedThrough, last) }
}
