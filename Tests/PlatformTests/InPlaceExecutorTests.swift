// The executor without a thread: on the thread that asks, one at a time, also when many ask.
import Glibc
import Platform
import Testing

@Suite struct InPlaceExecutorTests {
    private actor Ledger {
        private let executor = InPlaceExecutor()
        private var balance = 0
        private var isInside = false
        private(set) var overlaps = 0

        nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

        func add(_ amount: Int) -> Int {
            if isInside { overlaps += 1 }
            isInside = true
            for _ in 0..<100 { balance += amount }
            isInside = false
            return balance
        }

        func thread() -> pthread_t { pthread_self() }
    }

    @Test func `callers from many threads come one at a time and nothing is lost`() async {
        let ledger = Ledger()
        await withDiscardingTaskGroup { group in
            for _ in 0..<8 {
                group.addTask { for _ in 0..<1000 { _ = await ledger.add(1) } }
            }
        }
        #expect(await ledger.add(0) == 800_000)
        #expect(await ledger.overlaps == 0)
    }

    @Test func `a caller with a thread of its own is served on that thread`() async {
        let (ledger, executor) = (Ledger(), ThreadExecutor(name: "caller"))
        let isSame = await withTaskExecutorPreference(executor) {
            let own = pthread_self()
            return pthread_equal(await ledger.thread(), own) != 0
        }
        #expect(isSame)
        executor.shutdown()
    }
}
