// `gatewayctl doctor` for people: how many findings, then each with its remedy, worst first.
import SensorModel
import DiagnosticsProtocol
import Doctor

extension Renderer {
    /// The findings.
    public func text(_ report: DoctorReport) -> String {
        let paint: Paint = report.well ? .good : report.findings.contains { $0.severity == "danger" } ? .bad : .warning
        let summary = paint.apply(to: Words.printable(report.summary), colour: colour)
        let time = report.time.map { "  \(Words.time($0)) UTC" } ?? ""
        var lines = ["\(report.gateway.map(Words.printable) ?? "gatewayd")  \(summary)\(time)"]
        for finding in report.findings {
            lines += ["", "\(label(finding, report.language))  \(Words.printable(finding.wrong))"]
            lines.append("  → \(Words.printable(finding.remedy))")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private func label(_ finding: DoctorReport.Finding, _ language: String) -> String {
        // A newer daemon may know more weights and languages.
        guard let severity = FindingSeverity(rawValue: finding.severity) else { return Words.printable(finding.severity) }
        let paint: Paint =
            switch severity {
            case .danger: .bad
            case .warning: .warning
            case .notice: .plain
            }
        return paint.apply(to: severity.word[EntryLanguage(rawValue: language) ?? .en], colour: colour)
    }
}
