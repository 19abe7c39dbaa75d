// Crews at work, and how the engine's no to a person is said.
import Alarms
import DiagnosticsProtocol
import SensorModel

extension DaemonDiagnostics {
    func maintenance() async throws(DiagnosticsFailure) -> MaintenanceReport {
        MaintenanceReport(maintenance: intake.maintenance.map { row(of: $0) }, tests: intake.tests.map(row))
    }

    func startMaintenance(
        _ request: MaintenanceRequest, actor: String, via way: AuditEntry.Way
    ) async throws(DiagnosticsFailure) -> MaintenanceRow {
        let (cover, subject) = (request.cover, called(maintenanceAt: request.cover))
        let time = try Self.time(request.seconds, atMost: Maintenance.longest, via: way, subject)
        let (order, crew) = (try Self.said(request.order, as: .order), try Self.said(request.crew, as: .crew))
        let reason = try Self.said(request.reason, as: .reason)
        try asked(subject) { () throws(AlarmEngine.Refusal) in
            try intake.check { engine, now throws(AlarmEngine.Refusal) in
                let wanted = Maintenance(
                    cover: cover, by: actor, order: order, crew: crew, reason: reason, since: now, until: now + time)
                _ = try engine.startMaintenance(wanted, now: now)
            }
        }
        try await putOnRecord(
            AuditEntry(
                actor: actor, via: way, action: .maintenanceStart, subject: cover,
                detail: ["order": order, "crew": crew, "reason": reason, "seconds": "\(request.seconds)"]))
        let begun = try asked(subject) { () throws(AlarmEngine.Refusal) in
            try intake.startMaintenance(at: cover, by: actor, order: order, crew: crew, reason: reason, for: time)
        }
        try await committed(subject, via: way)
        return row(of: begun)
    }

    func stopMaintenance(
        _ request: MaintenanceStop, actor: String, via way: AuditEntry.Way
    ) async throws(DiagnosticsFailure) -> MaintenanceRow {
        let (cover, subject) = (request.cover, called(maintenanceAt: request.cover))
        guard start.configuration.covers.contains(where: { $0.code == cover }) else { throw Self.refusal(.nowhere, subject) }
        guard let ended = intake.maintenance.first(where: { $0.cover == cover }) else { throw Self.refusal(.notOn, subject) }
        try await putOnRecord(
            AuditEntry(actor: actor, via: way, action: .maintenanceStop, subject: cover, detail: ["order": ended.order]))
        try asked(subject) { () throws(AlarmEngine.Refusal) in try intake.stopMaintenance(at: cover, by: actor) }
        try await committed(subject, via: way)
        return row(of: ended, active: false)
    }

    func row(of maintenance: Maintenance, active: Bool = true) -> MaintenanceRow {
        MaintenanceRow(
            cover: maintenance.cover, coverName: name(of: maintenance.cover), place: place(of: maintenance.cover),
            order: maintenance.order, crew: maintenance.crew,
            reason: maintenance.reason, by: maintenance.by, since: maintenance.since.wall.rfc3339,
            until: maintenance.until.wall.rfc3339, active: active)
    }

    func row(of test: SensorTest) -> SensorTestRow {
        SensorTestRow(
            point: test.point.description, coverName: name(of: test.point.cover), place: place(of: test.point.cover),
            quantity: modes.tested[test.point]?.quantity.rawValue ?? "",
            reason: test.reason, by: test.by, since: test.since.wall.rfc3339, until: test.until.wall.rfc3339)
    }

    /// A time as a person at the gateway wants it; one from the platform may be a little longer, for clocks differ.
    static func time(
        _ seconds: Int, atMost limit: Duration, via way: AuditEntry.Way, _ subject: Bilingual
    ) throws(DiagnosticsFailure) -> Duration {
        let time = Duration.seconds(seconds)
        guard way == .platform || time <= limit else { throw refusal(.outOfTime(limit: limit), subject) }
        return time
    }

    /// Asks the engine, and says its no in words.
    /// - Parameter subject: of whom or what is spoken.
    func asked<Answer>(
        _ subject: Bilingual, _ what: () throws(AlarmEngine.Refusal) -> Answer
    ) throws(DiagnosticsFailure) -> Answer {
        do throws(AlarmEngine.Refusal) { return try what() } catch { throw Self.refusal(error, subject) }
    }

    /// So long a medium that hangs is waited for.
    private static let commitPatience = Duration.seconds(3)

    /// Waits until what was done for a person or for the platform is committed: what they are told holds after a power cut, too.
    /// - Returns: whether it is; false for a store in memory, too.
    func isCommitted() async -> Bool {
        guard store.alarms.place != .memory else { return false }
        while true {
            let hadUnnumbered = intake.hasUnnumbered
            guard await alarms.isCommitted(within: Self.commitPatience) else { return false }
            guard hadUnnumbered else { return true }
            // The commit has brought them numbers; what the medium grants none waits for longer than anybody asks.
            if intake.hasUnnumbered { return false }
        }
    }

    /// Answers a person at the gateway when what was done for them is committed. The platform has another answer for that.
    /// - Throws: `unavailable` when it is in force all the same.
    func committed(_ subject: Bilingual, via way: AuditEntry.Way) async throws(DiagnosticsFailure) {
        guard way == .local, await !isCommitted() else { return }
        throw DiagnosticsFailure(
            .unavailable, zh: "\(subject.zh)：已生效，无需重复；但存储未能写入，断电后会失效；请用 gatewayctl doctor 检查存储",
            en: "\(subject.en): it is in force and need not be repeated, but it is not in the store's file, and a power cut "
                + "would undo it; `gatewayctl doctor` says what is wrong with the store")
    }

    /// The engine's no, for a person who can do something about it.
    static func refusal(_ refusal: AlarmEngine.Refusal, _ subject: Bilingual) -> DiagnosticsFailure {
        switch refusal {
        case .unknown:
            DiagnosticsFailure(
                .notFound, zh: "\(subject.zh) 不存在或已关闭；gatewayctl alarms list 列出未关闭的报警",
                en: "there is no \(subject.en), or it is closed; `gatewayctl alarms list` shows those that are not")
        case .alreadyAcknowledged(let by):
            DiagnosticsFailure(.conflict, zh: "\(subject.zh) 已由 \(by) 确认", en: "\(subject.en) was acknowledged by \(by)")
        case .stillRaised:
            DiagnosticsFailure(
                .conflict, zh: "\(subject.zh) 的报警条件仍然存在：有可信读数表明已消除后才能关闭",
                en: "the condition of \(subject.en) still stands: it can be closed when a good reading shows that it has gone")
        case .neverMuted:
            DiagnosticsFailure(
                .conflict, zh: "\(subject.zh) 涉及可燃、有毒气体或氧气：此类报警不得搁置；请改为确认",
                en: "\(subject.en) is about gas or oxygen: such an alarm is never set aside; acknowledge it instead")
        case .over:
            DiagnosticsFailure(
                .conflict, zh: "\(subject.zh) 的报警条件已消除：无需搁置；处理后关闭即可",
                en: "the condition of \(subject.en) is over: there is nothing to shelve; close it when it is seen to")
        case .setAside(let state): waitsForNobody(state, subject)
        case .outOfTime(let limit):
            DiagnosticsFailure(
                .invalid, zh: "\(subject.zh)：时间须大于 0，最长 \(words(limit))；到期后可重新开始",
                en: "\(subject.en): at most \(words(limit)) from now, and more than nothing; begin it anew when that is over")
        case .notOn:
            DiagnosticsFailure(
                .conflict, zh: "\(subject.zh)没有在进行；gatewayctl maintenance list 列出正在进行的",
                en: "\(subject.en) is not on; `gatewayctl maintenance list` shows what is")
        case .threshold(let refusal): words(refusal, subject)
        case .nowhere:
            DiagnosticsFailure(
                .notFound, zh: "\(subject.zh)：配置中没有；gatewayctl sensors 列出井盖和测点",
                en: "\(subject.en): the configuration does not have it; `gatewayctl sensors` shows covers and points")
        }
    }

    private static func waitsForNobody(_ state: AlarmState, _ subject: Bilingual) -> DiagnosticsFailure {
        let why =
            switch state {
            case .shelved: Bilingual(zh: "已搁置", en: "is shelved")
            case .outOfService: Bilingual(zh: "因维护停用", en: "is out of service while a crew works there")
            case .suppressed: Bilingual(zh: "已合并到另一起报警", en: "is told by another alarm")
            default: Bilingual(zh: "为 \(state.rawValue) 状态", en: "is \(state.rawValue)")
            }
        return DiagnosticsFailure(
            .conflict, zh: "\(subject.zh) \(why.zh)：无需确认", en: "\(subject.en) \(why.en): it waits for no acknowledgement")
    }

    /// An alarm with its cover, for a sentence.
    func called(alarm id: String) -> Bilingual {
        guard let code = intake.alarm(id)?.point?.cover, let title = cover(code)?.title(code) else {
            return Bilingual(zh: "报警 \(id)", en: "alarm \(id)")
        }
        return Bilingual(zh: "\(title.zh)的报警 \(id)", en: "alarm \(id) at \(title.en)")
    }

    /// A crew's work at a cover, for a sentence.
    private func called(maintenanceAt code: String) -> Bilingual {
        let title = cover(code)?.title(code) ?? Bilingual(zh: "井盖 \(code) ", en: "cover \(code)")
        return Bilingual(zh: "\(title.zh)的维护", en: "maintenance at \(title.en)")
    }

    /// A test of a sensor, for a sentence.
    func called(testOf point: Point) -> Bilingual {
        let title = called(point)
        return Bilingual(zh: "\(title.zh)的标定", en: "a test of \(title.en)")
    }

    /// A point with its cover, for a sentence.
    func called(_ point: Point) -> Bilingual {
        cover(point.cover)?.title(point.description) ?? .same(point.description)
    }

    private static func words(_ limit: Duration) -> String {
        limit.seconds >= 7200 ? "\(Int(limit.seconds / 3600)) h" : "\(Int(limit.seconds / 60)) min"
    }

    /// The most characters of what a person says.
    private static let longest = 256

    /// What a person has to say.
    enum Said: String {
        case note, reason, order, crew

        fileprivate var name: Bilingual {
            switch self {
            case .note: Bilingual(zh: "处理结果（note）", en: rawValue)
            case .reason: Bilingual(zh: "原因（reason）", en: rawValue)
            case .order: Bilingual(zh: "工单（order）", en: rawValue)
            case .crew: Bilingual(zh: "班组（crew）", en: rawValue)
            }
        }
    }

    /// What a person says, on one line, with something in it.
    static func said(_ text: String, as said: Said) throws(DiagnosticsFailure) -> String {
        let isLine = text.unicodeScalars.allSatisfy {
            switch $0.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned: false
            default: true
            }
        }
        guard isLine, text.count <= longest, text.contains(where: { !$0.isWhitespace }) else {
            throw DiagnosticsFailure(
                .invalid, zh: "\(said.name.zh)须为一行文字，1 至 \(longest) 个字符",
                en: "\(said.name.en) must be a text of 1 to \(longest) characters on one line")
        }
        return text
    }

    /// Puts a change on record before it is made.
    func putOnRecord(_ entry: AuditEntry) async throws(DiagnosticsFailure) {
        let problem = await audit.record(entry)
        guard problem != 0 else { return }
        throw DiagnosticsFailure(
            .unavailable, zh: "未执行：审计日志无法写入（errno \(problem)）",
            en: "nothing was done: the audit log cannot be written (errno \(problem))")
    }
}
