// Readings on their way to the medium: together, in order, and nothing lost without a word.
@testable import Gateway
import SensorModel
import TestSupport
import Testing

@Suite struct WriterReadingsTests {
    private let folder = TemporaryFolder()

    private func bench(boot: String = "boot-1", clock: ManualClock = ManualClock()) throws -> PipelineBench {
        let bench = try PipelineBench(folder: folder, clock: clock, boot: boot)
        bench.broker.set(away: true)
        return bench
    }

    private func numbers(_ content: [String]) -> [Int] { content.compactMap { Int($0.prefix { $0 != " " }) } }

    @Test("readings are committed together, one commit interval after the first")
    func interval() throws {
        let bench = try bench()
        bench.start()
        try bench.read(.good(1))
        bench.pass(.milliseconds(1500))
        try bench.read(.good(2))
        bench.pass(.milliseconds(499))
        #expect(bench.takeCommitted().isEmpty)
        #expect(try bench.content(.readings).isEmpty)
        bench.pass(.milliseconds(1))
        #expect(bench.takeCommitted() == ["readings 2"])
        #expect(try bench.content(.readings).count == 2)
    }

    @Test("a writer without work looks every five seconds, and takes a reading at once all the same")
    func rest() throws {
        let bench = try bench()
        bench.start()
        let began = bench.clock.now().monotonic
        #expect(bench.readings.pulse.due == began + .seconds(5 + 2 + 30))
        bench.pass(.milliseconds(5001))
        try bench.read(.good(1))
        bench.pass(.milliseconds(1999))
        #expect(bench.takeCommitted().isEmpty)
        bench.pass(.milliseconds(1))
        #expect(bench.takeCommitted() == ["readings 1"])
        let lane = bench.store.readings
        let clock = bench.clock
        try bench.executor.result { await lane.delivered("city", through: 1, now: clock.now().monotonic) }
        bench.pass(.seconds(7))
        #expect(!lane.isUnsettled, "noted within five seconds and one commit interval")
    }

    @Test("readings are numbered without holes over many commits")
    func consecutive() throws {
        let bench = try bench()
        bench.start()
        for number in 0..<500 {
            bench.pass(.milliseconds(37))
            try bench.read(.good(Double(number % 15)))
        }
        bench.pass(.seconds(5))
        let content = try bench.content(.readings)
        #expect(numbers(content) == Array(1...500))
        let values = try content.map { try members(String($0.drop { $0 != "{" }))["value"] as? Double }
        #expect(values == (0..<500).map { Double($0 % 15) })
    }

    @Test("what was taken before the end is committed at the end")
    func atTheEnd() throws {
        let clock = ManualClock()
        var first: PipelineBench? = try bench(clock: clock)
        first?.start()
        try first?.read(.good(1))
        try first?.stop()
        #expect(first?.takeCommitted() == ["readings 1"])
        first = nil
        let second = try bench(clock: clock)
        #expect(numbers(try second.content(.readings)) == [1])
    }

    @Test("a delivery that could not be noted holds up no reading that comes after it")
    func failedSettlement() throws {
        let bench = try bench()
        bench.broker.set(away: false)
        bench.start()
        try bench.read(.good(1))
        bench.pass(.seconds(14))
        #expect(bench.takeCommitted() == ["readings 1"])
        // The file takes nothing just when the delivery is to be noted.
        try bench.setTakesNothing(.readings, true)
        bench.pass(.seconds(6))
        #expect(bench.readings.problem(after: .zero) != nil)
        try bench.setTakesNothing(.readings, false)
        try bench.read(.good(2))
        bench.pass(.seconds(5))
        #expect(bench.takeCommitted() == ["readings 2"])
        #expect(bench.readings.problem(after: .zero) == nil)
    }

    @Test("readings that found no room in memory leave a gap with their count, and every other one comes")
    func overflow() throws {
        let bench = try bench()
        for number in 0..<10_123 as Range<Int64> {
            let time = Timestamp(
                wall: WallTime(nanoseconds: number * 1_000_000), monotonic: MonotonicTime(nanoseconds: number), clock: .synced)
            bench.readings.take(
                Reading(
                    point: PipelineBench.gas, quantity: .methane, measurement: .good(Double(number)), time: time, origin: .field))
        }
        #expect(bench.readings.dropped == 123)
        bench.start()
        bench.pass(.seconds(20))
        let content = try bench.content(.readings)
        #expect(content.first == "1-123 123 evicted")
        #expect(numbers(Array(content.dropFirst())) == Array(124...10_123))
        #expect(content.dropFirst().first?.contains(#""value":123.0,"#) == true)
        #expect(content.last?.contains(#""value":10122.0,"#) == true)
    }

    @Test("when a boot's clock becomes known, one clock record precedes the first reading with a trusted time")
    func clockRecord() throws {
        let bench = try bench()
        bench.clock.set(.unsynced)
        bench.start()
        for _ in 0..<3 {
            try bench.read(.good(1))
            bench.pass(.seconds(3))
        }
        bench.clock.stepWall(by: .seconds(1000))
        bench.clock.set(.synced)
        let now = bench.clock.now()
        for _ in 0..<3 {
            try bench.read(.good(2))
            bench.pass(.seconds(3))
        }
        bench.clock.set(.holdover)
        try bench.read(.good(3))
        bench.pass(.seconds(3))
        let content = try bench.content(.readings)
        #expect(numbers(content) == Array(1...8))
        let clocks = content.indices.filter { content[$0].contains("offset_ms") }
        #expect(clocks == [3])
        let record = try members(String(content[3].drop { $0 != "{" }))["clock"] as? [String: Any]
        #expect(record?["boot"] as? String == "boot-1")
        #expect(record?["offset_ms"] as? Int64 == now.wall.milliseconds - now.monotonic.milliseconds)
        #expect(content[..<3].allSatisfy { $0.contains("monotonic_ms") })
    }

    @Test("the clock record also comes when the daemon was restarted in between, and then never again in that boot")
    func clockRecordAfterRestart() throws {
        let clock = ManualClock()
        clock.set(.unsynced)
        func run(boot: String) throws -> [String] {
            let bench = try bench(boot: boot, clock: clock)
            bench.start()
            try bench.read(.good(1))
            bench.pass(.seconds(3))
            let content = try bench.content(.readings)
            try bench.stop()
            return content
        }
        #expect(try run(boot: "boot-1").filter { $0.contains("offset_ms") }.isEmpty)
        clock.set(.synced)
        #expect(try run(boot: "boot-1").map { $0.contains("offset_ms") } == [false, true, false])
        #expect(try run(boot: "boot-1").map { $0.contains("offset_ms") } == [false, true, false, false])
    }

    @Test("another boot knows nothing of this boot's clock: no clock record for it")
    func clockRecordOfAnotherBoot() throws {
        let clock = ManualClock()
        clock.set(.unsynced)
        var first: PipelineBench? = try bench(clock: clock)
        first?.start()
        try first?.read(.good(1))
        try first?.stop()
        first = nil
        clock.set(.synced)
        let second = try bench(boot: "boot-2", clock: clock)
        second.start()
        try second.read(.good(1))
        clock.advance(by: .seconds(1))
        second.pass(.seconds(3))
        let lane = second.store.readings
        #expect(try second.executor.result { try await lane.currentStatistics().lastSeq } == 2)
    }
}
