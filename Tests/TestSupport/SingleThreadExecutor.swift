// Everything on one thread, the test's own: the same work in the same order in every run, and no waiting for anybody.
import SensorModel
import Synchronization

/// A queue of jobs that run when the test says so. Both a task executor and an actor executor, so that a whole daemon fits on it.
///
/// Use: `start` what shall live, then `drain`, or `run` to let time pass. Only one thread may drain at a time.
public final class SingleThreadExecutor: SerialExecutor, TaskExecutor {
    /// A task that was expected to end and waits for something instead.
    public struct NotFinished: Error {}

    private final class Outcome<Value: Sendable>: Sendable {
        let value = Mutex<Result<Value, any Error>?>(nil)
    }

    private let jobs = Mutex<[UnownedJob]>([])

    /// Nothing to do yet.
    public init() {}

    /// Puts a job at the end of the queue.
    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        jobs.withLock { $0.append(job) }
    }

    /// Runs jobs, and the jobs they make, until there are none.
    public func drain() {
        while true {
            let job = jobs.withLock { $0.isEmpty ? nil : $0.removeFirst() }
            guard let job else { return }
            job.runSynchronously(isolatedTo: asUnownedSerialExecutor(), taskExecutor: asUnownedTaskExecutor())
        }
    }

    /// Starts a task that lives on this executor; it begins with the next `drain`.
    @discardableResult
    public func start(_ work: @escaping @Sendable () async -> Void) -> Task<Void, Never> {
        Task(executorPreference: self) { await work() }
    }

    /// Runs work to its end, together with everything else that can run.
    /// - Throws: what the work throws, or `NotFinished` when it waits for time or for somebody.
    public func result<Value: Sendable>(of work: @escaping @Sendable () async throws -> Value) throws -> Value {
        let outcome = Outcome<Value>()
        Task(executorPreference: self) {
            let result: Result<Value, any Error>
            do { result = .success(try await work()) } catch { result = .failure(error) }
            outcome.value.withLock { $0 = result }
        }
        drain()
        guard let result = outcome.value.withLock({ $0 }) else { throw NotFinished() }
        return try result.get()
    }

    /// Lets time pass: runs what can run, moves the clock to the next moment somebody waits for, and so on to the end.
    public func run(_ clock: ManualClock, for duration: Duration) {
        let end = clock.now().monotonic + duration
        drain()
        while let next = clock.nextDeadline, next <= end {
            clock.advance(by: max(.zero, next - clock.now().monotonic))
            drain()
        }
        clock.advance(by: end - clock.now().monotonic)
        drain()
    }
}
