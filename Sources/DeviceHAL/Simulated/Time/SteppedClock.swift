// Simulated time that stands still while anybody works and then jumps to the next moment somebody waits for: as fast as it
// goes, and in the same order every time. Who takes part has a seat; one seat at a time is let go on.
import SensorModel
import Synchronization

/// Time for `--speed 0`.
///
/// Every task that reads sensors waits at a seat of its own. Time moves when all seats wait, to the earliest deadline; the seat
/// that waits for it goes on alone, and of several the one with the smallest number: what happens is then a function of what
/// the tasks do, not of the machine's scheduler. Others than the seats' tasks (a technician's question) may wait at a seat too;
/// while they do, the order is the machine's.
public final class SteppedClock: TimeSource {
    private struct Sleeper {
        let id: UInt64
        let seat: Int
        let deadline: MonotonicTime
        let continuation: CheckedContinuation<Void, any Error>

        /// Who goes on first.
        func isBefore(_ other: Sleeper) -> Bool { (deadline, seat, id) < (other.deadline, other.seat, other.id) }
    }

    private struct State {
        var passed = Duration.zero
        var sleepers: [Sleeper] = []
        /// How many sleepers each seat has.
        var waiting: [Int] = []
        var cancelled: Set<UInt64> = []
        var ids: UInt64 = 0
        /// The driver, while it waits for all seats to wait.
        var driver: CheckedContinuation<Void, Never>?
        var isEnded = false

        var allWait: Bool { !waiting.contains(0) }
    }

    /// When simulated time begins.
    public let begin: Timestamp
    private let state = Mutex(State())

    /// - Parameter begin: the first moment.
    public init(begin: Timestamp) { self.begin = begin }

    /// A place for one more task. All seats are given out before `run`.
    public func seat() -> Seat {
        state.withLock { state in
            state.waiting.append(0)
            return Seat(clock: self, number: state.waiting.count - 1)
        }
    }

    /// The present moment of simulated time.
    public func now() -> Timestamp {
        let passed = state.withLock { $0.passed }
        return Timestamp(
            wall: WallTime(nanoseconds: begin.wall.nanoseconds &+ passed.nanoseconds), monotonic: begin.monotonic + passed,
            clock: begin.clock)
    }

    /// Waits without a seat: for those that look on, like diagnostics. Time does not wait for them.
    public func sleep(until deadline: MonotonicTime) async throws { try await sleep(until: deadline, seat: .max) }

    /// Lets time pass until cancelled; every waiting task then goes on, with a `CancellationError`.
    /// - Parameter hold: awaited before each step: time stands still as long as it takes.
    public func run(hold: @Sendable () async -> Void) async {
        while !Task.isCancelled {
            await withTaskCancellationHandler {
                await allSeatsWait()
            } onCancel: {
                release(state.withLock { $0.driver.take() })
            }
            guard !Task.isCancelled else { break }
            await hold()
            step()
        }
        let sleepers = state.withLock { state -> [Sleeper] in
            state.isEnded = true
            defer { state.sleepers = [] }
            return state.sleepers
        }
        for sleeper in sleepers { sleeper.continuation.resume(throwing: CancellationError()) }
    }

    private func allSeatsWait() async {
        await withCheckedContinuation { continuation in
            let goesOn = state.withLock { state -> Bool in
                if state.allWait && !state.sleepers.isEmpty || Task.isCancelled { return true }
                state.driver = continuation
                return false
            }
            if goesOn { continuation.resume() }
        }
    }

    private func release(_ driver: CheckedContinuation<Void, Never>?) { driver?.resume() }

    /// Moves time to the earliest deadline and lets the first who waits for it go on.
    private func step() {
        let next = state.withLock { state -> Sleeper? in
            guard state.allWait, let first = state.sleepers.indices.min(by: { state.sleepers[$0].isBefore(state.sleepers[$1]) })
            else { return nil }
            let sleeper = state.sleepers.remove(at: first)
            if sleeper.seat < state.waiting.count { state.waiting[sleeper.seat] -= 1 }
            state.passed = max(state.passed, sleeper.deadline - begin.monotonic)
            return sleeper
        }
        next?.continuation.resume()
    }

    /// A deadline that has passed waits for its turn too.
    fileprivate func sleep(until deadline: MonotonicTime, seat: Int) async throws {
        let id = state.withLock { state -> UInt64 in
            state.ids += 1
            return state.ids
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let (isRefused, driver) = state.withLock { state -> (Bool, CheckedContinuation<Void, Never>?) in
                    if state.cancelled.remove(id) != nil || state.isEnded { return (true, nil) }
                    state.sleepers.append(Sleeper(id: id, seat: seat, deadline: deadline, continuation: continuation))
                    if seat < state.waiting.count { state.waiting[seat] += 1 }
                    return (false, state.allWait ? state.driver.take() : nil)
                }
                if isRefused { continuation.resume(throwing: CancellationError()) }
                release(driver)
            }
        } onCancel: {
            let sleeper = state.withLock { state -> Sleeper? in
                guard let index = state.sleepers.firstIndex(where: { $0.id == id }) else {
                    state.cancelled.insert(id)
                    return nil
                }
                if seat < state.waiting.count { state.waiting[seat] -= 1 }
                return state.sleepers.remove(at: index)
            }
            sleeper?.continuation.resume(throwing: CancellationError())
        }
    }

    /// A task's place at the clock.
    public struct Seat: TimeSource {
        fileprivate let clock: SteppedClock
        fileprivate let number: Int

        /// The present moment of simulated time.
        public func now() -> Timestamp { clock.now() }

        /// Waits for its turn: until simulated time is there and all others wait.
        public func sleep(until deadline: MonotonicTime) async throws {
            try await clock.sleep(until: deadline, seat: number)
        }
    }
}
