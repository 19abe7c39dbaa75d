// One thread for one actor: its own, in order, and gone after shutdown.
import Dispatch
import Foundation
import Glibc
import Platform
import TestSupport
import Testing

@Suite(.serialized) struct ThreadExecutorTests {
    /// An actor as a bus or a lane is one.
    private actor Worker {
        nonisolated let executor: ThreadExecutor
        nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }
        private(set) var notes: [Int] = []
        private var inside = 0
        private(set) var largestInside = 0

        init(_ executor: ThreadExecutor) { self.executor = executor }

        func note(_ number: Int) {
            inside += 1
            largestInside = max(largestInside, inside)
            notes.append(number)
            inside -= 1
        }

        func hold(until released: DispatchSemaphore) { released.wait() }

        func thread() -> pthread_t { pthread_self() }

        func threadName() -> String { TextFile.read("/proc/thread-self/comm", atMost: 64) ?? "" }

        nonisolated func assumed() -> Int { assumeIsolated { $0.inside } }

        /// For who is on the thread, though not in the actor: nobody else can be in it.
        nonisolated func assumedCount() -> Int { assumeIsolated { $0.notes.count } }

        func checkedInside() -> Int { assumed() }
    }

    /// Threads of this process with the name: other tests make and end threads at the same time.
    private func threads(named name: String) throws -> Int {
        let tasks = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/task")
        return tasks.filter { TextFile.read("/proc/self/task/\($0)/comm", atMost: 64) == name + "\n" }.count
    }

    @Test("jobs that wait for the thread run in the order they came")
    func order() async {
        let executor = ThreadExecutor(name: "order")
        defer { executor.shutdown() }
        let worker = Worker(executor)
        let released = DispatchSemaphore(value: 0)
        let callers = SingleThreadExecutor()
        callers.start { await worker.hold(until: released) }
        // Drained one by one, the calls are queued in this order while the thread is held.
        for number in 0..<100 {
            callers.start { await worker.note(number) }
            callers.drain()
        }
        released.signal()
        // Behind them all in the queue.
        #expect(await worker.notes == Array(0..<100))
        callers.drain()
    }

    @Test("many callers at once are served one at a time, and none is forgotten")
    func manyCallers() async {
        let executor = ThreadExecutor(name: "callers")
        defer { executor.shutdown() }
        let worker = Worker(executor)
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<400 { group.addTask { await worker.note(number) } }
        }
        #expect(await worker.notes.sorted() == Array(0..<400))
        #expect(await worker.largestInside == 1)
    }

    @Test("an actor runs on its executor's thread, always the same one, with the executor's name cut to 15 characters")
    func ownThread() async {
        let executor = ThreadExecutor(name: "a-thread-with-a-long-name")
        let other = ThreadExecutor(name: "another")
        defer {
            executor.shutdown()
            other.shutdown()
        }
        let worker = Worker(executor)
        let first = await worker.thread()
        await Task.yield()
        #expect(await worker.thread() == first)
        #expect(await Worker(other).thread() != first)
        #expect(await worker.threadName() == "a-thread-with-a\n")
    }

    @Test("isolation holds on the executor's thread")
    func isolation() async {
        let executor = ThreadExecutor(name: "isolation")
        defer { executor.shutdown() }
        #expect(await Worker(executor).checkedInside() == 0)
    }

    @Test("isolation claimed from another thread is a programming error that stops the program")
    func isolationRefused() async {
        await #expect(processExitsWith: .failure) {
            let executor = ThreadExecutor(name: "refused")
            executor.checkIsolated()
        }
    }

    @Test("shutdown ends the thread, and may be asked for twice")
    func shutdown() async throws {
        let name = "ends-\(getpid() % 10_000)"
        #expect(try threads(named: name) == 0)
        let executors = (0..<5).map { _ in ThreadExecutor(name: name) }
        for executor in executors { _ = await Worker(executor).thread() }
        #expect(try threads(named: name) == 5)
        for executor in executors {
            executor.shutdown()
            executor.shutdown()
        }
        // The kernel takes a joined thread out of /proc a moment after the join.
        #expect(try await eventually { try threads(named: name) == 0 })
    }

    @Test("a task that prefers the executor may be the one to shut it down")
    func shutdownFromInside() async throws {
        let name = "own-\(getpid() % 10_000)"
        let executor = ThreadExecutor(name: name)
        await withTaskExecutorPreference(executor) { executor.shutdown() }
        #expect(try await eventually { try threads(named: name) == 0 })
    }

    @Test("a task that prefers the executor goes to its actor and back on one thread")
    func preferred() async {
        let executor = ThreadExecutor(name: "preferred")
        let worker = Worker(executor)
        let threads = await withTaskExecutorPreference(executor) {
            [await present(), await worker.thread(), await present()]
        }
        #expect(threads[0] == threads[1])
        #expect(threads[2] == threads[1])
        executor.shutdown()
    }

    @Test("what a task does between two calls goes before the calls of others that wait, on the same thread")
    func between() async {
        let executor = ThreadExecutor(name: "between")
        defer { executor.shutdown() }
        let worker = Worker(executor)
        let released = DispatchSemaphore(value: 0)
        let callers = SingleThreadExecutor()
        callers.start { await worker.hold(until: released) }
        callers.drain()
        for number in 0..<10 {
            callers.start { await worker.note(number) }
            callers.drain()
        }
        let task = Task(executorPreference: executor.between) { (await done(by: worker), await present()) }
        released.signal()
        let (before, thread) = await task.value
        #expect(before == 0)
        #expect(await worker.thread() == thread)
        #expect(await worker.notes == Array(0..<10))
        callers.drain()
    }

    /// How many of the calls had had their turn when the task had.
    private func done(by worker: Worker) async -> Int { worker.assumedCount() }

    /// The thread of a task that is on no actor.
    private func present() async -> pthread_t { pthread_self() }

    @Test("what was asked before shutdown is still done")
    func shutdownFinishes() async {
        let executor = ThreadExecutor(name: "finishes")
        let worker = Worker(executor)
        let tasks = (0..<50).map { number in Task { await worker.note(number) } }
        for task in tasks { await task.value }
        let count = await worker.notes.count
        executor.shutdown()
        #expect(count == 50)
    }
}
