// `gatewayctl alarms` for people: what nobody has seen and what is dangerous first.
import DiagnosticsProtocol

extension Renderer {
    /// The alarms: unacknowledged before acknowledged, danger before notice, newest first; then those that wait to be closed.
    public func text(_ report: AlarmReport) -> String {
        var result =
            report.alarms.isEmpty ? words("没有报警。\n", "No alarms.\n") : table(Self.mostUrgentFirst(report.alarms))
        if !report.cases.isEmpty {
            result +=
                words(
                    "\n已恢复，待关闭：gatewayctl alarms close 报警号 --note 处理结果\n",
                    "\nOver, to be closed with `gatewayctl alarms close ALARM --note TEXT`:\n") + table(report.cases)
        }
        return result
    }

    private func table(_ alarms: [AlarmRow]) -> String {
        var table = Table(
            words, ("报警号", "ALARM"), ("级别", "SEVERITY"), ("状态", "STATE"), ("规则", "RULE"), ("测点", "POINT"), ("名称", "NAME"),
            ("位置", "PLACE"), (">数值", ">VALUE"), (">限值", ">THRESHOLD"), (">次数", ">COUNT"), ("发生时间 (UTC)", "OCCURRED (UTC)"),
            ("确认人", "ACKNOWLEDGED BY"), ("搁置", "SET ASIDE"), ("说明", "TEXT"))
        for alarm in alarms {
            let paint: Paint = alarm.severity >= 3 ? .bad : alarm.severity == 2 ? .warning : .plain
            let aside = alarm.setAside.map { aside in
                let until = Words.time(aside.until)
                return words("至 \(until)，\(aside.by)：\(aside.reason)", "until \(until) by \(aside.by): \(aside.reason)")
            }
            let test = alarm.test ? words("（测试）", " (test)") : ""
            table.add(
                Table.Cell(alarm.alarm), Table.Cell(words.severity(alarm.severity), paint),
                Table.Cell(words.state(alarm.state) + test, Self.isSeen(alarm) ? .plain : .bad), Table.Cell(alarm.rule),
                Table.Cell(alarm.point ?? alarm.cover ?? words("网关", "gateway")), Table.Cell(alarm.coverName ?? ""),
                Table.Cell(alarm.place ?? ""), Table.Cell(Words.quantity(alarm.value, alarm.unit)),
                Table.Cell(Words.quantity(alarm.threshold, alarm.unit)), Table.Cell(alarm.count > 1 ? "\(alarm.count)" : ""),
                Table.Cell(Words.time(alarm.raised)), Table.Cell(alarm.acknowledgedBy ?? ""), Table.Cell(aside ?? ""),
                Table.Cell(
                    [alarm.text == alarm.rule ? nil : alarm.text, alarm.note].compactMap(\.self)
                        .joined(separator: words("：", ": "))))
        }
        return render(table)
    }

    /// What became of an acknowledgement.
    public func text(_ reply: AckReply) -> String {
        let place = title(reply.cover, reply.coverName, reply.place)
        return now(reply.alarm, place, words.state(reply.state), until: nil, reply.acknowledgedBy)
    }

    /// What became of a closing.
    public func text(_ reply: CloseReply) -> String {
        let place = title(reply.cover, reply.coverName, reply.place)
        return now(reply.alarm, place, words.state(reply.state), until: nil, reply.closedBy)
    }

    /// What became of a setting aside.
    public func text(_ reply: ShelveReply) -> String {
        let place = title(reply.cover, reply.coverName, reply.place)
        return now(reply.alarm, place, words.state(reply.state), until: reply.until, reply.by)
    }

    /// The cover before a sentence; the gateway where it is an alarm of that.
    private func title(_ cover: String?, _ name: String?, _ place: String?) -> String {
        cover.map { words.title($0, name: name, place: place) } ?? words("网关", "gateway")
    }

    private func now(_ alarm: String, _ place: String, _ state: String, until: String?, _ actor: String) -> String {
        let end = until.map { words("，至 \(Words.time($0)) UTC", " until \(Words.time($0)) UTC") } ?? ""
        let text = words(
            "\(place)：报警 \(alarm) 现为 \(state)\(end)，操作人 \(actor)。", "\(place): alarm \(alarm) is now \(state)\(end), by \(actor)."
        )
        return Words.printable(text) + "\n"
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
