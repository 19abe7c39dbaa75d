// Alarms and what people do with them: list, acknowledge, close, set aside.
import Alarms
import DiagnosticsProtocol
import SensorModel

extension DaemonDiagnostics {
    func alarms() async throws(DiagnosticsFailure) -> AlarmReport {
        let texts = start.configuration.ruleTexts
        let crews = Dictionary(uniqueKeysWithValues: intake.maintenance.map { ($0.cover, $0) })
        func row(_ alarm: ActiveAlarm) -> AlarmRow {
            AlarmRow(
                alarm: alarm.id, rule: alarm.rule, severity: alarm.severity.rawValue, state: alarm.state.rawValue,
                cover: alarm.point?.cover, coverName: name(of: alarm.point?.cover), place: place(of: alarm.point?.cover),
                point: alarm.point?.description,
                value: alarm.value, unit: alarm.quantity?.unit.rawValue, threshold: alarm.threshold,
                raised: alarm.occurred.wall.rfc3339, changed: alarm.changed.wall.rfc3339, acknowledgedBy: alarm.acknowledgedBy,
                text: texts[alarm.rule], note: alarm.note, count: alarm.count, test: alarm.isTest,
                setAside: AlarmRow.SetAside(alarm, crew: alarm.point.flatMap { crews[$0.cover] }, language))
        }
        return AlarmReport(alarms: intake.activeAlarms.map(row), cases: intake.cases.map(row))
    }

    func acknowledge(
        alarm: String, actor: String, via way: AuditEntry.Way
    ) async throws(DiagnosticsFailure) -> AckReply {
        let transition = try await asked(about: alarm) { () throws(AlarmEngine.Refusal) in
            do throws(AlarmEngine.Refusal) { return try intake.acknowledge(alarm, by: actor) } catch {
                // An alarm that is over has been acknowledged.
                guard error == .unknown, let by = intake.alarm(alarm)?.acknowledgedBy else { throw error }
                throw .alreadyAcknowledged(by: by)
            }
        }
        let problem = await audit.record(AuditEntry(actor: actor, via: way, action: .alarmAcknowledge, subject: alarm))
        try await committed(called(alarm: alarm), via: way)
        if problem != 0 {
            throw DiagnosticsFailure(
                .unavailable, zh: "已确认，但审计日志无法写入（errno \(problem)）",
                en: "acknowledged, but the audit log cannot be written (errno \(problem))")
        }
        let cover = cover(transition.alarm.point?.cover)
        return AckReply(
            alarm: alarm, state: transition.to.rawValue, cover: cover?.code, coverName: cover?.name, place: cover?.place,
            acknowledgedBy: actor)
    }

    /// Asks the engine about an alarm. One that is closed is no misspelt id: the answer is no, and says so.
    private func asked<Answer>(
        about alarm: String, _ what: () throws(AlarmEngine.Refusal) -> Answer
    ) async throws(DiagnosticsFailure) -> Answer {
        let refusal: AlarmEngine.Refusal
        do throws(AlarmEngine.Refusal) { return try what() } catch { refusal = error }
        let closed = AlarmState.closed.rawValue
        guard refusal == .unknown, let last = await cases.document(of: alarm)?.transitions.last(where: { $0.to == closed }) else {
            throw Self.refusal(refusal, called(alarm: alarm))
        }
        let title = cover(last.cover)?.title(last.cover ?? "")
        let by = last.actor ?? "–"
        throw DiagnosticsFailure(
            .conflict, zh: "\(title.map { "\($0.zh)的" } ?? "")报警 \(alarm) 已于 \(last.time) 由 \(by) 关闭",
            en: "alarm \(alarm)\(title.map { " at \($0.en)" } ?? "") was closed at \(last.time) by \(by)")
    }

    func close(
        _ request: CloseRequest, actor: String, via way: AuditEntry.Way
    ) async throws(DiagnosticsFailure) -> CloseReply {
        let (alarm, note) = (request.alarm, try Self.said(request.note, as: .note))
        try await asked(about: alarm) { () throws(AlarmEngine.Refusal) in
            try intake.check { engine, now throws(AlarmEngine.Refusal) in
                _ = try engine.close(alarm, by: actor, note: note, now: now)
            }
        }
        var detail = ["note": note]
        detail["false_alarm"] = request.falseAlarm.map { $0 ? "true" : "false" }
        try await putOnRecord(AuditEntry(actor: actor, via: way, action: .alarmClose, subject: alarm, detail: detail))
        let transition = try await asked(about: alarm) { () throws(AlarmEngine.Refusal) in
            try intake.close(alarm, by: actor, note: note, falseAlarm: request.falseAlarm)
        }
        try await committed(called(alarm: alarm), via: way)
        let cover = cover(transition.alarm.point?.cover)
        return CloseReply(
            alarm: alarm, state: transition.to.rawValue, cover: cover?.code, coverName: cover?.name, place: cover?.place,
            closedBy: actor)
    }

    func shelve(
        _ request: ShelveRequest, actor: String, via way: AuditEntry.Way
    ) async throws(DiagnosticsFailure) -> ShelveReply {
        let (alarm, reason) = (request.alarm, try Self.said(request.reason, as: .reason))
        let time = try Self.time(request.seconds, atMost: Maintenance.longest, via: way, called(alarm: alarm))
        try await asked(about: alarm) { () throws(AlarmEngine.Refusal) in
            try intake.check { engine, now throws(AlarmEngine.Refusal) in
                _ = try engine.shelve(alarm, by: actor, reason: reason, until: now + time, now: now)
            }
        }
        try await putOnRecord(
            AuditEntry(
                actor: actor, via: way, action: .alarmShelve, subject: alarm,
                detail: ["reason": reason, "seconds": "\(request.seconds)"]))
        let transition = try await asked(about: alarm) { () throws(AlarmEngine.Refusal) in
            try intake.shelve(alarm, by: actor, reason: reason, for: time)
        }
        try await committed(called(alarm: alarm), via: way)
        let until = transition.alarm.shelving?.until ?? transition.detected
        let cover = cover(transition.alarm.point?.cover)
        return ShelveReply(
            alarm: alarm, state: transition.to.rawValue, cover: cover?.code, coverName: cover?.name, place: cover?.place,
            by: actor, until: until.wall.rfc3339)
    }
}

extension AlarmRow.SetAside {
    fileprivate init?(_ alarm: ActiveAlarm, crew: Maintenance?, _ language: EntryLanguage) {
        if alarm.state == .shelved, let shelving = alarm.shelving {
            self.init(by: shelving.by, reason: shelving.reason, until: shelving.until.wall.rfc3339)
        } else if alarm.state == .outOfService, let crew {
            let work = Bilingual(zh: "工单 \(crew.order)，班组 \(crew.crew)", en: "\(crew.order), crew \(crew.crew)")
            self.init(by: crew.by, reason: work[language], until: crew.until.wall.rfc3339)
        } else {
            return nil
        }
    }
}
