// A clock that moves only when a test moves it.
import SensorModel
import Synchronization

/// Time under a test's control: both clocks move together by `advance`, the wall clock alone by `stepWall`.
public final class ManualClock: TimeSource {
    private struct Sleeper {
        let id: UInt64
        let deadline: MonotonicTime
        let continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var monotonic = MonotonicTime(nanoseconds: 1_000_000_000)
        var wall = WallTime(nanoseconds: 1_795_233_600_000_000_000)
        var clock = ClockState.synced
        var heldUp = Duration.zero
        var sleepers: [Sleeper] = []
        var cancelled: Set<UInt64> = []
        var ids: UInt64 = 0
    }

    private let state = Mutex(State())

    /// Starts at one second after boot, 2026-11-21T04:00:00Z, synchronised.
    public init() {}

    /// The present moment.
    public func now() -> Timestamp {
        state.withLock { state in
            defer { state.heldUp = .zero }
            let wall = WallTime(nanoseconds: state.wall.nanoseconds + state.heldUp.nanoseconds)
            return Timestamp(wall: wall, monotonic: state.monotonic, clock: state.clock)
        }
    }

    /// Whoever looks next is held up for so long between the two clocks.
    public func holdUp(for duration: Duration) { state.withLock { $0.heldUp = duration } }

    /// How many tasks sleep now: lets a test wait for the code under test to come to rest.
    public var sleepers: Int { state.withLock { $0.sleepers.count } }

    /// The earliest moment somebody waits for.
    public var nextDeadline: MonotonicTime? { state.withLock { $0.sleepers.map(\.deadline).min() } }

    /// Sets the trust in the wall clock.
    public func set(_ clock: ClockState) { state.withLock { $0.clock = clock } }

    /// Moves the wall clock alone, as a time server does.
    public func stepWall(by duration: Duration) { state.withLock { $0.wall.nanoseconds += duration.nanoseconds } }

    /// Moves both clocks and wakes who waited for a moment up to the new one, in the order of their deadlines.
    public func advance(by duration: Duration) {
        let due = state.withLock { state -> [Sleeper] in
            state.monotonic = state.monotonic + duration
            state.wall.nanoseconds += duration.nanoseconds
            let due = state.sleepers.filter { $0.deadline <= state.monotonic }.sorted { $0.deadline < $1.deadline }
            state.sleepers.removeAll { $0.deadline <= state.monotonic }
            return due
        }
        for sleeper in due { sleeper.continuation.resume() }
    }

    /// Waits until a test has moved the clock there.
    public func sleep(until deadline: MonotonicTime) async throws {
        let id = state.withLock { state -> UInt64 in
            state.ids += 1
            return state.ids
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let outcome = state.withLock { state -> Result<Void, any Error>? in
                    if state.cancelled.remove(id) != nil { return .failure(CancellationError()) }
                    if deadline <= state.monotonic { return .success(()) }
                    state.sleepers.append(Sleeper(id: id, deadline: deadline, continuation: continuation))
                    return nil
                }
                if let outcome { continuation.resume(with: outcome) }
            }
        } onCancel: {
            let sleeper = state.withLock { state -> Sleeper? in
                guard let index = state.sleepers.firstIndex(where: { $0.id == id }) else {
                    state.cancelled.insert(id)
                    return nil
                }
                return state.sleepers.remove(at: index)
            }
            sleeper?.continuation.resume(throwing: CancellationError())
        }
    }
}
