// Alarms, the most urgent first: a few lines above the overview, and a page of their own.
import DiagnosticsClient
import DiagnosticsProtocol

extension PageBuilder {
    /// The most urgent alarms in a few lines.
    func alarmBlock(_ snapshot: GatewaySnapshot) -> [StyledText] {
        let alarms = Renderer.mostUrgentFirst(snapshot.alarms.alarms)
        guard !alarms.isEmpty else { return size.rows < 14 ? [] : [StyledText("No alarms.", isOld ? .quiet : .good)] }
        let most = size.rows < 14 ? 1 : size.rows < 30 ? 4 : 8
        let shown = alarms.count > most && most > 1 ? most - 1 : most
        let grid = alarmGrid(Array(alarms.prefix(shown)), width: width)
        var lines = alarms.indices.prefix(shown).map { grid.line($0) }
        if alarms.count > shown, most > 1 {
            lines.append(StyledText("\(Words.count(alarms.count - shown, "more alarm")): press a", .title))
        }
        return lines + (size.rows < 20 ? [] : [StyledText()])
    }

    /// All alarms; below them what one can do about the selected one.
    func alarms(_ snapshot: GatewaySnapshot) -> Body {
        let alarms = Renderer.mostUrgentFirst(snapshot.alarms.alarms)
        guard !alarms.isEmpty else { return Body(head: [StyledText("No alarms.", isOld ? .quiet : .good)]) }
        var body = Body()
        let grid = alarmGrid(alarms, width: rowWidth)
        let unseen = alarms.count { !Renderer.isSeen($0) }
        body.head = [StyledText("\(Words.count(alarms.count, "alarm")), \(unseen) not acknowledged", .title)]
        for (index, alarm) in alarms.enumerated() {
            body.rows.append(Body.Row(id: alarm.alarm, line: grid.line(index)))
            if let point = alarm.point { body.targets[alarm.alarm] = .point(point) }
        }
        let selected = alarms[state.selectedIndex(of: alarms.map(\.alarm))]
        if room > 8 {
            let limit = selected.threshold.map { ", threshold \(Words.quantity($0, selected.unit))" } ?? ""
            let by = selected.acknowledgedBy.map { ", acknowledged by \($0)" } ?? ""
            body.head.append(StyledText("selected: \(selected.point ?? "the gateway itself")\(limit)\(by)", .quiet))
            if !Renderer.isSeen(selected) {
                body.head.append(StyledText("to acknowledge it: gatewayctl alarms ack \(selected.alarm)", .quiet))
            }
        }
        body.head.append("  " + grid.header)
        return body
    }

    /// One alarm where its cover is known already.
    func alarmSentence(_ alarm: AlarmRow) -> StyledText {
        let by = alarm.acknowledgedBy.map { " by \($0)" } ?? ""
        return Look.severity(alarm.severity) + "  " + Look.state(alarm)
            + StyledText("\(by)  \(alarm.rule) \(Look.place(alarm)) \(Words.quantity(alarm.value, alarm.unit))")
            + StyledText("  since \(Look.clock(alarm.raised, now: now))", .quiet)
    }

    private func alarmGrid(_ alarms: [AlarmRow], width: Int) -> Grid {
        let rows = alarms.map { alarm -> [Grid.Cell] in
            let by = alarm.acknowledgedBy.map { "by \($0)" } ?? ""
            let name = alarm.coverName ?? alarm.cover ?? "gateway"
            let cells: [Grid.Cell] = [
                .text(Look.severity(alarm.severity)),
                .text(StyledText(name, .title)),
                .text(StyledText(alarm.rule)),
                .text(StyledText(Words.quantity(alarm.value, alarm.unit))),
                .text(StyledText(Look.clock(alarm.raised, now: now))),
                .text(Look.state(alarm)),
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
                .init(title: "SEVERITY", least: 8, most: 10), .init(title: "COVER", least: 10, most: 30),
                .init(title: "RULE", least: 12, most: 30), .init(title: "VALUE", least: 10, most: 14, rank: 2, right: true),
                .init(title: "SINCE", least: 8, most: 19, rank: 1), .init(title: "STATE", least: 14, most: 24, rank: 3),
                .init(title: "POINT", least: 9, most: 40, rank: 4), .init(title: "ACKNOWLEDGED", least: 6, most: 24, rank: 5),
            ], rows, width: width)
    }
}
