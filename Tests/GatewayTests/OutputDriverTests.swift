// A siren on its way from the reading to the line: first of all, without disk, numbers or uplink, and without power too.
import Alarms
import DeviceHAL
@testable import Gateway
import Logging
import SensorModel
import TestSupport
import Testing

@Suite struct OutputDriverTests {
    private let folder = TemporaryFolder()

    private struct Box {
        let bench: PipelineBench
        let lines: ScriptedDigitalLines
        let driver: OutputDriver

        var isEnergised: Bool { lines.isHigh(0) }

        /// Begins to drive, and takes up what an earlier run left.
        func start() throws {
            let driver = self.driver
            bench.live { await driver.run() }
            bench.executor.drain()
            #expect(try bench.restoreAlarms() == [])
            bench.executor.drain()
        }

        func state() throws -> DrivenLine.State {
            let line = driver.line
            return try bench.executor.result { await line.state }
        }
    }

    private func box(
        failSafe: Bool = true, until: OutputCondition.Until = .returned, clock: ManualClock = ManualClock(),
        alarmNumbers: Int64? = nil, seed: UInt64 = 1
    ) throws -> Box {
        let board = OutputBoard(["siren": OutputCondition(severity: .warning, until: until)])
        let bench = try PipelineBench(folder: folder, clock: clock, seed: seed, alarmNumbers: alarmNumbers, outputs: board)
        let lines = ScriptedDigitalLines(names: ["GPIO5"], clock: clock)
        let line = DrivenLine(LineSettings(line: .name("GPIO5")), chip: "scripted", lines: lines)
        let driver = OutputDriver(
            id: "siren", line: line, failSafe: failSafe, level: try #require(board.level(of: "siren")), clock: clock,
            log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        return Box(bench: bench, lines: lines, driver: driver)
    }

    @Test("before the intake runs the line is nobody's, then it says that all is well", arguments: [true, false])
    func beginning(_ failSafe: Bool) throws {
        let box = try box(failSafe: failSafe)
        let driver = box.driver
        box.bench.live { await driver.run() }
        box.bench.pass(.seconds(60))
        #expect(box.lines.claims == 0 && !box.isEnergised)
        #expect(try box.bench.restoreAlarms() == [])
        box.bench.executor.drain()
        #expect(box.lines.claims == 1 && box.isEnergised == failSafe)
        #expect(try box.state().isConfirmed == true)
    }

    @Test(
        "an alarm sounds at once, fail-safe by letting go, otherwise by power, until it has returned", arguments: [true, false])
    func alarm(_ failSafe: Bool) throws {
        let box = try box(failSafe: failSafe)
        try box.start()
        try box.bench.read(.good(30))
        #expect(box.isEnergised != failSafe)
        let (intake, id) = (box.bench.intake, try #require(try box.bench.activeAlarms().first?.id))
        _ = try box.bench.executor.result { try intake.acknowledge(id, by: "chen") }
        #expect(box.isEnergised != failSafe, "an acknowledgement does not end the danger")
        box.bench.pass(.seconds(1))
        try box.bench.read(.good(0))
        #expect(box.isEnergised == failSafe)
    }

    @Test("a siren that is to be acknowledged sounds until somebody knows, although the alarm has returned")
    func acknowledged() throws {
        let box = try box(until: .acknowledged)
        try box.start()
        try box.bench.read(.good(30))
        box.bench.pass(.seconds(1))
        try box.bench.read(.good(0))
        #expect(!box.isEnergised)
        let (intake, id) = (box.bench.intake, try #require(try box.bench.activeAlarms().first?.id))
        _ = try box.bench.executor.result { try intake.acknowledge(id, by: "chen") }
        box.bench.executor.drain()
        #expect(box.isEnergised)
    }

    @Test("it sounds without a number, a disk and an uplink")
    func alone() throws {
        let box = try box(alarmNumbers: 0)
        try box.start()
        try box.bench.read(.good(30))
        #expect(!box.isEnergised)
        #expect(try box.bench.content(.alarms).isEmpty && box.bench.broker.payloads("alarms").isEmpty)
    }

    @Test("an alarm that an earlier run left sounds from the first claim on")
    func restart() throws {
        let clock = ManualClock()
        var first: Box? = try box(clock: clock)
        first?.bench.broker.set(away: true)
        first?.bench.start()
        try first?.start()
        try first?.bench.read(.good(30))
        try first?.bench.stop()
        first = nil
        let second = try box(failSafe: false, clock: clock, seed: 2)
        try second.start()
        #expect(second.isEnergised)
    }

    @Test("at the end the line is without power and free: a fail-safe siren sounds, because nobody watches any more")
    func ending() throws {
        let box = try box()
        let driver = box.driver
        let run = box.bench.executor.start { await driver.run() }
        #expect(try box.bench.restoreAlarms() == [])
        box.bench.executor.drain()
        #expect(box.isEnergised)
        run.cancel()
        box.bench.executor.drain()
        #expect(!box.isEnergised)
        let lines = box.lines
        #expect(try box.bench.executor.result { try await lines.describe().lines[0].holder } == nil)
    }

    @Test("a chip that is lost is noticed without an alarm, and sounds when it is back if there is one by then")
    func lost() throws {
        let box = try box(failSafe: false)
        try box.start()
        box.lines.unplug()
        box.bench.pass(.seconds(6))
        #expect(try box.state().problem?.contains("is not there") == true)
        try box.bench.read(.good(30))
        #expect(try box.state().active == nil)
        box.lines.plug()
        box.bench.pass(.seconds(31))
        #expect(box.isEnergised)
        #expect(try box.state().problem == nil)
    }
}
