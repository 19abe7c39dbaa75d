// `gatewayctl config show` for people: what is in force as a gateway.yaml, with how it was come by in comments above it.
import DiagnosticsProtocol

extension Renderer {
    /// The configuration; saved to a file it can be checked and run again.
    public func text(_ report: ConfigurationReport) -> String {
        let since = Words.time(report.since)
        var facts = [
            words("自 \(since) UTC 起采用，\(report.hash)", "in force since \(since) UTC, \(report.hash)"),
            report.state == "current"
                ? words("读自 \(report.path)", "read from \(report.path)")
                : words("\(report.path) 未采用，沿用上一份有效配置：", "\(report.path) was refused, the last good one is in force:"),
        ]
        facts += report.errors.map { "  \($0)" }
        switch report.file {
        case "same": break
        case "changed" where report.state == "current":
            facts.append(
                words(
                    "文件已改动：gatewayctl config apply 或重启 gatewayd 后采用",
                    "the file has changed since: `gatewayctl config apply`, or restart gatewayd to take it"))
        case "changed": facts.append(words("请改正文件并重启 gatewayd", "correct the file and restart gatewayd"))
        default:
            facts.append(
                words(
                    "文件已无法读取：下次启动将沿用上一份有效配置",
                    "the file cannot be read any more: the next start will take the last good one"))
        }
        let lines = facts.map { "# \($0)" } + report.yaml.split(separator: "\n").map(String.init)
        return lines.map { Words.printable($0) + "\n" }.joined()
    }
}
