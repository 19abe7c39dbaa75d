// The gateway's own alarm about its store: raised when alarms have to be given up, and over when they are delivered.
import Outbox
import Platform
import SensorModel
import TestSupport
import Testing

@testable import Gateway

@Suite struct StorageWatchTests {
    private let folder = TemporaryFolder()

    @Test func `a store full of alarms that nobody has is an alarm of its own, until they are delivered`() throws {
        let bench = try PipelineBench(folder: folder, storeBytes: 1 << 20)
        let (store, clock) = (bench.store, bench.clock)
        let watch = StorageWatch(
            store: store, readings: bench.readings, alarms: bench.alarms, intake: bench.intake, clock: clock, language: .en)
        func commit(_ range: ClosedRange<Int64>) throws {
            try bench.executor.result {
                for first in stride(from: range.lowerBound, through: range.upperBound, by: 20) {
                    let records = (first..<first + 20).map { NumberedRecord(seq: $0, body: [UInt8](repeating: 65, count: 400)) }
                    try await store.alarms.append(records, now: clock.now())
                }
            }
        }
        try commit(1...1000)
        #expect(watch.problems == [], "they stand in room of the readings, and none is lost")
        try commit(1001...3000)
        #expect(watch.problems.count == 1 && watch.problems[0].en.contains("the oldest of them go: restore the uplink"))
        bench.live { await watch.run() }
        bench.pass(.seconds(2))
        let raised = try #require(try bench.activeAlarms().first)
        #expect(raised.rule == "storage-failed" && raised.note == watch.problems[0].en && raised.state == .unacknowledged)
        try bench.executor.result {
            await store.alarms.delivered("city", through: 3000)
            try await store.alarms.settle(now: clock.now())
        }
        bench.pass(.seconds(2))
        #expect(watch.problems == [])
        #expect(try bench.activeAlarms().map(\.state) == [.returnedUnacknowledged])
        try bench.stop()
    }
}
