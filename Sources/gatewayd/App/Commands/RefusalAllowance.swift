// How many refusals go to the audit log: a platform that has gone mad must not fill the medium. Pure.
import SensorModel

/// Lets a hundred refusals through at once and one more every ten seconds; what it holds back is counted.
struct RefusalAllowance: Sendable {
    private static let most = 100
    private static let every = Duration.seconds(10)

    private var left = most
    private var renewed: MonotonicTime
    private var heldBack: UInt64 = 0

    /// Full.
    init(now: MonotonicTime) { renewed = now }

    /// One more refusal.
    /// - Returns: how many were held back before it, when it may be put on record; nil when it may not.
    mutating func take(now: MonotonicTime) -> UInt64? {
        while left < Self.most, now - renewed >= Self.every {
            left += 1
            renewed = renewed + Self.every
        }
        if left == Self.most { renewed = now }
        guard left > 0 else {
            heldBack += 1
            return nil
        }
        left -= 1
        defer { heldBack = 0 }
        return heldBack
    }
}
