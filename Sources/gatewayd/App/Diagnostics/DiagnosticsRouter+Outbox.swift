// Questions about what is in the outbox.
import DiagnosticsProtocol

extension DiagnosticsRouter {
    func respond(
        onOutbox route: DiagnosticsRoute, _ values: [String: String], to request: DiagnosticsRequest, _ peer: () -> PeerIdentity
    ) async throws(DiagnosticsFailure) -> DiagnosticsResponse {
        switch route {
        case .outboxExport:
            let wanted = try Self.body(OutboxExportRequest.self, of: request, like: #"{"lane":"readings"}"#)
            return DiagnosticsResponse(try await source.exportOutbox(wanted, actor: peer().name))
        case .outboxVerify:
            let after = try Self.after(values["after"])
            return DiagnosticsResponse(try await source.verifyOutbox(lane: values["lane"] ?? "readings", after: after))
        default: return DiagnosticsResponse(try await source.outbox())
        }
    }

    /// Where a part of a lane begins.
    private static func after(_ text: String?) throws(DiagnosticsFailure) -> Int64 {
        guard let text else { return 0 }
        guard let number = Int64(text), number >= 0 else {
            throw DiagnosticsFailure(
                .invalid, zh: "after= 为记录序号，实为 \(text)", en: "after= takes the number of a record, found \(text)")
        }
        return number
    }
}
