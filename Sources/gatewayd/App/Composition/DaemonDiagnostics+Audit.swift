// The daemon's answers about its audit log, and what it does with a refusal.
import DiagnosticsProtocol
import FoundationEssentials
import Glibc

extension DaemonDiagnostics {
    func audit(last: Int) async throws(DiagnosticsFailure) -> AuditReport {
        let (lines, problem) = await audit.last(last)
        if problem != 0 { throw Self.unreadable(problem) }
        let records = lines.compactMap { try? JSONDecoder().decode(AuditRow.self, from: Data($0)) }
        return AuditReport(records: records, unreadable: lines.count - records.count)
    }

    func verifyAudit(seq: Int64?, head: String?) async throws(DiagnosticsFailure) -> AuditVerification {
        var known: AuditHead?
        if let seq, let head { known = AuditHead(seq: seq, hash: head) }
        let verdict = await audit.verify(knowing: known)
        if verdict.problem != 0 { throw Self.unreadable(verdict.problem) }
        if let seq, let first = verdict.first, seq < first, verdict.fault == nil {
            throw DiagnosticsFailure(
                .invalid, zh: "第 \(seq) 条早于现存日志：日志从第 \(first) 条开始，其后完整",
                en: "record \(seq) is older than what is kept: the log begins with record \(first), and is whole from there")
        }
        return AuditVerification(
            ok: verdict.fault == nil, folder: start.configuration.store.path, files: verdict.files, records: verdict.records,
            first: verdict.first, seq: verdict.head?.seq, head: verdict.head?.hash,
            fault: verdict.fault.map {
                .init(kind: $0.kind.rawValue, seq: $0.seq, file: $0.file, line: $0.line, message: $0.message[language])
            })
    }

    func refused(_ request: String, actor: String) async {
        await audit.refused(AuditEntry(actor: actor, via: .local, action: .localRefused, subject: request))
    }

    private static func unreadable(_ problem: Int32) -> DiagnosticsFailure {
        let cause = String(cString: strerror(problem))
        return DiagnosticsFailure(.unavailable, zh: "审计日志无法读取：\(cause)", en: "the audit log cannot be read: \(cause)")
    }
}
