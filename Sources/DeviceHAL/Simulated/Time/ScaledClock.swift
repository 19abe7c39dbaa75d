// Simulated time that runs beside real time, as fast as it or by a factor: for watching.
import SensorModel

/// A clock whose time passes `speed` times as fast as another's. Both its clocks begin at the present moment; when the other's
/// wall clock is set, its own is set by as much.
public struct ScaledClock: TimeSource {
    private let real: any TimeSource
    private let begin: Timestamp
    private let speed: Double

    /// - Parameters:
    ///   - real: gives the begin, the pace and the trust in the wall clock.
    ///   - speed: simulated seconds in a real one; above 0.
    public init(real: any TimeSource, speed: Double) {
        precondition(speed > 0 && speed.isFinite, "a speed above 0")
        self.real = real
        self.speed = speed
        begin = real.now()
    }

    /// The present moment of simulated time.
    public func now() -> Timestamp {
        let now = real.now()
        let realPassed = now.monotonic - begin.monotonic
        let passed = realPassed * speed
        let ahead = (passed - realPassed).nanoseconds
        return Timestamp(
            wall: WallTime(nanoseconds: now.wall.nanoseconds &+ ahead), monotonic: begin.monotonic + passed, clock: now.clock)
    }

    /// Waits until simulated time is there.
    public func sleep(until deadline: MonotonicTime) async throws {
        try await real.sleep(until: begin.monotonic + (deadline - begin.monotonic) / speed)
    }
}
