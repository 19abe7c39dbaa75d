// Alarms, the most urgent first: a few lines above the overview, and a page of their own.
import DiagnosticsClient
import DiagnosticsProtocol

extension PageBuilder {
    private var noAlarms: StyledText { StyledText(words("没有报警。", "No alarms."), isOld ? .quiet : .good) }

    /// The most urgent alarms in a few lines.
    func alarmBlock(_ snapshot: GatewaySnapshot) -> [StyledText] {
        let alarms = Renderer.mostUrgentFirst(snapshot.alarms.alarms)
        guard !alarms.isEmpty else { return size.rows < 14 ? [] : [noAlarms] }
        let most = size.rows < 14 ? 1 : size.rows < 30 ? 4 : 8
        let shown = alarms.count > most && most > 1 ? most - 1 : most
        let grid = alarmGrid(Array(alarms.prefix(shown)), width: width)
        var lines = alarms.indices.prefix(shown).map { grid.line($0) }
        if alarms.count > shown, most > 1 {
            let more = alarms.count - shown
            let text = words("还有 \(more) 起报警：按 a", "\(Words.count(more, "more alarm")): press a")
            lines.append(StyledText(text, .title))
        }
        return lines + (size.rows < 20 ? [] : [StyledText()])
    }

    /// All alarms; below them what one can do about the selected one.
    func alarms(_ snapshot: GatewaySnapshot) -> Body {
        let alarms = Renderer.mostUrgentFirst(snapshot.alarms.alarms)
        guard !alarms.isEmpty else { return Body(head: [noAlarms]) }
        var body = Body()
        let grid = alarmGrid(alarms, width: rowWidth)
        let unseen = alarms.count { !Renderer.isSeen($0) }
        let title = words(
            "报警 \(alarms.count) 起，未确认 \(unseen) 起", "\(Words.count(alarms.count, "alarm")), \(unseen) not acknowledged")
        body.head = [StyledText(title, .title)]
        for (index, alarm) in alarms.enumerated() {
            body.rows.append(Body.Row(id: alarm.alarm, line: grid.line(index)))
            if let point = alarm.point { body.targets[alarm.alarm] = .point(point) }
        }
        let selected = alarms[state.selectedIndex(of: alarms.map(\.alarm))]
        if room > 8 {
            let by = selected.acknowledgedBy.map { words("，确认人 \($0)", ", acknowledged by \($0)") } ?? ""
            let point = selected.point ?? words("网关自身", "the gateway itself")
            body.head.append(StyledText(words("选中：", "selected: ") + point + limit(selected) + by, .quiet))
            if !Renderer.isSeen(selected) {
                let how = words("确认命令：", "to acknowledge it: ")
                body.head.append(StyledText("\(how)gatewayctl alarms ack \(selected.alarm)", .quiet))
            }
        }
        body.head.append("  " + grid.header)
        return body
    }

    /// One alarm where its cover is known already.
    func alarmSentence(_ alarm: AlarmRow) -> StyledText {
        let value = Words.quantity(alarm.value, alarm.unit)
        return alarmBegin(alarm) + StyledText("  \(alarm.rule) \(Look.place(alarm)) \(value)") + since(alarm)
    }

    /// How bad it is, how far its case is, and who knows of it.
    func alarmBegin(_ alarm: AlarmRow) -> StyledText {
        let by = alarm.acknowledgedBy.map { words("（\($0)）", " by \($0)") } ?? ""
        return look.severity(alarm.severity) + "  " + look.state(alarm) + StyledText(by)
    }

    /// The limit that was passed, behind a comma.
    func limit(_ alarm: AlarmRow) -> String {
        alarm.threshold.map { words("，限值 ", ", threshold ") + Words.quantity($0, alarm.unit) } ?? ""
    }

    /// Since when it stands.
    func since(_ alarm: AlarmRow) -> StyledText {
        StyledText(words("  自 ", "  since ") + Look.clock(alarm.raised, now: fieldNow), .quiet)
    }

    private func alarmGrid(_ alarms: [AlarmRow], width: Int) -> Grid {
        let rows = alarms.map { alarm -> [Grid.Cell] in
            let by = alarm.acknowledgedBy.map { words($0, "by \($0)") } ?? ""
            let name = alarm.coverName ?? alarm.cover ?? words("网关", "gateway")
            let cells: [Grid.Cell] = [
                .text(look.severity(alarm.severity)),
                .text(StyledText(name, .title)),
                .text(StyledText(alarm.rule)),
                .text(StyledText(Words.quantity(alarm.value, alarm.unit))),
                .text(StyledText(Look.clock(alarm.raised, now: fieldNow))),
                .text(look.state(alarm)),
                .text(StyledText(Look.place(alarm))),
                .text(StyledText(by)),
            ]
            guard isOld else { return cells }
            return cells.map { cell in
                guard case .text(let text) = cell else { return cell }
                return .text(text.styled { $0 = .quiet })
            }
        }
        return Grid(
            [
                .init(title: words("级别", "SEVERITY"), least: 8, most: 10),
                .init(title: words("井盖", "COVER"), least: 10, most: 30),
                .init(title: words("规则", "RULE"), least: 12, most: 30),
                .init(title: words("数值", "VALUE"), least: 10, most: 14, rank: 2, right: true),
                .init(title: words("开始", "SINCE"), least: 8, most: 19, rank: 1),
                .init(title: words("状态", "STATE"), least: 14, most: 36, rank: 3),
                .init(title: words("测点", "POINT"), least: 9, most: 40, rank: 4),
                .init(title: words("确认人", "ACKNOWLEDGED"), least: 6, most: 24, rank: 5),
            ], rows, width: width)
    }
}
