// Time that passes only when nobody has anything to do, and the one thread that all of the daemon runs on.
import Glibc
import MemoryDisk
import SensorModel
import Synchronization

/// What all jobs go through, and what is to happen when. Nothing here waits: the next moment comes when all jobs are done.
///
/// `@unchecked Sendable`: only the thread that made it drains it and comes here, which `mustBeOurs` checks; jobs that come from
/// elsewhere (a timer of the runtime) go through the lock.
final class VirtualTime: @unchecked Sendable {
    /// For actors that want a thread of their own: it is the same one.
    final class ActorThread: SerialExecutor {
        fileprivate unowned let time: VirtualTime

        fileprivate init(_ time: VirtualTime) { self.time = time }

        func enqueue(_ job: consuming ExecutorJob) {
            let job = UnownedJob(job)
            time.jobs.withLock { $0.append((job, true)) }
        }
    }

    private enum Waiting {
        case sleeper(UnsafeContinuation<Void, any Error>)
        case action(() -> Void)
    }

    /// More jobs at one moment mean that somebody turns in circles.
    private static let mostJobs = 2_000_000

    private let owner = pthread_self()

    private typealias Job = (job: UnownedJob, isActors: Bool)
    private let jobs = Mutex<[Job]>([])
    private var batch: [Job] = []
    private var order = TimeOrder<Waiting>()
    /// Nanoseconds since the story began.
    private(set) var now: Int64 = 0
    /// Jobs so far.
    private(set) var jobsDone: UInt64 = 0
    /// True when a moment had no end.
    private(set) var isStuck = false

    /// What the runtime's pool says when it runs a job: it belongs to no actor. A preference of tasks for an executor of ours
    /// would have the runtime look it up, under a lock, at every step of every task.
    /// Source: swift, include/swift/ABI/Executor.h, SerialExecutorRef::generic.
    private static let pool = unsafeBitCast((UInt(0), UInt(0)), to: UnownedSerialExecutor.self)

    /// The one that runs now, for jobs that belong to nobody.
    private nonisolated(unsafe) static weak var current: VirtualTime?

    /// What actors with a thread of their own run on.
    private(set) lazy var actors = ActorThread(self)

    init() {
        Self.current = self
        global_jobs_go_to { job in
            guard let job else { return }
            VirtualTime.current?.jobs.withLock { $0.append((unsafeBitCast(job, to: UnownedJob.self), false)) }
        }
    }

    /// Runs jobs, and the jobs they make, until there are none.
    func drain() {
        mustBeOurs()
        let (serial, pool) = (actors.asUnownedSerialExecutor(), Self.pool)
        var count = 0
        while true {
            jobs.withLock { swap(&$0, &batch) }
            if batch.isEmpty { break }
            for (job, isActors) in batch {
                job.runSynchronously(on: isActors ? serial : pool)
            }
            count += batch.count
            batch.removeAll(keepingCapacity: true)
            if count > Self.mostJobs {
                isStuck = true
                break
            }
        }
        jobsDone += UInt64(count)
    }

    /// Ends the run where somebody else comes: everything around it is without locks.
    func mustBeOurs() { precondition(pthread_equal(owner, pthread_self()) != 0, "a second thread in the simulation") }

    /// Has something done at a moment, in the order in which it was asked for.
    func at(_ moment: Int64, _ action: @escaping () -> Void) {
        mustBeOurs()
        order.put(.action(action), at: moment, order.reserve())
    }

    /// Has something done after a time.
    func after(_ duration: Duration, _ action: @escaping () -> Void) { at(now + duration.nanoseconds, action) }

    /// Lets time pass: one thing after the other happens, and each has its consequences before the next.
    /// - Parameter happened: asked after each; false ends it.
    func run(until end: Int64, happened: () -> Bool) {
        drain()
        while !isStuck, let (moment, what) = order.next(until: end) {
            now = max(now, moment)
            switch what {
            case .sleeper(let continuation): continuation.resume()
            case .action(let action): action()
            }
            drain()
            if !happened() { return }
        }
        now = max(now, end)
    }

    /// The story is over: nothing happens any more. What waits would hold its world, and the world this.
    func forget() {
        for case .sleeper(let continuation) in order.end() { continuation.resume(throwing: CancellationError()) }
        drain()
    }

    /// Waits until a moment.
    func sleep(until moment: Int64) async throws {
        if Task.isCancelled { throw CancellationError() }
        guard moment > now else { return }
        mustBeOurs()
        let place = order.reserve()
        try await withTaskCancellationHandler {
            try await withUnsafeThrowingContinuation { (continuation: UnsafeContinuation<Void, any Error>) in
                order.put(.sleeper(continuation), at: moment, place)
            }
        } onCancel: {
            guard case .sleeper(let continuation)? = order.take(place) else { return }
            continuation.resume(throwing: CancellationError())
        }
    }
}

/// The clocks of one boot of the gateway: a monotonic one that starts anew, and a wall clock that may be anything.
///
/// `@unchecked Sendable`: the daemon and its closures ask for it; all of it runs on the one thread of `VirtualTime`, which checks
/// that at each moment and each line of the log.
final class BootClock: TimeSource, @unchecked Sendable {
    let time: VirtualTime
    /// Nanoseconds since boot at the story's begin.
    private let offset: Int64
    /// What the wall clock says beside the story's time, and how fast it runs away from it.
    private(set) var wallOffset: Int64
    private var drift: Double
    private var driftSince: Int64
    /// What the kernel says: `synced`, or something else.
    var trust: ClockState
    /// Whether a time server has set it wrong.
    private(set) var isMisled = false

    init(_ time: VirtualTime, monotonic: Int64, wallOffset: Int64, drift: Double, trust: ClockState) {
        self.time = time
        offset = monotonic - time.now
        self.wallOffset = wallOffset
        self.drift = drift
        driftSince = time.now
        self.trust = trust
    }

    func now() -> Timestamp {
        let moment = time.now
        return Timestamp(
            wall: WallTime(nanoseconds: moment + wallOffset + Int64(drift * Double(moment - driftSince))),
            monotonic: MonotonicTime(nanoseconds: moment + offset), clock: trust)
    }

    func sleep(until deadline: MonotonicTime) async throws {
        // Nobody waits for what lies centuries ahead.
        try await time.sleep(until: deadline.nanoseconds > .max / 2 ? .max : deadline.nanoseconds - offset)
    }

    /// The wall clock jumps.
    func step(by nanoseconds: Int64) { wallOffset += nanoseconds }

    /// A time server sets it wrong.
    func mislead(to offset: Int64) { (wallOffset, drift, driftSince, trust, isMisled) = (offset, 0, time.now, .synced, true) }

    /// A time server sets it right.
    func synchronise(drift new: Double) {
        wallOffset = Story.begin
        (drift, driftSince, trust, isMisled) = (new, time.now, .synced, false)
    }
}
