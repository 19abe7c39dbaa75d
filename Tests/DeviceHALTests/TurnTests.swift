// Work that suspends in the middle, asked for by several tasks: it must not be overtaken.
@testable import DeviceHAL
import SensorModel
import Synchronization
import TestSupport
import Testing

@Suite struct TurnTests {
    @Test("who asked first is done first, however long it takes, and nobody slips in between")
    func order() throws {
        let executor = SingleThreadExecutor()
        let clock = ManualClock()
        let turn = Turn()
        let log = Mutex<[String]>([])
        for (name, seconds) in [("a", 3), ("b", 1), ("c", 2)] {
            executor.start {
                await turn.take {
                    log.withLock { $0.append("\(name)+") }
                    try? await clock.sleep(until: clock.now().monotonic + .seconds(seconds))
                    log.withLock { $0.append("\(name)-") }
                }
            }
        }
        executor.run(clock, for: .seconds(10))
        #expect(log.withLock { $0 } == ["a+", "a-", "b+", "b-", "c+", "c-"])
        #expect(try executor.result { await turn.take { 7 } } == 7)
    }
}
