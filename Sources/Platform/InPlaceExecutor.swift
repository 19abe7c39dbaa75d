// For an actor whose work is short and never waits: it is done on the thread that asks, without waking another one.
import Synchronization

/// A serial executor without a thread: who brings a job does it, and those that others bring meanwhile.
///
/// Measured reason: waking a thread and going to sleep again costs more than judging ten readings. Jobs must not block, because
/// they run on whatever thread called; they may bring further jobs, which follow when they are done.
public final class InPlaceExecutor: SerialExecutor {
    private struct State {
        var jobs: [UnownedJob] = []
        var isWorking = false
    }

    private let state = Mutex(State())

    /// Without jobs.
    public init() {}

    /// Does the job, after those that came before it, or leaves it to the thread that is at work already.
    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        // The job may be the last that knows the actor, and go on elsewhere before the loop below has ended.
        let keeper = Unmanaged.passRetained(self)
        defer { keeper.release() }
        let isMine = state.withLock { state in
            defer { state.isWorking = true }
            state.jobs.append(job)
            return !state.isWorking
        }
        guard isMine else { return }
        while let next = next() { next.runSynchronously(on: asUnownedSerialExecutor()) }
    }

    private func next() -> UnownedJob? {
        state.withLock { state in
            if state.jobs.isEmpty {
                state.isWorking = false
                return nil
            }
            return state.jobs.removeFirst()
        }
    }
}
