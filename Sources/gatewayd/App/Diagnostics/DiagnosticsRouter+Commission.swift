// The routes of commissioning.
import DiagnosticsProtocol

extension DiagnosticsRouter {
    /// Answers one of them.
    func respond(
        onCommission route: DiagnosticsRoute, _ values: [String: String], to request: DiagnosticsRequest,
        _ peer: () -> PeerIdentity
    ) async throws(DiagnosticsFailure) -> DiagnosticsResponse {
        switch route {
        case .commissionZero:
            let actor = try Self.authorised(peer(), for: route)
            let order = try Self.body(CommissionZeroRequest.self, of: request, like: #"{"sensor":"COVER/SENSOR"}"#)
            return DiagnosticsResponse(try await source.setZero(order, actor: actor.name))
        default: return DiagnosticsResponse(try await source.bindings(cover: values["cover"]))
        }
    }
}
