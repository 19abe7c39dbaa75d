// A mark that cannot be written: no further numbers, though commits succeed. That is said, and alarms have numbers again as
// soon as it can be.
import Glibc
@testable import Gateway
import SensorModel
import TestSupport
import Testing

@Suite struct WriterNumbersTests {
    private let folder = TemporaryFolder()

    /// In the place of a lane's mark there is a folder.
    private func block(_ lane: Lane) throws {
        let mark = folder.file("store/\(lane.rawValue).db.mark")
        try #require(rename(mark, mark + ".away") == 0 && mkdir(mark, 0o750) == 0)
    }

    private func unblock(_ lane: Lane) throws {
        let mark = folder.file("store/\(lane.rawValue).db.mark")
        try #require(rmdir(mark) == 0 && rename(mark + ".away", mark) == 0)
    }

    @Test func `alarms without numbers are said while they wait, and have them soon after the mark can be written`() throws {
        let bench = try PipelineBench(folder: folder, storeBytes: 64 << 20)
        bench.broker.set(away: true)
        let (intake, alarms) = (bench.intake, bench.alarms)
        func raise(_ count: Int) throws {
            try bench.executor.result {
                for number in 0..<count {
                    intake.setGatewayAlarm("broken", severity: .notice, problem: number % 2 == 0 ? "it is broken" : nil)
                }
            }
            bench.pass(.seconds(1))
        }
        bench.startAlarmWriter()
        try block(.alarms)
        try raise(600)
        #expect(!intake.hasUnnumbered)
        #expect(alarms.problem(after: .zero)?.contains("alarms.db.mark") == true, "said before the last number is used up")
        #expect(bench.store.alarms.isUnsettled)
        bench.live { [committed = bench.committed] in committed.send("waited \(await alarms.isCommitted(within: .seconds(5)))") }
        bench.executor.drain()
        #expect(bench.takeCommitted().last == "waited true", "what has its number is committed as ever")
        try raise(600)
        #expect(intake.hasUnnumbered)
        bench.pass(.seconds(10))
        #expect(intake.hasUnnumbered && bench.takeCommitted().last == "alarms 1024")
        try unblock(.alarms)
        bench.pass(.seconds(2))
        #expect(!intake.hasUnnumbered, "nothing was pending, and nothing new came")
        #expect(alarms.problem(after: .zero) == nil)
        bench.pass(.seconds(2))
        #expect(bench.takeCommitted().last == "alarms 1200")
        #expect(try bench.content(.alarms).count == 1200)
    }

    @Test func `readings without numbers are said while they wait`() throws {
        let bench = try PipelineBench(folder: folder)
        bench.broker.set(away: true)
        let readings = bench.readings
        func take(_ count: Int) {
            for _ in 0..<count {
                readings.take(
                    Reading(
                        point: PipelineBench.gas, quantity: .methane, measurement: .good(1), time: bench.clock.now(),
                        origin: .field))
            }
            bench.pass(.seconds(5))
        }
        bench.start()
        try block(.readings)
        take(6000)
        #expect(readings.uncommitted == 0 && readings.problem(after: .zero)?.contains("readings.db.mark") == true)
        take(6000)
        #expect(readings.uncommitted == 2000)
        try unblock(.readings)
        bench.pass(.seconds(10))
        #expect(readings.uncommitted == 0 && readings.problem(after: .zero) == nil)
    }
}
