// The routes that look at a bus more closely, or touch it.
import SensorModel
import DiagnosticsProtocol

extension DiagnosticsRouter {
    /// Answers one of them.
    func respond(
        onBus route: DiagnosticsRoute, _ values: [String: String], to request: DiagnosticsRequest, _ peer: () -> PeerIdentity
    ) async throws(DiagnosticsFailure) -> DiagnosticsResponse {
        switch route {
        case .busTrace:
            guard let bus = values["bus"] else { throw Self.noBus(route) }
            guard let after = UInt64(values["after"] ?? "0") else {
                throw DiagnosticsFailure(.invalid, zh: "after= 是帧的序号，从 0 起", en: "after= is the number of a frame, from 0")
            }
            return DiagnosticsResponse(try await source.trace(bus: bus, after: after))
        case .busScan:
            guard let bus = values["bus"] else { throw Self.noBus(route) }
            return DiagnosticsResponse(try await source.scan(bus: bus))
        case .busRead:
            let order = try Self.body(
                BusReadRequest.self, of: request,
                like: #"{"bus":"rs485-1","unit":3,"table":"holding","address":0,"count":2}"#)
            return DiagnosticsResponse(try await source.read(order))
        case .busWrite:
            let actor = try Self.authorised(peer(), for: route)
            let order = try Self.body(
                BusWriteRequest.self, of: request,
                like: #"{"bus":"rs485-1","unit":3,"table":"holding","address":0,"words":[5]}"#)
            return DiagnosticsResponse(try await source.write(order, actor: actor.name))
        case .startBusScan:
            let order = try Self.body(
                BusScanRequest.self, of: request, like: #"{"bus":"rs485-1","other_settings":false}"#)
            let peer = peer()
            guard !order.otherSettings || peer.mayChangeState else {
                let group = PeerIdentity.operatorGroup
                throw DiagnosticsFailure(
                    .notAllowed, zh: "用户 \(peer.name) 无权占用总线：请以 root 或 \(group) 组成员的身份执行",
                    en: "user \(peer.name) may not take the bus away from its sensors: run this as root or as a member of the "
                        + "group \(group)")
            }
            return DiagnosticsResponse(try await source.startScan(order, actor: peer.name))
        default:
            let actor = try Self.authorised(peer(), for: route)
            let order = try Self.body(BusScanStop.self, of: request, like: #"{"bus":"rs485-1"}"#)
            return DiagnosticsResponse(try await source.stopScan(bus: order.bus, actor: actor.name))
        }
    }

    private static func noBus(_ route: DiagnosticsRoute) -> DiagnosticsFailure {
        lacks(route.path, "bus=", Bilingual(zh: "总线名", en: "the id of a bus"))
    }
}
