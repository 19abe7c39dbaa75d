// Receipts through the service and a real lane: the record out of the file, again and the same, and what a restart knows.
import Platform
import SensorModel
import Testing
import TestSupport

@testable import Outbox
@testable import Uplink

@Suite struct UplinkReceiptTests {
    private func raise(_ alarm: String, _ seq: Int64, _ bench: UplinkServiceTests.Bench) throws {
        let (store, clock) = (bench.lanes[.alarms], bench.clock)
        let body = Array("\"alarm\":\"\(alarm)\",\"rule\":\"r\",\"severity\":1,\"from\":\"normal\"".utf8)
        _ = try bench.executor.result { try await store?.append([NumberedRecord(seq: seq, body: body)], now: clock.now()) }
        bench.service.committed(.alarms, through: seq)
        bench.executor.run(bench.clock, for: .seconds(1))
    }

    private func states(_ bench: UplinkServiceTests.Bench) throws -> [String] {
        let (store, clock) = (bench.lanes[.alarms], bench.clock)
        return try bench.executor.result {
            try await store?.settle(after: .zero, now: clock.now())
            return try await store?.states().map(\.key) ?? []
        }
    }

    /// A platform that has given a receipt for the first alarm, and not for the second.
    private func bench() throws -> UplinkServiceTests.Bench {
        let bench = try UplinkServiceTests.Bench(retention: .seconds(7 * 86_400))
        bench.start()
        bench.executor.run(bench.clock, for: .seconds(1))
        try raise("first", 1, bench)
        bench.service.confirmed("first")
        try raise("second", 2, bench)
        return bench
    }

    private func alarms(_ bench: UplinkServiceTests.Bench) -> [String] { bench.texts.filter { $0.hasPrefix("alarms: ") } }

    @Test func `an alarm without a receipt comes again as it was, and after its receipt no more`() throws {
        let bench = try bench()
        #expect(alarms(bench).count == 2)
        bench.executor.run(bench.clock, for: .seconds(61))
        #expect(alarms(bench).count == 3)
        #expect(alarms(bench).last == alarms(bench)[1])
        #expect(try states(bench) == ["receipt/city/second", "receipts/city"])
        bench.service.confirmed("second")
        bench.executor.run(bench.clock, for: .seconds(3600))
        #expect(alarms(bench).count == 3)
        #expect(try states(bench) == ["receipts/city"])
        #expect(bench.service.status.receiptsAwaited == 0 && bench.service.status.alarmsSentAgain == 1)
        bench.end()
    }

    @Test func `that it waits is as durable as that it is delivered`() throws {
        let bench = try bench()
        #expect(try states(bench) == ["receipt/city/second", "receipts/city"])
        #expect(try bench.statistics(.alarms)?.uplinks["city"]?.delivered == 2)
        bench.end()
    }

    @Test func `what was acknowledged just before the end waits for its receipt after it`() throws {
        let bench = try bench()
        try raise("third", 3, bench)
        bench.service.stop()
        bench.executor.run(bench.clock, for: .seconds(5))
        #expect(try states(bench) == ["receipt/city/second", "receipt/city/third", "receipts/city"])
        bench.end()
    }
}
