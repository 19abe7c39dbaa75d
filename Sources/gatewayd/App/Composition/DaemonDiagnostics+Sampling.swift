// Covers that the platform wants to be read more often for a time: held against the buses' arithmetic, on record, then done.
import DeviceHAL
import DiagnosticsProtocol
import GatewayConfig
import SensorModel

extension DaemonDiagnostics {
    func setSampling(
        of code: String, every text: String, seconds: Int, actor: String
    ) async throws(DiagnosticsFailure) -> SamplingRow {
        let title = self.cover(code)?.title(code) ?? Bilingual(zh: "井盖 \(code) ", en: "cover \(code)")
        let subject = Bilingual(zh: "\(title.zh)的采样", en: "sampling of \(title.en)")
        let now = fieldClock.now()
        guard let cover = start.configuration.covers.first(where: { $0.code == code }) else {
            throw Self.refusal(.nowhere, subject)
        }
        guard let every = Duration(words: text) else {
            throw DiagnosticsFailure(
                .invalid, zh: "\(subject.zh)：every 必须是带单位（ms、s、min、h、d）的时长，例如 5 s",
                en: "\(subject.en): 'every' must be a duration with unit (ms, s, min, h, d), like 5 s")
        }
        // A minute more is what clocks that are not quite right take.
        guard seconds > 0, .seconds(seconds) <= SamplingOrder.longest + .seconds(60) else {
            throw Self.refusal(.outOfTime(limit: SamplingOrder.longest), subject)
        }
        let hurried = Self.hurried(cover, every)
        guard !hurried.isEmpty else {
            throw DiagnosticsFailure(
                .invalid,
                zh: "\(subject.zh)：各 Modbus 传感器已按此周期或更快读取（\(Self.periods(cover.sensors))）；命令只能加快读取，不能放慢，"
                    + "开关量一变化即上报",
                en: "\(subject.en): each of its sensors on a Modbus bus is read that often already "
                    + "(\(Self.periods(cover.sensors))); a command has sensors read more often and never "
                    + "less, and contacts report each change at once")
        }
        let others = modes.sampling.current(now).filter { $0.cover != code }
        let wanted = Dictionary(others.map { ($0.cover, $0.every) } + [(code, every)]) { _, last in last }
        if let objection = start.configuration.objection(toReading: cover, at: wanted) {
            throw DiagnosticsFailure(
                .invalid, zh: "\(subject.zh)：不能按此周期读取：\(objection.zh)", en: "\(subject.en): \(objection.en)")
        }
        try await putOnRecord(
            AuditEntry(
                actor: actor, via: .platform, action: .samplingChange, subject: code,
                detail: ["every": every.words, "seconds": "\(seconds)", "every_before": Self.periods(hurried)]))
        let order = SamplingOrder(cover: code, every: every, by: actor, since: now, until: now + .seconds(seconds))
        modes.sampling.take(order)
        intake.changes.send(())
        for case .modbus(let poller) in fieldBuses { poller.hurry(code, every: every, until: order.until.monotonic) }
        return row(of: order)
    }

    /// Covers that are read more often at present.
    var samplingRows: [SamplingRow] { modes.sampling.current(fieldClock.now()).map(row) }

    private func row(of order: SamplingOrder) -> SamplingRow {
        let cover = start.configuration.covers.first { $0.code == order.cover }
        return SamplingRow(
            cover: order.cover, coverName: cover?.name, place: cover?.place, everySeconds: order.every.seconds,
            sensors: cover.map { Self.hurried($0, order.every).map(\.id) } ?? [], by: order.by,
            since: order.since.wall.rfc3339, until: order.until.wall.rfc3339)
    }

    /// The sensors that are read more often at this period.
    private static func hurried(_ cover: CoverSettings, _ every: Duration) -> [SensorSettings] {
        cover.sensors.filter { $0.profile != nil && every < $0.every }
    }

    private static func periods(_ sensors: [SensorSettings]) -> String {
        sensors.map { "\($0.id) \($0.every.words)" }.joined(separator: ", ")
    }
}
