// The daemon's answers about what became of alarms: history, figures, evidence.
import DiagnosticsProtocol
import Platform
import SensorModel

extension DaemonDiagnostics {
    /// The most steps in one answer; older ones are left out.
    private static let mostSteps = 2000

    func alarmHistory(month: String?, cover: String?, rule: String?) async throws(DiagnosticsFailure) -> AlarmHistoryReport {
        let month = try self.month(month)
        let (all, unreadable) = await cases.history(of: month)
        let rows = all.filter { (cover == nil || $0.cover == cover) && (rule == nil || $0.rule == rule) }
        return AlarmHistoryReport(
            month: "\(month)", origin: cases.settings.origin.rawValue, language: language.rawValue,
            steps: Array(rows.suffix(Self.mostSteps)), leftOut: max(0, rows.count - Self.mostSteps), unreadable: unreadable)
    }

    func alarmFigures(month text: String?) async throws(DiagnosticsFailure) -> AlarmFiguresReport {
        let month = try self.month(text)
        let (rows, unreadable) = await cases.history(of: month)
        // What is raised on the last day is often closed in the next month.
        let (later, _) = await cases.history(of: month.next)
        let figures = AlarmFigures(rows + later, raisedIn: month, texts: start.configuration.ruleTexts)
        return AlarmFiguresReport(
            month: "\(month)", origin: cases.settings.origin.rawValue, language: language.rawValue,
            gateway: start.configuration.gateway.id, alarms: figures.alarms, closed: figures.closed,
            falseAlarms: figures.falseAlarms, tests: figures.tests, notes: figures.notes, kinds: figures.kinds,
            severities: figures.severities, uptime: uptime(await cases.uptime(of: month)), blind: blindCovers,
            unreadable: unreadable, lost: await cases.lost)
    }

    func evidence(alarm: String, actor: String, via way: AuditEntry.Way) async throws(DiagnosticsFailure) -> EvidenceReport {
        guard let document = await cases.document(of: alarm) else {
            throw DiagnosticsFailure(
                .notFound, zh: "没有报警 \(alarm) 的任何记录；gatewayctl alarms history 列出已有的报警",
                en: "nothing is known of an alarm \(alarm); `gatewayctl alarms history` shows those that are")
        }
        guard let bytes = document.bytes else {
            throw DiagnosticsFailure(
                .unavailable, zh: "报警 \(alarm) 的证据无法写成 JSON",
                en: "the evidence of alarm \(alarm) cannot be written as JSON")
        }
        let hash = SHA256.hexadecimal(of: bytes)
        let key = "\(hash) \(way.rawValue) \(actor)"
        var place = await cases.export(key)
        if place == nil {
            place = await audit.place(
                AuditEntry(
                    actor: actor, via: way, action: .export, subject: alarm,
                    detail: ["kind": "evidence", "sha256": hash, "bytes": "\(bytes.count)"]))
            if let place { await cases.exported(key, at: place) }
        }
        guard let place else {
            let problem = audit.condition.problem
            throw DiagnosticsFailure(
                .unavailable, zh: "未提供任何内容：审计日志无法写入（errno \(problem)）",
                en: "nothing was handed out: the audit log cannot be written (errno \(problem))")
        }
        return EvidenceReport(
            alarm: alarm, complete: document.complete, bytes: bytes.count, sha256: hash,
            audit: .init(seq: place.seq, hash: place.hash), document: String(decoding: bytes, as: UTF8.self))
    }

    private func month(_ text: String?) throws(DiagnosticsFailure) -> Month {
        guard let text else { return Month(of: fieldClock.now().wall) }
        guard let month = Month(text) else {
            throw DiagnosticsFailure(
                .invalid, zh: "月份写作 2026-11 的形式，实为 \(text)", en: "a month is written like 2026-11, found \(text)")
        }
        return month
    }

    /// Of each sensor its worst channel, the worst sensor first.
    private func uptime(_ points: [String: Uptime]) -> [AlarmFiguresReport.Uptime] {
        start.configuration.covers.flatMap { cover in
            cover.sensors.map { sensor in
                let channels = sensor.channels.map { points["\(cover.code)/\(sensor.id)/\($0.name)"] ?? Uptime() }
                return AlarmFiguresReport.Uptime(
                    sensor: "\(cover.code)/\(sensor.id)", coverName: cover.name,
                    observedSeconds: channels.map(\.observed).max() ?? 0, goodSeconds: channels.map(\.good).min() ?? 0)
            }
        }.sorted { ($0.ratio ?? -1, $0.sensor) < ($1.ratio ?? -1, $1.sensor) }
    }

    /// Covers with a risk at which no point has a good value that is not overdue.
    private var blindCovers: [AlarmFiguresReport.Blind] {
        let now = fieldClock.now().monotonic
        return start.configuration.covers.filter { cover in
            guard !cover.risk.isEmpty else { return false }
            return !cover.sensors.contains { sensor in
                sensor.channels.contains { channel in
                    let last = intake.last(Point(cover: cover.code, sensor: sensor.id, channel: channel.name))
                    guard let last, last.measurement.quality == "good" else { return false }
                    return now - last.time.monotonic <= sensor.every * UptimeCounters.believedPeriods
                }
            }
        }.map { .init(cover: $0.code, coverName: $0.name, risk: $0.risk) }
    }
}
