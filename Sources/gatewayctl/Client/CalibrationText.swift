// `gatewayctl calibration` for people: a test begun, a test ended, the log, what is due.
import DiagnosticsProtocol

extension Renderer {
    /// That a test is on.
    public func text(_ row: SensorTestRow) -> String {
        let place = Words.printable(words.title(row.point, name: row.coverName, place: row.place))
        let (gas, point) = (Words.printable(words.quantity(row.quantity)), Words.printable(row.point))
        let until = Words.time(row.until)
        return words(
            "\(place)：标定已开始，至 \(until) UTC；在此期间该井盖不监测\(gas)。\n"
                + "请在传感器仍接触标准气时结束：gatewayctl calibration stop \(point) …\n",
            "\(place) is under test until \(until) UTC: its cover is not watched for \(gas) meanwhile.\n"
                + "Stop it while the sensor still reads the gas: gatewayctl calibration stop \(point) …\n")
    }

    /// A test that is over.
    public func text(_ row: CalibrationRow) -> String {
        let place = Words.printable(words.title(row.point, name: row.coverName, place: row.place))
        let result = verdict(row.passed)
        var parts = [
            words("\(place)：\(result)，\(row.readings) 个读数", "\(place): \(result), \(Words.count(row.readings, "reading"))")
        ]
        if row.readings > 0 {
            let (lowest, highest) = (Words.number(row.lowest), Words.quantity(row.highest, row.unit))
            let last = Words.quantity(row.last, row.unit)
            parts.append(words("\(lowest) 至 \(highest)，末值 \(last)", "\(lowest) to \(highest), last \(last)"))
        }
        if row.applied != nil {
            let applied = Words.quantity(row.applied, row.unit)
            let deviation = Words.quantity(row.deviation, row.unit)
            parts.append(words("标准气 \(applied)，偏差 \(deviation)", "applied \(applied), deviation \(deviation)"))
        }
        return parts.joined(separator: words("；", "; ")) + "\n"
    }

    /// The log of tests.
    public func text(_ report: CalibrationReport) -> String {
        var result = words("没有标定记录。\n", "No tests on record.\n")
        if !report.tests.isEmpty {
            var table = Table(
                words, ("结束 (UTC)", "END (UTC)"), ("测点", "POINT"), ("名称", "NAME"), ("位置", "PLACE"), ("序列号", "SERIAL"),
                ("结果", "RESULT"), ("原因", "REASON"), ("操作人", "BY"), (">读数", ">READINGS"), (">最低", ">LOWEST"),
                (">最高", ">HIGHEST"), (">末值", ">LAST"), (">标准气", ">APPLIED"), (">偏差", ">DEVIATION"), ("单位", "UNIT"),
                ("备注", "NOTE"))
            for row in report.tests {
                let clock = row.clock == "synced" ? "" : " \(words.clock(row.clock))"
                table.add(
                    Table.Cell(Words.time(row.end) + clock), Table.Cell(row.point), Table.Cell(row.coverName ?? ""),
                    Table.Cell(row.place ?? ""), Table.Cell(row.serial ?? ""),
                    Table.Cell(verdict(row.passed), row.passed == true ? .good : row.passed == false ? .bad : .warning),
                    Table.Cell(row.reason), Table.Cell(row.by), Table.Cell("\(row.readings)"),
                    Table.Cell(Words.number(row.lowest)), Table.Cell(Words.number(row.highest)),
                    Table.Cell(Words.number(row.last)), Table.Cell(Words.number(row.applied)),
                    Table.Cell(Words.number(row.deviation)), Table.Cell(row.unit), Table.Cell(row.note ?? ""))
            }
            result = render(table)
        }
        return result + words.unreadable(report.unreadable, zh: "标定记录 calibration.jsonl ", en: "calibration.jsonl")
    }

    /// When each gas sensor has to be tested again.
    public func text(_ report: CalibrationDueReport) -> String {
        guard !report.points.isEmpty else { return words("没有气体传感器。\n", "No gas sensors.\n") }
        var table = Table(
            words, ("测点", "POINT"), ("名称", "NAME"), ("位置", "PLACE"), ("序列号", "SERIAL"), ("状态", "STATE"),
            ("上次合格 (UTC)", "LAST PASSED (UTC)"), ("到期 (UTC)", "DUE (UTC)"))
        for row in report.points {
            table.add(
                Table.Cell(row.point), Table.Cell(row.coverName ?? ""), Table.Cell(row.place ?? ""), Table.Cell(row.serial ?? ""),
                Table.Cell(words.due(row.state), row.state == "later" ? .good : .bad), Table.Cell(Words.time(row.passed)),
                Table.Cell(Words.time(row.due)))
        }
        let source = Words.printable(report.source)
        return render(table)
            + words(
                "一次合格的测试有效 \(report.intervalDays) 天（依据：\(source)）。\n",
                "A passed test counts for \(report.intervalDays) days (\(source)).\n")
    }

    private func verdict(_ passed: Bool?) -> String {
        guard let passed else { return words("未判定", "not judged") }
        return passed ? words("合格", "passed") : words("不合格", "FAILED")
    }
}
