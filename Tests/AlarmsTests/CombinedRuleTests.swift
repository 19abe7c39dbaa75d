// Rules about several points of one cover, about rates, heights and quality.
import Alarms
import SensorModel
import TestSupport
import Testing

@Suite struct CombinedRuleTests {
    private static let tilt = Point(cover: "C1", sensor: "tilt", channel: "tilt")
    private static let lid = Point(cover: "C1", sensor: "lid", channel: "state")
    private static let depth = Point(cover: "C1", sensor: "level", channel: "depth")
    private static let float = Point(cover: "C1", sensor: "float", channel: "state")
    private static let site = AlarmSite(channels: [
        .init(point: tilt, quantity: .tilt, period: .seconds(1)),
        .init(point: lid, quantity: .coverOpen, period: .seconds(60), reportsChanges: true),
        .init(point: depth, quantity: .waterDepth, period: .seconds(10), mounted: 3),
        .init(point: float, quantity: .waterFloat, period: .seconds(60), reportsChanges: true, mounted: 1),
        .init(point: EngineBench.gas, quantity: .methane, period: .seconds(5)),
    ])
    private static func comparison(
        _ quantity: Quantity, _ threshold: Double, clear: Double, from origin: Comparison.Origin = .zero,
        _ measure: Comparison.Measure = .value
    ) -> RulePart {
        .comparison(
            Comparison(
                quantity: quantity, measure: measure, direction: clear < threshold ? .above : .below, threshold: threshold,
                clearThreshold: clear, origin: origin))
    }
    private static let open = AlarmRule(
        id: "cover-open",
        condition: RuleCondition(
            scope: .cover, groups: [[comparison(.coverOpen, 1, clear: 0.5)], [comparison(.tilt, 10, clear: 8)]]),
        onDelay: .seconds(2), offDelay: .seconds(5), severity: .warning,
        escalation: .init(after: .seconds(300), severity: .danger))
    private static let missing = AlarmRule(
        id: "cover-missing",
        condition: RuleCondition(
            scope: .cover,
            groups: [[comparison(.tilt, 90, clear: 80)], [comparison(.coverOpen, 1, clear: 0.5), .lost(.tilt)]]),
        severity: .danger, suppresses: ["cover-open"])

    private func bench(_ rules: AlarmRule...) -> EngineBench { EngineBench(rules, site: Self.site) }

    @Test("lid switch and tilt are one alarm with two pieces of evidence")
    func oneAlarm() {
        var bench = bench(Self.open)
        #expect(bench.step(1, at: 0, Self.lid, .coverOpen).isEmpty)
        #expect(bench.advance(to: 1.9).isEmpty)
        let raised = bench.advance(to: 2)
        #expect(raised.steps == ["normal>unacknowledged"])
        #expect(raised.first?.alarm.occurred == EngineBench.at(0))
        let confirmed = bench.step(25, at: 2.5, Self.tilt, .tilt)
        #expect(confirmed.map(\.cause) == [.confirmed])
        #expect(confirmed.first?.alarm.evidence.map(\.point) == [Self.lid, Self.tilt])
        #expect(bench.engine.active.count == 1)
    }

    @Test("the time at which a contact's delay is over is known beforehand")
    func deadline() {
        var bench = bench(Self.open)
        _ = bench.advance(to: 0)
        _ = bench.step(1, at: 0.25, Self.lid, .coverOpen)
        #expect(bench.engine.nextDeadline == EngineBench.at(2.25).monotonic)
        _ = bench.step(0, at: 1, Self.lid, .coverOpen)
        #expect(bench.engine.nextDeadline == nil)
        #expect(bench.advance(to: 5).isEmpty)
    }

    @Test("a sampled delay is over at the sample nearest to it: late by half a period or a quarter of the delay at most")
    func nearestSample() {
        var bench = bench(Self.open)
        _ = bench.step(20, at: 0, Self.tilt, .tilt)
        #expect(bench.step(20, at: 1, Self.tilt, .tilt).isEmpty)
        #expect(bench.step(20, at: 1.97, Self.tilt, .tilt).steps == ["normal>unacknowledged"])
    }

    @Test("one sample alone raises nothing however long ago it was: a sampled value has to be seen again")
    func oneSample() {
        var bench = bench(Self.open)
        _ = bench.step(20, at: 0, Self.tilt, .tilt)
        #expect(bench.advance(to: 100).isEmpty)
    }

    @Test("an alarm returns when all that spoke for it is seen to be over, for the whole off-delay")
    func offDelay() {
        var bench = bench(Self.open)
        _ = bench.step(1, at: 0, Self.lid, .coverOpen)
        _ = bench.step(20, at: 1, Self.tilt, .tilt)
        _ = bench.advance(to: 2)
        _ = bench.step(20, at: 2, Self.tilt, .tilt)
        #expect(bench.step(0, at: 3, Self.lid, .coverOpen).isEmpty)
        #expect(bench.step(2, at: 4, Self.tilt, .tilt).isEmpty)
        #expect(bench.step(2, at: 8, Self.tilt, .tilt).isEmpty)
        let returned = bench.step(2, at: 9, Self.tilt, .tilt)
        #expect(returned.steps == ["unacknowledged>returned-unacknowledged"])
        #expect(returned.first?.value == nil, "the alarm is about the switch")
        #expect(returned.first?.alarm.evidence.last?.measurement == .good(2), "and this proves that it is over")
    }

    @Test("a bad or doubtful reading of what spoke for an alarm begins the proof of its end anew")
    func proof() {
        for measurement in [Measurement.bad(.timeout), .uncertain(0, .stuck)] {
            var bench = bench(Self.open)
            for second in 0..<4 { _ = bench.step(20, at: Double(second), Self.tilt, .tilt) }
            _ = bench.step(1, at: 4, Self.tilt, .tilt)
            _ = bench.step(measurement, at: 6, Self.tilt, .tilt)
            #expect(bench.step(1, at: 9.5, Self.tilt, .tilt).isEmpty)
            #expect(bench.step(1, at: 14.5, Self.tilt, .tilt).steps == ["unacknowledged>returned-unacknowledged"])
        }
    }

    @Test("a lid that is open while its sensor is not heard twice is gone, at once; it needs both")
    func gone() {
        var bench = bench(Self.missing, Self.open)
        #expect(bench.step(3, at: -1, Self.tilt, .tilt).isEmpty)
        #expect(bench.step(.bad(.timeout), at: 0, Self.tilt, .tilt).isEmpty)
        #expect(bench.step(.bad(.timeout), at: 1, Self.tilt, .tilt).isEmpty)
        let gone = bench.step(1, at: 1.5, Self.lid, .coverOpen)
        #expect(gone.map(\.alarm.rule) == ["cover-missing"] && gone.first?.alarm.severity == .danger)
        #expect(bench.advance(to: 10).isEmpty, "the lesser alarm says nothing new")
        let heard = bench.step(3, at: 11, Self.tilt, .tilt)
        #expect(
            heard.map { "\($0.alarm.rule) \($0.cause)" } == ["cover-missing returned", "cover-open raised"], "it is still open")
    }

    @Test("a sensor that is read fast is not lost because it is silent for a moment")
    func momentarilySilent() {
        var bench = bench(Self.missing)
        _ = bench.step(1, at: 0, Self.lid, .coverOpen)
        _ = bench.step(3, at: 0, Self.tilt, .tilt)
        for tenth in 1...14 { #expect(bench.step(.bad(.timeout), at: Double(tenth) / 10, Self.tilt, .tilt).isEmpty) }
        #expect(bench.step(3, at: 1.45, Self.tilt, .tilt).isEmpty, "a value begins it anew")
        for tenth in 15...29 { #expect(bench.step(.bad(.timeout), at: Double(tenth) / 10, Self.tilt, .tilt).isEmpty) }
        let lost = bench.step(.bad(.timeout), at: 2.96, Self.tilt, .tilt)
        #expect(lost.map(\.alarm.rule) == ["cover-missing"])
        #expect(bench.step(.bad(.warmingUp), at: 3, Self.tilt, .tilt).isEmpty)
        #expect(bench.engine.active.first?.isStanding == true, "an answer without a value proves nothing")
    }

    @Test("a sensor that answers without a value is heard: its silence begins after that")
    func heardWithoutValue() {
        for reason in BadReason.allCases where !ReasonSet.unheard.contains(reason) {
            var bench = bench(Self.missing)
            _ = bench.step(1, at: 0, Self.lid, .coverOpen)
            _ = bench.step(3, at: 0, Self.tilt, .tilt)
            for second in 1...60 { #expect(bench.step(.bad(reason), at: Double(second), Self.tilt, .tilt).isEmpty) }
            #expect(bench.step(.bad(.timeout), at: 60.1, Self.tilt, .tilt).isEmpty)
            #expect(bench.step(.bad(.timeout), at: 60.2, Self.tilt, .tilt).isEmpty, "\(reason) 0.2 s ago was an answer")
            #expect(bench.step(.bad(reason), at: 61, Self.tilt, .tilt).isEmpty)
            #expect(bench.step(.bad(.timeout), at: 63, Self.tilt, .tilt).isEmpty, "the first silence since")
            #expect(bench.step(.bad(.timeout), at: 64, Self.tilt, .tilt).map(\.alarm.rule) == ["cover-missing"])
        }
    }

    @Test("one silence of a slow sensor is none, however long ago its last value is")
    func slowlySilent() {
        var bench = bench(Self.missing)
        _ = bench.step(1, at: 0, Self.lid, .coverOpen)
        _ = bench.step(3, at: 0, Self.tilt, .tilt)
        #expect(bench.step(.bad(.timeout), at: 30, Self.tilt, .tilt).isEmpty)
        #expect(bench.step(.bad(.timeout), at: 60, Self.tilt, .tilt).map(\.alarm.rule) == ["cover-missing"])
    }

    @Test("beyond a right angle the lid is gone at once")
    func overturned() {
        var bench = bench(Self.missing, Self.open)
        #expect(bench.step(95, at: 0, Self.tilt, .tilt).map(\.alarm.rule) == ["cover-missing"])
        #expect(bench.step(85, at: 1, Self.tilt, .tilt).isEmpty)
        #expect(bench.step(.bad(.timeout), at: 2, Self.tilt, .tilt).isEmpty)
        #expect(bench.engine.active.first?.isStanding == true)
    }

    @Test("methane and an open lid together are one rule")
    func methaneAndLid() {
        let rule = AlarmRule(
            id: "both",
            condition: RuleCondition(
                scope: .cover, groups: [[Self.comparison(.methane, 10, clear: 8), Self.comparison(.coverOpen, 1, clear: 0.5)]]),
            severity: .danger)
        var bench = bench(rule)
        #expect(bench.step(12, at: 0).isEmpty)
        let raised = bench.step(1, at: 1, Self.lid, .coverOpen)
        #expect(raised.map(\.to) == [.unacknowledged])
        #expect(raised.first?.alarm.evidence.count == 2)
        #expect(bench.step(9, at: 2).isEmpty)
        #expect(bench.step(7, at: 3).map(\.to) == [.returnedUnacknowledged])
    }

    @Test("water is counted from the rim and from the float by how deep its sensor is mounted")
    func heights() {
        let high = AlarmRule(
            id: "high",
            condition: RuleCondition(scope: .point, groups: [[Self.comparison(.waterDepth, -1, clear: -1.2, from: .rim)]]),
            severity: .warning)
        let disagree = AlarmRule(
            id: "disagree",
            condition: RuleCondition(
                scope: .cover,
                groups: [
                    [
                        Self.comparison(.waterFloat, 1, clear: 0.5),
                        Self.comparison(.waterDepth, -0.15, clear: -0.05, from: .float),
                    ]
                ]),
            severity: .notice)
        var bench = bench(high, disagree)
        #expect(bench.step(1.99, at: 0, Self.depth, .waterDepth).isEmpty)
        let raised = bench.step(2, at: 10, Self.depth, .waterDepth)
        #expect(raised.map(\.alarm.rule) == ["high"] && raised.first?.alarm.threshold == 2)
        #expect(bench.step(1.79, at: 20, Self.depth, .waterDepth).map(\.to) == [.returnedUnacknowledged])
        #expect(bench.step(1, at: 21, Self.float, .waterFloat).map(\.alarm.rule) == ["disagree"])
    }

    @Test("a rise counts within its time only")
    func rise() {
        let rule = AlarmRule(
            id: "rising",
            condition: RuleCondition(
                scope: .point, groups: [[Self.comparison(.waterDepth, 0.3, clear: 0.1, .rise(within: .seconds(600)))]]),
            severity: .warning)
        var slow = bench(rule)
        for step in 0..<60 { #expect(slow.step(Double(step) * 0.02, at: Double(step) * 60, Self.depth, .waterDepth).isEmpty) }
        var fast = bench(rule)
        let raised = (0..<10).flatMap { fast.step(Double($0) * 0.05, at: Double($0) * 60, Self.depth, .waterDepth) }
        #expect(raised.map(\.alarm.value) == [0.30000000000000004])
    }

    @Test("a sensor that is not heard for three periods is an alarm of its own, and any reply ends it")
    func lost() {
        let rule = AlarmRule(
            id: "communication-lost",
            condition: RuleCondition(scope: .sensor, groups: [[.reasons(ReasonSet(bad: ReasonSet.unheard))]]), onPeriods: 3,
            severity: .warning)
        var bench = bench(rule)
        for second in 0..<3 { #expect(bench.step(.bad(.timeout), at: Double(second), Self.tilt, .tilt).isEmpty) }
        #expect(bench.step(.bad(.disconnected), at: 3, Self.tilt, .tilt).map(\.alarm.point) == [Self.tilt])
        #expect(bench.step(.bad(.warmingUp), at: 4, Self.tilt, .tilt).map(\.cause) == [.returned])
    }

    @Test("no reading at all is noticed by time alone")
    func silent() {
        let rule = AlarmRule(
            id: "sensor-stale", condition: RuleCondition(scope: .sensor, groups: [[.silent(periods: 3)]]), severity: .warning)
        var bench = EngineBench([rule], site: AlarmSite([(EngineBench.gas, .methane)], period: .seconds(5)))
        _ = bench.advance(to: 0)
        _ = bench.step(1, at: 1)
        #expect(bench.advance(to: 16).isEmpty)
        #expect(bench.advance(to: 16.5).map(\.alarm.rule) == ["sensor-stale"])
        #expect(bench.step(1, at: 20).map(\.cause) == [.returned])
    }

    @Test("more than the limit at one time are one alarm with a count, and it ends with them")
    func storm() {
        let points = (0..<20).map { (Point(cover: "C\($0)", sensor: "s", channel: "c"), Quantity.tilt) }
        let rule = AlarmRule(
            id: "communication-lost",
            condition: RuleCondition(scope: .sensor, groups: [[.reasons(ReasonSet(bad: [.timeout]))]]), severity: .warning,
            storm: 5)
        var bench = EngineBench([rule], site: AlarmSite(points))
        let raised = points.flatMap { bench.step(.bad(.timeout), at: 0, $0.0, .tilt) }
        #expect(raised.count == 6 && raised.last?.alarm.point == nil)
        #expect(bench.advance(to: 10).map(\.alarm.count) == [15])
        let returned = points.flatMap { bench.step(1, at: 11, $0.0, .tilt) }
        #expect(returned.count == 5)
        #expect(bench.advance(to: 30).map(\.to) == [.returnedUnacknowledged])
    }

    @Test("a layout names rules without data, and points that are read too seldom for a rule")
    func layout() {
        let rare = AlarmRule(
            id: "rare", quantity: .methane, direction: .above, threshold: 20, clearThreshold: 15, onDelay: .seconds(9),
            severity: .warning)
        let idle = AlarmRule(
            id: "idle", quantity: .oxygen, direction: .below, threshold: 19, clearThreshold: 20, severity: .warning)
        let layout = AlarmLayout(rules: [rare, idle, Self.open], site: Self.site)
        #expect(layout.rulesWithoutData == ["idle"])
        #expect(layout.tooRare.map(\.rule) == ["rare"])
    }
}
