// How long the service manager is told that the daemon lives while one composition ends and the next one begins. Pure.
import SensorModel

/// The time between two compositions, in which no task can give its word.
struct Interim: Sendable {
    /// So long it lasts at most: a composition ends within 10 s, and a store opens within the rest. What takes longer hangs.
    static let most = Duration.seconds(60)

    private let end: MonotonicTime
    private let period: Duration

    /// - Parameters:
    ///   - patience: how long the service manager waits for a sign of life; it gets two in that time.
    ///   - now: when the composition before began to end.
    init(patience: Duration, now: MonotonicTime) {
        end = now + Self.most
        period = patience / 2
    }

    /// Whether the manager is told that the daemon lives.
    func isFed(_ now: MonotonicTime) -> Bool { now < end }

    /// How long to wait until the next look: for as long as one likes, once the time is over.
    func wait(_ now: MonotonicTime) -> Duration { isFed(now) ? min(period, end - now) : Self.most }
}
