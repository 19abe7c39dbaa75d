// What people do: close, shelve, work at a cover, test a sensor; and what time does to what they did.
import Alarms
import SensorModel
import TestSupport
import Testing

@Suite struct PeopleTests {
    private static let lid = Point(cover: "C1", sensor: "lid", channel: "state")
    private static let site = AlarmSite([(EngineBench.gas, .methane), (lid, .coverOpen)], period: .seconds(1))
    private static let open = AlarmRule(
        id: "cover-open", quantity: .coverOpen, direction: .above, threshold: 1, clearThreshold: 0.5, severity: .warning)

    private func bench() -> EngineBench { EngineBench([EngineBench.prompt, Self.open], site: Self.site) }

    private func maintenance(until seconds: Double, from start: Double = 0) -> Maintenance {
        Maintenance(
            cover: "C1", by: "chen", order: "W-17", crew: "B2", reason: "desilting", since: EngineBench.at(start),
            until: EngineBench.at(seconds))
    }

    @Test("an alarm whose condition stands cannot be closed; one that is over is closed once, with the finding")
    func close() throws {
        var bench = bench()
        _ = bench.step(1, at: 0, Self.lid, .coverOpen)
        #expect(throws: AlarmEngine.Refusal.stillRaised) {
            try bench.engine.close("alarm-1", by: "li", note: "nothing", now: EngineBench.at(1))
        }
        _ = bench.step(0, at: 2, Self.lid, .coverOpen)
        _ = try bench.engine.acknowledge("alarm-1", by: "chen", now: EngineBench.at(3))
        #expect(bench.engine.active.isEmpty && bench.engine.cases.map(\.id) == ["alarm-1"])
        let closed = try bench.engine.close("alarm-1", by: "li", note: "lid was lifted for a look", now: EngineBench.at(4))
        #expect(closed.from == .normal && closed.to == .closed && closed.actor == "li")
        #expect(closed.alarm.note == "lid was lifted for a look" && closed.alarm.acknowledgedBy == "chen")
        #expect(throws: AlarmEngine.Refusal.unknown) {
            try bench.engine.close("alarm-1", by: "li", note: "again", now: EngineBench.at(5))
        }
    }

    @Test("a shelved alarm comes back by itself, at its time or with its end")
    func shelve() throws {
        var bench = bench()
        _ = bench.step(1, at: 0, Self.lid, .coverOpen)
        let shelved = try bench.engine.shelve(
            "alarm-1", by: "li", reason: "works", until: EngineBench.at(100), now: EngineBench.at(1))
        #expect(shelved.to == .shelved && shelved.alarm.shelving?.by == "li")
        #expect(bench.advance(to: 99).isEmpty)
        #expect(bench.advance(to: 100).steps == ["shelved>unacknowledged"])
        _ = try bench.engine.shelve("alarm-1", by: "li", reason: "works", until: EngineBench.at(300), now: EngineBench.at(101))
        #expect(bench.step(0, at: 200, Self.lid, .coverOpen).steps == ["shelved>returned-unacknowledged"])
        #expect(bench.advance(to: 301).isEmpty)
    }

    @Test("looks before an alarm was raised, or answered, do not change when it is said again")
    func everySecond() throws {
        var rule = EngineBench.prompt
        rule.escalation = .init(after: .seconds(300), severity: .danger)
        var bench = EngineBench([rule])
        func said(_ seconds: ClosedRange<Int>) -> [String] {
            seconds.flatMap { second in bench.advance(to: Double(second)).map { "\($0.cause.rawValue) \(second)" } }
        }
        #expect(said(0...9).isEmpty)
        _ = bench.step(30, at: 10)
        #expect(said(10...400) == ["announced 70", "escalated 310"])
        _ = try bench.engine.acknowledge("alarm-1", by: "li", now: EngineBench.at(401))
        #expect(said(401...2300) == ["announced 1301", "announced 2201"])
    }

    @Test("an alarm is shelved for eight hours at most, never for gas, and only while it stands")
    func shelvingRefused() throws {
        var bench = bench()
        _ = bench.step(1, at: 0, Self.lid, .coverOpen)
        _ = bench.step(30, at: 0)
        func refusal(_ id: String, until: Double) -> AlarmEngine.Refusal? {
            do throws(AlarmEngine.Refusal) {
                _ = try bench.engine.shelve(id, by: "li", reason: "r", until: EngineBench.at(until), now: EngineBench.at(1))
                return nil
            } catch { return error }
        }
        #expect(refusal("alarm-1", until: 9 * 3600) == .outOfTime(limit: .seconds(8 * 3600)))
        #expect(refusal("alarm-1", until: 0) == .outOfTime(limit: .seconds(8 * 3600)))
        #expect(refusal("alarm-2", until: 100) == .neverMuted)
        #expect(refusal("alarm-9", until: 100) == .unknown)
        _ = bench.step(0, at: 1, Self.lid, .coverOpen)
        #expect(refusal("alarm-1", until: 100) == .over)
        _ = try bench.engine.acknowledge("alarm-1", by: "li", now: EngineBench.at(2))
        #expect(refusal("alarm-1", until: 100) == .over, "it waits to be closed")
    }

    @Test("what waits for nobody is not acknowledged, and why not is said")
    func nothingToAcknowledge() throws {
        var bench = bench()
        _ = bench.step(1, at: 0, Self.lid, .coverOpen)
        _ = try bench.engine.shelve("alarm-1", by: "li", reason: "works", until: EngineBench.at(100), now: EngineBench.at(1))
        #expect(throws: AlarmEngine.Refusal.setAside(.shelved)) {
            try bench.engine.acknowledge("alarm-1", by: "li", now: EngineBench.at(2))
        }
    }

    @Test("an opening under maintenance is a note, and an alarm again when the time is over; gas is an alarm all the time")
    func authorisedOpening() throws {
        var bench = bench()
        #expect(try bench.engine.startMaintenance(maintenance(until: 3600), now: EngineBench.at(0)).isEmpty)
        #expect(bench.step(1, at: 10, Self.lid, .coverOpen).steps == ["normal>out-of-service"])
        #expect(bench.step(30, at: 11).steps == ["normal>unacknowledged"])
        #expect(bench.advance(to: 3599).map(\.cause).allSatisfy { $0 == .announced })
        #expect(bench.advance(to: 3600).filter { $0.cause == .maintenanceOver }.steps == ["out-of-service>unacknowledged"])
        #expect(bench.engine.maintenance.isEmpty)
    }

    @Test("what stands when a crew begins becomes a note; a note that is over leaves nothing behind")
    func note() throws {
        var bench = bench()
        _ = bench.step(1, at: 0, Self.lid, .coverOpen)
        let begun = try bench.engine.startMaintenance(maintenance(until: 3600), now: EngineBench.at(1))
        #expect(begun.steps == ["unacknowledged>out-of-service"] && begun.first?.actor == "chen")
        #expect(bench.step(0, at: 2, Self.lid, .coverOpen).steps == ["out-of-service>normal"])
        #expect(bench.engine.cases.isEmpty && bench.engine.active.isEmpty)
        #expect(try bench.engine.stopMaintenance("C1", by: "chen", now: EngineBench.at(3)).isEmpty)
        #expect(throws: AlarmEngine.Refusal.notOn) {
            try bench.engine.stopMaintenance("C1", by: "chen", now: EngineBench.at(4))
        }
    }

    @Test("maintenance of nine hours, or at a cover that there is not, is refused")
    func maintenanceRefused() {
        var bench = bench()
        #expect(throws: AlarmEngine.Refusal.outOfTime(limit: .seconds(8 * 3600))) {
            try bench.engine.startMaintenance(maintenance(until: 9 * 3600), now: EngineBench.at(0))
        }
        var elsewhere = maintenance(until: 3600)
        elsewhere.cover = "C9"
        #expect(throws: AlarmEngine.Refusal.nowhere) { try bench.engine.startMaintenance(elsewhere, now: EngineBench.at(0)) }
    }

    private func test(until seconds: Double) -> SensorTest {
        SensorTest(
            point: EngineBench.gas, by: "li", reason: "bump test", since: EngineBench.at(0), until: EngineBench.at(seconds))
    }

    @Test("test gas raises a test alarm, clears nothing, ends by itself, and real gas after it is real")
    func bumpTest() throws {
        var bench = bench()
        try bench.engine.startTest(test(until: 600), now: EngineBench.at(0))
        func gas(_ value: Double, at seconds: Double) -> [AlarmTransition] {
            let reading = bench.engine.marked(
                Reading(
                    point: EngineBench.gas, quantity: .methane, measurement: .good(value), time: EngineBench.at(seconds),
                    origin: .field))
            return bench.step(reading.measurement, at: seconds)
        }
        let raised = gas(50, at: 1)
        #expect(raised.steps == ["normal>unacknowledged"] && raised.first?.alarm.isTest == true)
        #expect(gas(0, at: 2).isEmpty, "test gas proves nothing")
        _ = bench.advance(to: 600)
        #expect(bench.engine.tests.isEmpty)
        let real = gas(50, at: 601)
        #expect(real.map(\.cause) == [.testOver] && real.first?.alarm.isTest == false)
        #expect(gas(0, at: 602).map(\.cause) == [.returned])
    }

    @Test("a test of more than half an hour, or of a point that there is not, is refused")
    func testRefused() {
        var bench = bench()
        #expect(throws: AlarmEngine.Refusal.outOfTime(limit: .seconds(1800))) {
            try bench.engine.startTest(test(until: 1900), now: EngineBench.at(0))
        }
        #expect(throws: AlarmEngine.Refusal.notOn) { try bench.engine.stopTest(EngineBench.gas) }
    }

    @Test("an alarm that nobody acknowledges becomes more urgent once, and is said a minute later and every 15 min")
    func escalation() throws {
        var rule = Self.open
        rule.escalation = .init(after: .seconds(300), severity: .danger)
        var bench = EngineBench([rule], site: Self.site)
        _ = bench.step(1, at: 0, Self.lid, .coverOpen)
        #expect(bench.advance(to: 59).isEmpty)
        #expect(bench.advance(to: 60).map(\.cause) == [.announced])
        let escalated = bench.advance(to: 300)
        #expect(escalated.map(\.cause) == [.escalated] && escalated.first?.alarm.severity == .danger)
        #expect(bench.advance(to: 1199).isEmpty)
        #expect(bench.advance(to: 1200).map(\.cause) == [.announced])
        _ = try bench.engine.acknowledge("alarm-1", by: "li", now: EngineBench.at(1201))
        #expect(bench.advance(to: 2102).map(\.cause) == [.announced], "it stands, so it is said")
    }

    @Test("an alarm that chatters stands until it has been quiet for five minutes, and counts")
    func chatter() {
        var bench = bench()
        var transitions: [AlarmTransition] = []
        for second in 0..<600 {
            transitions += bench.step(second.isMultiple(of: 2) ? 1 : 0, at: Double(second), Self.lid, .coverOpen)
        }
        #expect(transitions.count == 9)
        #expect((bench.engine.active.first?.count ?? 0) > 200)
        #expect(bench.step(0, at: 898, Self.lid, .coverOpen).isEmpty)
        #expect(bench.step(0, at: 900, Self.lid, .coverOpen).map(\.cause) == [.returned])
    }

    @Test("what was set aside survives a restart with a clock that can be trusted, and ends with one that cannot")
    func restart() throws {
        for (clock, isOn) in [(ClockState.synced, true), (.unsynced, false)] {
            var first = bench()
            _ = try first.engine.startMaintenance(maintenance(until: 3600), now: EngineBench.at(0))
            _ = first.step(1, at: 1, Self.lid, .coverOpen)
            let alarms = first.engine.active
            var second = bench()
            var now = EngineBench.at(100)
            now.clock = clock
            let transitions = second.engine.restore(alarms, maintenance: first.engine.maintenance, now: now)
            #expect(second.engine.maintenance.isEmpty == !isOn)
            #expect(transitions.steps == [isOn ? "out-of-service>out-of-service" : "out-of-service>unacknowledged"])
        }
    }

    @Test("after a restart a value between the thresholds keeps the alarm")
    func hysteresisOverRestart() {
        var first = bench()
        _ = first.step(30, at: 0)
        var second = bench()
        _ = second.engine.restore(first.engine.active, now: EngineBench.at(10))
        #expect(second.step(17, at: 11).isEmpty)
        #expect(second.step(14, at: 12).map(\.cause) == [.returned])
    }
}
