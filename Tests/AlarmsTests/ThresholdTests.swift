// When a value becomes an alarm and when it has returned.
import Alarms
import SensorModel
import TestSupport
import Testing

@Suite struct ThresholdTests {
    private let raised = ["normal>unacknowledged"]
    private let returned = ["unacknowledged>returned-unacknowledged"]

    @Test("a value raises at the threshold, not below it")
    func raise() {
        var bench = EngineBench([EngineBench.prompt])
        #expect(bench.step(19.999, at: 0).isEmpty)
        #expect(bench.step(20, at: 1).steps == raised)
        #expect(bench.step(90, at: 2).isEmpty)
    }

    @Test("an alarm says what was measured, against which rule, and since when")
    func content() throws {
        var bench = EngineBench([EngineBench.methane])
        #expect(bench.step(21, at: 3).isEmpty)
        let transition = try #require(bench.step(25, at: 13).first)
        let alarm = transition.alarm
        #expect(alarm.id == "alarm-1" && alarm.rule == "methane-high" && alarm.severity == .warning)
        #expect(alarm.point == EngineBench.gas && alarm.quantity == .methane)
        #expect(alarm.value == 25 && alarm.threshold == 20 && alarm.clearThreshold == 15)
        #expect(alarm.occurred == EngineBench.at(3) && alarm.changed == EngineBench.at(13))
        #expect(transition.value == 25 && transition.occurred == EngineBench.at(3) && transition.detected == EngineBench.at(13))
        #expect(transition.actor == nil)
    }

    @Test("an alarm clears beyond the clear threshold, not on it")
    func clear() {
        var bench = EngineBench([EngineBench.prompt])
        _ = bench.step(20, at: 0)
        #expect(bench.step(15, at: 1).isEmpty)
        #expect(bench.step(14.999, at: 2).steps == returned)
        #expect(bench.step(0, at: 3).isEmpty)
    }

    @Test("a value that chatters between the thresholds makes one alarm")
    func chatter() {
        var bench = EngineBench([EngineBench.prompt])
        var transitions: [AlarmTransition] = []
        for second in 0..<1000 { transitions += bench.step(second.isMultiple(of: 2) ? 20.5 : 15, at: Double(second)) }
        #expect(transitions.steps == raised)
        #expect(bench.engine.active.count == 1)
    }

    @Test("a delay needs the whole time, to the nanosecond")
    func wholeDelay() {
        var bench = EngineBench([EngineBench.methane])
        #expect(bench.step(30, at: 0).isEmpty)
        #expect(bench.step(30, at: 9.999_999_999).isEmpty)
        #expect(bench.step(30, at: 10).steps == raised)
    }

    @Test("a good value below the threshold starts the delay anew, also one that would not clear")
    func delayStartsAnew() {
        var bench = EngineBench([EngineBench.methane])
        #expect(bench.step(30, at: 0).isEmpty)
        #expect(bench.step(19, at: 9).isEmpty)
        #expect(bench.step(30, at: 10).isEmpty)
        #expect(bench.step(30, at: 19).isEmpty)
        #expect(bench.step(30, at: 20).steps == raised)
    }

    @Test("after a return the delay counts anew")
    func delayAfterReturn() {
        var bench = EngineBench([EngineBench.methane])
        _ = bench.step(30, at: 0)
        #expect(bench.step(30, at: 10).steps == raised)
        #expect(bench.step(0, at: 11).steps == returned)
        #expect(bench.step(30, at: 12).isEmpty)
        #expect(bench.step(30, at: 21).isEmpty)
        #expect(bench.step(30, at: 22).steps == ["returned-unacknowledged>unacknowledged"])
    }

    @Test("a delay is measured on the monotonic clock: a step of the wall clock changes nothing")
    func wallStep() {
        var engine = AlarmEngine(rules: [EngineBench.methane], site: AlarmSite(EngineBench.points))
        func step(_ seconds: Double, wallOffset: Int64) -> Int {
            var time = EngineBench.at(seconds)
            time.wall.nanoseconds += wallOffset
            let reading = Reading(
                point: EngineBench.gas, quantity: .methane, measurement: .good(30), time: time, origin: .field)
            return engine.step(reading, now: time) { "id" }.count
        }
        #expect(step(0, wallOffset: 0) == 0)
        #expect(step(5, wallOffset: 3_600_000_000_000) == 0)
        #expect(step(9.5, wallOffset: -3_600_000_000_000) == 0)
        #expect(step(10, wallOffset: -3_600_000_000_000) == 1)
    }

    @Test("bad readings neither raise nor clear", arguments: BadReason.allCases)
    func bad(reason: BadReason) {
        var bench = EngineBench([EngineBench.prompt])
        #expect(bench.step(.bad(reason), at: 0).isEmpty)
        #expect(bench.engine.active.isEmpty)
        _ = bench.step(30, at: 1)
        #expect(bench.step(.bad(reason), at: 2).isEmpty)
        #expect(bench.engine.active.map(\.state) == [.unacknowledged])
    }

    @Test("a bad reading leaves a running delay as it is")
    func badKeepsDelay() {
        var bench = EngineBench([EngineBench.methane])
        #expect(bench.step(30, at: 0).isEmpty)
        for second in 1..<10 { #expect(bench.step(.bad(.timeout), at: Double(second)).isEmpty) }
        #expect(bench.step(.bad(.timeout), at: 10).isEmpty)
        #expect(bench.step(30, at: 11).steps == raised)
    }

    @Test("an uncertain reading raises", arguments: UncertainReason.allCases)
    func uncertainRaises(reason: UncertainReason) {
        var bench = EngineBench([EngineBench.prompt])
        #expect(bench.step(.uncertain(20, reason), at: 0).steps == raised)
    }

    @Test("an uncertain reading never clears and never starts a delay anew", arguments: UncertainReason.allCases)
    func uncertainKeeps(reason: UncertainReason) {
        var prompt = EngineBench([EngineBench.prompt])
        _ = prompt.step(30, at: 0)
        #expect(prompt.step(.uncertain(0, reason), at: 1).isEmpty)
        #expect(prompt.step(0, at: 2).steps == returned)
        var delayed = EngineBench([EngineBench.methane])
        _ = delayed.step(30, at: 0)
        #expect(delayed.step(.uncertain(0, reason), at: 5).isEmpty)
        #expect(delayed.step(30, at: 10).steps == raised)
    }

    @Test("a rule for too little works the other way round")
    func below() {
        let rule = AlarmRule(
            id: "oxygen-low", quantity: .oxygen, direction: .below, threshold: 19.5, clearThreshold: 20, severity: .danger)
        var bench = EngineBench([rule])
        let point = Point(cover: "C1", sensor: "o2", channel: "oxygen")
        #expect(bench.step(19.51, at: 0, point, .oxygen).isEmpty)
        #expect(bench.step(19.5, at: 1, point, .oxygen).steps == raised)
        #expect(bench.step(20, at: 2, point, .oxygen).isEmpty)
        #expect(bench.step(20.01, at: 3, point, .oxygen).steps == returned)
    }

    @Test("two rules on one quantity raise and clear each for itself")
    func twoRules() {
        let danger = AlarmRule(
            id: "methane-danger", quantity: .methane, direction: .above, threshold: 40, clearThreshold: 35, severity: .danger)
        var bench = EngineBench([EngineBench.prompt, danger])
        func rules(_ transitions: [AlarmTransition]) -> [String] { transitions.map { "\($0.alarm.rule) \($0.to.rawValue)" } }
        #expect(rules(bench.step(25, at: 0)) == ["methane-prompt unacknowledged"])
        #expect(rules(bench.step(45, at: 1)) == ["methane-danger unacknowledged"])
        #expect(rules(bench.step(30, at: 2)) == ["methane-danger returned-unacknowledged"])
        #expect(rules(bench.step(0, at: 3)) == ["methane-prompt returned-unacknowledged"])
        #expect(rules(bench.step(99, at: 4)) == ["methane-prompt unacknowledged", "methane-danger unacknowledged"])
        #expect(Set(bench.engine.active.map(\.id)) == ["alarm-1", "alarm-2"])
    }

    @Test("points are independent: one alarm's delay, state and id say nothing about another's")
    func severalPoints() {
        var bench = EngineBench([EngineBench.methane])
        let other = Point(cover: "C2", sensor: "ch4", channel: "gas")
        _ = bench.step(30, at: 0)
        _ = bench.step(30, at: 5, other)
        #expect(bench.step(30, at: 10).map(\.alarm.point) == [EngineBench.gas])
        #expect(bench.step(30, at: 10, other).isEmpty)
        #expect(bench.step(0, at: 11).steps == returned)
        #expect(bench.step(30, at: 15, other).steps == raised)
        #expect(bench.engine.active.map(\.id) == ["alarm-1", "alarm-2"])
    }

    @Test("a quantity without a rule is nobody's alarm")
    func noRule() {
        var bench = EngineBench([EngineBench.prompt])
        #expect(bench.step(1000, at: 0, Point(cover: "C1", sensor: "climate", channel: "temperature"), .temperature).isEmpty)
    }
}
