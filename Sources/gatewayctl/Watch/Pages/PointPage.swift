// One point: all that is known of it, and its history as large as the room allows.
import DiagnosticsClient
import DiagnosticsProtocol

extension PageBuilder {
    /// The detail of a point.
    func point(_ point: String, _ snapshot: GatewaySnapshot) -> Body {
        guard let row = snapshot.sensors.sensors.first(where: { $0.point == point }) else {
            return Body(head: [StyledText(words("配置中已没有此测点。", "This point is not in the configuration any more."))])
        }
        var lines = [StyledText(row.coverName.map { "\($0)  " } ?? "", .title) + StyledText(row.point, .title)]
        let value = StyledText("\(Words.number(row.value)) \(look.unit(row))", isOld ? .quiet : .title)
        lines.append(value + StyledText("  \(words.quantity(row.quantity))  ", .quiet) + look.quality(row, old: isOld))
        if let problem = row.problem { lines += StyledText.wrapped(problem, .bad, to: width, lines: size.rows < 16 ? 1 : 3) }
        let alarms = Renderer.mostUrgentFirst(snapshot.alarms.alarms.filter { $0.point == point })
        lines += alarms.map { alarmBegin($0) + StyledText("  \($0.rule)\(limit($0))") + since($0) }
        let (time, age) = (Words.time(row.time), look.age(row.ageSeconds, plus: staleness))
        let read = row.time == nil ? words("从未", "never") : words("\(time) UTC，已过 \(age)", "\(time) UTC, age \(age)")
        lines += fact(words("读取", "read"), read)
        lines += fact(words("设备", "device"), model(row))
        lines += fact(words("总线", "bus"), row.bus + (row.unitAddress.map { words("，设备 \($0)", ", unit \($0)") } ?? ""))
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
            let text = words("打开本页面以来没有数值。", "No value was seen since this screen was opened.")
            return [StyledText(text, .quiet)]
        }
        func label(_ text: String) -> String { text.padding(to: labelWidth, right: true) + "  " }
        let style: Style = isOld ? .quiet : .link
        let span = Double(cells.count * merged) * state.secondsInCell
        let each = Words.age(Double(merged) * state.secondsInCell)
        let unit = look.unit(row).isEmpty || row.unit == "1" ? "" : row.unit + " "
        let (low, high) = (Words.number(seen.lowerBound), Words.number(seen.upperBound))
        let legend = words(
            "最近 \(Words.age(span)) 最低 \(low)，最高 \(high) \(unit)，每列 \(each)",
            "lowest \(low), highest \(high) \(unit)in the last \(Words.age(span)), a column is \(each)")
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
    /// Filled with blanks to a number of columns.
    func padding(to width: Int, right: Bool = false) -> String {
        let blanks = String(repeating: " ", count: Swift.max(0, width - DisplayWidth.of(self)))
        return right ? blanks + self : self + blanks
    }
}
