// `gatewayctl commission test` for people.
import DiagnosticsProtocol

extension Renderer {
    /// What has to be done, before anything is looked at.
    public func instruction(_ report: FunctionTestReport) -> String {
        let name = report.coverName.map { "\($0) " } ?? ""
        let wanted = "\(report.expect) by \(Words.quantity(report.least, report.unit))"
        var lines = [
            "\(name)\(report.point)", report.instruction,
            "now \(Words.quantity(report.before, report.unit)), to \(wanted), "
                + "\(Words.number(report.secondsLeft.rounded())) s left",
        ]
        if let notice = report.notice, report.state == "waiting" { lines.append(notice) }
        return lines.map { Words.printable($0) + "\n" }.joined()
    }

    /// How it ended.
    public func text(_ report: FunctionTestReport) -> String {
        let moved = "\(Words.number(report.before)) to \(Words.quantity(report.furthest, report.unit))"
        let bad = report.bad == 0 ? "" : ", \(report.bad) of them without value"
        var lines = ["\(moved) in \(Words.count(report.readings, "reading"))\(bad)"]
        if let notice = report.notice { lines.append(notice) }
        if let record = report.record {
            lines.append("on record: \(record.passed ? "passed" : "failed"), \(Words.time(record.time)) by \(record.by)")
        }
        return lines.map { Words.printable($0) + "\n" }.joined()
    }

    /// What the person is asked at the end.
    public static func question(_ report: FunctionTestReport) -> String {
        let outcome = report.state == "moved" ? "passed" : "FAILED"
        return "Put the test of \(Words.printable(report.point)) on record as \(outcome)"
    }
}
