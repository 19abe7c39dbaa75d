// `gatewayctl alarms` for people: what nobody has seen and what is dangerous first.
import DiagnosticsProtocol

extension Renderer {
    /// The alarms: unacknowledged before acknowledged, danger before notice, newest first; then those that wait to be closed.
    public func text(_ report: AlarmReport) -> String {
        var result = report.alarms.isEmpty ? "No alarms.\n" : table(Self.mostUrgentFirst(report.alarms))
        if !report.cases.isEmpty {
            result += "\nOver, to be closed with `gatewayctl alarms close ALARM --note TEXT`:\n" + table(report.cases)
        }
        return result
    }

    private func table(_ alarms: [AlarmRow]) -> String {
        var table = Table(
            "ALARM", "SEVERITY", "STATE", "RULE", "POINT", "NAME", ">VALUE", ">THRESHOLD", ">COUNT", "RAISED (UTC)",
            "ACKNOWLEDGED BY", "SET ASIDE", "TEXT")
        for alarm in alarms {
            let paint: Paint = alarm.severity >= 3 ? .bad : alarm.severity == 2 ? .warning : .plain
            let aside = alarm.setAside.map { "until \(Words.time($0.until)) by \($0.by): \($0.reason)" }
            table.add(
                Table.Cell(alarm.alarm), Table.Cell(Words.severity(alarm.severity), paint),
                Table.Cell(alarm.state + (alarm.test ? " (test)" : ""), Self.isSeen(alarm) ? .plain : .bad),
                Table.Cell(alarm.rule), Table.Cell(alarm.point ?? alarm.cover ?? "gateway"), Table.Cell(alarm.coverName ?? ""),
                Table.Cell(Words.quantity(alarm.value, alarm.unit)), Table.Cell(Words.quantity(alarm.threshold, alarm.unit)),
                Table.Cell(alarm.count > 1 ? "\(alarm.count)" : ""), Table.Cell(Words.time(alarm.raised)),
                Table.Cell(alarm.acknowledgedBy ?? ""), Table.Cell(aside ?? ""),
                Table.Cell(
                    [alarm.text == alarm.rule ? nil : alarm.text, alarm.note].compactMap(\.self).joined(separator: ": ")))
        }
        return table.render(colour: colour)
    }

    /// What became of an acknowledgement.
    public func text(_ reply: AckReply) -> String {
        "Alarm \(Words.printable(reply.alarm)) is now \(Words.printable(reply.state)), "
            + "by \(Words.printable(reply.acknowledgedBy)).\n"
    }

    /// What became of a closing.
    public func text(_ reply: CloseReply) -> String {
        "Alarm \(Words.printable(reply.alarm)) is now \(Words.printable(reply.state)), by \(Words.printable(reply.closedBy)).\n"
    }

    /// What became of a setting aside.
    public func text(_ reply: ShelveReply) -> String {
        "Alarm \(Words.printable(reply.alarm)) is now \(Words.printable(reply.state)) until \(Words.time(reply.until)) UTC, "
            + "by \(Words.printable(reply.by)).\n"
    }

    /// What nobody has seen before what somebody has, danger before notice, newest first.
    package static func mostUrgentFirst(_ alarms: [AlarmRow]) -> [AlarmRow] {
        alarms.sorted { left, right in
            let (seenLeft, seenRight) = (isSeen(left), isSeen(right))
            if seenLeft != seenRight { return !seenLeft }
            return (right.severity, right.raised, left.alarm) < (left.severity, left.raised, right.alarm)
        }
    }

    /// Whether somebody has acknowledged it.
    package static func isSeen(_ alarm: AlarmRow) -> Bool {
        alarm.state != "unacknowledged" && alarm.state != "returned-unacknowledged"
    }
}
