// The audit log as a technician reads it.
import DiagnosticsProtocol
import FoundationEssentials
import Testing

@testable import DiagnosticsClient

@Suite struct AuditTextTests {
    private let hash = String(repeating: "5d", count: 32)

    @Test func `records show who did what to what, by which way, and a doubtful time`() throws {
        let line =
            #"{"seq":2,"time":"2026-11-21T04:05:06.123Z","clock":"unsynced","actor":"wang","action":"local.refused","#
            + #""subject":"POST /v1/alarms/ack","via":"local","previous":"0","hash":"1"}"#
        let row = try JSONDecoder().decode(AuditRow.self, from: Data(line.utf8))
        #expect(row.detail == [:])
        let text = Renderer(colour: false).text(AuditReport(records: [row], unreadable: 1))
        for words in ["2026-11-21 04:05:06 unsynced", "wang", "local.refused", "POST /v1/alarms/ack", "1 line cannot be read"] {
            #expect(text.contains(words), "\(words)")
        }
        #expect(Renderer(colour: false).text(AuditReport(records: [])) == "No records.\n")
    }

    @Test func `a whole log says its head, a broken one where and how`() {
        var report = AuditVerification(
            ok: true, folder: "/s", files: ["audit.log"], records: 12, first: 1, seq: 12, head: hash)
        #expect(Renderer(colour: false).text(report).hasPrefix("OK: records 1 to 12 are one chain\nhead: record 12, \(hash)\n"))
        report.fault = .init(kind: "altered", seq: 7, file: "audit.log", line: 7, message: "record 7 does not have its hash")
        report.ok = false
        let text = Renderer(colour: false).text(report)
        #expect(text.hasPrefix("BROKEN at record 7, line 7 of audit.log: altered\n"))
        #expect(text.contains("record 7 does not have its hash"))
    }
}
