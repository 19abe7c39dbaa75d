// Alarm transitions and their states on their way to the medium, and back after a restart.
import Alarms
@testable import Gateway
import Outbox
import Platform
import SensorModel
import TestSupport
import Testing

@Suite struct WriterAlarmTests {
    private let folder = TemporaryFolder()

    private func moment(_ seconds: Int64, _ clock: ClockState = .synced) -> Timestamp {
        Timestamp(
            wall: WallTime(nanoseconds: seconds * 1_000_000_007), monotonic: MonotonicTime(nanoseconds: seconds * 3), clock: clock
        )
    }

    @Test(
        "an alarm's state comes back as it was stored",
        arguments: [AlarmState.unacknowledged, .acknowledged, .returnedUnacknowledged], ClockState.allCases)
    func roundTrip(state: AlarmState, clock: ClockState) throws {
        let alarms = [
            ActiveAlarm(
                id: "a", rule: "methane-high", point: PipelineBench.gas, severity: .danger, state: state, value: 20.1,
                quantity: .methane, threshold: 20, clearThreshold: 15, occurred: moment(5, clock), changed: moment(-7, .synced),
                acknowledgedBy: "陈 \"x\"\n", acknowledgedAt: moment(6, clock), returned: moment(7), count: 3,
                evidence: [
                    AlarmEvidence(
                        point: PipelineBench.gas, quantity: .methane, measurement: .uncertain(20.1, .testGas), time: moment(8)),
                    AlarmEvidence(
                        point: Point(cover: "C1", sensor: "t", channel: "tilt"), quantity: .tilt, measurement: .bad(.timeout),
                        time: moment(9)),
                ], isTest: true, shelving: Shelving(by: "li", reason: "井下施工", until: moment(10))),
            ActiveAlarm(
                id: "b", rule: "configuration-refused", point: nil, severity: .notice, state: state, occurred: moment(1, clock),
                changed: moment(2, clock), note: "第3行"),
        ]
        let states = try alarms.map { alarm -> (key: String, body: [UInt8]) in
            let change = AlarmStateCoding.change(alarm)
            return (change.key, try #require(change.body))
        }
        let found = AlarmStateCoding.left(states)
        #expect(found.alarms == alarms)
        #expect(found.unreadable.isEmpty)
    }

    @Test("an alarm that is over is kept until it is closed")
    func over() {
        var alarm = ActiveAlarm(
            id: "a", rule: "r", point: nil, severity: .notice, state: .normal, occurred: moment(1), changed: moment(2))
        #expect(AlarmStateCoding.change(alarm).body != nil)
        alarm.state = .closed
        #expect(AlarmStateCoding.change(alarm) == StateChange(key: "alarm/a", body: nil))
    }

    @Test("maintenance and tests come back as they were stored, and are forgotten when they are over")
    func modes() throws {
        let crew = Maintenance(
            cover: "C1", by: "chen", order: "W-1", crew: "第二班", reason: "清淤", since: moment(1), until: moment(2))
        let test = SensorTest(point: PipelineBench.gas, by: "li", reason: "bump", since: moment(3), until: moment(4))
        let changes = [AlarmStateCoding.change(crew, at: "C1"), AlarmStateCoding.change(test, at: PipelineBench.gas)]
        let left = AlarmStateCoding.left(try changes.map { ($0.key, try #require($0.body)) })
        #expect(left.maintenance == [crew] && left.tests == [test] && left.unreadable == [] && left.alarms == [])
        #expect(AlarmStateCoding.change(nil as Maintenance?, at: "C1") == StateChange(key: changes[0].key, body: nil))
        #expect(AlarmStateCoding.left([("maintenance/C1", [1]), ("test/C1/a/b", [2])]).unreadable.count == 2)
    }

    @Test func `thresholds that a command has set come back as they were stored`() throws {
        let change = ThresholdChange(
            rule: "methane-high", inForce: Thresholds(raise: 10.5, clear: 8), configured: Thresholds(raise: 20, clear: 15),
            by: "王伟 via city", since: moment(1))
        let stored = AlarmStateCoding.change(change, of: "methane-high")
        let left = AlarmStateCoding.left([(stored.key, try #require(stored.body)), ("threshold/x", [1])])
        #expect(left.thresholds == [change] && left.unreadable == ["threshold/x"])
        #expect(AlarmStateCoding.change(nil, of: "methane-high") == StateChange(key: stored.key, body: nil))
    }

    /// A good state with one word replaced.
    private func state(_ old: String, _ new: String) throws -> (key: String, body: [UInt8]) {
        let alarm = ActiveAlarm(
            id: "a", rule: "methane-high", point: PipelineBench.gas, severity: .danger, state: .acknowledged, value: 1,
            quantity: .methane, threshold: 2, clearThreshold: 3, occurred: moment(1), changed: moment(2))
        let change = AlarmStateCoding.change(alarm)
        let text = String(decoding: try #require(change.body), as: UTF8.self)
            .split(separator: "\\/", omittingEmptySubsequences: false).joined(separator: "/")
        let parts = text.split(separator: old, omittingEmptySubsequences: false)
        try #require(parts.count > 1)
        return (change.key, Array(parts.joined(separator: new).utf8))
    }

    @Test(
        "a state that cannot be read whole is named, never guessed",
        arguments: [
            ("{", "["), (#""severity":3"#, #""severity":4"#), ("acknowledged", "asleep"), ("C1/ch4/gas", "C1/ch4"),
            (#""methane""#, #""phlogiston""#), ("synced", "guessed"), (#""rule""#, #""role""#),
        ])
    func unreadable(old: String, new: String) throws {
        let good = try state("methane-high", "methane-low")
        let found = AlarmStateCoding.left([try state(old, new), ("alarm/z", []), good, ("other", [1])])
        #expect(found.unreadable == ["alarm/a", "alarm/z"])
        #expect(found.alarms.map(\.rule) == ["methane-low"])
    }

    @Test("an unreadable state in the store is named at the start, and the others are taken up")
    func unreadableInStore() throws {
        let bench = try PipelineBench(folder: folder)
        let (lane, clock) = (bench.store.alarms, bench.clock)
        let good = try state("methane-high", "methane-high")
        _ = try bench.executor.result {
            try await lane.append(
                [], states: [StateChange(key: "alarm/x", body: [1, 2]), StateChange(key: good.key, body: good.body)],
                now: clock.now())
        }
        #expect(try bench.restoreAlarms() == ["alarm/x"])
        #expect(try bench.activeAlarms().map(\.id) == ["a"])
    }

    @Test("a writer without work looks every five seconds, and a delivery is noted within six all the same")
    func rest() throws {
        let bench = try PipelineBench(folder: folder)
        bench.broker.set(away: true)
        let (lane, clock) = (bench.store.alarms, bench.clock)
        try bench.executor.result {
            _ = try await lane.append([NumberedRecord(seq: 1, body: Array("\"alarm\":\"a\"".utf8))], now: clock.now())
        }
        bench.startAlarmWriter()
        let began = clock.now().monotonic
        #expect(bench.alarms.pulse.due == began + .seconds(5) + .seconds(30))
        bench.pass(.seconds(7))
        #expect(bench.alarms.pulse.due == began + .seconds(10) + .seconds(30))
        try bench.executor.result { await lane.delivered("city", through: 1, now: clock.now().monotonic) }
        bench.pass(.milliseconds(3500))
        #expect(bench.alarms.pulse.due == began + .seconds(11) + .seconds(30), "it looks each second now")
        #expect(lane.isUnsettled)
        bench.pass(.milliseconds(2500))
        #expect(!lane.isUnsettled)
        #expect(try bench.executor.result { try await lane.currentStatistics().uplinks["city"]?.delivered } == 1)
    }

    @Test("transitions that came together are committed together, and all of them at the end")
    func together() throws {
        let points = (1...3).map { Point(cover: "C\($0)", sensor: "ch4", channel: "gas") }
        let bench = try PipelineBench(folder: folder, points: points)
        bench.broker.set(away: true)
        try bench.accept(
            points.map {
                Reading(point: $0, quantity: .methane, measurement: .good(50), time: bench.clock.now(), origin: .field)
            })
        bench.startAlarmWriter()
        #expect(bench.takeCommitted() == ["alarms 3"])
        #expect(try bench.content(.alarms).count == 3)
        #expect(bench.alarms.dropped == 0)
    }

    @Test("who waits until all is committed learns that it is, or that the medium did not take it in time")
    func committed() throws {
        let bench = try PipelineBench(folder: folder)
        let (alarms, answers) = (bench.alarms, Mailbox<String>(capacity: 8, whenFull: .dropNewest))
        func ask(_ name: String) {
            bench.live { answers.send("\(name) \(await alarms.isCommitted(within: .seconds(5)))") }
        }
        func keep(_ key: String) { alarms.keep([StateChange(key: key, body: [1])]) }
        bench.live { answers.send("idle \(await alarms.isCommitted(within: .zero))") }
        bench.pass(.zero)
        #expect(answers.take() == "idle true")

        keep("maintenance/a")
        ask("no writer")
        bench.pass(.milliseconds(4999))
        #expect(answers.take() == nil)
        bench.pass(.milliseconds(1))
        #expect(answers.take() == "no writer false")

        ask("writer")
        bench.startAlarmWriter()
        #expect(answers.take() == "writer true")
        try bench.setTakesNothing(.alarms, true)
        keep("maintenance/b")
        ask("full")
        bench.pass(.milliseconds(3999))
        #expect(answers.take() == nil)
        try bench.setTakesNothing(.alarms, false)
        keep("maintenance/c")
        bench.pass(.seconds(1))
        #expect(answers.take() == "full true", "the one before is committed with the one that came later")
        let store = bench.store
        let keys = try bench.executor.result { try await store.alarms.states().map(\.key) }
        #expect(Set(keys).isSuperset(of: ["maintenance/a", "maintenance/b", "maintenance/c"]))
    }

    @Test("who waits for a commit waits for the transitions that had no number, too")
    func committedBehindNumbers() throws {
        let points = (1...3).map { Point(cover: "C\($0)", sensor: "ch4", channel: "gas") }
        let bench = try PipelineBench(folder: folder, points: points, alarmNumbers: 2)
        bench.broker.set(away: true)
        try bench.accept(
            points.map {
                Reading(point: $0, quantity: .methane, measurement: .good(50), time: bench.clock.now(), origin: .field)
            })
        let (alarms, intake, answers) = (bench.alarms, bench.intake, Mailbox<String>(capacity: 8, whenFull: .dropNewest))
        #expect(intake.hasUnnumbered)
        bench.live { answers.send("\(await alarms.isCommitted(within: .seconds(5))) \(intake.hasUnnumbered)") }
        bench.executor.drain()
        #expect(answers.take() == nil)
        bench.startAlarmWriter()
        #expect(answers.take() == "true false", "they have numbers when the commit is told")
        bench.live { answers.send("\(await alarms.isCommitted(within: .seconds(5)))") }
        bench.executor.drain()
        #expect(answers.take() == "true")
        #expect(try bench.content(.alarms).count == 3)
    }

    @Test("transitions that found no room while the medium hung leave a gap with their count")
    func displaced() throws {
        let bench = try PipelineBench(folder: folder)
        bench.broker.set(away: true)
        for seq in 1...4100 as ClosedRange<Int64> {
            let record = NumberedRecord(seq: seq, body: Array("\"alarm\":\"a\"".utf8))
            bench.alarms.take(record, state: StateChange(key: "alarm/a", body: nil))
        }
        #expect(bench.alarms.dropped == 4)
        bench.startAlarmWriter()
        let content = try bench.content(.alarms)
        #expect(content.first == "1-4 4 evicted")
        #expect(content.count == 4097)
    }

    @Test("transitions that gave way before they had a number are named by a gap when there are numbers again")
    func unnumbered() throws {
        let bench = try PipelineBench(folder: folder, alarmNumbers: 3, storeBytes: 512 << 20)
        bench.broker.set(away: true)
        let intake = bench.intake
        try bench.executor.result {
            for number in 0..<4200 {
                intake.setGatewayAlarm("broken", severity: .notice, problem: number % 2 == 0 ? "it is broken" : nil)
            }
        }
        #expect(intake.lostTransitions == 101)
        bench.startAlarmWriter()
        let content = try bench.content(.alarms)
        #expect(content.filter { $0.hasSuffix("evicted") } == ["4-104 101 evicted"])
        #expect(content.count == 4100)
        #expect(intake.lostTransitions == 101)
    }
}
