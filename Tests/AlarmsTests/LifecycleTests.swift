// From one state to the next: raise, acknowledge and return in every order, and alarms of the gateway itself.
import Alarms
import SensorModel
import TestSupport
import Testing

@Suite struct LifecycleTests {
    private func acknowledge(_ bench: inout EngineBench, _ id: String, by actor: String = "chen", at seconds: Double) throws
        -> String
    {
        let transition = try bench.engine.acknowledge(id, by: actor, now: EngineBench.at(seconds))
        #expect(transition.actor == actor && transition.value == nil)
        #expect(transition.occurred == EngineBench.at(seconds) && transition.detected == EngineBench.at(seconds))
        return [transition].steps[0]
    }

    @Test("acknowledged, then returned, is normal again")
    func acknowledgeFirst() throws {
        var bench = EngineBench([EngineBench.prompt])
        _ = bench.step(30, at: 0)
        #expect(try acknowledge(&bench, "alarm-1", at: 1) == "unacknowledged>acknowledged")
        #expect(bench.engine.active.first?.acknowledgedBy == "chen")
        #expect(bench.engine.active.first?.changed == EngineBench.at(1))
        #expect(bench.step(0, at: 2).steps == ["acknowledged>normal"])
        #expect(bench.engine.active.isEmpty)
    }

    @Test("returned, then acknowledged, is normal again")
    func returnFirst() throws {
        var bench = EngineBench([EngineBench.prompt])
        _ = bench.step(30, at: 0)
        #expect(bench.step(0, at: 1).steps == ["unacknowledged>returned-unacknowledged"])
        #expect(bench.engine.active.map(\.state) == [.returnedUnacknowledged])
        #expect(try acknowledge(&bench, "alarm-1", at: 2) == "returned-unacknowledged>normal")
        #expect(bench.engine.active.isEmpty)
    }

    @Test("raised again before anybody acknowledged, it is the same alarm")
    func raisedAgain() throws {
        var bench = EngineBench([EngineBench.prompt])
        _ = bench.step(30, at: 0)
        _ = bench.step(0, at: 1)
        let again = bench.step(40, at: 2)
        #expect(again.steps == ["returned-unacknowledged>unacknowledged"])
        #expect(again.first?.alarm.id == "alarm-1" && again.first?.alarm.value == 40)
        #expect(again.first?.alarm.occurred == EngineBench.at(2))
        #expect(bench.engine.active.count == 1)
    }

    @Test("raised again after it was normal, it is a new alarm", arguments: [true, false])
    func newAlarm(acknowledgedFirst: Bool) throws {
        var bench = EngineBench([EngineBench.prompt])
        _ = bench.step(30, at: 0)
        if acknowledgedFirst { _ = try acknowledge(&bench, "alarm-1", at: 1) }
        _ = bench.step(0, at: 2)
        if !acknowledgedFirst { _ = try acknowledge(&bench, "alarm-1", at: 3) }
        #expect(bench.step(30, at: 4).map(\.alarm.id) == ["alarm-2"])
        #expect(bench.engine.active.first?.acknowledgedBy == nil)
    }

    @Test("an acknowledged alarm stays acknowledged while the value goes on")
    func staysAcknowledged() throws {
        var bench = EngineBench([EngineBench.prompt])
        _ = bench.step(30, at: 0)
        _ = try acknowledge(&bench, "alarm-1", at: 1)
        #expect(bench.step(99, at: 2).isEmpty)
        #expect(bench.engine.active.map(\.state) == [.acknowledged])
    }

    @Test("an acknowledgement of what is not there is refused")
    func unknown() throws {
        var bench = EngineBench([EngineBench.prompt])
        #expect(throws: AlarmEngine.Refusal.unknown) {
            try bench.engine.acknowledge("alarm-1", by: "chen", now: EngineBench.at(0))
        }
        _ = bench.step(30, at: 0)
        _ = try acknowledge(&bench, "alarm-1", at: 1)
        _ = bench.step(0, at: 2)
        #expect(throws: AlarmEngine.Refusal.unknown) {
            try bench.engine.acknowledge("alarm-1", by: "chen", now: EngineBench.at(3))
        }
    }

    @Test("a second acknowledgement is refused and names the first")
    func twice() throws {
        var bench = EngineBench([EngineBench.prompt])
        _ = bench.step(30, at: 0)
        _ = try acknowledge(&bench, "alarm-1", by: "chen", at: 1)
        #expect(throws: AlarmEngine.Refusal.alreadyAcknowledged(by: "chen")) {
            try bench.engine.acknowledge("alarm-1", by: "li", now: EngineBench.at(2))
        }
        #expect(bench.engine.active.first?.acknowledgedBy == "chen")
        #expect(bench.engine.active.first?.changed == EngineBench.at(1))
    }

    @Test("an acknowledgement concerns one alarm only")
    func oneOnly() throws {
        var bench = EngineBench([EngineBench.prompt])
        _ = bench.step(30, at: 0)
        _ = bench.step(30, at: 1, Point(cover: "C2", sensor: "ch4", channel: "gas"))
        _ = try acknowledge(&bench, "alarm-2", at: 2)
        #expect(bench.engine.active.map(\.state) == [.unacknowledged, .acknowledged])
    }

    private func set(_ bench: inout EngineBench, _ problem: String?, at seconds: Double, id: String = "own") -> AlarmTransition? {
        bench.engine.setGatewayAlarm(
            rule: "configuration-refused", severity: .warning, problem: problem, now: EngineBench.at(seconds)
        ) { id }
    }

    @Test("an alarm of the gateway has no point, and its words say what is wrong")
    func gatewayAlarm() throws {
        var bench = EngineBench([])
        #expect(set(&bench, nil, at: 0) == nil)
        let transition = try #require(set(&bench, "line 3 is wrong", at: 1))
        #expect([transition].steps == ["normal>unacknowledged"])
        #expect(transition.alarm.id == "own" && transition.alarm.point == nil && transition.alarm.note == "line 3 is wrong")
        #expect(set(&bench, "line 3 is wrong", at: 2) == nil)
        #expect(bench.engine.active.map(\.id) == ["own"])
    }

    @Test("an alarm of the gateway returns and is acknowledged in both orders")
    func gatewayOrders() throws {
        var bench = EngineBench([])
        _ = set(&bench, "wrong", at: 0)
        #expect(try acknowledge(&bench, "own", at: 1) == "unacknowledged>acknowledged")
        #expect(set(&bench, nil, at: 2).map { [$0].steps } == ["acknowledged>normal"])
        #expect(bench.engine.active.isEmpty)
        _ = set(&bench, "wrong", at: 3, id: "second")
        #expect(set(&bench, nil, at: 4).map { [$0].steps } == ["unacknowledged>returned-unacknowledged"])
        let again = set(&bench, "wrong again", at: 5, id: "third")
        #expect(again?.alarm.id == "second" && again?.from == .returnedUnacknowledged)
        _ = set(&bench, nil, at: 6)
        #expect(try acknowledge(&bench, "second", at: 7) == "returned-unacknowledged>normal")
        #expect(bench.engine.active.isEmpty)
    }

    @Test("alarms that stand are listed oldest first")
    func oldestFirst() {
        var bench = EngineBench([EngineBench.prompt])
        _ = bench.step(30, at: 5, Point(cover: "C2", sensor: "s", channel: "c"))
        _ = set(&bench, "wrong", at: 6)
        _ = bench.step(30, at: 7, Point(cover: "C1", sensor: "s", channel: "c"))
        #expect(bench.engine.active.map(\.id) == ["alarm-1", "own", "alarm-2"])
    }

    @Test("the words of states and severities are the contract's")
    func words() {
        #expect(
            AlarmState.allCases.map(\.rawValue) == [
                "normal", "unacknowledged", "acknowledged", "returned-unacknowledged", "shelved", "suppressed", "out-of-service",
                "closed",
            ])
        #expect(Severity.allCases.map(\.rawValue) == [1, 2, 3])
        #expect(Severity.allCases.max() == .danger)
    }
}
