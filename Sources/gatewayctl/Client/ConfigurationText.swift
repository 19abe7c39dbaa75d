// `gatewayctl config show` for people: what is in force as a gateway.yaml, with how it was come by in comments above it.
import DiagnosticsProtocol

extension Renderer {
    /// The configuration; saved to a file it can be checked and run again.
    public func text(_ report: ConfigurationReport) -> String {
        var facts = [
            "in force since \(Words.time(report.since)) UTC, \(report.hash)",
            report.state == "current" ? "read from \(report.path)" : "\(report.path) was refused, the last good one is in force:",
        ]
        facts += report.errors.map { "  \($0)" }
        switch report.file {
        case "same": break
        case "changed" where report.state == "current": facts.append("the file has changed since: restart gatewayd to take it")
        case "changed": facts.append("correct the file and restart gatewayd")
        default: facts.append("the file cannot be read any more: the next start will take the last good one")
        }
        let lines = facts.map { "# \($0)" } + report.yaml.split(separator: "\n").map(String.init)
        return lines.map { Words.printable($0) + "\n" }.joined()
    }
}
