// What a restart finds again, also when rules and sensors have changed meanwhile.
import Alarms
import SensorModel
import TestSupport
import Testing

@Suite struct RestoreTests {
    private func alarm(
        _ state: AlarmState, rule: String = "methane-prompt", point: Point? = EngineBench.gas, id: String = "old"
    ) -> ActiveAlarm {
        ActiveAlarm(
            id: id, rule: rule, point: point, severity: .warning, state: state, value: 30, quantity: .methane, threshold: 20,
            clearThreshold: 15, occurred: EngineBench.at(-100), changed: EngineBench.at(-50),
            acknowledgedBy: state == .acknowledged ? "chen" : nil)
    }

    private func restored(_ alarms: [ActiveAlarm], rules: [AlarmRule] = [EngineBench.prompt]) -> (EngineBench, [AlarmTransition])
    {
        var bench = EngineBench(rules)
        let transitions = bench.engine.restore(alarms, now: EngineBench.at(0))
        return (bench, transitions)
    }

    @Test(
        "an alarm of the run before stands as it stood, and is said again",
        arguments: [AlarmState.unacknowledged, .acknowledged, .returnedUnacknowledged])
    func unchanged(state: AlarmState) {
        let (bench, transitions) = restored([alarm(state)])
        #expect(transitions.map(\.cause) == [.announced] && transitions.map(\.from) == [state])
        #expect(transitions.map(\.alarm) == [alarm(state)])
        #expect(bench.engine.active == [alarm(state)])
    }

    @Test("a value that still stands makes no new alarm, and one that has gone returns the old one")
    func continues() throws {
        var (bench, _) = restored([alarm(.unacknowledged)])
        #expect(bench.step(30, at: 1).isEmpty)
        let returned = bench.step(0, at: 2)
        #expect(returned.steps == ["unacknowledged>returned-unacknowledged"])
        #expect(returned.first?.alarm.id == "old")
        #expect(bench.step(30, at: 3).map(\.alarm.id) == ["old"])
    }

    @Test("an acknowledged alarm stays acknowledged over the restart and returns to normal")
    func acknowledged() {
        var (bench, _) = restored([alarm(.acknowledged)])
        #expect(bench.step(0, at: 1).steps == ["acknowledged>normal"])
        #expect(bench.engine.active.isEmpty)
    }

    @Test("an alarm whose rule or point is gone returns at once, and is acknowledged like any other")
    func gone() throws {
        let other = Point(cover: "C9", sensor: "s", channel: "c")
        var (bench, transitions) = restored([
            alarm(.unacknowledged, rule: "old-rule"), alarm(.unacknowledged, point: other, id: "b"),
        ])
        #expect(transitions.steps == Array(repeating: "unacknowledged>returned-unacknowledged", count: 2))
        #expect(transitions.allSatisfy { $0.alarm.note == "its rule or sensor is no longer configured" })
        for id in ["old", "b"] {
            #expect(try bench.engine.acknowledge(id, by: "chen", now: EngineBench.at(1)).to == .normal)
        }
        #expect(bench.engine.active.isEmpty)
    }

    @Test("what may come back is kept without a word, until it is known that it does not")
    func keptUnwatched() {
        let other = Point(cover: "C9", sensor: "s", channel: "c")
        let alarms = [
            alarm(.unacknowledged, rule: "old-rule", id: "a"), alarm(.acknowledged, point: other, id: "b"),
            alarm(.unacknowledged, rule: "old-storm", point: nil, id: "c"), alarm(.unacknowledged, id: "d"),
        ]
        var bench = EngineBench([EngineBench.prompt])
        let said = bench.engine.restore(alarms, keepingUnwatched: true, now: EngineBench.at(0))
        #expect(said.map(\.alarm.id) == ["d"] && said.map(\.cause) == [.announced])
        #expect(bench.engine.active.sorted { $0.id < $1.id } == alarms, "as they stood")
        let ended = bench.engine.endUnwatched(now: EngineBench.at(5))
        #expect(ended.map(\.alarm.id) == ["a", "b", "c"])
        let returned = "unacknowledged>returned-unacknowledged"
        #expect(ended.steps == [returned, "acknowledged>normal", returned])
        #expect(bench.engine.endUnwatched(now: EngineBench.at(6)).isEmpty)
        #expect(Set(bench.engine.active.map(\.id)) == ["a", "c", "d"])
    }

    @Test("an acknowledged alarm whose rule is gone is normal, a returned one waits for its acknowledgement")
    func goneInOtherStates() {
        let (bench, transitions) = restored([
            alarm(.acknowledged, rule: "gone-1", id: "a"), alarm(.returnedUnacknowledged, rule: "gone-2", id: "b"),
        ])
        #expect(transitions.steps == ["acknowledged>normal", "returned-unacknowledged>returned-unacknowledged"])
        #expect(bench.engine.active.map(\.id) == ["b"])
    }

    @Test("an alarm of a rule that is gone does not keep the point's other rules from working")
    func othersWork() {
        var (bench, _) = restored([alarm(.unacknowledged, rule: "old-rule")])
        #expect(bench.step(30, at: 1).map(\.alarm.rule) == ["methane-prompt"])
        #expect(bench.engine.active.count == 2)
    }

    @Test("the order in which alarms are restored does not matter", arguments: [true, false])
    func order(goneFirst: Bool) {
        let alarms = [alarm(.unacknowledged, rule: "old-rule", id: "gone"), alarm(.unacknowledged)]
        var (bench, _) = restored(goneFirst ? alarms : alarms.reversed())
        #expect(Set(bench.engine.active.map(\.id)) == ["gone", "old"])
        #expect(bench.step(30, at: 1).isEmpty)
    }

    @Test("a rule of the same id on another quantity is another rule")
    func otherQuantity() {
        let rule = AlarmRule(
            id: EngineBench.prompt.id, quantity: .temperature, direction: .above, threshold: 20, clearThreshold: 15,
            severity: .warning)
        let (_, transitions) = restored([alarm(.unacknowledged)], rules: [rule])
        #expect(transitions.steps == ["unacknowledged>returned-unacknowledged"])
    }

    @Test("an alarm of the gateway is taken up, and is cleared when its cause is gone")
    func gatewayAlarm() {
        let rule = AlarmRule(
            id: "configuration-refused", condition: RuleCondition(scope: .gateway, groups: []), severity: .warning)
        var (bench, transitions) = restored([alarm(.unacknowledged, rule: "configuration-refused", point: nil)], rules: [rule])
        #expect(transitions.map(\.cause) == [.announced])
        let cleared = bench.engine.setGatewayAlarm(
            rule: "configuration-refused", severity: .warning, problem: nil, now: EngineBench.at(1)
        ) { "new" }
        #expect(cleared?.to == .returnedUnacknowledged && cleared?.alarm.id == "old")
    }
}
