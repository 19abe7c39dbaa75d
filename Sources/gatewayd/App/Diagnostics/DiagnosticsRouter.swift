// From a request to its answer: route, right, question to the source, JSON. Knows nothing of sockets.
import SensorModel
import DiagnosticsProtocol
import FoundationEssentials

/// Answers requests out of a source.
struct DiagnosticsRouter: Sendable {
    /// Who gives the answers.
    let source: any DiagnosticsSource

    /// Answers one request of somebody nobody knows: whoever reaches a TCP port may look, and touch nothing.
    func respondReadOnly(to request: DiagnosticsRequest) async -> DiagnosticsResponse {
        guard request.method == "GET" || request.method == "HEAD" else {
            return DiagnosticsResponse(
                .notAllowed, "this address is read only: ask at the gateway itself, with gatewayctl or on its socket")
        }
        guard !request.target.hasPrefix(DiagnosticsRoute.evidence.path) else {
            // Whoever asks for it goes on record by name.
            return DiagnosticsResponse(
                .notAllowed, "evidence is handed out at the gateway itself: with gatewayctl or on its socket")
        }
        return await respond(to: request) { PeerIdentity(user: .max, name: "nobody", groups: [], operators: nil) }
    }

    /// Answers one request.
    /// - Parameter peer: who asks; evaluated only where it matters.
    func respond(to request: DiagnosticsRequest, peer: () -> PeerIdentity) async -> DiagnosticsResponse {
        let parts = request.target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let path = parts.first.map(String.init) ?? ""
        let matching = DiagnosticsRoute.allCases.filter { $0.path == path }
        guard !matching.isEmpty else {
            return DiagnosticsResponse(
                .notFound, "there is nothing at this path: docs/openapi.yaml names the paths this version knows")
        }
        // HEAD is GET without the body, which the connection leaves out (RFC 9110, §9.3.2).
        let method = request.method == "HEAD" ? "GET" : request.method
        guard let route = matching.first(where: { $0.method == method }) else {
            let allowed = matching.flatMap { $0.method == "GET" ? ["GET", "HEAD"] : [$0.method] }.joined(separator: ", ")
            return DiagnosticsResponse(.methodNotAllowed, "\(path) takes \(allowed) only", allow: allowed)
        }
        do throws(DiagnosticsFailure) {
            let values = try Self.parameters(of: route, query: parts.count > 1 ? parts[1] : "")
            switch route {
            case .status: return DiagnosticsResponse(try await source.status())
            case .sensors: return DiagnosticsResponse(try await source.sensors(cover: values["cover"]))
            case .alarms: return DiagnosticsResponse(try await source.alarms())
            case .alarmHistory, .alarmFigures, .evidence: return try await respond(onCases: route, values, peer)
            case .entryAdvice:
                guard let cover = values["cover"] else {
                    throw Self.lacks(path, "cover=", Bilingual(zh: "井盖编码", en: "the code of a cover"))
                }
                let advice = try await source.entryAdvice(cover: cover, language: values["language"])
                return DiagnosticsResponse(advice, in: EntryLanguage(rawValue: advice.language))
            case .doctor:
                let report = try await source.doctor(language: values["language"])
                return DiagnosticsResponse(report, in: EntryLanguage(rawValue: report.language))
            case .buses: return DiagnosticsResponse(try await source.buses(bus: values["bus"]))
            case .busTrace, .busScan, .busRead, .busWrite, .startBusScan, .stopBusScan:
                return try await respond(onBus: route, values, to: request, peer)
            case .commission, .commissionZero, .commissionBindings, .startFunctionTest, .stepFunctionTest, .confirmFunctionTest,
                .commissionReport:
                return try await respond(onCommission: route, values, to: request, peer)
            case .closeAlarm, .shelveAlarm, .maintenance, .startMaintenance, .stopMaintenance, .calibrations, .calibrationDue,
                .startCalibration, .stopCalibration:
                return try await respond(onPeople: route, values, to: request, peer)
            case .gpio: return DiagnosticsResponse(try await source.gpio())
            case .outbox, .outboxExport, .outboxVerify: return try await respond(onOutbox: route, values, to: request, peer)
            case .uplinks: return DiagnosticsResponse(try await source.uplinks())
            case .configuration: return DiagnosticsResponse(try await source.configuration())
            case .checkConfiguration, .applyConfiguration, .configurationTrial, .previousConfiguration, .rollBackConfiguration:
                return try await respond(onConfiguration: route, values, to: request, peer)
            case .audit: return DiagnosticsResponse(try await source.audit(last: try Self.last(values["last"])))
            case .auditVerify:
                let (seq, head) = try Self.known(seq: values["seq"], head: values["head"])
                return DiagnosticsResponse(try await source.verifyAudit(seq: seq, head: head))
            case .metrics: return DiagnosticsResponse(metrics: await source.metrics())
            case .read:
                let point = try Self.body(ReadRequest.self, of: request, like: #"{"point":"COVER/SENSOR/CHANNEL"}"#).point
                return DiagnosticsResponse(try await source.read(point: point))
            case .acknowledge:
                let actor = try Self.authorised(peer(), for: route)
                let alarm = try Self.body(AckRequest.self, of: request, like: #"{"alarm":"ID"}"#).alarm
                return DiagnosticsResponse(try await source.acknowledge(alarm: alarm, actor: actor.name, via: .local))
            }
        } catch {
            let message = error.message[source.language]
            if error.kind == .notAllowed {
                await source.refused("\(method) \(path)", actor: peer().name)
            } else if Self.peoples.contains(route), error.kind != .unavailable {
                await source.refused("\(method) \(path): \(message)", actor: peer().name)
            }
            return DiagnosticsResponse(error.code, message)
        }
    }

    /// The peer, if it may use the route.
    static func authorised(_ peer: PeerIdentity, for route: DiagnosticsRoute) throws(DiagnosticsFailure) -> PeerIdentity {
        guard !route.changesState || peer.mayChangeState else {
            let group = PeerIdentity.operatorGroup
            throw DiagnosticsFailure(
                .notAllowed, zh: "用户 \(peer.name) 无权更改：请以 root 或 \(group) 组成员的身份执行",
                en: "user \(peer.name) may not change state: run this as root or as a member of the group \(group)")
        }
        return peer
    }

    private static func parameters(
        of route: DiagnosticsRoute, query: Substring
    ) throws(DiagnosticsFailure) -> [String: String] {
        var result: [String: String] = [:]
        for pair in query.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = parts.first.map(String.init), route.parameters.contains(name), result[name] == nil else {
                let known = route.parameters.map { "\($0)=" }.joined(separator: " and ")
                let words =
                    switch route.parameters.count {
                    case 0: "no parameters"
                    case 1: "the one parameter \(known)"
                    default: "the parameters \(known)"
                    }
                throw DiagnosticsFailure(.invalid, .same("\(route.path) takes \(words)"))
            }
            guard parts.count == 2, let value = PercentCoding.decode(parts[1]), !value.isEmpty else {
                throw DiagnosticsFailure(
                    .invalid, zh: "参数 \(name) 的值无法读取", en: "the parameter \(name) has no value that can be read")
            }
            result[name] = value
        }
        return result
    }

    static func body<Body: Decodable>(
        _ type: Body.Type, of request: DiagnosticsRequest, like example: String
    ) throws(DiagnosticsFailure) -> Body {
        do { return try JSONDecoder().decode(type, from: Data(request.body)) } catch {
            throw DiagnosticsFailure(
                .invalid, zh: "请求内容不符合 \(request.method) 的要求：应发送如下 JSON：\(example)",
                en: "the body is not what \(request.method) needs here: send JSON like \(example)")
        }
    }

    /// A parameter without which a path has nothing to answer.
    static func lacks(_ path: String, _ parameter: String, _ what: Bilingual) -> DiagnosticsFailure {
        DiagnosticsFailure(
            .invalid, zh: "\(path) 缺少参数 \(parameter)（\(what.zh)）", en: "\(path) needs \(parameter), \(what.en)")
    }
}
