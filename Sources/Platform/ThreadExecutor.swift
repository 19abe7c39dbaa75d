// One thread for one actor whose C calls block: a bus, a store lane. The cooperative pool never waits for them.
import CPlatform
import Glibc
import Synchronization

/// A serial executor that runs its jobs, in the order they came, on one thread of its own. Tasks that work with the thread's
/// actor all the time may prefer `between`, or the executor itself: then going there and back changes no thread.
///
/// Measured reason: two blocking calls on a two-core pool delayed every other task by the full 4 s; on own threads by 2 ms.
public final class ThreadExecutor: SerialExecutor, TaskExecutor {
    private let queue = ThreadQueue()
    private let thread = Mutex(pthread_t())

    /// For tasks that make one call of the thread's actor after the other: what they do between two calls goes before the calls
    /// that wait. Measured reason: behind them, what a reply said was known only when other callers' transactions were over.
    public let between: any TaskExecutor

    private final class Start {
        let executor: ThreadExecutor
        let name: String
        init(_ executor: ThreadExecutor, _ name: String) {
            self.executor = executor
            self.name = name
        }
    }

    /// Starts the thread.
    /// - Parameter name: shown by `ps -L`; at most 15 characters are kept.
    public init(name: String) {
        between = BetweenCalls(queue)
        let start = Unmanaged.passRetained(Start(self, name))
        var thread = pthread_t()
        let result = pthread_create(
            &thread, nil,
            { @Sendable argument in
                guard let argument else { return nil }
                let start = Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
                cplatform_name_thread(start.name)
                start.executor.work()
                return nil
            }, start.toOpaque())
        precondition(result == 0, "pthread_create: error \(result)")
        self.thread.withLock { [thread] in $0 = thread }
    }

    private var isOwnThread: Bool { thread.withLock { pthread_equal(pthread_self(), $0) != 0 } }

    /// Queues a job. Bounded by the number of tasks that wait for the actor.
    public func enqueue(_ job: consuming ExecutorJob) {
        queue.add(UnownedJob(job), isCall: true)
    }

    /// Proves isolation by the thread's identity.
    public func checkIsolated() {
        precondition(isOwnThread, "not on this executor's thread")
    }

    /// Lets the thread end after the jobs that are queued, and waits for it, unless it is called from the thread itself.
    public func shutdown() {
        guard queue.stop() else { return }
        let thread = thread.withLock { $0 }
        if isOwnThread { pthread_detach(thread) } else { pthread_join(thread, nil) }
    }

    private func work() {
        let (serial, preferred) = (asUnownedSerialExecutor(), asUnownedTaskExecutor())
        let between = between.asUnownedTaskExecutor()
        var batch: [UnownedJob] = []
        while let areCalls = queue.next(&batch) {
            for job in batch {
                if areCalls {
                    job.runSynchronously(isolatedTo: serial, taskExecutor: preferred)
                } else {
                    job.runSynchronously(on: between)
                }
            }
            batch.removeAll(keepingCapacity: true)
        }
    }
}

/// Brings a task's work between two calls to the thread.
private final class BetweenCalls: TaskExecutor {
    private let queue: ThreadQueue

    init(_ queue: ThreadQueue) { self.queue = queue }

    func enqueue(_ job: consuming ExecutorJob) { queue.add(UnownedJob(job), isCall: false) }
}

/// What waits for the thread.
///
/// `@unchecked Sendable`: jobs and stop flag are touched only under the mutex, which the compiler cannot see because a condition
/// variable needs a pthread mutex.
private final class ThreadQueue: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var calls: [UnownedJob] = []
    private var between: [UnownedJob] = []
    private var stopping = false

    init() {
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(condition, nil)
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    func add(_ job: UnownedJob, isCall: Bool) {
        pthread_mutex_lock(mutex)
        if isCall { calls.append(job) } else { between.append(job) }
        pthread_cond_signal(condition)
        pthread_mutex_unlock(mutex)
    }

    /// Lets the thread end when nothing waits any more.
    /// - Returns: false when that was said before.
    func stop() -> Bool {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        pthread_cond_signal(condition)
        defer { stopping = true }
        return !stopping
    }

    /// Waits for the next job, or the next few that are no calls.
    /// - Parameter batch: empty; takes turns with the buffer here, so that nothing is allocated.
    /// - Returns: whether it is a call; nil when the thread shall end.
    func next(_ batch: inout [UnownedJob]) -> Bool? {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while calls.isEmpty && between.isEmpty && !stopping { pthread_cond_wait(condition, mutex) }
        if !between.isEmpty {
            swap(&batch, &between)
            return false
        }
        if calls.isEmpty { return nil }
        batch.append(calls.removeFirst())
        return true
    }
}
