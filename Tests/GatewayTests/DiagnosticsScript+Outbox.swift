// What the scripted source says about the outbox.
import DiagnosticsProtocol

import Gateway

extension ScriptedSource {
    func outbox() async throws(DiagnosticsFailure) -> OutboxReport {
        throw DiagnosticsFailure(.unavailable, .same("the store is closed"))
    }

    func exportOutbox(_ request: OutboxExportRequest, actor: String) async throws(DiagnosticsFailure) -> OutboxExportPage {
        note("export \(request.lane) by \(actor)")
        return OutboxExportPage(export: 1, audit: 7, lines: "", corrupt: 0)
    }

    func verifyOutbox(lane: String, after: Int64) async throws(DiagnosticsFailure) -> OutboxVerification {
        note("verify \(lane) after \(after)")
        return OutboxVerification(lane: lane, ok: true, records: 0, gaps: 0)
    }
}
