// The latest time that is known to have passed, for those who keep it: written by the clock, read by the store.
import SensorModel
import Synchronization

/// What has to outlive the process of a clock's trust.
public final class ClockFloor: Sendable {
    private let stored = Atomic<Int64>(0)
    private let corrected = Atomic<Bool>(false)

    /// Nothing is known yet.
    public init() {}

    /// The latest known time, ms since 1970; 0 when there is none.
    public var milliseconds: Int64 { stored.load(ordering: .acquiring) }

    /// Whether it was set back: then what is kept and higher is wrong.
    public var isCorrected: Bool { corrected.load(ordering: .acquiring) }

    /// Says how it stands.
    public func set(_ time: WallTime, isCorrected: Bool) {
        if isCorrected { corrected.store(true, ordering: .releasing) }
        stored.store(time.milliseconds, ordering: .releasing)
    }
}
