// The members of the retained state that change: rendered together, announced when they do.
import Alarms
import SensorModel
import Synchronization
import TestSupport
import Testing

@testable import Gateway

@Suite struct LiveStateTests {
    @Test func `a cover that is read more often is said until its time is over`() {
        let orders = SamplingOrders()
        let now = ManualClock().now()
        orders.take(SamplingOrder(cover: "C2", every: .seconds(5), by: "li", since: now, until: now + .seconds(30)))
        orders.take(SamplingOrder(cover: "C1", every: .seconds(9), by: "li", since: now, until: now + .seconds(90)))
        orders.take(SamplingOrder(cover: "C1", every: .seconds(2), by: "王伟 via city", since: now, until: now + .seconds(60)))
        #expect(orders.current(now).map(\.cover) == ["C1", "C2"])
        let announced = Mutex<[String]>([])
        let live = LiveState { members, _ in announced.withLock { $0.append(String(decoding: members, as: UTF8.self)) } }
        live.set(orders.current(now + .seconds(30)), isUrgent: true)
        live.set(orders.current(now + .seconds(60)), isUrgent: true)
        #expect(
            announced.withLock { $0 } == [
                #""sampling":[{"cover":"C1","every_ms":2000,"by":"王伟 via city","until":"2026-11-21T04:01:00.000Z"}]"#,
                #""sampling":[]"#,
            ])
    }

    @Test func `what is set is announced once, and what is taken away too`() {
        let announced = Mutex<[String]>([])
        let live = LiveState { members, isUrgent in
            announced.withLock { $0.append(String(decoding: members, as: UTF8.self) + (isUrgent ? " now" : "")) }
        }
        live.set(AuditHead(seq: 3, hash: "ab"))
        live.set(AuditHead(seq: 3, hash: "ab"))
        live.set(.audit, Array("{}".utf8), isUrgent: true)
        live.set(.audit, nil)
        #expect(announced.withLock { $0 } == [#""audit":{"seq":3,"head":"ab"}"#, #""audit":{} now"#, ""])
    }

    @Test func `what people have set aside is said at once, each with who, why and until when`() {
        let announced = Mutex<[String]>([])
        let live = LiveState { members, isUrgent in
            announced.withLock { $0.append(String(decoding: members, as: UTF8.self) + (isUrgent ? " now" : "")) }
        }
        let now = ManualClock().now()
        let point = Point(cover: "C1", sensor: "ch4", channel: "gas")
        func alarm(_ state: AlarmState) -> ActiveAlarm {
            ActiveAlarm(
                id: "a-\(state.rawValue)", rule: "r", point: point, severity: .notice, state: state, occurred: now, changed: now,
                shelving: Shelving(by: "li", reason: "paint", until: now + .seconds(60)))
        }
        live.set([], alarms: [], tests: [], isUrgent: false) { _ in .methane }
        live.set(
            [
                Maintenance(
                    cover: "C1", by: "chen", order: "W-17", crew: "B2", reason: "\"pump\"", since: now,
                    until: now + .seconds(3600))
            ], alarms: [alarm(.shelved), alarm(.acknowledged)],
            tests: [SensorTest(point: point, by: "li", reason: "bump", since: now, until: now + .seconds(1800))], isUrgent: true
        ) { _ in .methane }
        let said = announced.withLock { $0 }
        #expect(said[2] == #""maintenance":[],"shelved":[],"unwatched":[]"#)
        #expect(
            said.last == #""maintenance":[{"cover":"C1","order":"W-17","crew":"B2","by":"chen","reason":"\"pump\"","#
                + #""until":"2026-11-21T05:00:00.000Z"}],"shelved":[{"alarm":"a-shelved","by":"li","reason":"paint","#
                + #""until":"2026-11-21T04:01:00.000Z"}],"unwatched":[{"cover":"C1","quantity":"methane","#
                + #""point":"C1/ch4/gas","by":"li","reason":"bump","until":"2026-11-21T04:30:00.000Z"}] now"#)
        live.set([], alarms: [], tests: [], isUrgent: true) { _ in .methane }
        #expect(announced.withLock { $0.last } == #""maintenance":[],"shelved":[],"unwatched":[] now"#)
        live.set(
            [
                ThresholdChange(
                    rule: "methane-high", inForce: Thresholds(raise: 10, clear: 8.5),
                    configured: Thresholds(raise: 20, clear: 15), by: "li via city", since: now)
            ], isUrgent: true)
        #expect(
            announced.withLock { $0.last }
                == #""maintenance":[],"shelved":[],"unwatched":[],"thresholds":[{"rule":"methane-high","#
                + #""threshold":10.0,"clear_threshold":8.5,"by":"li via city","since":"2026-11-21T04:00:00.000Z"}] now"#)
    }
}
