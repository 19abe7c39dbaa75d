// `gatewayctl maintenance` for people, and the tests of sensors that are on.
import DiagnosticsProtocol

extension Renderer {
    /// Who works where, and which sensors are tested.
    public func text(_ report: MaintenanceReport) -> String {
        guard !report.maintenance.isEmpty || !report.tests.isEmpty else {
            return words("没有正在进行的维护，也没有正在标定的传感器。\n", "No maintenance, and no sensor under test.\n")
        }
        var result = ""
        if !report.maintenance.isEmpty {
            var table = Table(
                words, ("井盖", "COVER"), ("名称", "NAME"), ("位置", "PLACE"), ("工单", "ORDER"), ("班组", "CREW"), ("原因", "REASON"),
                ("操作人", "BY"), ("开始 (UTC)", "SINCE (UTC)"), ("截止 (UTC)", "UNTIL (UTC)"))
            for row in report.maintenance {
                table.add(
                    Table.Cell(row.cover), Table.Cell(row.coverName ?? ""), Table.Cell(row.place ?? ""), Table.Cell(row.order),
                    Table.Cell(row.crew), Table.Cell(row.reason), Table.Cell(row.by), Table.Cell(Words.time(row.since)),
                    Table.Cell(Words.time(row.until)))
            }
            result += render(table)
        }
        if !report.tests.isEmpty {
            var table = Table(
                words, ("标定中的测点", "POINT UNDER TEST"), ("名称", "NAME"), ("位置", "PLACE"), ("暂不监测", "NOT WATCHED"),
                ("原因", "REASON"), ("操作人", "BY"), ("开始 (UTC)", "SINCE (UTC)"), ("截止 (UTC)", "UNTIL (UTC)"))
            for row in report.tests {
                table.add(
                    Table.Cell(row.point), Table.Cell(row.coverName ?? ""), Table.Cell(row.place ?? ""),
                    Table.Cell(words.quantity(row.quantity), .warning), Table.Cell(row.reason), Table.Cell(row.by),
                    Table.Cell(Words.time(row.since)), Table.Cell(Words.time(row.until)))
            }
            result += (result.isEmpty ? "" : "\n") + render(table)
        }
        return result
    }

    /// What became of the beginning or end of maintenance.
    public func text(_ row: MaintenanceRow) -> String {
        let place = Words.printable(words.title(row.cover, name: row.coverName, place: row.place))
        let (order, crew) = (Words.printable(row.order), Words.printable(row.crew))
        guard row.active else {
            return words(
                "\(place)：维护已结束（工单 \(order)，班组 \(crew)）。仍未恢复的情况重新报警。\n",
                "Maintenance at \(place) is over: order \(order), crew \(crew). What still stands there is an alarm again.\n")
        }
        let until = Words.time(row.until)
        return words(
            "\(place)：维护已开始，至 \(until) UTC（工单 \(order)，班组 \(crew)）。\n可燃、有毒气体和氧气的报警不屏蔽，照常发出。\n",
            "Maintenance at \(place) is on until \(until) UTC: order \(order), crew \(crew).\n"
                + "Gas and oxygen are not muted: their alarms come as always.\n")
    }
}
