// The judge of scenarios: what was seen counts, once, in its window, at its cover.
@testable import Gateway
import Alarms
import DeviceHALSimulated
import SensorModel
import TestSupport
import Testing

/// The testing library has an expectation of its own.
private typealias Expected = DeviceHALSimulated.Expectation

@Suite struct ScenarioJudgeTests {
    private func judge(_ expectations: [Expected]) -> ScenarioJudge {
        ScenarioJudge(
            Scenario(name: "any", duration: .seconds(600), expectations: expectations), covers: ["A", "B"])
    }

    private func reading(_ cover: String, _ measurement: Measurement, _ quantity: Quantity = .methane) -> Reading {
        Reading(
            point: Point(cover: cover, sensor: "ch4", channel: "gas"), quantity: quantity, measurement: measurement,
            time: ManualClock().now(), origin: .simulated)
    }

    private func transition(_ cover: String, _ from: AlarmState, _ to: AlarmState) -> AlarmTransition {
        var engine = AlarmEngine(
            rules: [
                AlarmRule(
                    id: "methane-high", quantity: .methane, direction: .above, threshold: 20, clearThreshold: 15,
                    severity: .warning)
            ], site: AlarmSite([(reading(cover, .good(0)).point, .methane)]))
        let now = ManualClock().now()
        let up = engine.step(reading(cover, .good(30)), now: now) { "id" }
        guard from.isRaised else { return up[0] }
        return engine.step(reading(cover, .good(1)), now: now) { "id" }[0]
    }

    @Test func `a value counts at its cover, in its window and only when it is good`() {
        let above = Expected(.above(.methane, 20), cover: .number(2), within: .seconds(60)...(.seconds(120)))
        for (cover, measurement, second, isMet) in [
            ("B", Measurement.good(20), 60, true), ("B", .good(19.9), 60, false), ("A", .good(50), 60, false),
            ("B", .good(50), 59, false), ("B", .good(50), 121, false), ("B", .uncertain(50, .stuck), 60, false),
        ] {
            var judge = judge([above])
            judge.take(reading(cover, measurement), at: .seconds(second))
            #expect(judge.verdicts.map(\.isMet) == [isMet], "\(cover) \(measurement) after \(second) s")
        }
    }

    @Test func `what must never be seen is not met by one sight, and says which`() throws {
        var judge = judge([Expected(.below(.methane, 1), never: true), Expected(.raised(nil), never: true)])
        #expect(judge.verdicts.map(\.isMet) == [true, true])
        judge.take(reading("A", .good(0.5)), at: .seconds(3))
        judge.take(transition("A", .normal, .unacknowledged), at: .seconds(4))
        #expect(judge.verdicts.map(\.isMet) == [false, false])
        #expect(judge.verdicts[0].words == "A/ch4/gas gave 0.5 %LEL after 3.0 s")
    }

    @Test func `reasons count with their quantity or of any`() {
        var judge = judge([
            Expected(.reason(.tilt, "timeout")), Expected(.reason(nil, "timeout")),
            Expected(.reason(.methane, "stuck"), cover: .code("A")),
        ])
        judge.take(reading("A", .bad(.timeout)), at: .seconds(1))
        judge.take(reading("A", .uncertain(1, .stuck)), at: .seconds(1))
        #expect(judge.verdicts.map(\.isMet) == [false, true, true])
    }

    @Test func `an alarm's raise and return are two sights`() {
        var judge = judge([Expected(.raised("methane-high")), Expected(.returned("methane-high"))])
        judge.take(transition("A", .normal, .unacknowledged), at: .seconds(1))
        #expect(judge.verdicts.map(\.isMet) == [true, false])
        judge.take(transition("A", .unacknowledged, .returnedUnacknowledged), at: .seconds(2))
        #expect(judge.verdicts.map(\.isMet) == [true, true])
    }

    @Test func `an alarm of an earlier run that returns is no sight, and one that is raised again is`() {
        var judge = judge([Expected(.returned("methane-high"), never: true), Expected(.raised("methane-high"))])
        judge.knows(["id"])
        judge.take(transition("A", .unacknowledged, .returnedUnacknowledged), at: .seconds(0))
        #expect(judge.verdicts.map(\.isMet) == [true, false])
        judge.take(transition("A", .normal, .unacknowledged), at: .seconds(1))
        judge.take(transition("A", .unacknowledged, .returnedUnacknowledged), at: .seconds(2))
        #expect(judge.verdicts.map(\.isMet) == [false, true])
    }

    @Test func `an expectation says in words what it is`() {
        let above = Expected(.above(.methane, 20), cover: .number(2), within: .seconds(60)...(.seconds(120)))
        #expect("\(above)" == "methane at 20.0 %LEL or above at cover 2, from 60.0 s to 120.0 s")
        #expect("\(Expected(.raised(nil), never: true))" == "never any alarm raised at any cover")
    }

    @Test func `what comes after the story does not count`() {
        var judge = judge([Expected(.above(.methane, 20))])
        judge.take(reading("A", .good(50)), at: .seconds(601))
        #expect(judge.verdicts.map(\.isMet) == [false])
    }
}
