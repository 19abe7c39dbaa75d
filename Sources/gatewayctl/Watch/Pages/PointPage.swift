// One point: all that is known of it, and its history as large as the room allows.
import DiagnosticsClient
import DiagnosticsProtocol

extension PageBuilder {
    /// The detail of a point.
    func point(_ point: String, _ snapshot: GatewaySnapshot) -> Body {
        guard let row = snapshot.sensors.sensors.first(where: { $0.point == point }) else {
            return Body(head: ["This point is not in the configuration any more."])
        }
        var lines = [StyledText(row.coverName.map { "\($0)  " } ?? "", .title) + StyledText(row.point, .title)]
        let value = StyledText("\(Words.number(row.value)) \(Look.unit(row))", isOld ? .quiet : .title)
        lines.append(value + StyledText("  \(row.quantity)  ", .quiet) + Look.quality(row, old: isOld))
        if let problem = row.problem { lines += StyledText.wrapped(problem, .bad, to: width, lines: size.rows < 16 ? 1 : 3) }
        let alarms = Renderer.mostUrgentFirst(snapshot.alarms.alarms.filter { $0.point == point })
        for alarm in alarms {
            let threshold = alarm.threshold.map { ", threshold \(Words.quantity($0, alarm.unit))" } ?? ""
            let by = alarm.acknowledgedBy.map { " by \($0)" } ?? ""
            let since = "  since \(Look.clock(alarm.raised, now: now))"
            lines.append(
                Look.severity(alarm.severity) + "  " + Look.state(alarm) + StyledText("\(by)  \(alarm.rule)\(threshold)")
                    + StyledText(since, .quiet))
        }
        let age = row.time == nil ? "never" : "\(Words.time(row.time)) UTC, age \(Look.age(row.ageSeconds, plus: staleness))"
        lines += fact("read", age)
        lines += fact("device", [row.profile, row.serial.map { "serial \($0)" }].compactMap(\.self).joined(separator: ", "))
        lines += fact("bus", row.bus + (row.unitAddress.map { ", unit \($0)" } ?? ""))
        return Body(head: lines + chart(row, rows: room - lines.count))
    }

    private func fact(_ name: String, _ text: String) -> [StyledText] {
        text.isEmpty ? [] : [StyledText(name.padding(to: 8), .quiet) + StyledText(text)]
    }

    /// A chart with its highest and lowest value and what it spans; a line of it where there is little room.
    private func chart(_ row: SensorRow, rows: Int) -> [StyledText] {
        guard let history = state.histories[row.point], rows >= 1 else { return [] }
        let labelWidth = 10
        let pictureWidth = max(8, width - labelWidth - 2)
        let (cells, merged) = history.columns(pictureWidth, all: true)
        let scale = HistoryScale(cells, unit: row.unit)
        guard let seen = scale.seen else {
            return [StyledText("No value was seen since this screen was opened.", .quiet)]
        }
        func label(_ text: String) -> String { text.padding(to: labelWidth, right: true) + "  " }
        let style: Style = isOld ? .quiet : .link
        let span = Double(cells.count * merged) * state.secondsInCell
        let each = Words.age(Double(merged) * state.secondsInCell)
        let unit = Look.unit(row).isEmpty || row.unit == "1" ? "" : row.unit + " "
        let legend =
            "lowest \(Words.number(seen.lowerBound)), highest \(Words.number(seen.upperBound)) "
            + "\(unit)in the last \(Words.age(span)), a column is \(each)"
        let height = min(12, rows - 2)
        guard height >= 2 else {
            let line = HistoryPicture.line(cells, unit: row.unit, width: pictureWidth)
            return rows == 1 ? [StyledText(line, style)] : [StyledText(line, style), StyledText(legend, .quiet)]
        }
        let picture = HistoryPicture.chart(cells, unit: row.unit, width: pictureWidth, rows: height)
        var lines: [StyledText] = rows > height + 2 ? [StyledText()] : []
        for (index, line) in picture.enumerated() {
            let mark =
                index == 0 ? Words.number(scale.low + scale.span) : index == height - 1 ? Words.number(scale.low) : ""
            lines.append(StyledText(label(mark), .quiet) + StyledText(line, style))
        }
        return lines + [StyledText(legend, .quiet)]
    }
}

extension String {
    /// Filled with blanks to a number of columns; the text is of plain ASCII.
    func padding(to width: Int, right: Bool = false) -> String {
        let blanks = String(repeating: " ", count: Swift.max(0, width - utf8.count))
        return right ? blanks + self : self + blanks
    }
}
