// What proves that an alarm is over, what a test is, and what a storm may stand for: each of these was wrong once.
import Alarms
import SensorModel
import TestSupport
import Testing

@Suite struct ProofTests {
    private static let tilt = Point(cover: "C1", sensor: "tilt", channel: "tilt")
    private static let site = AlarmSite(channels: [
        .init(point: tilt, quantity: .tilt, period: .seconds(1)),
        .init(point: EngineBench.gas, quantity: .methane, period: .seconds(5)),
    ])
    private static let methane = AlarmRule(
        id: "methane-high", quantity: .methane, direction: .above, threshold: 20, clearThreshold: 15, offDelay: .seconds(30),
        severity: .warning)

    @Test("a value between the thresholds proves nothing: the proof begins anew")
    func band() {
        var bench = EngineBench([Self.methane], site: Self.site)
        _ = bench.step(25, at: 0)
        #expect(bench.step(14.9, at: 5).isEmpty)
        for second in stride(from: 10.0, through: 60, by: 5) { #expect(bench.step(19.9, at: second).isEmpty) }
        #expect(bench.step(14, at: 65).isEmpty)
        #expect(bench.step(14, at: 94).isEmpty)
        let returned = bench.step(14, at: 95)
        #expect(returned.map(\.cause) == [.returned] && returned.first?.value == 14)
    }

    @Test("a combined alarm is over by the sensor that says so, not by one that still shows the danger")
    func combined() {
        func part(_ quantity: Quantity, _ raise: Double, _ clear: Double) -> RulePart {
            .comparison(Comparison(quantity: quantity, direction: .above, threshold: raise, clearThreshold: clear))
        }
        let rule = AlarmRule(
            id: "methane-at-open-lid",
            condition: RuleCondition(scope: .cover, groups: [[part(.methane, 10, 8), part(.tilt, 10, 8)]]),
            offDelay: .seconds(30), severity: .danger)
        var bench = EngineBench([rule], site: Self.site)
        _ = bench.step(12, at: 0)
        #expect(bench.step(15, at: 1, Self.tilt, .tilt).map(\.cause) == [.raised])
        #expect(bench.step(7, at: 5).isEmpty)
        for second in 6...60 { #expect(bench.step(15, at: Double(second), Self.tilt, .tilt).isEmpty) }
        let returned = bench.step(7, at: 61)
        #expect(returned.map(\.cause) == [.returned])
        #expect(returned.first?.alarm.evidence.first { $0.point == EngineBench.gas }?.measurement == .good(7))
    }

    @Test("gas after a test is real, also when its readings are doubtful for another reason")
    func doubtfulGas() throws {
        var bench = EngineBench([Self.methane], site: Self.site)
        try bench.engine.startTest(
            SensorTest(point: EngineBench.gas, by: "li", reason: "bump", since: EngineBench.at(0), until: EngineBench.at(600)),
            now: EngineBench.at(0))
        #expect(bench.step(.uncertain(50, .testGas), at: 1).first?.alarm.isTest == true)
        _ = bench.advance(to: 600)
        let real = bench.step(.uncertain(60, .calibrationOverdue), at: 601)
        #expect(real.map(\.cause) == [.testOver] && real.first?.alarm.isTest == false)
    }

    @Test("a doubtful value is no measure for a rise")
    func doubtfulRise() {
        let rule = AlarmRule(
            id: "rising",
            condition: RuleCondition(
                Comparison(
                    quantity: .tilt, measure: .rise(within: .seconds(600)), direction: .above, threshold: 0.3,
                    clearThreshold: 0.1)),
            severity: .warning)
        var bench = EngineBench([rule], site: Self.site)
        _ = bench.step(1, at: 0, Self.tilt, .tilt)
        #expect(bench.step(.uncertain(0.2, .implausibleJump), at: 1, Self.tilt, .tilt).isEmpty)
        #expect(bench.step(1, at: 2, Self.tilt, .tilt).isEmpty)
        #expect(bench.step(.uncertain(1.5, .stuck), at: 3, Self.tilt, .tilt).map(\.cause) == [.raised], "it may still raise")
    }

    private static let suppressing = [
        AlarmRule(
            id: "missing",
            condition: RuleCondition(Comparison(quantity: .tilt, direction: .above, threshold: 90, clearThreshold: 80)),
            severity: .danger, suppresses: ["open", "methane-high"]),
        AlarmRule(id: "open", quantity: .tilt, direction: .above, threshold: 10, clearThreshold: 8, severity: .warning), methane,
    ]

    @Test("a rule that is shelved says nothing in another's place, and gas is never suppressed")
    func suppressed() throws {
        var bench = EngineBench(Self.suppressing, site: Self.site)
        #expect(bench.step(95, at: 0, Self.tilt, .tilt).map(\.alarm.rule) == ["missing"])
        #expect(bench.step(30, at: 1).map(\.alarm.rule) == ["methane-high"])
        _ = try bench.engine.shelve("alarm-1", by: "li", reason: "r", until: EngineBench.at(100), now: EngineBench.at(2))
        #expect(bench.step(95, at: 3, Self.tilt, .tilt).map(\.alarm.rule) == ["open"])
    }

    private static let heads = (0..<8).map { (Point(cover: "C\($0)", sensor: "ch4", channel: "gas"), Quantity.methane) }
    private static let lost = AlarmRule(
        id: "communication-lost",
        condition: RuleCondition(scope: .sensor, groups: [[.reasons(ReasonSet(bad: [.timeout]))]]), onPeriods: 3,
        severity: .warning, storm: 3)

    private func storm() -> EngineBench {
        var bench = EngineBench([Self.lost], site: AlarmSite(Self.heads, period: .seconds(5)))
        for second in [0.0, 5, 10, 15] { for head in Self.heads { _ = bench.step(.bad(.timeout), at: second, head.0, .methane) } }
        return bench
    }

    @Test("a storm of gas heads is not shelved, and a storm of gas there is not")
    func stormOfHeads() throws {
        var bench = storm()
        let id = try #require(bench.engine.active.first { $0.point == nil }?.id)
        #expect(throws: AlarmEngine.Refusal.neverMuted) {
            try bench.engine.shelve(id, by: "li", reason: "r", until: EngineBench.at(100), now: EngineBench.at(20))
        }
        var rule = Self.methane
        rule.storm = 3
        var gas = EngineBench([rule], site: AlarmSite(Self.heads, period: .seconds(5)))
        #expect(Self.heads.flatMap { gas.step(30, at: 0, $0.0, .methane) }.count == Self.heads.count)
    }

    @Test("a storm stands over a restart until every sensor could have said so again")
    func stormOverRestart() throws {
        let first = storm()
        var second = EngineBench([Self.lost], site: AlarmSite(Self.heads, period: .seconds(5)), ids: 100)
        _ = second.engine.restore(first.engine.active.filter { $0.state != .suppressed }, now: EngineBench.at(100))
        var causes: [AlarmTransition.Cause] = []
        for second_ in stride(from: 101.0, through: 160, by: 5) {
            for head in Self.heads { causes += second.step(.bad(.timeout), at: second_, head.0, .methane).map(\.cause) }
            causes += second.advance(to: second_).map(\.cause)
        }
        #expect(!causes.contains(.returned) && !causes.contains(.raised))
        let heard = Self.heads.flatMap { second.step(1, at: 170, $0.0, .methane) }
        #expect(heard.map(\.cause) == [.returned, .returned, .returned])
        causes += heard.map(\.cause)
        causes += second.advance(to: 200).map(\.cause)
        #expect(causes.count { $0 == .returned } == 4, "three heads and the storm")
    }

    @Test("a storm whose rule has left the configuration is over at the restart, with the reason, and can be closed")
    func stormWithoutRule() throws {
        let first = storm()
        let left = first.engine.active.filter { $0.state != .suppressed }
        let id = try #require(left.first { $0.point == nil }?.id)
        var second = EngineBench([Self.methane], site: AlarmSite(Self.heads, period: .seconds(5)), ids: 100)
        let said = try #require(
            second.engine.restore(left, now: EngineBench.at(100)).first { $0.alarm.id == id })
        #expect(said.cause == .returned && said.to == .returnedUnacknowledged)
        #expect(said.alarm.note == "its rule or sensor is no longer configured")
        let closed = try second.engine.close(id, by: "li", note: "the rule was taken out", now: EngineBench.at(101))
        #expect(closed.to == .closed)
        #expect(second.advance(to: 2000).allSatisfy { $0.alarm.id != id })
        var known = first
        _ = try known.engine.acknowledge(id, by: "li", now: EngineBench.at(20))
        var third = EngineBench([Self.methane], site: AlarmSite(Self.heads, period: .seconds(5)), ids: 100)
        let over = third.engine.restore(known.engine.active.filter { $0.id == id }, now: EngineBench.at(100))
        #expect(over.steps == ["acknowledged>normal"] && third.engine.cases.map(\.id) == [id])
    }
}
