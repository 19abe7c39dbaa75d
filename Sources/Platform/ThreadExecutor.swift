// One thread for one actor whose C calls block: a bus, a store lane. The cooperative pool never waits for them.
import CPlatform
import Glibc
import Synchronization

/// A serial executor that runs its jobs, in the order they came, on one thread of its own. Tasks that work with the thread's
/// actor all the time may prefer it too: then going there and back changes no thread.
///
/// Measured reason: two blocking calls on a two-core pool delayed every other task by the full 4 s; on own threads by 2 ms.
/// `@unchecked Sendable`: jobs and stop flag are touched only under the mutex, which the compiler cannot see because a condition
/// variable needs a pthread mutex; `thread` is written once, before the first job.
public final class ThreadExecutor: SerialExecutor, TaskExecutor, @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var jobs: [UnownedJob] = []
    private var stopping = false
    private var thread = pthread_t()

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
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(condition, nil)
        let start = Unmanaged.passRetained(Start(self, name))
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
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    /// Queues a job. Bounded by the number of tasks that wait for the actor.
    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        pthread_mutex_lock(mutex)
        jobs.append(job)
        pthread_cond_signal(condition)
        pthread_mutex_unlock(mutex)
    }

    /// Proves isolation by the thread's identity.
    public func checkIsolated() {
        precondition(pthread_equal(pthread_self(), thread) != 0, "not on this executor's thread")
    }

    /// Lets the thread end after the jobs that are queued, and waits for it, unless it is called from the thread itself.
    public func shutdown() {
        pthread_mutex_lock(mutex)
        let first = !stopping
        stopping = true
        pthread_cond_signal(condition)
        pthread_mutex_unlock(mutex)
        guard first else { return }
        if pthread_equal(pthread_self(), thread) != 0 { pthread_detach(thread) } else { pthread_join(thread, nil) }
    }

    private func work() {
        let (serial, preferred) = (asUnownedSerialExecutor(), asUnownedTaskExecutor())
        var batch: [UnownedJob] = []
        while true {
            pthread_mutex_lock(mutex)
            while jobs.isEmpty && !stopping { pthread_cond_wait(condition, mutex) }
            // Two buffers take turns, so that nothing is allocated.
            swap(&batch, &jobs)
            pthread_mutex_unlock(mutex)
            if batch.isEmpty { return }
            for job in batch { job.runSynchronously(isolatedTo: serial, taskExecutor: preferred) }
            batch.removeAll(keepingCapacity: true)
        }
    }
}
