// `gatewayctl alarms` for people: what nobody has seen and what is dangerous first.
import DiagnosticsProtocol

extension Renderer {
    /// The alarms: unacknowledged before acknowledged, danger before notice, newest first.
    public func text(_ report: AlarmReport) -> String {
        guard !report.alarms.isEmpty else { return "No alarms.\n" }
        var table = Table(
            "ALARM", "SEVERITY", "STATE", "RULE", "POINT", "NAME", ">VALUE", ">THRESHOLD", "RAISED (UTC)", "ACKNOWLEDGED BY")
        for alarm in Self.mostUrgentFirst(report.alarms) {
            let paint: Paint = alarm.severity >= 3 ? .bad : alarm.severity == 2 ? .warning : .plain
            table.add(
                Table.Cell(alarm.alarm), Table.Cell(Words.severity(alarm.severity), paint),
                Table.Cell(alarm.state, Self.isSeen(alarm) ? .plain : .bad), Table.Cell(alarm.rule),
                Table.Cell(alarm.point ?? alarm.cover ?? "gateway"), Table.Cell(alarm.coverName ?? ""),
                Table.Cell(Words.quantity(alarm.value, alarm.unit)), Table.Cell(Words.quantity(alarm.threshold, alarm.unit)),
                Table.Cell(Words.time(alarm.raised)), Table.Cell(alarm.acknowledgedBy ?? ""))
        }
        return table.render(colour: colour)
    }

    /// What became of an acknowledgement.
    public func text(_ reply: AckReply) -> String {
        "Alarm \(Words.printable(reply.alarm)) is now \(Words.printable(reply.state)), "
            + "by \(Words.printable(reply.acknowledgedBy)).\n"
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
