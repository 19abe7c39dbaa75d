// `gatewayctl sensors` and `read` for people: bad points first.
import DiagnosticsProtocol

extension Renderer {
    /// The last readings, worst first.
    public func text(_ report: SensorReport) -> String {
        report.sensors.isEmpty ? words("没有配置传感器。\n", "No sensors are configured.\n") : table(report.sensors)
    }

    /// What was read just now.
    public func text(_ report: ReadReport) -> String {
        report.readings.isEmpty ? words("传感器没有给出读数。\n", "The sensor brought no reading.\n") : table(report.readings)
    }

    private func table(_ rows: [SensorRow]) -> String {
        var table = Table(
            words, ("测点", "POINT"), ("名称", "NAME"), ("位置", "PLACE"), ("测量", "QUANTITY"), (">数值", ">VALUE"), ("单位", "UNIT"),
            ("质量", "QUALITY"), (">已过", ">AGE"), ("时间 (UTC)", "TIME (UTC)"), ("总线", "BUS"), (">设备", ">UNIT NO."),
            ("问题", "PROBLEM"))
        let rows = rows.sorted { (Self.rank($0.quality), $0.point) < (Self.rank($1.quality), $1.point) }
        for row in rows {
            table.add(
                Table.Cell(row.point), Table.Cell(row.coverName ?? ""), Table.Cell(row.place ?? ""),
                Table.Cell(words.quantity(row.quantity)), Table.Cell(Words.number(row.value)),
                Table.Cell(row.unit == "1" ? "" : row.unit), quality(row),
                Table.Cell(Words.age(row.ageSeconds)), Table.Cell(Words.time(row.time)), Table.Cell(row.bus),
                Table.Cell(row.unitAddress.map { "\($0)" } ?? ""), Table.Cell(row.problem ?? ""))
        }
        return table.fits(width) ? render(table) : byCover(rows)
    }

    /// What all points of a cover have in common stands once above them, so that each is one line of a narrow terminal.
    private func byCover(_ rows: [SensorRow]) -> String {
        var codes: [String] = []
        for row in rows where !codes.contains(row.cover) { codes.append(row.cover) }
        return codes.map { code in
            let own = rows.filter { $0.cover == code }
            var table = Table(
                words, ("测点", "POINT"), (">数值", ">VALUE"), ("单位", "UNIT"), ("质量", "QUALITY"), (">已过", ">AGE"))
            for row in own {
                table.add(
                    Table.Cell("\(row.sensor)/\(row.channel)"), Table.Cell(Words.number(row.value)),
                    Table.Cell(row.unit == "1" ? "" : row.unit), quality(row), Table.Cell(Words.age(row.ageSeconds)))
            }
            let problems = own.compactMap { row in
                row.problem.map { "  - \(row.sensor)/\(row.channel)\(words("：", ": "))\($0)" }
            }
            let title = words.title(code, name: own.lazy.compactMap(\.coverName).first, place: own.lazy.compactMap(\.place).first)
            return Words.printable(title) + "\n" + render(table) + problems.map { Words.printable($0) + "\n" }.joined()
        }.joined(separator: "\n")
    }

    private func quality(_ row: SensorRow) -> Table.Cell {
        if row.time == nil, row.reason == nil { return Table.Cell(words("尚无读数", "not read yet"), .bad) }
        let quality = words.quality(row.quality)
        let paint: Paint = row.quality == "good" ? .good : row.quality == "uncertain" ? .warning : .bad
        return Table.Cell(row.reason.map { words("\(quality)：\(words.reason($0))", "\(quality): \($0)") } ?? quality, paint)
    }

    private static func rank(_ quality: String) -> Int {
        switch quality {
        case "bad": 0
        case "uncertain": 1
        case "good": 2
        default: 0
        }
    }
}
