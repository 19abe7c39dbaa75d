// A sensor that is due by the gateway's own log of tests is an alarm of its own, and its readings stay what they are.
import Alarms
import SensorModel
import TestSupport
import Testing

@Suite struct CalibrationDueTests {
    private static let rule = AlarmRule(
        id: "calibration-due",
        condition: RuleCondition(scope: .sensor, groups: [[.reasons(ReasonSet(uncertain: [.calibrationOverdue]))]]),
        onDelay: .seconds(60), offDelay: .seconds(60), severity: .notice)
    private static let other = AlarmRule(
        id: "sensor-stuck", condition: RuleCondition(scope: .sensor, groups: [[.reasons(ReasonSet(uncertain: [.stuck]))]]),
        severity: .warning)
    private static let due = EngineBench.at(-3600).wall

    private func bench() -> EngineBench { EngineBench([Self.rule, Self.other, EngineBench.prompt]) }

    @Test("a gas sensor whose test is due by the log is an alarm after its delay, and a passed test ends it")
    func byTheLog() throws {
        var bench = bench()
        #expect(bench.step(1, at: 0).isEmpty)
        bench.engine.setOverdue([EngineBench.gas: Self.due])
        for second in stride(from: 1.0, to: 60, by: 10) { #expect(bench.step(1, at: second).isEmpty) }
        let raised = try #require(bench.step(1, at: 61).first)
        #expect(raised.alarm.rule == "calibration-due" && raised.alarm.point == EngineBench.gas && raised.to == .unacknowledged)
        #expect(raised.alarm.note == "due since \(Self.due.rfc3339) by the calibration log")
        #expect(raised.alarm.evidence.map(\.measurement) == [.good(1)], "the reading is what it was")
        #expect(bench.step(.bad(.timeout), at: 70).isEmpty)
        #expect(bench.step(1, at: 80).isEmpty)
        bench.engine.setOverdue([:])
        #expect(bench.step(1, at: 90).isEmpty)
        #expect(bench.step(1, at: 150).map(\.cause) == [.returned])
        #expect(bench.step(1, at: 300).isEmpty)
    }

    @Test func `a sensor that is due still ends alarms about gas, and other sensors are not concerned`() {
        var bench = bench()
        bench.engine.setOverdue([EngineBench.gas: Self.due])
        #expect(bench.step(30, at: 0).map(\.alarm.rule) == ["methane-prompt"])
        #expect(bench.step(1, at: 1).map(\.cause) == [.returned])
        let oxygen = EngineBench.points[1].0
        for second in [0.0, 100, 200] { #expect(bench.step(20.9, at: second, oxygen, .oxygen).isEmpty) }
    }

    @Test func `what the device itself says counts beside the log`() {
        var bench = bench()
        #expect(bench.step(.uncertain(1, .calibrationOverdue), at: 0).isEmpty)
        #expect(bench.step(.uncertain(1, .calibrationOverdue), at: 60).map(\.alarm.note) == [nil])
        bench.engine.setOverdue([EngineBench.gas: Self.due])
        bench.engine.setOverdue([:])
        #expect(bench.step(.uncertain(1, .calibrationOverdue), at: 200).isEmpty, "the device still says so")
        #expect(bench.step(1, at: 210).isEmpty)
        #expect(bench.step(1, at: 270).map(\.cause) == [.returned])
    }
}
