// The way of a command from the broker to its reply, on one thread: each once, in the right state of the clock, on record.
import DiagnosticsProtocol
@testable import Gateway
@testable import Outbox
import Platform
import SensorModel
import TestSupport
import Testing

@Suite struct CommandDeskTests {
    private let folder = TemporaryFolder()

    /// The pipeline with a desk in front of a scripted daemon.
    private func bench(
        _ source: ScriptedSource = ScriptedSource(), _ clock: ManualClock = ManualClock(), safeMode: SafeMode? = nil
    ) throws -> PipelineBench {
        let bench = try PipelineBench(folder: folder, clock: clock)
        let desk = CommandDesk(
            inbox: bench.inbox, source: source,
            audit: AuditLog(folder: folder.path, executor: bench.executor, clock: clock), lane: bench.store.alarms,
            clock: clock, safeMode: safeMode)
        bench.startUplink()
        bench.live { await desk.run() }
        bench.executor.drain()
        return bench
    }

    private func command(
        _ id: String, _ verb: String = "ack", _ args: String = #""alarm":"A1""#, expires: String = "2026-11-21T05:00:00Z"
    ) -> String { #"{"id":"\#(id)","verb":"\#(verb)","args":{\#(args)},"expires":"\#(expires)"}"# }

    private func send(_ text: String, to bench: PipelineBench, retained: Bool = false) {
        bench.broker.send(text, retained: retained)
        bench.executor.drain()
    }

    /// `id ok` or `id error`, of each reply so far.
    private func replies(_ bench: PipelineBench) throws -> [String] {
        try bench.broker.payloads("replies").map { text in
            guard case .object(let reply) = try JSONReader.read(Array(text.utf8)) else { return text }
            let id = if case .text(let id)? = reply["id"] { id } else { "-" }
            guard case .text(let error)? = reply["error"] else { return "\(id) \(reply["ok"] == .bool(true) ? "ok" : text)" }
            return "\(id) \(reply["ok"] == .bool(false) ? error : text)"
        }
    }

    private var record: String { TextFile.read(folder.file("audit.log"), atMost: 1 << 20) ?? "" }

    @Test func `an alarm is acknowledged in the person's name, once, and the platform gets what the technician would`() throws {
        let source = ScriptedSource()
        let bench = try bench(source)
        send(command("c1", "ack", #""alarm":"A1","by":"王伟""#), to: bench)
        #expect(source.questions == ["ack A1 by 王伟 via city"])
        #expect(
            bench.broker.payloads("replies") == [
                #"{"id":"c1","ok":true,"result":{"acknowledged_by":"王伟 via city","alarm":"A1","cover":null,"cover_name":null,"#
                    + #""place":null,"state":"acknowledged"}}"#
            ])
        send(command("c1", "ack", #""alarm":"A1","by":"王伟""#), to: bench)
        #expect(try replies(bench) == ["c1 ok", "c1 used-before"])
        #expect(source.questions.count == 1)
        #expect(record.contains(#""actor":"王伟 via city","action":"command.refused","subject":"c1: used-before"#))
        #expect(bench.inbox.counts(of: "city") == CommandInbox.Counts(received: 2, refused: 1, receipts: 0))
        try bench.stop()
    }

    @Test
    func `an order that the store does not write is no refused one: it is in force, and the reply says that it is not sure`()
        throws
    {
        let bench = try bench(ScriptedSource(writes: false))
        send(command("c1"), to: bench)
        send(command("c2", "read", #""point":"C1/ch4/gas""#), to: bench)
        let words = bench.broker.payloads("replies")
        #expect(words.first?.hasPrefix(#"{"id":"c1","ok":true,"committed":false,"result":{"acknowledged_by":"city""#) == true)
        #expect(
            words.last?.hasPrefix(#"{"id":"c2","ok":true,"result":{"readings":"#) == true, "what is only read waits for nothing")
        #expect(bench.inbox.counts(of: "city").refused == 0 && !record.contains("command.refused"))
        try bench.stop()
    }

    @Test func `a desk that has gone leaves nothing in the inbox, and nothing comes in any more`() throws {
        let source = ScriptedSource()
        let bench = try PipelineBench(folder: folder)
        let desk = CommandDesk(
            inbox: bench.inbox, source: source,
            audit: AuditLog(folder: folder.path, executor: bench.executor, clock: bench.clock), lane: bench.store.alarms,
            clock: bench.clock)
        bench.startUplink()
        send(command("c1"), to: bench)
        let task = bench.executor.start { await desk.run() }
        task.cancel()
        bench.executor.drain()
        send(command("c2"), to: bench)
        bench.live { await desk.run() }
        bench.executor.drain()
        // A letter holds its uplink, and that the inbox: kept, they would keep each other for ever.
        #expect(source.questions == [] && bench.broker.payloads("replies") == [])
        try bench.stop()
    }

    @Test func `what the daemon refuses is refused in the platform's words, and its id is used up`() throws {
        let bench = try bench()
        send(command("c1", "ack", #""alarm":"A9""#), to: bench)
        send(command("c1"), to: bench)
        #expect(try replies(bench) == ["c1 not-found", "c1 used-before"])
        #expect(record.contains(#""actor":"city","action":"command.refused","subject":"c1: not-found: there is no such alarm""#))
        try bench.stop()
    }

    @Test func `a gateway that speaks Chinese refuses in Chinese, also on record`() throws {
        let bench = try bench(ScriptedSource(language: .zh))
        send(command("c1", expires: "2026-11-21T04:00:00Z"), to: bench)
        send(command("c2"), to: bench)
        send(command("c2"), to: bench)
        #expect(try replies(bench) == ["c1 expired", "c2 ok", "c2 used-before"])
        let words = bench.broker.payloads("replies")
        #expect(words.first?.contains("过期；网关时间为") == true && words.last?.contains("已收到过此 id 的命令") == true)
        #expect(record.contains("c2: used-before: 已收到过此 id 的命令"))
        try bench.stop()
    }

    @Test func `a point is read`() throws {
        let source = ScriptedSource()
        let bench = try bench(source)
        send(command("c1", "read", #""point":"C1/ch4/gas""#), to: bench)
        #expect(source.questions == ["read C1/ch4/gas"])
        let reply = try #require(bench.broker.payloads("replies").first)
        #expect(reply.hasPrefix(#"{"id":"c1","ok":true,"result":{"readings":[{"#))
        #expect(reply.contains(#""value":12.5"#))
        try bench.stop()
    }

    @Test func `a receipt is put on record with the alarm and counted`() throws {
        let bench = try bench()
        send(command("c1", "receipt", #""alarm":"any""#), to: bench)
        #expect(
            bench.broker.payloads("replies") == [
                #"{"id":"c1","ok":true,"result":{"alarm":"any","received":"2026-11-21T04:00:00.000Z"}}"#
            ])
        #expect(record.contains(#""actor":"city","action":"alarm.receipt","subject":"any""#))
        #expect(bench.inbox.counts(of: "city").receipts == 1)
        try bench.stop()
    }

    @Test func `in safe mode only what alarms need is done, nothing else uses its id up, and afterwards everything is`() throws {
        let clock = ManualClock()
        let source = ScriptedSource()
        let bench = try bench(source, clock, safeMode: SafeMode(starts: 5, until: clock.now().monotonic + .seconds(600)))
        send(command("c1", "read", #""point":"C1/ch4/gas""#), to: bench)
        send(command("c2"), to: bench)
        send(command("c3", "receipt", #""alarm":"any""#), to: bench)
        #expect(try replies(bench) == ["c1 unavailable", "c2 ok", "c3 ok"])
        bench.pass(.seconds(600))
        send(command("c1", "read", #""point":"C1/ch4/gas""#), to: bench)
        #expect(try replies(bench).last == "c1 ok")
        try bench.stop()
    }

    @Test func `refusals before anything is done do not use the id up`() throws {
        let source = ScriptedSource()
        let bench = try bench(source)
        send(command("c1", expires: "2026-11-21T04:00:00Z"), to: bench)
        send(command("c1"), to: bench, retained: true)
        send(command("c1", "open"), to: bench)
        send(command("c1", "ack", #""by":"x""#), to: bench)
        send("{", to: bench)
        #expect(try replies(bench) == ["c1 expired", "c1 not-allowed", "c1 unknown-verb", "c1 invalid", "- malformed"])
        #expect(source.questions.isEmpty)
        #expect(record.split(separator: "\n").count == 5)
        send(command("c1"), to: bench)
        #expect(try replies(bench).last == "c1 ok")
        try bench.stop()
    }

    @Test func `evidence comes along with the reply where it is short, and where to fetch it otherwise`() throws {
        let source = ScriptedSource()
        let bench = try bench(source)
        send(command("c1", "evidence", #""alarm":"A1","by":"li""#), to: bench)
        send(command("c2", "evidence", #""alarm":"long""#), to: bench)
        #expect(source.questions == ["evidence of A1 for li via city via platform", "evidence of long for city via platform"])
        let replies = bench.broker.payloads("replies")
        #expect(replies[0].contains(#""audit":{"hash":"ff","seq":7}"#) && replies[0].contains(#""document":"xxxxxxxxxxxx""#))
        #expect(replies[1].contains(#""document":null"#) && replies[1].contains("gatewayctl evidence long"))
    }

    @Test func `people close, shelve and work through the platform as they do at the gateway`() throws {
        let source = ScriptedSource()
        let bench = try bench(source)
        send(command("c1", "close", #""alarm":"A1","note":"ventilated","false_alarm":false,"by":"王伟""#), to: bench)
        send(command("c2", "close", #""alarm":"A2","note":"ventilated""#), to: bench)
        send(command("c3", "shelve", #""alarm":"A1","reason":"paint","until":"2026-11-21T06:00:00Z""#), to: bench)
        let crew = #""cover":"C1","action":"start","order":"W-17","crew":"B2""#
        send(command("c4", "maintenance", crew + #","until":"2026-11-21T13:00:01+01:00","reason":"pump""#), to: bench)
        send(command("c5", "maintenance", crew + #","until":"2026-11-21T03:00:00Z""#), to: bench)
        send(command("c6", "maintenance", #""cover":"C1","action":"stop""#), to: bench)
        send(command("c7", "maintenance", crew + #","until":"2026-11-21T13:00:00Z""#), to: bench)
        #expect(
            source.questions == [
                "close A1 ventilated (true) by 王伟 via city", "close A2 ventilated by city", "shelve A1 paint 7200 by city",
                "work at C1 W-17 B2 pump 28801 by city", "work at C1 W-17 B2 W-17 0 by city", "work at C1 is over by city",
                "work at C1 W-17 B2 W-17 32400 by city",
            ])
        #expect(
            try replies(bench) == ["c1 ok", "c2 conflict", "c3 ok", "c4 invalid", "c5 ok", "c6 ok", "c7 invalid"])
        #expect(record.contains(#""action":"command.refused","subject":"c2: conflict: it still stands""#))
        try bench.stop()
    }

    @Test func `thresholds are changed for the person, and the reply says what was configured`() throws {
        let source = ScriptedSource()
        let bench = try bench(source)
        send(command("c1", "threshold", #""rule":"methane-high","raise":10,"clear":8,"by":"王伟""#), to: bench)
        send(command("c2", "threshold", #""rule":"methane-high","raise":50,"clear":8"#), to: bench)
        #expect(
            source.questions == ["methane-high from 10.0 to 8.0 by 王伟 via city", "methane-high from 50.0 to 8.0 by city"])
        #expect(
            bench.broker.payloads("replies").first == #"{"id":"c1","ok":true,"result":{"by":"王伟 via city","clear_threshold":8,"#
                + #""configured_clear_threshold":15,"configured_threshold":20,"rule":"methane-high","#
                + #""since":"2026-11-21T04:00:00.000Z","threshold":10,"unit":"%LEL"}}"#)
        #expect(try replies(bench) == ["c1 ok", "c2 conflict"])
        try bench.stop()
    }

    @Test func `a cover is read more often until then, by the gateway's clock`() throws {
        let source = ScriptedSource()
        let bench = try bench(source)
        let args = #""cover":"C1","every":"2 s","until":"2026-11-21T05:00:00Z""#
        send(command("c1", "sampling", args + #","by":"王伟""#, expires: "2026-11-21T04:30:00Z"), to: bench)
        send(command("c2", "sampling", #""cover":"C2","every":"1 ms","until":"2026-11-21T03:00:00Z""#), to: bench)
        #expect(source.questions == ["C1 every 2 s for 3600 s by 王伟 via city", "C2 every 1 ms for 0 s by city"])
        #expect(
            bench.broker.payloads("replies").first == #"{"id":"c1","ok":true,"result":{"by":"王伟 via city","cover":"C1","#
                + #""cover_name":null,"every_seconds":2,"place":null,"sensors":["ch4"],"since":"2026-11-21T04:00:00.000Z","#
                + #""until":"2026-11-21T05:00:00.000Z"}}"#)
        #expect(try replies(bench) == ["c1 ok", "c2 invalid"])
        try bench.stop()
    }

    @Test func `a configuration goes on trial at once and is answered later, one that is in force is answered at once`() throws {
        let source = ScriptedSource()
        let bench = try bench(source)
        send(command("c1", "config", #""yaml":"schema: 1\n","hash":"sha256:1","by":"li""#), to: bench)
        #expect(source.questions == ["apply sha256:1 of 10 bytes for c1 of li via city by city", "answered"])
        #expect(bench.broker.payloads("replies").isEmpty)
        send(command("c2", "config", #""yaml":"schema: 1\n","hash":"sha256:0""#), to: bench)
        #expect(
            bench.broker.payloads("replies") == [
                #"{"id":"c2","ok":true,"result":{"outcome":"unchanged","hash":"sha256:0","before":"sha256:0"}}"#
            ])
        send(command("c3", "config", #""hash":"sha256:0""#), to: bench)
        send(command("c1", "config", #""yaml":"schema: 1\n","hash":"sha256:1""#), to: bench)
        #expect(try replies(bench) == ["c2 ok", "c3 invalid", "c1 used-before"])
        try bench.stop()
    }

    @Test func `a verb of later versions is unsupported`() throws {
        let bench = try bench()
        send(command("c1", "replay"), to: bench)
        #expect(try replies(bench) == ["c1 unsupported"])
        try bench.stop()
    }

    @Test func `a command that expires while it waits is not carried out`() throws {
        let clock = ManualClock()
        let bench = try bench(ScriptedSource(), clock)
        bench.broker.send(command("c1", expires: "2026-11-21T04:00:01Z"))
        clock.stepWall(by: .seconds(1))
        bench.executor.drain()
        #expect(try replies(bench) == ["c1 expired"])
        try bench.stop()
    }

    @Test(arguments: ClockState.allCases)
    func `while the clock is unsynced only read and ack are carried out`(state: ClockState) throws {
        let clock = ManualClock()
        clock.set(state)
        let bench = try bench(ScriptedSource(), clock)
        send(command("c1"), to: bench)
        send(command("c2", "read", #""point":"C1/ch4/gas""#), to: bench)
        send(command("c3", "receipt"), to: bench)
        send(command("c4", "close", #""alarm":"A1","note":"ventilated""#), to: bench)
        let others = state == .unsynced ? ["c3 clock-unsynced", "c4 clock-unsynced"] : ["c3 ok", "c4 ok"]
        #expect(try replies(bench) == ["c1 ok", "c2 ok"] + others)
        send(command("c5", expires: "2026-11-21T04:00:00Z"), to: bench)
        #expect(try replies(bench).last == "c5 expired", "what is over by a clock that is behind is over")
        clock.set(.synced)
        send(command("c3", "receipt"), to: bench)
        #expect(try replies(bench).last == (state == .unsynced ? "c3 ok" : "c3 used-before"))
        try bench.stop()
    }

    @Test func `after a restart, and after the end of a process that closed nothing, a used id is still used`() throws {
        do {
            let first = try bench()
            send(command("c1"), to: first)
            #expect(try replies(first) == ["c1 ok"])
            // What a process that is killed leaves behind: committed files and nothing else.
            let copy = TemporaryFolder()
            for file in ["alarms.db", "alarms.db-wal"] {
                if let bytes = TextFile.bytes(folder.file("store/\(file)"), atMost: 1 << 24) {
                    _ = TextFile.replace(copy.file(file), with: bytes)
                }
            }
            let lane = try OutboxLane(
                lane: .alarms, place: .file(copy.file("alarms.db")), boot: "boot-2", maxBytes: 1 << 20, block: 1024,
                executor: first.executor)
            let states = try first.executor.result { try await lane.states() }
            #expect(CommandMemory(states, laneBytes: 1 << 20).knows("c1"))
            #expect(!CommandMemory(states, laneBytes: 1 << 20).knows("c2"))
            try first.stop()
        }
        let second = try bench()
        send(command("c1"), to: second)
        send(command("c2"), to: second)
        #expect(try replies(second) == ["c1 used-before", "c2 ok"])
        try second.stop()
    }

    @Test func `what the store cannot note is not done, and may be sent again`() throws {
        let source = ScriptedSource()
        let bench = try bench(source)
        let lane = bench.store.alarms
        try bench.executor.result { await lane.breakFile() }
        send(command("c1"), to: bench)
        #expect(try replies(bench) == ["c1 unavailable"])
        #expect(source.questions.isEmpty)
        try bench.executor.result { await lane.mendFile() }
        send(command("c1"), to: bench)
        #expect(try replies(bench).last == "c1 ok")
        try bench.stop()
    }

    @Test func `more than sixty-four commands at once are busy, each with its reply, and none of them is used up`() throws {
        let source = ScriptedSource()
        let bench = try bench(source)
        for number in 1...66 { bench.broker.send(command("c\(number)")) }
        bench.broker.send("{")
        bench.executor.drain()
        let answers = try replies(bench)
        #expect(answers.filter { $0.hasSuffix(" ok") } == (1...64).map { "c\($0) ok" })
        #expect(answers.filter { $0.hasSuffix(" busy") } == ["c65 busy", "c66 busy", "- busy"])
        #expect(bench.inbox.counts(of: "city") == CommandInbox.Counts(received: 67, refused: 3, receipts: 0))
        send(command("c65"), to: bench)
        #expect(try replies(bench).last == "c65 ok")
        try bench.stop()
    }

    @Test func `an acknowledgement waits for no reading, and a ninth reading is busy`() throws {
        let source = ScriptedSource(heldReads: true)
        let bench = try bench(source)
        for number in 1...9 { send(command("r\(number)", "read", #""point":"C1/ch4/gas""#), to: bench) }
        send(command("a"), to: bench)
        #expect(try replies(bench) == ["r9 busy", "a ok"])
        source.releaseReads()
        bench.executor.drain()
        #expect(try replies(bench).count == 10)
        send(command("r9", "read", #""point":"C1/ch4/gas""#), to: bench)
        source.releaseReads()
        bench.executor.drain()
        #expect(try replies(bench).last == "r9 ok")
        try bench.stop()
    }

    @Test func `a flood of refusals does not fill the record, and is counted in it`() throws {
        let clock = ManualClock()
        let bench = try bench(ScriptedSource(), clock)
        for _ in 0..<250 { send("{", to: bench) }
        #expect(record.split(separator: "\n").count == 20)
        #expect(try replies(bench).count == 250)
        bench.pass(.seconds(3600))
        send("{", to: bench)
        let lines = record.split(separator: "\n")
        #expect(
            lines.count == 22 && lines[20].contains(#""subject":"230 further attempts""#)
                && lines[20].contains(#""via":"platform""#))
        try bench.stop()
    }
}

extension OutboxLane {
    /// Nothing can be written to the file until it is mended.
    fileprivate func breakFile() { try? database.execute("PRAGMA query_only = ON") }
    fileprivate func mendFile() { try? database.execute("PRAGMA query_only = OFF") }
}
