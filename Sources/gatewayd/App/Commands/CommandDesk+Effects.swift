// What each verb does. A command has the same effect as the technician's tool: both end in the same operations.
import DiagnosticsProtocol
import NativeFormat
import SensorModel

extension CommandDesk {
    /// Carries a command out.
    /// - Returns: the reply's `result`, JSON; nil when the reply comes later, by another composition of the process.
    func perform(_ command: Command, via uplink: String) async throws(CommandRefusal) -> [UInt8]? {
        let actor = actor(command, via: uplink)
        do throws(DiagnosticsFailure) {
            switch command.order {
            case .read(let point): return Self.json(try await source.read(point: point))
            case .acknowledge(let alarm):
                return Self.json(try await source.acknowledge(alarm: alarm, actor: actor, via: .platform))
            case .close(let request): return Self.json(try await source.close(request, actor: actor, via: .platform))
            case .shelve(let alarm, let reason, let until):
                let request = ShelveRequest(alarm: alarm, reason: reason, seconds: seconds(until: until))
                return Self.json(try await source.shelve(request, actor: actor, via: .platform))
            case .startMaintenance(let cover, let order, let crew, let reason, let until):
                let request = MaintenanceRequest(
                    cover: cover, order: order, crew: crew, reason: reason, seconds: seconds(until: until))
                return Self.json(try await source.startMaintenance(request, actor: actor, via: .platform))
            case .stopMaintenance(let cover):
                return Self.json(
                    try await source.stopMaintenance(MaintenanceStop(cover: cover), actor: actor, via: .platform))
            case .threshold(let rule, let raise, let clear):
                return Self.json(try await source.setThresholds(of: rule, raise: raise, clear: clear, actor: actor))
            case .sampling(let cover, let every, let until):
                return Self.json(
                    try await source.setSampling(of: cover, every: every, seconds: seconds(until: until), actor: actor))
            case .receipt(let alarm): return try await noteReceipt(of: alarm, actor)
            case .evidence(let alarm):
                return Self.json(try await source.evidence(alarm: alarm, actor: actor, via: .platform).forReply)
            case .configuration(let text, let hash):
                let order = ConfigurationOrder(command: command.id, uplink: uplink, actor: actor)
                return try await tryOut(Array(text.utf8), hash, order)
            case .later: break
            }
        } catch { throw CommandRefusal(command.id, error) }
        throw CommandRefusal(
            command.id, .unsupported, zh: "本版本认识此动作，但还不能执行", en: "this version knows the verb and cannot carry it out")
    }

    /// Puts another configuration on trial: what becomes of it is the reply.
    private func tryOut(_ text: [UInt8], _ hash: String, _ order: ConfigurationOrder) async throws(DiagnosticsFailure)
        -> [UInt8]?
    {
        let report = try await source.applyConfiguration(text, hash: hash, order: order)
        guard report.outcome == "trial" else {
            // What was in force still is, whatever the words of the text.
            return ConfigurationOrder.result(report.outcome, hash: report.before, before: report.before)
        }
        await source.answered()
        return nil
    }

    /// The platform has the message about an alarm: when it said so stands in the audit log. Whether there is such an alarm
    /// is not asked: it may be over.
    private func noteReceipt(of alarm: String, _ actor: String) async throws(DiagnosticsFailure) -> [UInt8] {
        let now = clock.now()
        let problem = await audit.record(
            AuditEntry(actor: actor, via: .platform, action: .alarmReceipt, subject: alarm))
        guard problem == 0 else {
            throw DiagnosticsFailure(
                .unavailable, zh: "回执无法记入审计日志（errno \(problem)）",
                en: "the receipt cannot be put on record (errno \(problem))")
        }
        var json = JSONBytes(capacity: 96)
        json.raw("{\"alarm\":")
        json.string(alarm)
        json.raw(",\"received\":")
        json.time(now.wall)
        json.raw("}")
        return json.bytes
    }

    /// The longest document that goes along with a reply, in bytes.
    fileprivate static let longestDocument = 48 << 10

    /// From now until then; nothing when it is over.
    private func seconds(until: WallTime) -> Int {
        let (time, isTooLong) = until.nanoseconds.subtractingReportingOverflow(clock.now().wall.nanoseconds)
        let nanoseconds = isTooLong ? (until.nanoseconds > 0 ? Int64.max : 0) : max(0, time)
        return Int(nanoseconds / 1_000_000_000)
    }

    private static func json(_ report: some Encodable) -> [UInt8] { DiagnosticsResponse(report).body }
}

extension EvidenceReport {
    /// Without the document where that is too long for a reply.
    fileprivate var forReply: EvidenceReport {
        guard bytes > CommandDesk.longestDocument else { return self }
        var report = self
        report.document = nil
        report.fetch = "at the gateway: gatewayctl evidence \(alarm)"
        return report
    }
}
