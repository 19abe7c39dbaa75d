// The clock that the daemon lives by: a raw one below, and above it the one place that says how far its wall time is trusted.
// Limit and loss: 32 events wait; then the oldest give way. `steps` counts all of them.
import SensorModel
import Synchronization

/// A raw clock, judged at each look by `ClockTrust`.
public final class TrustedClock: TimeSource {
    /// The latest time that is known to have passed, for the store.
    public let floor = ClockFloor()
    /// What has happened to the clock; for one consumer.
    public let events = Mailbox<ClockEvent>(capacity: 32, whenFull: .dropOldest)
    private let source: any TimeSource
    private let trust = Mutex(ClockTrust())

    /// - Parameter source: the raw clocks; its state is `synced` while the kernel says so.
    public init(_ source: any TimeSource) { self.source = source }

    /// Takes up what an earlier run has seen.
    public func learn(_ time: WallTime?) {
        guard let time else { return }
        trust.withLock { trust in
            trust.learn(time)
            floor.set(trust.floor, isCorrected: trust.isCorrected)
        }
    }

    /// The present moment, with the trust in its wall time.
    public func now() -> Timestamp {
        var look = source.now()
        let events = trust.withLock { trust in
            // The thread may have been held up between the two clocks of one look, or a later look may have come before.
            if trust.isStep(look) { look = source.now() }
            let before = trust.floor
            let events = trust.judge(look)
            look.clock = trust.state
            if trust.floor != before { floor.set(trust.floor, isCorrected: trust.isCorrected) }
            return events
        }
        for event in events { self.events.send(event) }
        return look
    }

    /// Waits as the raw clock does.
    public func sleep(until deadline: MonotonicTime) async throws { try await source.sleep(until: deadline) }

    /// What was said of the clock at the last look.
    public var state: ClockState { trust.withLock { $0.state } }

    /// How often it was stepped.
    public var steps: UInt64 { trust.withLock { $0.steps } }

    /// The time that was seen before, while the kernel says synchronised of a clock that lies below it; nil otherwise.
    public var contradiction: WallTime? { trust.withLock { $0.isBehind ? $0.floor : nil } }

    /// Seconds since 1970 that have certainly passed, while the clock is not trusted: certificates are judged at it, if it is
    /// later. Nil while the clock is good.
    public var earliestTime: Int64? {
        now().clock == .synced ? nil : trust.withLock { $0.floor.milliseconds / 1000 }
    }
}
