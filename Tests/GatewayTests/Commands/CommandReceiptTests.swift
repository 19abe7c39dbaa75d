// Which commands end the wait for a receipt: receipts, whatever becomes of them.
@testable import Gateway
@testable import Outbox
import SensorModel
import TestSupport
import Testing
import Uplink

@Suite struct CommandReceiptTests {
    private let folder = TemporaryFolder()

    @Test func `a receipt counts also when it is refused, and no other command that names the alarm does`() throws {
        let clock = ManualClock()
        clock.set(.unsynced)
        let bench = try PipelineBench(folder: folder, clock: clock)
        let desk = CommandDesk(
            inbox: bench.inbox, source: ScriptedSource(),
            audit: AuditLog(folder: folder.path, executor: bench.executor, clock: clock), lane: bench.store.alarms, clock: clock)
        bench.startUplink()
        bench.live { await desk.run() }
        bench.executor.drain()
        for seq in Int64(1)...3 {
            let body = Array("\"alarm\":\"a\(seq)\",\"from\":\"normal\"".utf8)
            bench.uplink.offer(AlarmOffer(previous: seq - 1, record: NumberedRecord(seq: seq, body: body)))
            bench.executor.drain()
        }
        #expect(bench.broker.payloads("alarms").count == 3)
        #expect(bench.uplink.status.receiptsAwaited == 0, "no receipt has ever come")
        func send(_ verb: String, _ alarm: String, expires: String = "2026-11-21T05:00:00Z") -> String? {
            bench.broker.send(
                #"{"id":"c-\#(alarm)","verb":"\#(verb)","args":{"alarm":"\#(alarm)"},"expires":"\#(expires)"}"#, retained: false)
            bench.executor.drain()
            return bench.broker.payloads("replies").last
        }
        #expect(send("receipt", "a1")?.contains(#""error":"clock-unsynced""#) == true)
        #expect(bench.uplink.status.receiptsAwaited == 2)
        #expect(send("ack", "a2")?.contains(#""error":"not-found""#) == true)
        #expect(bench.uplink.status.receiptsAwaited == 2, "who acknowledges it may know it by a later step")
        #expect(send("receipt", "a3", expires: "2020-01-01T00:00:00Z")?.contains(#""error":"expired""#) == true)
        #expect(bench.uplink.status.receiptsAwaited == 1)
        try bench.stop()
    }
}
