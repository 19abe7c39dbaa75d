// How long a unit takes to answer, as a distribution that costs less than a kilobyte.

/// Durations counted in buckets, eight to each doubling. What it says is the middle of one: at most a sixteenth from the truth.
public struct LatencyHistogram: Sendable, Equatable {
    private static let perDoubling = 8
    /// Up to 2^28 µs, which is over four minutes; what is longer counts as that.
    private static let doublings = 28

    private var counts: [UInt32] = []
    /// How many durations were counted.
    public private(set) var total: UInt64 = 0

    /// Empty.
    public init() {}

    /// Counts one duration; below a microsecond counts as one.
    public mutating func count(_ duration: Duration) {
        if counts.isEmpty { counts = Array(repeating: 0, count: Self.perDoubling * Self.doublings) }
        let index = Self.index(of: UInt64(max(1, duration.nanoseconds / 1000)))
        counts[index] &+= 1
        total += 1
    }

    /// The duration that so great a part of all stays within, to a sixteenth of it; nil before the first.
    /// - Parameter part: 0.5 for the median, 0.99 for what one in a hundred exceeds.
    public func percentile(_ part: Double) -> Duration? {
        guard total > 0 else { return nil }
        let wanted = max(1, (Double(total) * part).rounded(.up))
        var seen = 0.0
        for (index, count) in counts.enumerated() {
            seen += Double(count)
            if seen >= wanted { return .microseconds(Self.middle(of: index)) }
        }
        return nil
    }

    /// Of the doubling that holds the number, the eighth it is in.
    private static func index(of microseconds: UInt64) -> Int {
        let doubling = UInt64.bitWidth - 1 - microseconds.leadingZeroBitCount
        guard doubling < doublings else { return perDoubling * doublings - 1 }
        let eighth = ((microseconds - (1 << UInt64(doubling))) * UInt64(perDoubling)) >> UInt64(doubling)
        return doubling * perDoubling + Int(eighth)
    }

    /// Below 16 µs a bucket holds one number, which this is.
    private static func middle(of index: Int) -> Int64 {
        let (doubling, eighth) = index.quotientAndRemainder(dividingBy: perDoubling)
        let base = Int64(1) << Int64(doubling)
        return base + base * Int64(2 * eighth + 1) / Int64(2 * perDoubling)
    }
}
