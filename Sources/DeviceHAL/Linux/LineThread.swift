// One thread for one chip: it waits for edges and for work at the same time. The cooperative pool never waits for it.
import CGPIO
import Glibc
import Synchronization

/// Runs jobs on the chip's lines, in the order they came, and takes the lines' events in between.
///
/// Not a `ThreadExecutor`: that one waits for jobs alone, and a job that waited for edges would keep all others out.
final class LineThread: Sendable {
    typealias Job = @Sendable (LineTable) -> Void

    private struct Work {
        /// Bounded by the number of tasks that wait for an answer, and of lines to give back.
        var jobs: [Job] = []
        var stopping = false
    }

    private final class Desk: Sendable {
        let name: String
        let chip: String
        let waker: Int32
        let work = Mutex(Work())

        init(_ name: String, _ chip: String, _ waker: Int32) {
            self.name = name
            self.chip = chip
            self.waker = waker
        }

        deinit { close(waker) }
    }

    private let desk: Desk
    private let thread: pthread_t

    /// Starts the thread; opens nothing yet.
    /// - Parameters:
    ///   - name: shown by `ps -L`; at most 15 characters are kept.
    ///   - chip: label or path.
    init(name: String, chip: String) {
        let waker = cgpio_waker()
        precondition(waker >= 0, "eventfd: error \(-waker)")
        desk = Desk(name, chip, waker)
        var started = pthread_t()
        let result = pthread_create(
            &started, nil,
            { @Sendable argument in
                guard let argument else { return nil }
                let desk = Unmanaged<Desk>.fromOpaque(argument).takeRetainedValue()
                cgpio_name_thread(desk.name)
                LineThread.work(at: desk)
                return nil
            }, Unmanaged.passRetained(desk).toOpaque())
        precondition(result == 0, "pthread_create: error \(result)")
        thread = started
    }

    /// Runs a job and waits for what it returns.
    func run<Value: Sendable>(_ job: @escaping @Sendable (LineTable) -> Value) async -> Value {
        await withCheckedContinuation { continuation in
            post { continuation.resume(returning: job($0)) }
        }
    }

    /// Runs a job some time. Who wants to be sure that it runs must see to it that `stop` comes after.
    func post(_ job: @escaping Job) {
        desk.work.withLock { $0.jobs.append(job) }
        cgpio_wake(desk.waker)
    }

    /// Lets the thread end after the jobs that are queued, its lines given back, and waits for it. Not from the thread itself.
    func stop() {
        let first = desk.work.withLock { work in
            defer { work.stopping = true }
            return !work.stopping
        }
        guard first else { return }
        cgpio_wake(desk.waker)
        pthread_join(thread, nil)
    }

    private static func work(at desk: Desk) {
        let table = LineTable(chip: desk.chip)
        var ready: [Bool] = []
        while true {
            let (jobs, stopping) = desk.work.withLock { work in
                defer { work.jobs.removeAll() }
                return (work.jobs, work.stopping)
            }
            for job in jobs { job(table) }
            if stopping, jobs.isEmpty { break }
            if stopping { continue }
            let watched = table.watched
            let descriptors = [desk.waker] + watched.map(\.descriptor)
            ready = Array(repeating: false, count: descriptors.count)
            // A job that came meanwhile has rung: this returns at once then, and the lines are served all the same.
            let result = cgpio_wait(descriptors, &ready, Int32(descriptors.count))
            if result != 0 { table.waitFailed(-result) }
            for (line, ready) in zip(watched, ready.dropFirst()) where ready { table.serve(line.id) }
        }
        table.close()
    }
}
