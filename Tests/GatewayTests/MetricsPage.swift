// docs/metrics.md, made from the description that the metrics are rendered by: the page cannot name another set.
import Glibc

@testable import Gateway

/// The page of metrics.
enum MetricsPage {
    /// Where it stands in the repository.
    static let path = "docs/metrics.md"

    /// The whole page.
    static func text(of groups: [MetricGroup]) -> String {
        var lines = opening
        for group in groups {
            lines += ["## \(group.title)", "", "| metric | type | unit | labels | meaning |", "|---|---|---|---|---|"]
            lines += group.families.map { family in
                let labels = family.labels.map { "`\($0)`" }.joined(separator: ", ")
                let cells = ["`\(family.name)`", family.kind.rawValue, family.unit, labels, family.meaning]
                return "| " + cells.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ") + " |"
            }
            lines.append("")
        }
        return lines.dropLast().joined(separator: "\n") + "\n"
    }

    private static let opening = [
        "# Metrics", "",
        "`GET /metrics` gives the figures of the daemon in the text format of Prometheus (version 0.0.4): on the local socket,",
        "and on a TCP port when the configuration asks for one. The tables on this page are made from the description that",
        "the metrics are rendered by (`make documents`).", "",
        "```sh", "curl --unix-socket /run/gatewayd/gatewayd.sock http:/" + "/gatewayd/metrics", "```", "",
        "## Scraping", "",
        "Prometheus speaks TCP, so the port has to be opened in `gateway.yaml`; it is off by default:", "",
        "```yaml", "diagnostics: {http: 127.0.0.1:9100}", "```", "",
        "The port serves what only reads, `/metrics` and everything under `/v1/` that is asked with GET; every other request is",
        "refused with 403. It knows no users and no passwords: whoever reaches it can read everything. Keep it on the loopback",
        "address and scrape through a tunnel or an agent on the gateway; with any other address the daemon warns at start. A",
        "port that is taken is tried again every 10 s.", "",
        "```yaml", "scrape_configs:", "  - job_name: gatewayd", "    scrape_interval: 15s", "    static_configs:",
        "      - targets: [\"127.0.0.1:9100\"]", "```", "",
        "[grafana/gatewayd.json](grafana/gatewayd.json) is a dashboard to begin with: import it and choose the data source.", "",
        "## How to read them", "",
        "- Everything is read from the parts when somebody asks: between two scrapes metrics cost nothing.",
        "- Counters begin at 0 when the daemon starts and never fall until it ends.",
        "- Labels name only what the configuration names, and words of closed lists: never an alarm, never an error text.",
        "- A bad point has no `gatewayd_point_value`, as it has no value anywhere else; `gatewayd_point_quality` says that it is",
        "  bad, `gatewayctl sensors` says why.",
        "- A value is in the canonical unit of its quantity, which the label `unit` names; all other metrics are in base units.",
        "- A report that a part of the daemon cannot give leaves its metrics out and is 0 in `gatewayd_report_available`.", "",
    ]

    /// The repository, found from this file's place in it.
    static let repository = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3).joined(separator: "/")

    /// The text of a file of the repository, or nil when there is none.
    static func read(_ path: String) -> String? {
        guard let file = fopen("\(repository)/\(path)", "r") else { return nil }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = fread(&chunk, 1, chunk.count, file)
            guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
            bytes += chunk[..<count]
        }
    }

    /// Writes a file of the repository; false when that cannot be done.
    static func write(_ text: String, to path: String) -> Bool {
        guard let file = fopen("\(repository)/\(path)", "w") else { return false }
        let bytes = Array(text.utf8)
        let isWhole = fwrite(bytes, 1, bytes.count, file) == bytes.count
        return fclose(file) == 0 && isWhole
    }
}
