// Thresholds that a command changes: which it may, what stands is judged by, and what a restart makes of them.
import Alarms
import SensorModel
import TestSupport
import Testing

@Suite struct ThresholdChangeTests {
    private static let depth = Point(cover: "C1", sensor: "level", channel: "depth")
    private static let oxygen = EngineBench.points[1].0
    private static let site = AlarmSite(channels: [
        AlarmSite.Channel(point: EngineBench.gas, quantity: .methane, period: .seconds(1), range: 0...100),
        AlarmSite.Channel(point: oxygen, quantity: .oxygen, period: .seconds(1), range: 0...25),
        AlarmSite.Channel(point: depth, quantity: .waterDepth, period: .seconds(1), mounted: 4, range: 0...5),
    ])
    private static let rules = [
        EngineBench.prompt,
        AlarmRule(
            id: "oxygen-low", quantity: .oxygen, direction: .below, threshold: 19.5, clearThreshold: 20, severity: .warning),
        AlarmRule(
            id: "water-high", quantity: .waterDepth, direction: .above, threshold: 2, clearThreshold: 1.5, onDelay: .seconds(10),
            severity: .warning),
        AlarmRule(
            id: "overflow",
            condition: RuleCondition(
                Comparison(quantity: .waterDepth, direction: .above, threshold: -0.1, clearThreshold: -0.3, origin: .rim)),
            severity: .danger),
        AlarmRule(
            id: "flood", condition: RuleCondition(scope: .cover, groups: [[.lost(.methane), .lost(.waterDepth)]]),
            severity: .warning),
        AlarmRule(
            id: "tilted", quantity: .tilt, direction: .above, threshold: 5, clearThreshold: 4, severity: .warning),
    ]

    private func bench() -> EngineBench { EngineBench(Self.rules, site: Self.site) }

    private func set(
        _ bench: inout EngineBench, _ rule: String, _ raise: Double, _ clear: Double, at seconds: Double = 0
    ) -> AlarmEngine.Refusal? {
        do throws(AlarmEngine.Refusal) {
            _ = try bench.engine.setThresholds(
                Thresholds(raise: raise, clear: clear), of: rule, by: "li", now: EngineBench.at(seconds))
            return nil
        } catch { return error }
    }

    @Test func `a stricter threshold raises from the next reading on, with its own figures, and is taken back`() throws {
        var bench = bench()
        #expect(bench.step(12, at: 0).isEmpty)
        #expect(set(&bench, "methane-prompt", 10, 8) == nil)
        #expect(bench.engine.thresholds(of: "methane-prompt") == Thresholds(raise: 10, clear: 8))
        #expect(bench.engine.thresholdChanges.map(\.configured) == [Thresholds(raise: 20, clear: 15)])
        let raised = try #require(bench.step(12, at: 1).first)
        #expect((raised.alarm.threshold, raised.alarm.clearThreshold) == (10, 8))
        #expect(set(&bench, "methane-prompt", 15, 12) == nil, "between the strict one and the configuration's")
        #expect(set(&bench, "methane-prompt", 20, 15) == nil)
        #expect(bench.engine.thresholdChanges.isEmpty)
    }

    @Test(arguments: [
        ("methane-prompt", 21.0, 15.0), ("methane-prompt", 20, 16), ("methane-prompt", 15, 15.5), ("oxygen-low", 19, 20),
        ("oxygen-low", 19.5, 19.8), ("overflow", 0, -0.3), ("overflow", -0.1, -0.2),
    ])
    func `what lives depend on is never raised later, and never ends earlier`(rule: String, raise: Double, clear: Double) {
        var bench = bench()
        let configured = bench.engine.thresholds(of: rule)
        let refusal = set(&bench, rule, raise, clear)
        #expect(
            refusal == configured.map { .threshold(.looser(than: $0)) }
                || refusal == .threshold(.notOrdered(.above)), "\(rule) \(raise) \(clear)")
        #expect(bench.engine.thresholds(of: rule) == configured && bench.engine.thresholdChanges.isEmpty)
        #expect(set(&bench, rule, (configured?.raise ?? 0) + (rule == "oxygen-low" ? 0.2 : -0.1), configured?.clear ?? 0) == nil)
        #expect(set(&bench, rule, raise, clear) == refusal, "nor after it was made stricter")
    }

    @Test func `another rule may be looser, as far as its sensor reads`() {
        var bench = bench()
        #expect(set(&bench, "water-high", 4.9, 4) == nil)
        #expect(set(&bench, "water-high", 5.1, 4) == .threshold(.outOfReach(Self.depth, 0...5)))
        #expect(set(&bench, "water-high", 3, 0) == .threshold(.outOfReach(Self.depth, 0...5)), "it could never end")
        #expect(set(&bench, "water-high", 2, 2) == .threshold(.notOrdered(.above)))
        #expect(set(&bench, "oxygen-low", 20, 19.9) == .threshold(.notOrdered(.below)))
        // Counted from the rim: 4 m below it the sensor is mounted, and cannot read more than a metre above it.
        #expect(set(&bench, "overflow", -5, -6) == .threshold(.outOfReach(Self.depth, 0...5)))
        #expect(set(&bench, "none", 2, 1) == .threshold(.noRule))
        #expect(set(&bench, "flood", 2, 1) == .threshold(.notSingle))
        #expect(set(&bench, "tilted", 6, 5) == .threshold(.noData))
    }

    @Test func `what a rule of change can never see, or never see the end of, is refused`() {
        let rising = AlarmRule(
            id: "water-rising",
            condition: RuleCondition(
                Comparison(
                    quantity: .waterDepth, measure: .rise(within: .seconds(300)), direction: .above, threshold: 0.3,
                    clearThreshold: 0.1)),
            severity: .warning)
        var bench = EngineBench([rising], site: Self.site)
        #expect(set(&bench, "water-rising", 1_000_000, 1) == .threshold(.outOfReach(Self.depth, 0...5)))
        #expect(set(&bench, "water-rising", 0.2, 0) == .threshold(.outOfReach(Self.depth, 0...5)), "no rise is below nothing")
        #expect(set(&bench, "water-rising", 5, 0.1) == nil)
    }

    @Test func `where it is not known what a sensor can show thresholds are made stricter only`() {
        var site = Self.site
        site.channels[2].range = nil
        var bench = EngineBench(Self.rules, site: site)
        #expect(set(&bench, "water-high", 2.1, 1.5) == .threshold(.noRange(Self.depth)))
        #expect(set(&bench, "water-high", 1.8, 1.2) == nil)
        #expect(set(&bench, "water-high", 2, 1.5) == nil, "back to the configuration")
    }

    @Test func `a rule that escalates to danger is one that lives depend on`() {
        let rule = AlarmRule(
            id: "water-high",
            condition: RuleCondition(Comparison(quantity: .waterDepth, direction: .above, threshold: 2, clearThreshold: 1.5)),
            severity: .warning, escalation: AlarmRule.Escalation(after: .seconds(600), severity: .danger))
        var bench = EngineBench([rule], site: Self.site)
        #expect(set(&bench, "water-high", 3, 1.5) == .threshold(.looser(than: Thresholds(raise: 2, clear: 1.5))))
    }

    @Test func `a stricter threshold outlives a start without its sensor`() {
        var first = bench()
        #expect(set(&first, "methane-prompt", 10, 8) == nil)
        var without = EngineBench(Self.rules, site: AlarmSite(channels: Array(Self.site.channels.dropFirst())))
        _ = without.engine.restore([], thresholds: first.engine.thresholdChanges, now: EngineBench.at(0))
        #expect(without.engine.thresholdChanges == first.engine.thresholdChanges, "it may come back")
        var again = bench()
        _ = again.engine.restore([], thresholds: without.engine.thresholdChanges, now: EngineBench.at(0))
        #expect(again.step(12, at: 1).map(\.alarm.threshold) == [10])
    }

    @Test func `a threshold from the rim is counted from it at each point`() throws {
        var bench = bench()
        #expect(set(&bench, "overflow", -1, -1.5) == nil)
        #expect(bench.step(2.9, at: 1, Self.depth, .waterDepth).isEmpty)
        let raised = try #require(bench.step(3, at: 2, Self.depth, .waterDepth).first)
        #expect((raised.alarm.rule, raised.alarm.threshold, raised.alarm.clearThreshold) == ("overflow", 3, 2.5))
    }

    @Test func `an alarm that stands says the new thresholds with who set them, and ends by them`() throws {
        var bench = bench()
        _ = bench.step(30, at: 0)
        _ = bench.step(14, at: 1, EngineBench.gas, .methane)
        _ = bench.step(30, at: 2)
        let said = try bench.engine.setThresholds(
            Thresholds(raise: 10, clear: 8), of: "methane-prompt", by: "li", now: EngineBench.at(3))
        #expect(said.map(\.cause) == [.announced] && said.map(\.actor) == ["li"])
        #expect(said.first?.alarm.threshold == 10 && said.first?.alarm.clearThreshold == 8)
        #expect(bench.step(9, at: 4).isEmpty, "below the old clear value, and not below the new one")
        let over = try #require(bench.step(7.9, at: 5).first)
        #expect(over.cause == .returned && over.alarm.clearThreshold == 8)
    }

    @Test func `the proof of an end begins anew by the new clear value`() throws {
        let slow = AlarmRule(
            id: "methane-prompt", quantity: .methane, direction: .above, threshold: 20, clearThreshold: 15,
            offDelay: .seconds(10), severity: .warning)
        var bench = EngineBench([slow], site: Self.site)
        _ = bench.step(30, at: 0)
        _ = bench.step(12, at: 1)
        #expect(set(&bench, "methane-prompt", 10, 8, at: 2) == nil)
        for second in 3...20 { #expect(bench.step(9, at: Double(second)).isEmpty) }
        #expect(bench.step(5, at: 21).isEmpty)
        #expect(bench.step(5, at: 31).map(\.cause) == [.returned])
        var again = EngineBench([slow], site: Self.site)
        _ = again.step(30, at: 0)
        _ = again.step(12, at: 1)
        #expect(set(&again, "methane-prompt", 10, 8, at: 2) == nil)
        #expect(again.step(5, at: 11).isEmpty, "12 was over by the old value only")
        #expect(again.step(5, at: 21).map(\.cause) == [.returned])
    }

    @Test func `a delay that runs goes on by a stricter threshold, and ends by one that the value does not reach`() {
        var stricter = bench()
        _ = stricter.step(3, at: 0, Self.depth, .waterDepth)
        #expect(set(&stricter, "water-high", 1, 0.5, at: 5) == nil)
        #expect(stricter.step(3, at: 10, Self.depth, .waterDepth).steps == ["normal>unacknowledged"])
        var looser = bench()
        _ = looser.step(3, at: 0, Self.depth, .waterDepth)
        #expect(set(&looser, "water-high", 3.5, 3, at: 5) == nil)
        _ = looser.step(3.6, at: 9, Self.depth, .waterDepth)
        #expect(looser.step(3.6, at: 11, Self.depth, .waterDepth).isEmpty)
        #expect(looser.step(3.6, at: 19, Self.depth, .waterDepth).steps == ["normal>unacknowledged"])
    }

    @Test func `a restart takes them over while the configuration says the same, and lets them go when it does not`() {
        var first = bench()
        #expect(set(&first, "methane-prompt", 10, 8) == nil && set(&first, "water-high", 4, 3) == nil)
        let left = first.engine.thresholdChanges
        var same = bench()
        _ = same.engine.restore([], thresholds: left, now: EngineBench.at(0))
        #expect(same.engine.thresholdChanges == left)
        #expect(same.step(12, at: 1).map(\.alarm.threshold) == [10])
        var other = Self.rules
        other[0] = AlarmRule(
            id: "methane-prompt", quantity: .methane, direction: .above, threshold: 18, clearThreshold: 15, severity: .warning)
        var changed = EngineBench(other, site: Self.site)
        _ = changed.engine.restore([], thresholds: left, now: EngineBench.at(0))
        #expect(changed.engine.thresholdChanges.map(\.rule) == ["water-high"])
        #expect(changed.step(12, at: 1).isEmpty)
    }
}
