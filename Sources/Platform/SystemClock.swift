// The real time source of the daemon: both kernel clocks, and waiting on the monotonic one.
import CPlatform
import SensorModel
import Synchronization

/// The kernel's clocks. The synchronisation status is asked at most once a second: it is a system call per reading otherwise.
public final class SystemClock: TimeSource {
    private struct Trust {
        var askedAt: MonotonicTime?
        var state = ClockState.unsynced
    }

    private let trust = Mutex(Trust())

    /// A clock that trusts nothing until the kernel says so.
    public init() {}

    /// The present moment on both clocks.
    public func now() -> Timestamp {
        let monotonic = MonotonicTime(nanoseconds: cplatform_boottime_ns())
        let state = trust.withLock { trust -> ClockState in
            if let askedAt = trust.askedAt, monotonic - askedAt < .seconds(1) { return trust.state }
            trust.askedAt = monotonic
            if cplatform_clock_synchronised() {
                trust.state = .synced
            } else if trust.state == .synced {
                trust.state = .holdover
            }
            return trust.state
        }
        return Timestamp(wall: WallTime(nanoseconds: cplatform_realtime_ns()), monotonic: monotonic, clock: state)
    }

    /// Waits until the monotonic deadline, without blocking a thread.
    public func sleep(until deadline: MonotonicTime) async throws {
        let wait = deadline - MonotonicTime(nanoseconds: cplatform_boottime_ns())
        if wait > .zero { try await Task.sleep(for: wait) }
    }
}
