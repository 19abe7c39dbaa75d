// Covers with their points: all of them, one cover's, one sensor's.
import DiagnosticsClient
import DiagnosticsProtocol

extension PageBuilder {
    /// Alarms on top, then the covers, the worst first.
    func overview(_ snapshot: GatewaySnapshot) -> Body {
        var body = Body()
        body.head = alarmBlock(snapshot)
        guard !covers.isEmpty else {
            body.head.append("No sensors are configured.")
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
            return Body(head: ["This cover is not in the configuration any more."])
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
            body.rows.append(Body.Row(id: id, line: StyledText(sensor, .link) + StyledText("  " + Self.device(first), .quiet)))
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
        guard let cover = covers.first(where: { place.hasPrefix($0.code + "/") }) else {
            return Body(head: ["This sensor is not in the configuration any more."])
        }
        let points = cover.points.filter { "\($0.cover)/\($0.sensor)" == place }
        guard let first = points.first else { return Body(head: ["This sensor is not in the configuration any more."]) }
        var body = Body()
        body.head = [StyledText("\(first.sensor) at \(cover.name ?? "")  \(cover.code)", .title), StyledText(Self.device(first))]
        let bus = snapshot.buses.buses.first { $0.id == first.bus }
        if let unit = bus?.units.first(where: { $0.sensors.contains(place) }) {
            let mean = unit.latencyMeanMs.map { ", answers in \(Words.number($0)) ms" } ?? ""
            body.head.append(
                StyledText("\(Words.count(unit.transactions, "request")), \(unit.replies) believed, \(Self.faults(unit))\(mean)"))
            if unit.resynchronising { body.head.append(StyledText("The bus is finding back into step with it.", .warning)) }
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
        let parts = [
            cover.points.count - cover.bad - cover.uncertain > 0
                ? StyledText("\(cover.points.count - cover.bad - cover.uncertain) good", isOld ? .quiet : .good) : nil,
            cover.uncertain > 0 ? StyledText("\(cover.uncertain) uncertain", isOld ? .quiet : .warning) : nil,
            cover.bad > 0 ? StyledText("\(cover.bad) bad", isOld ? .quiet : .bad) : nil,
        ].compactMap(\.self)
        let alarm = cover.alarms.max { $0.severity < $1.severity }
        var line = StyledText(cover.name ?? cover.code, .title)
        if let alarm {
            let count = cover.alarms.count > 1 ? " (\(cover.alarms.count) alarms)" : ""
            line += StyledText("  \(Words.severity(alarm.severity))\(count)", Look.style(alarm.severity))
        }
        if let until = cover.maintenance {
            line += StyledText("  maintenance until \(Words.time(until).suffix(8))", .warning)
        }
        for (index, part) in parts.reversed().enumerated() { line += StyledText(index == 0 ? "  " : ", ") + part }
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
                .text(StyledText(Look.unit(row), style)),
                .text(Look.quality(row, old: isOld)),
                .picture { width in
                    let cells = history?.columns(width, all: false).cells ?? []
                    return StyledText(HistoryPicture.line(cells, unit: row.unit, width: width), style)
                },
                .text(StyledText(Look.age(row.ageSeconds, plus: staleness))),
                .text(StyledText(rowWidth > 100 ? row.quantity : "", .quiet)),
                .text(StyledText(rowWidth > 110 ? row.problem ?? "" : "", .quiet)),
            ]
        }
        return Grid(
            [
                .init(title: "  POINT", least: rowWidth < 60 ? 9 : 16, most: 30), .init(title: "VALUE", least: 7, right: true),
                .init(title: "", least: 4, most: 7), .init(title: "QUALITY", least: 12, most: 26),
                .init(title: historyTitle, least: 12, most: 36, rank: 2, grows: true),
                .init(title: "AGE", least: 6, rank: 1, right: true), .init(title: "QUANTITY", least: 12, most: 18, rank: 4),
                .init(title: "PROBLEM", least: 24, most: 60, rank: 3, grows: true),
            ], rows, width: rowWidth)
    }

    private var historyTitle: String { "HISTORY, \(Words.number(state.secondsInCell)) s EACH" }

    /// What sits there and how it is reached.
    static func device(_ row: SensorRow) -> String {
        let unit = row.unitAddress.map { " unit \($0)" } ?? ""
        let parts = [row.profile, row.serial.map { "serial \($0)" }, "bus \(row.bus)\(unit)"]
        return parts.compactMap(\.self).joined(separator: ", ")
    }
}
