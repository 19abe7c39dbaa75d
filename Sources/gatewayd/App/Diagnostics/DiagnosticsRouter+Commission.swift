// The routes of commissioning.
import SensorModel
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
        case .commission:
            guard let cover = values["cover"] else {
                throw Self.lacks(route.path, "cover=", Bilingual(zh: "井盖编码", en: "the code of a cover"))
            }
            return DiagnosticsResponse(try await source.commissioned(cover: cover))
        case .startFunctionTest:
            let actor = try Self.authorised(peer(), for: route)
            let order = try Self.body(
                FunctionTestRequest.self, of: request,
                like: #"{"point":"COVER/SENSOR/CHANNEL","expect":"rise","seconds":60}"#)
            return DiagnosticsResponse(try await source.startTest(order, actor: actor.name))
        case .stepFunctionTest:
            _ = try Self.authorised(peer(), for: route)
            let order = try Self.body(FunctionTestStep.self, of: request, like: #"{"point":"COVER/SENSOR/CHANNEL"}"#)
            return DiagnosticsResponse(try await source.stepTest(order))
        case .confirmFunctionTest:
            let actor = try Self.authorised(peer(), for: route)
            let order = try Self.body(
                FunctionTestConfirmation.self, of: request, like: #"{"point":"COVER/SENSOR/CHANNEL","passed":true}"#)
            return DiagnosticsResponse(try await source.confirmTest(order, actor: actor.name))
        case .commissionReport:
            let actor = try Self.authorised(peer(), for: route)
            let order = try Self.body(CommissionOrder.self, of: request, like: #"{"cover":"CODE"}"#)
            return DiagnosticsResponse(status: 200, body: try await source.document(order, actor: actor.name))
        default: return DiagnosticsResponse(try await source.bindings(cover: values["cover"]))
        }
    }
}
