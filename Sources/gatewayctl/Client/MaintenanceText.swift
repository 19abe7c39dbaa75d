// `gatewayctl maintenance` and `gatewayctl calibration` for people.
import DiagnosticsProtocol

extension Renderer {
    /// Who works where, and which sensors are tested.
    public func text(_ report: MaintenanceReport) -> String {
        guard !report.maintenance.isEmpty || !report.tests.isEmpty else { return "No maintenance, and no sensor under test.\n" }
        var result = ""
        if !report.maintenance.isEmpty {
            var table = Table("COVER", "NAME", "ORDER", "CREW", "REASON", "BY", "SINCE (UTC)", "UNTIL (UTC)")
            for row in report.maintenance {
                table.add(
                    Table.Cell(row.cover), Table.Cell(row.coverName ?? ""), Table.Cell(row.order), Table.Cell(row.crew),
                    Table.Cell(row.reason), Table.Cell(row.by), Table.Cell(Words.time(row.since)),
                    Table.Cell(Words.time(row.until)))
            }
            result += table.render(colour: colour)
        }
        if !report.tests.isEmpty {
            var table = Table("POINT UNDER TEST", "NAME", "NOT WATCHED", "REASON", "BY", "SINCE (UTC)", "UNTIL (UTC)")
            for row in report.tests {
                table.add(
                    Table.Cell(row.point), Table.Cell(row.coverName ?? ""), Table.Cell(row.quantity, .warning),
                    Table.Cell(row.reason), Table.Cell(row.by), Table.Cell(Words.time(row.since)),
                    Table.Cell(Words.time(row.until)))
            }
            result += (result.isEmpty ? "" : "\n") + table.render(colour: colour)
        }
        return result
    }

    /// What became of the beginning or end of maintenance.
    public func text(_ row: MaintenanceRow) -> String {
        let place = Words.printable([row.coverName, row.cover].compactMap(\.self).joined(separator: " "))
        let order = "order \(Words.printable(row.order)), crew \(Words.printable(row.crew))"
        return row.active
            ? "Maintenance at \(place) is on until \(Words.time(row.until)) UTC: \(order).\n"
                + "Gas and oxygen are not muted: their alarms come as always.\n"
            : "Maintenance at \(place) is over: \(order). What still stands there is an alarm again.\n"
    }

    /// That a test is on.
    public func text(_ row: SensorTestRow) -> String {
        let place = Words.printable([row.coverName, row.point].compactMap(\.self).joined(separator: " "))
        return "\(place) is under test until \(Words.time(row.until)) UTC: its cover is not watched for "
            + "\(Words.printable(row.quantity)) meanwhile.\n"
            + "Stop it while the sensor still reads the gas: gatewayctl calibration stop \(Words.printable(row.point)) …\n"
    }

    /// A test that is over.
    public func text(_ row: CalibrationRow) -> String {
        let place = Words.printable([row.coverName, row.point].compactMap(\.self).joined(separator: " "))
        var words = ["\(place): \(Self.verdict(row.passed)), \(Words.count(row.readings, "reading"))"]
        if row.readings > 0 {
            words.append(
                "\(Words.number(row.lowest)) to \(Words.quantity(row.highest, row.unit)), last "
                    + Words.quantity(row.last, row.unit))
        }
        if row.applied != nil {
            words.append(
                "applied \(Words.quantity(row.applied, row.unit)), deviation \(Words.quantity(row.deviation, row.unit))")
        }
        return words.joined(separator: "; ") + "\n"
    }

    /// The log of tests.
    public func text(_ report: CalibrationReport) -> String {
        var result = "No tests on record.\n"
        if !report.tests.isEmpty {
            var table = Table(
                "END (UTC)", "POINT", "NAME", "SERIAL", "RESULT", "REASON", "BY", ">READINGS", ">LOWEST", ">HIGHEST", ">LAST",
                ">APPLIED", ">DEVIATION", "UNIT", "NOTE")
            for row in report.tests {
                table.add(
                    Table.Cell(Words.time(row.end) + (row.clock == "synced" ? "" : " \(row.clock)")), Table.Cell(row.point),
                    Table.Cell(row.coverName ?? ""), Table.Cell(row.serial ?? ""),
                    Table.Cell(
                        Self.verdict(row.passed), row.passed == true ? .good : row.passed == false ? .bad : .warning),
                    Table.Cell(row.reason), Table.Cell(row.by), Table.Cell("\(row.readings)"),
                    Table.Cell(Words.number(row.lowest)), Table.Cell(Words.number(row.highest)),
                    Table.Cell(Words.number(row.last)), Table.Cell(Words.number(row.applied)),
                    Table.Cell(Words.number(row.deviation)), Table.Cell(row.unit), Table.Cell(row.note ?? ""))
            }
            result = table.render(colour: colour)
        }
        if report.unreadable > 0 {
            result += "\(Words.count(report.unreadable, "line")) of calibration.jsonl cannot be read.\n"
        }
        return result
    }

    /// When each gas sensor has to be tested again.
    public func text(_ report: CalibrationDueReport) -> String {
        guard !report.points.isEmpty else { return "No gas sensors.\n" }
        var table = Table("POINT", "NAME", "SERIAL", "STATE", "LAST PASSED (UTC)", "DUE (UTC)")
        for row in report.points {
            table.add(
                Table.Cell(row.point), Table.Cell(row.coverName ?? ""), Table.Cell(row.serial ?? ""),
                Table.Cell(row.state, row.state == "later" ? .good : .bad), Table.Cell(Words.time(row.passed)),
                Table.Cell(Words.time(row.due)))
        }
        return table.render(colour: colour)
            + "A passed test counts for \(report.intervalDays) days (\(Words.printable(report.source))).\n"
    }

    private static func verdict(_ passed: Bool?) -> String { passed.map { $0 ? "passed" : "FAILED" } ?? "not judged" }
}
