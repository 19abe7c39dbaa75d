// From steps and readings to a case: before and after, frames, history, and what a restart or a full medium leaves.
import Alarms
import DeviceHAL
import DiagnosticsProtocol
import Glibc
import Logging
import Platform
import SensorModel
import Synchronization
import TestSupport
import Testing

@testable import Gateway

@Suite struct CaseRecorderTests {
    /// A recorder with one cover: a gas head on a bus and a lid on a line.
    private final class Desk: Sendable {
        static let gas = Point(cover: "C1", sensor: "ch4", channel: "gas")
        static let lid = Point(cover: "C1", sensor: "lid", channel: "state")

        let folder = TemporaryFolder()
        let clock = ManualClock()
        let executor = SingleThreadExecutor()
        let inbox = CaseInbox(periods: [gas: .seconds(1), lid: .seconds(60)])
        let frames = Mutex(FrameLog())
        let recent = Mutex<[Point: RecentReadings]>([:])

        func recorder(boot: String = "boot-1") -> CaseRecorder {
            let scene = CaseScene(
                cover: { EvidenceCover(code: $0, name: "人民路56号井", risk: ["crowded"]) },
                channels: { _ in
                    [
                        .init(point: Desk.gas, quantity: .methane, device: "XCD-1", line: nil),
                        .init(point: Desk.lid, quantity: .coverOpen, device: nil, line: "box GPIO17"),
                    ]
                },
                recent: { point in self.recent.withLock { $0[point]?.last(.max) ?? [] } },
                frames: { _, after in
                    let new = self.frames.withLock { $0.frames(after: after["plc"] ?? 0) }
                    return [.init(bus: "plc", kind: "modbus-rtu", frames: new, now: self.clock.now())]
                },
                rule: { EvidenceRule(values: ["id": $0, "when.above": "20 %LEL"], file: "/gas.yaml", source: "GB 50493") },
                head: { AuditHead(seq: 3, hash: "abc") })
            return CaseRecorder(
                .init(gateway: "gw", store: "s", boot: boot, version: "1", configuration: "sha256:0", origin: .field),
                files: CaseFiles(folder: folder.path), inbox: inbox, scene: scene, executor: executor, clock: clock,
                fieldClock: clock, log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        }

        func read(_ value: Double, _ point: Point = gas) {
            let reading = Reading(
                point: point, quantity: point == Self.gas ? .methane : .coverOpen, measurement: .good(value), time: clock.now(),
                origin: .field)
            recent.withLock { $0[point, default: RecentReadings()].take(reading) }
            inbox.observe(reading)
        }

        func poll(_ byte: UInt8) {
            frames.withLock { $0.add(.request, unit: 3, [3, byte], at: clock.now().monotonic) }
        }

        func step(
            _ seq: Int64, _ cause: AlarmTransition.Cause = .raised, to: AlarmState = .unacknowledged, alarm id: String = "A1",
            point: Point? = gas, note: String? = nil, falseAlarm: Bool? = nil, actor: String? = nil
        ) {
            let now = clock.now()
            var alarm = ActiveAlarm(
                id: id, rule: "methane-high", point: point, severity: .warning, state: to, value: 30, quantity: .methane,
                threshold: 20, occurred: now, changed: now, note: note)
            alarm.falseAlarm = falseAlarm
            inbox.take(
                AlarmTransition(alarm: alarm, from: .normal, cause: cause, value: 30, occurred: now, detected: now, actor: actor),
                seq)
        }

        func document(_ recorder: CaseRecorder, _ alarm: String = "A1") throws -> EvidenceDocument? {
            try executor.result { await recorder.document(of: alarm) }
        }
    }

    @Test func `evidence has what was before and a minute of what came after, readings, edges and frames`() throws {
        let desk = Desk()
        let recorder = desk.recorder()
        for value in [1.0, 2] {
            desk.read(value)
            desk.read(0, Desk.lid)
            desk.poll(UInt8(value))
            desk.clock.advance(by: .seconds(1))
        }
        desk.read(30)
        desk.step(1)
        let early = try #require(try desk.document(recorder))
        #expect(!early.complete && early.moments.count == 1 && early.moments[0].points[0].readings.map(\.value) == [1, 2, 30])
        #expect(!LineFile.exists(desk.folder.file("evidence/A1.json")))
        for second in 1...70 {
            desk.clock.advance(by: .seconds(1))
            desk.read(30 + Double(second))
            if second == 5 { desk.read(1, Desk.lid) }
            if second == 50 { desk.poll(9) }
            if second == 55 { _ = try desk.document(recorder) }
        }
        let late = try #require(try desk.document(recorder))
        let moment = late.moments[0]
        #expect(late.complete && moment.complete && moment.seq == 1 && moment.cause == "raised" && moment.omitted == 0)
        #expect(moment.points[0].readings.map(\.value) == [1, 2, 30] + (31...90).map(Double.init), "60 s after, and no more")
        #expect(moment.points[0].device == "XCD-1" && moment.points[0].edges == nil)
        #expect(moment.points[1].line == "box GPIO17" && moment.points[1].edges?.map(\.value) == [1])
        #expect(moment.buses[0].frames.map(\.hex) == ["0301", "0302", "0309"])
        #expect(moment.audit == EvidenceHead(seq: 3, hash: "abc") && moment.configuration == "sha256:0")
        #expect(moment.rule?.values["when.above"] == "20 %LEL" && late.cover?.risk == ["crowded"])
        #expect(TextFile.bytes(desk.folder.file("evidence/A1.json"), atMost: 1 << 20) == late.bytes)
    }

    @Test func `what happens later is in the document, and without news it is the same, byte for byte`() throws {
        let desk = Desk()
        let recorder = desk.recorder()
        desk.step(1)
        desk.clock.advance(by: .seconds(61))
        let first = try desk.document(recorder)?.bytes
        desk.clock.advance(by: .seconds(100))
        #expect(try desk.document(recorder)?.bytes == first && first != nil)
        desk.step(2, .acknowledged, to: .acknowledged, actor: "li")
        desk.step(3, .announced)
        desk.step(4, .closed, to: .closed, note: "a lorry", falseAlarm: true, actor: "li")
        // Another daemon on the same folder knows the same.
        for recorder in [recorder, desk.recorder(boot: "boot-2")] {
            let document = try #require(try desk.document(recorder))
            #expect(document.transitions.map(\.seq) == [1, 2, 4] && document.complete)
            #expect(document.transitions.map(\.falseAlarm) == [nil, nil, true])
            #expect(document.transitions[1].actor == "li" && document.moments[0].boot == "boot-1")
        }
    }

    @Test func `an escalation is a moment of its own, and of many the first and the newest stay`() throws {
        let desk = Desk()
        let recorder = desk.recorder()
        for seq in 1...6 {
            desk.step(Int64(seq), seq == 1 ? .raised : .escalated)
            desk.clock.advance(by: .seconds(300))
            _ = try desk.document(recorder)
        }
        #expect(try desk.document(recorder)?.moments.map(\.seq) == [1, 4, 5, 6])
    }

    @Test func `an alarm of the gateway has its steps and no readings; one that nobody knows has nothing`() throws {
        let desk = Desk()
        let recorder = desk.recorder()
        desk.step(1, alarm: "G1", point: nil)
        let document = try #require(try desk.document(recorder, "G1"))
        #expect(document.complete && document.cover == nil && document.moments[0].points.isEmpty)
        #expect(try desk.document(recorder, "A9") == nil)
        #expect(try desk.document(recorder, "../audit") == nil)
    }

    @Test func `a stop keeps what there is, uptime too, and says that it is not complete`() throws {
        let desk = Desk()
        let recorder = desk.recorder()
        let task = desk.executor.start { await recorder.run() }
        desk.executor.drain()
        desk.read(1)
        desk.clock.advance(by: .seconds(1))
        desk.read(30)
        desk.step(1)
        desk.executor.drain()
        task.cancel()
        desk.executor.drain()
        let kept = try #require(CaseFiles(folder: desk.folder.path).document(of: "A1"))
        #expect(!kept.complete && kept.moments.count == 1 && kept.transitions.map(\.seq) == [1])
        let november = try #require(Month("2026-11"))
        #expect(CaseFiles(folder: desk.folder.path).uptime(of: november)["C1/ch4/gas"] == Uptime(observed: 1, good: 1))
        // The next run adds to it.
        desk.clock.advance(by: .seconds(2))
        desk.read(30)
        let next = desk.recorder(boot: "boot-2")
        #expect(try desk.executor.result { await next.uptime(of: november)["C1/ch4/gas"] } == Uptime(observed: 3, good: 3))
    }

    @Test func `lines wait for a medium that cannot be written, and are in the history meanwhile`() throws {
        let desk = Desk()
        let recorder = desk.recorder()
        let november = try #require(Month("2026-11"))
        desk.folder.write("history", "no folder")
        desk.step(1)
        #expect(try desk.executor.result { await recorder.history(of: november).rows.map(\.seq) } == [1])
        #expect(try desk.executor.result { await recorder.lost } == 1)
        unlink(desk.folder.file("history"))
        #expect(try desk.executor.result { await recorder.history(of: november).rows.map(\.seq) } == [1])
        #expect(try desk.executor.result { await recorder.lost } == 0)
        #expect(CaseFiles(folder: desk.folder.path).rows(of: november).rows.map(\.seq) == [1])
    }

    @Test func `readings beyond what is kept are counted, and so are covers`() throws {
        let desk = Desk()
        let recorder = desk.recorder()
        desk.step(1)
        _ = try desk.document(recorder)
        for _ in 0..<1100 {
            desk.clock.advance(by: .milliseconds(10))
            desk.read(30)
        }
        desk.clock.advance(by: .seconds(60))
        let moment = try #require(try desk.document(recorder)?.moments.first)
        #expect(moment.points[0].readings.count == 1024 && moment.omitted == 1100 - 1024)
        for number in 0..<20 {
            desk.step(Int64(10 + number), alarm: "S\(number)", point: Point(cover: "S\(number)", sensor: "s", channel: "c"))
        }
        #expect((0..<20).count { desk.inbox.collection(at: "S\($0)") != nil } == 16)
        desk.clock.advance(by: .seconds(61))
        #expect(try desk.document(recorder, "S0")?.complete == true)
        #expect(try desk.document(recorder, "S19")?.complete == false)
    }

    @Test func `the same document handed out twice at once to the same person is one export`() throws {
        let desk = Desk()
        let recorder = desk.recorder()
        let place = AuditHead(seq: 9, hash: "h")
        #expect(try desk.executor.result { await recorder.export("k") } == nil)
        try desk.executor.result { await recorder.exported("k", at: place) }
        #expect(try desk.executor.result { await recorder.export("k") } == place)
        desk.clock.advance(by: .seconds(600))
        #expect(try desk.executor.result { await recorder.export("k") } == nil)
    }
}
