// Covers with their points: all of them, one cover's, one sensor's.
import DiagnosticsClient
import DiagnosticsProtocol

extension PageBuilder {
    /// Alarms on top, then the covers, the worst first.
    func overview(_ snapshot: GatewaySnapshot) -> Body {
        var body = Body()
        body.head = alarmBlock(snapshot)
        guard !covers.isEmpty else {
            body.head.append(StyledText(words("没有配置传感器。", "No sensors are configured.")))
            return body
        }
        // Where not all fits, covers that are well take one line each.
        var spare = room - body.head.count - 1 - covers.count - covers.reduce(0) { $0 + ($1.isWell ? 0 : $1.points.count) }
        var opened: Set<String> = []
        for cover in covers where !cover.isWell || cover.points.count <= spare {
            opened.insert(cover.code)
            if cover.isWell { spare -= cover.points.count }
        }
        let shown = covers.filter { opened.contains($0.code) }
        let grid = pointGrid(shown.flatMap(\.points), name: { "\($0.sensor)/\($0.channel)" })
        body.head.append("  " + grid.header)
        var row = 0
        for cover in covers {
            body.rows.append(Body.Row(id: cover.code, line: heading(cover)))
            body.targets[cover.code] = .cover(cover.code)
            for point in cover.points where opened.contains(cover.code) {
                body.rows.append(Body.Row(id: point.point, line: grid.line(row)))
                body.targets[point.point] = .point(point.point)
                row += 1
            }
        }
        return body
    }

    /// One cover: its alarms, its sensors, their points.
    func cover(_ code: String) -> Body {
        guard let cover = covers.first(where: { $0.code == code }) else {
            return Body(head: [StyledText(words("配置中已没有此井盖。", "This cover is not in the configuration any more."))])
        }
        var body = Body()
        body.head = [heading(cover)] + cover.alarms.prefix(max(1, room / 4)).map(alarmSentence)
        let grid = pointGrid(cover.points, name: { "  \($0.channel)" })
        body.head.append("  " + grid.header)
        var sensors: [String] = []
        for point in cover.points where !sensors.contains(point.sensor) { sensors.append(point.sensor) }
        for sensor in sensors {
            let id = "\(code)/\(sensor)"
            let rows = cover.points.enumerated().filter { $0.element.sensor == sensor }
            guard let first = rows.first?.element else { continue }
            body.rows.append(Body.Row(id: id, line: StyledText(sensor, .link) + StyledText("  " + device(first), .quiet)))
            body.targets[id] = .sensor(id)
            for (index, point) in rows {
                body.rows.append(Body.Row(id: point.point, line: grid.line(index)))
                body.targets[point.point] = .point(point.point)
            }
        }
        return body
    }

    /// One sensor: its device, its traffic, its points.
    func sensor(_ place: String, _ snapshot: GatewaySnapshot) -> Body {
        let cover = covers.first { place.hasPrefix($0.code + "/") }
        let points = cover?.points.filter { "\($0.cover)/\($0.sensor)" == place } ?? []
        guard let cover, let first = points.first else {
            return Body(head: [StyledText(words("配置中已没有此传感器。", "This sensor is not in the configuration any more."))])
        }
        var body = Body()
        let name = cover.name ?? ""
        let title = words("\(name)  \(cover.code)  \(first.sensor)", "\(first.sensor) at \(name)  \(cover.code)")
        body.head = [StyledText(title, .title), StyledText(device(first))]
        let bus = snapshot.buses.buses.first { $0.id == first.bus }
        if let unit = bus?.units.first(where: { $0.sensors.contains(place) }) {
            let mean = unit.latencyMeanMs.map { mean in
                words("，平均 \(Words.number(mean)) ms 应答", ", answers in \(Words.number(mean)) ms")
            }
            let traffic = words(
                "请求 \(unit.transactions) 次，可信应答 \(unit.replies) 次，",
                "\(Words.count(unit.transactions, "request")), \(unit.replies) believed, ")
            body.head.append(StyledText(traffic + faults(unit) + (mean ?? "")))
            if unit.resynchronising {
                let text = words("总线正在与其重新同步。", "The bus is finding back into step with it.")
                body.head.append(StyledText(text, .warning))
            }
        }
        for problem in Set(points.compactMap(\.problem)).sorted() {
            body.head += StyledText.wrapped(problem, .bad, to: width, lines: 2)
        }
        let grid = pointGrid(points, name: { $0.channel })
        body.head.append("  " + grid.header)
        for (index, point) in points.enumerated() {
            body.rows.append(Body.Row(id: point.point, line: grid.line(index)))
            body.targets[point.point] = .point(point.point)
        }
        return body
    }

    private func heading(_ cover: CoverView) -> StyledText {
        let counts: [(count: Int, zh: String, en: String, style: Style)] = [
            (cover.points.count - cover.bad - cover.uncertain, "可信", "good", .good),
            (cover.uncertain, "存疑", "uncertain", .warning), (cover.bad, "无效", "bad", .bad),
        ]
        let parts = counts.filter { $0.count > 0 }.map { part in
            StyledText(words("\(part.zh) \(part.count)", "\(part.count) \(part.en)"), isOld ? .quiet : part.style)
        }
        let alarm = cover.alarms.max { $0.severity < $1.severity }
        var line = StyledText(cover.name ?? cover.code, .title)
        if let alarm {
            let number = cover.alarms.count
            let count = number > 1 ? words("（\(number) 起报警）", " (\(number) alarms)") : ""
            line += StyledText("  \(words.severity(alarm.severity))\(count)", Look.style(alarm.severity))
        }
        if let until = cover.maintenance {
            line += StyledText(words("  维护至 ", "  maintenance until ") + Words.time(until).suffix(8), .warning)
        }
        for (index, part) in parts.reversed().enumerated() { line += StyledText(index == 0 ? "  " : words("，", ", ")) + part }
        if cover.name != nil { line += StyledText("  \(cover.code)", .quiet) }
        return line
    }

    /// Rows of points for any width.
    private func pointGrid(_ points: [SensorRow], name: (SensorRow) -> String) -> Grid {
        let severities = Dictionary(
            covers.flatMap(\.alarms).compactMap { alarm in alarm.point.map { ($0, alarm.severity) } }, uniquingKeysWith: max)
        let rows = points.map { row -> [Grid.Cell] in
            let severity = severities[row.point]
            let history = state.histories[row.point]
            let style: Style = isOld ? .quiet : severity.map(Look.style) ?? .plain
            return [
                .text(StyledText("  " + name(row))),
                .text(StyledText(Look.value(row), style)),
                .text(StyledText(look.unit(row), style)),
                .text(look.quality(row, old: isOld)),
                .picture { width in
                    let cells = history?.columns(width, all: false).cells ?? []
                    return StyledText(HistoryPicture.line(cells, unit: row.unit, width: width), style)
                },
                .text(StyledText(look.age(row.ageSeconds, plus: staleness))),
                .text(StyledText(rowWidth > 100 ? words.quantity(row.quantity) : "", .quiet)),
                .text(StyledText(rowWidth > 110 ? row.problem ?? "" : "", .quiet)),
            ]
        }
        return Grid(
            [
                .init(title: words("  测点", "  POINT"), least: rowWidth < 60 ? 9 : 16, most: 30),
                .init(title: words("数值", "VALUE"), least: 7, right: true),
                .init(title: "", least: 4, most: 7), .init(title: words("质量", "QUALITY"), least: 12, most: 26),
                .init(title: historyTitle, least: 12, most: 36, rank: 2, grows: true),
                .init(title: words("已过", "AGE"), least: 6, rank: 1, right: true),
                .init(title: words("测量", "QUANTITY"), least: 12, most: 18, rank: 4),
                .init(title: words("问题", "PROBLEM"), least: 24, most: 60, rank: 3, grows: true),
            ], rows, width: rowWidth)
    }

    private var historyTitle: String {
        let seconds = Words.number(state.secondsInCell)
        return words("历史，每格 \(seconds) s", "HISTORY, \(seconds) s EACH")
    }

    /// What sits there and how it is reached.
    private func device(_ row: SensorRow) -> String {
        let bus = words("总线 ", "bus ") + row.bus + (row.unitAddress.map { words(" 设备 \($0)", " unit \($0)") } ?? "")
        return [model(row), bus].filter { !$0.isEmpty }.joined(separator: words("，", ", "))
    }

    /// Model and serial number, as far as they are configured.
    func model(_ row: SensorRow) -> String {
        let serial = row.serial.map { words("序列号 \($0)", "serial \($0)") }
        return [row.profile, serial].compactMap(\.self).joined(separator: words("，", ", "))
    }
}
