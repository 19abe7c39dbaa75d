// Where readings become facts: judged at once, counted once, numbered without holes.
import Alarms
@testable import Gateway
import SensorModel
import TestSupport
import Testing

@Suite struct IntakeTests {
    private let folder = TemporaryFolder()

    @Test("the last reading of a point is kept for who asks, bad ones too")
    func last() throws {
        let bench = try PipelineBench(folder: folder)
        try bench.read(.good(12.5))
        bench.pass(.seconds(1))
        try bench.read(.bad(.timeout))
        let intake = bench.intake
        #expect(try bench.executor.result { intake.last(PipelineBench.gas)?.measurement } == .bad(.timeout))
        #expect(try bench.executor.result { intake.last(Point(cover: "C", sensor: "s", channel: "c")) } == nil)
    }

    @Test("who keeps the modes is rung for when they or alarms change, and for nothing else")
    func rings() throws {
        let bench = try PipelineBench(folder: folder)
        let intake = bench.intake
        func hasRung() throws -> Bool { try bench.executor.result { intake.changes.take() != nil } }
        try bench.read(.good(1))
        #expect(try !hasRung())
        bench.pass(.seconds(1))
        try bench.read(.good(30))
        #expect(try hasRung(), "an alarm")
        bench.pass(.seconds(1))
        try bench.read(.good(31))
        #expect(try !hasRung())
        _ = try bench.executor.result {
            try intake.startMaintenance(at: "C2", by: "li", order: "W-1", crew: "B2", reason: "pump", for: .seconds(60))
        }
        #expect(try hasRung())
        _ = try bench.executor.result {
            try intake.startTest(of: PipelineBench.gas, by: "li", reason: "bump", for: .seconds(60))
        }
        #expect(try hasRung())
        _ = try bench.executor.result { try intake.stopTest(of: PipelineBench.gas) }
        #expect(try hasRung())
        #expect(try !hasRung())
    }

    @Test("the same reading handed over twice counts once, the next one counts")
    func once() throws {
        let bench = try PipelineBench(folder: folder)
        bench.broker.set(away: true)
        bench.start()
        let reading = Reading(
            point: PipelineBench.gas, quantity: .methane, measurement: .good(30), time: bench.clock.now(), origin: .field)
        try bench.accept([reading, reading])
        try bench.accept([reading])
        bench.pass(.seconds(3))
        try bench.read(.good(31))
        bench.pass(.seconds(3))
        #expect(try bench.content(.readings).count == 2)
        #expect(try bench.content(.alarms).count == 1)
    }

    @Test("an alarm is committed the moment its reading comes, and says everything")
    func alarmAtOnce() throws {
        let bench = try PipelineBench(folder: folder)
        bench.start()
        try bench.read(.good(30))
        #expect(bench.takeCommitted() == ["alarms 1"])
        let payload = try #require(bench.broker.payloads("alarms").first)
        let message = try members(payload)
        #expect(message["seq"] as? Int == 1 && message["after"] as? Int == 0)
        #expect(message["from"] as? String == "normal" && message["to"] as? String == "unacknowledged")
        #expect(message["point"] as? String == "C1/ch4/gas" && message["value"] as? Double == 30)
        #expect(message["config"] as? String == "sha256:0" && message["boot"] as? String == "boot-1")
        #expect(message["origin"] as? String == "field")
    }

    @Test("an alarm is offered to the uplink before its commit: with a disk that hangs it is sent all the same")
    func offeredBeforeCommit() throws {
        let bench = try PipelineBench(folder: folder)
        bench.startUplink()
        try bench.read(.good(30))
        #expect(bench.broker.payloads("alarms").count == 1)
        #expect(try bench.content(.alarms).isEmpty)
        bench.startAlarmWriter()
        #expect(bench.takeCommitted() == ["alarms 1"])
        bench.pass(.seconds(30))
        #expect(bench.broker.payloads("alarms").count == 1)
    }

    @Test("transitions are numbered without holes, in the order they happened")
    func consecutive() throws {
        let bench = try PipelineBench(folder: folder)
        bench.broker.set(away: true)
        bench.start()
        // At nine covers in turn and slowly, so that none of them chatters.
        for index in 0..<400 {
            bench.clock.advance(by: .seconds(20))
            try bench.read(.good(index.isMultiple(of: 2) ? 30 : 0), PipelineBench.places[index / 2 % 9])
        }
        let content = try bench.content(.alarms)
        #expect(content.map { Int($0.prefix { $0 != " " }) } == Array(1...400))
        for (index, record) in content.enumerated() {
            #expect(record.contains(index.isMultiple(of: 2) ? #""to":"unacknowledged""# : #""to":"returned-unacknowledged""#))
        }
    }

    @Test("without numbers transitions wait for the medium, and go on in order when it grants more")
    func numbersRunOut() throws {
        let points = (1...5).map { Point(cover: "C\($0)", sensor: "ch4", channel: "gas") }
        let bench = try PipelineBench(folder: folder, points: points, alarmNumbers: 2)
        bench.startUplink()
        for point in points { try bench.read(.good(30), point) }
        #expect(bench.broker.payloads("alarms").count == 2)
        #expect(try bench.activeAlarms().count == 5)
        bench.startAlarmWriter()
        let covers = try bench.broker.payloads("alarms").map { try members($0)["cover"] as? String }
        #expect(covers == ["C1", "C2", "C3", "C4", "C5"])
        #expect(try bench.content(.alarms).map { $0.prefix(1) } == ["1", "2", "3", "4", "5"])
    }

    @Test("an acknowledgement goes on record with the name of who gave it")
    func acknowledgement() throws {
        let bench = try PipelineBench(folder: folder)
        bench.start()
        try bench.read(.good(30))
        let id = try #require(try bench.activeAlarms().first?.id)
        let intake = bench.intake
        let transition = try bench.executor.result { try intake.acknowledge(id, by: "chen") }
        #expect(transition.to == .acknowledged)
        let message = try members(try #require(bench.broker.payloads("alarms").last))
        #expect(message["by"] as? String == "chen" && message["to"] as? String == "acknowledged" && message["seq"] as? Int == 2)
        #expect(throws: AlarmEngine.Refusal.unknown) {
            try bench.executor.result { try intake.acknowledge("nobody", by: "chen") }
        }
        #expect(bench.broker.payloads("alarms").count == 2)
    }

    @Test("an alarm of the gateway itself has no cover and carries its words")
    func gatewayAlarm() throws {
        let bench = try PipelineBench(folder: folder)
        bench.start()
        let intake = bench.intake
        try bench.executor.result { intake.setGatewayAlarm("configuration-refused", severity: .warning, problem: "line 3") }
        let message = try members(try #require(bench.broker.payloads("alarms").first))
        #expect(message["rule"] as? String == "configuration-refused" && message["note"] as? String == "line 3")
        #expect(isNull(message["cover"]) && isNull(message["value"]) && isNull(message["location"]))
    }

    @Test("a restart finds the alarms again: a value that still stands makes no new one, and its return carries the old id")
    func restart() throws {
        let clock = ManualClock()
        var first: PipelineBench? = try PipelineBench(folder: folder, clock: clock)
        first?.broker.set(away: true)
        first?.start()
        try first?.read(.good(30))
        let id = try #require(try first?.activeAlarms().first?.id)
        try first?.stop()
        first = nil
        clock.advance(by: .seconds(10))
        let second = try PipelineBench(folder: folder, clock: clock, seed: 2)
        second.broker.set(away: true)
        #expect(try second.restoreAlarms() == [])
        second.start()
        try second.read(.good(31))
        #expect(try second.content(.alarms).count == 2, "it was said again at the start")
        #expect(try second.activeAlarms().map(\.id) == [id])
        clock.advance(by: .seconds(1))
        try second.read(.good(0))
        let content = try second.content(.alarms)
        #expect(content.count == 3)
        #expect(content.last?.contains("\"alarm\":\"\(id)\"") == true)
        #expect(content.last?.hasPrefix("3 ") == true)
    }

    @Test("an alarm that is normal again waits to be closed, over a restart too, and then leaves nothing behind")
    func closedIsForgotten() throws {
        let bench = try PipelineBench(folder: folder)
        bench.start()
        try bench.read(.good(30))
        let lane = bench.store.alarms
        #expect(try bench.executor.result { try await lane.states().count } == 1)
        let (intake, id) = (bench.intake, try #require(try bench.activeAlarms().first?.id))
        _ = try bench.executor.result { try intake.acknowledge(id, by: "chen") }
        bench.pass(.seconds(1))
        try bench.read(.good(0))
        #expect(try bench.executor.result { try await lane.states().count } == 1)
        #expect(intake.activeAlarms.isEmpty && intake.cases.map(\.id) == [id])
        _ = try bench.executor.result { try intake.close(id, by: "li", note: "aired") }
        bench.pass(.seconds(1))
        #expect(try bench.executor.result { try await lane.states().isEmpty })
    }
}
