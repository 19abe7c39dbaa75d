// The routes of what people do with alarms, at covers and to sensors.
import DiagnosticsProtocol

extension DiagnosticsRouter {
    /// What people do to alarms and to what is watched: each refusal is put on record, with its reason.
    static let peoples: Set<DiagnosticsRoute> = [
        .acknowledge, .closeAlarm, .shelveAlarm, .startMaintenance, .stopMaintenance, .startCalibration, .stopCalibration,
        .applyConfiguration, .rollBackConfiguration,
    ]

    /// Answers one of them.
    func respond(
        onPeople route: DiagnosticsRoute, _ values: [String: String], to request: DiagnosticsRequest, _ peer: () -> PeerIdentity
    ) async throws(DiagnosticsFailure) -> DiagnosticsResponse {
        switch route {
        case .maintenance: return DiagnosticsResponse(try await source.maintenance())
        case .calibrations: return DiagnosticsResponse(try await source.calibrations(cover: values["cover"]))
        case .calibrationDue: return DiagnosticsResponse(try await source.calibrationDue(cover: values["cover"]))
        default: break
        }
        let actor = try Self.authorised(peer(), for: route).name
        switch route {
        case .closeAlarm:
            let order = try Self.body(
                CloseRequest.self, of: request, like: #"{"alarm":"ID","note":"ventilated","false_alarm":false}"#)
            return DiagnosticsResponse(try await source.close(order, actor: actor, via: .local))
        case .shelveAlarm:
            let order = try Self.body(ShelveRequest.self, of: request, like: #"{"alarm":"ID","reason":"…","seconds":7200}"#)
            return DiagnosticsResponse(try await source.shelve(order, actor: actor, via: .local))
        case .startMaintenance:
            let order = try Self.body(
                MaintenanceRequest.self, of: request,
                like: #"{"cover":"CODE","order":"W-17","crew":"B2","reason":"…","seconds":7200}"#)
            return DiagnosticsResponse(try await source.startMaintenance(order, actor: actor, via: .local))
        case .stopMaintenance:
            let order = try Self.body(MaintenanceStop.self, of: request, like: #"{"cover":"CODE"}"#)
            return DiagnosticsResponse(try await source.stopMaintenance(order, actor: actor, via: .local))
        case .startCalibration:
            let order = try Self.body(
                CalibrationRequest.self, of: request,
                like: #"{"point":"COVER/SENSOR/CHANNEL","reason":"bump test","seconds":1800}"#)
            return DiagnosticsResponse(try await source.startCalibration(order, actor: actor))
        default:
            let order = try Self.body(
                CalibrationStop.self, of: request,
                like: #"{"point":"COVER/SENSOR/CHANNEL","applied":50,"unit":"%LEL","passed":true}"#)
            return DiagnosticsResponse(try await source.stopCalibration(order, actor: actor))
        }
    }
}
