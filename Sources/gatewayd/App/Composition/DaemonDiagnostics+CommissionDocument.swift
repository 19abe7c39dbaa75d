// The report of a cover's commissioning, signed: what a third party can check years later.
import DiagnosticsProtocol
import GatewayConfig
import SensorModel

extension DaemonDiagnostics {
    func document(_ order: CommissionOrder, actor: String) async throws(DiagnosticsFailure) -> [UInt8] {
        let report = try await commissioned(cover: order.cover)
        let bindings = try await bindings(cover: order.cover).bindings
        // On record first, so that the report's place in the audit log is behind its own entry.
        try await putOnRecord(actor, .export, "commissioning of \(order.cover)")
        let now = clock.now()
        let signed = CommissionProtocol(
            schema: 1, gateway: start.configuration.gateway.id, version: GatewayApplication.version, store: store.id,
            configuration: start.configuration.hash, time: now.wall.rfc3339, clock: now.clock.rawValue, by: actor,
            origin: (simulation == nil ? Origin.field : .simulated).rawValue, complete: report.missing.isEmpty,
            commission: report, bindings: bindings,
            audit: audit.head.map { AuditPosition(seq: Int($0.seq), hash: $0.hash) })
        do throws(Signer.Failure) { return try await SignedDocument.make(signed, by: signer).bytes } catch {
            throw DiagnosticsFailure(
                .unavailable, zh: "报告无法签名：\(error)", en: "the report cannot be signed: \(error)")
        }
    }
}
