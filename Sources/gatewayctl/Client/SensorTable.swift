// `gatewayctl sensors` and `read` for people: bad points first.
import DiagnosticsProtocol

extension Renderer {
    /// The last readings, worst first.
    public func text(_ report: SensorReport) -> String {
        report.sensors.isEmpty ? "No sensors are configured.\n" : table(report.sensors)
    }

    /// What was read just now.
    public func text(_ report: ReadReport) -> String {
        report.readings.isEmpty ? "The sensor brought no reading.\n" : table(report.readings)
    }

    private func table(_ rows: [SensorRow]) -> String {
        var table = Table(
            "POINT", "NAME", "QUANTITY", ">VALUE", "UNIT", "QUALITY", ">AGE", "TIME (UTC)", "BUS", ">UNIT NO.", "PROBLEM")
        for row in rows.sorted(by: { (Self.rank($0.quality), $0.point) < (Self.rank($1.quality), $1.point) }) {
            let paint: Paint = row.quality == "good" ? .good : row.quality == "uncertain" ? .warning : .bad
            table.add(
                Table.Cell(row.point), Table.Cell(row.coverName ?? ""), Table.Cell(row.quantity),
                Table.Cell(Words.number(row.value)),
                Table.Cell(row.unit == "1" ? "" : row.unit), Table.Cell(Self.quality(row), paint),
                Table.Cell(Words.age(row.ageSeconds)),
                Table.Cell(Words.time(row.time)), Table.Cell(row.bus), Table.Cell(row.unitAddress.map { "\($0)" } ?? ""),
                Table.Cell(row.problem ?? ""))
        }
        return table.render(colour: colour)
    }

    private static func quality(_ row: SensorRow) -> String {
        if row.time == nil, row.reason == nil { return "not read yet" }
        return row.reason.map { "\(row.quality): \($0)" } ?? row.quality
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
