// The routes about what became of alarms.
import SensorModel
import DiagnosticsProtocol

extension DiagnosticsRouter {
    /// Answers one of them.
    func respond(
        onCases route: DiagnosticsRoute, _ values: [String: String], _ peer: () -> PeerIdentity
    ) async throws(DiagnosticsFailure) -> DiagnosticsResponse {
        switch route {
        case .alarmHistory:
            return DiagnosticsResponse(
                try await source.alarmHistory(month: values["month"], cover: values["cover"], rule: values["rule"]))
        case .alarmFigures: return DiagnosticsResponse(try await source.alarmFigures(month: values["month"]))
        default:
            guard let alarm = values["alarm"] else {
                throw Self.lacks(route.path, "alarm=", Bilingual(zh: "报警号", en: "the id of an alarm"))
            }
            return DiagnosticsResponse(try await source.evidence(alarm: alarm, actor: peer().name, via: .local))
        }
    }
}
