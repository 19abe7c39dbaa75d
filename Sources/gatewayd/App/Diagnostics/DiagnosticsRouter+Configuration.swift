// The routes about another configuration.
import DiagnosticsProtocol

extension DiagnosticsRouter {
    /// Answers one of them.
    func respond(
        onConfiguration route: DiagnosticsRoute, _ values: [String: String], to request: DiagnosticsRequest,
        _ peer: () -> PeerIdentity
    ) async throws(DiagnosticsFailure) -> DiagnosticsResponse {
        let name = values["name"] ?? "gateway.yaml"
        switch route {
        case .checkConfiguration:
            return DiagnosticsResponse(try await source.checkConfiguration(request.body, name: name, peer: peer()))
        case .applyConfiguration:
            let actor = try Self.authorised(peer(), for: route)
            return DiagnosticsResponse(
                try await source.applyConfiguration(request.body, name: name, before: values["before"], peer: actor))
        case .configurationTrial: return DiagnosticsResponse(try await source.configurationTrial())
        case .previousConfiguration: return DiagnosticsResponse(try await source.previousConfiguration(peer: peer()))
        default:
            let actor = try Self.authorised(peer(), for: route)
            return DiagnosticsResponse(try await source.rollBackConfiguration(before: values["before"], peer: actor))
        }
    }

    /// The client has the answer to its request, or is gone.
    func answered(_ request: DiagnosticsRequest) async {
        let path = request.target.prefix { $0 != "?" }
        let isChange = [DiagnosticsRoute.applyConfiguration, .rollBackConfiguration].contains { $0.path == path }
        if isChange { await source.answered() }
    }
}
