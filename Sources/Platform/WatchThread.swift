// A thread that looks at something again and again, also when all others stand still: neither the pool of the tasks nor any
// timer of theirs is needed for it.
import CPlatform
import Glibc
import Synchronization

/// One thread of its own for one thing that is looked at again and again.
///
/// `@unchecked Sendable`: flag and thread are touched only under the mutex, which the compiler cannot see because a condition
/// variable needs a pthread mutex.
public final class WatchThread: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private let name: String
    private let look: @Sendable () -> Duration
    private var stopping = false
    private var thread: pthread_t?

    /// - Parameters:
    ///   - name: shown by `ps -L`; at most 15 characters are kept.
    ///   - look: looks, and says how long to wait before the next time.
    public init(name: String, look: @escaping @Sendable () -> Duration) {
        self.name = name
        self.look = look
        pthread_mutex_init(mutex, nil)
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(condition, &attributes)
        pthread_condattr_destroy(&attributes)
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    /// Begins to look. Once only.
    /// - Returns: 0, or the errno of a system that has no thread left.
    public func start() -> Int32 {
        let own = Unmanaged.passRetained(self)
        var thread = pthread_t()
        let result = pthread_create(
            &thread, nil,
            { @Sendable argument in
                guard let argument else { return nil }
                let own = Unmanaged<WatchThread>.fromOpaque(argument).takeRetainedValue()
                cplatform_name_thread(own.name)
                own.work()
                return nil
            }, own.toOpaque())
        guard result == 0 else {
            own.release()
            return result
        }
        pthread_mutex_lock(mutex)
        self.thread = thread
        pthread_mutex_unlock(mutex)
        return 0
    }

    /// Ends it, after the look that is under way. Not from the thread itself.
    public func stop() {
        pthread_mutex_lock(mutex)
        stopping = true
        let ending = thread
        thread = nil
        pthread_cond_signal(condition)
        pthread_mutex_unlock(mutex)
        if let ending { pthread_join(ending, nil) }
    }

    private func work() {
        while true {
            let wait = look().components
            var end = timespec()
            clock_gettime(CLOCK_MONOTONIC, &end)
            end.tv_sec += Int(wait.seconds)
            end.tv_nsec += Int(wait.attoseconds / 1_000_000_000)
            if end.tv_nsec >= 1_000_000_000 {
                end.tv_sec += 1
                end.tv_nsec -= 1_000_000_000
            }
            pthread_mutex_lock(mutex)
            defer { pthread_mutex_unlock(mutex) }
            while !stopping, pthread_cond_timedwait(condition, mutex, &end) == 0 {}
            if stopping { return }
        }
    }
}
