// The real time source of the daemon: both kernel clocks, and waiting on the monotonic one.
import CPlatform
import SensorModel
import Synchronization

/// The kernel's clocks, raw: `synced` is what the kernel says, and `TrustedClock` judges it. The kernel's status is asked at most
/// once a second: it is a system call per reading otherwise.
public final class SystemClock: TimeSource {
    private struct Status {
        var askedAt: MonotonicTime?
        var isSynchronised = false
    }

    private let status = Mutex(Status())

    /// The kernel's clocks.
    public init() {}

    /// The present moment on both clocks.
    public func now() -> Timestamp {
        let monotonic = MonotonicTime(nanoseconds: cplatform_boottime_ns())
        let isSynchronised = status.withLock { status -> Bool in
            if let askedAt = status.askedAt, monotonic - askedAt < .seconds(1) { return status.isSynchronised }
            (status.askedAt, status.isSynchronised) = (monotonic, cplatform_clock_synchronised())
            return status.isSynchronised
        }
        return Timestamp(
            wall: WallTime(nanoseconds: cplatform_realtime_ns()), monotonic: monotonic,
            clock: isSynchronised ? .synced : .unsynced)
    }

    /// Waits until the monotonic deadline, without blocking a thread.
    public func sleep(until deadline: MonotonicTime) async throws {
        let wait = deadline - MonotonicTime(nanoseconds: cplatform_boottime_ns())
        if wait > .zero { try await Task.sleep(for: wait) }
    }
}
