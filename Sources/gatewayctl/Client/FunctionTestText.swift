// `gatewayctl commission test` for people.
import DiagnosticsProtocol

extension Renderer {
    /// What has to be done, before anything is looked at.
    public func instruction(_ report: FunctionTestReport) -> String {
        let name = report.coverName.map { "\($0) " } ?? ""
        let (before, least) = (Words.quantity(report.before, report.unit), Words.quantity(report.least, report.unit))
        let (expect, left) = (words.expectation(report.expect), Words.number(report.secondsLeft.rounded()))
        var lines = [
            "\(name)\(report.point)", report.instruction,
            words("当前 \(before)，应\(expect) \(least)，剩余 \(left) s", "now \(before), to \(expect) by \(least), \(left) s left"),
        ]
        if let notice = report.notice, report.state == "waiting" { lines.append(notice) }
        return lines.map { Words.printable($0) + "\n" }.joined()
    }

    /// How it ended.
    public func text(_ report: FunctionTestReport) -> String {
        let (before, furthest) = (Words.number(report.before), Words.quantity(report.furthest, report.unit))
        let bad =
            report.bad == 0 ? "" : words("，其中 \(report.bad) 个没有有效值", ", \(report.bad) of them without value")
        var lines = [
            words(
                "\(report.readings) 个读数：\(before) 至 \(furthest)\(bad)",
                "\(before) to \(furthest) in \(Words.count(report.readings, "reading"))\(bad)")
        ]
        if let notice = report.notice { lines.append(notice) }
        if let record = report.record {
            let time = Words.time(record.time)
            lines.append(
                words(
                    "已记录：\(record.passed ? "合格" : "不合格")，\(record.by) 于 \(time)",
                    "on record: \(record.passed ? "passed" : "failed"), \(time) by \(record.by)"))
        }
        return lines.map { Words.printable($0) + "\n" }.joined()
    }

    /// What the person is asked at the end.
    public func question(_ report: FunctionTestReport) -> String {
        let (hasMoved, point) = (report.state == "moved", Words.printable(report.point))
        return words(
            "将 \(point) 的功能测试记录为\(hasMoved ? "合格" : "不合格")？[y/N] ",
            "Put the test of \(point) on record as \(hasMoved ? "passed" : "FAILED")? [y/N] ")
    }
}
