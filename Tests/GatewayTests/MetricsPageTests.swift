// docs/metrics.md and docs/grafana/gatewayd.json name metrics that are there. With GATEWAYD_WRITE_DOCUMENTS=1 the page is written
// instead of compared.
import FoundationEssentials
import Glibc
import Testing

@testable import Gateway

@Suite struct MetricsPageTests {
    @Test func `the page of metrics says what the code says`() {
        let wanted = MetricsPage.text(of: Metrics.groups)
        if let value = getenv("GATEWAYD_WRITE_DOCUMENTS"), String(cString: value) == "1" {
            #expect(MetricsPage.write(wanted, to: MetricsPage.path), "\(MetricsPage.path) cannot be written")
        }
        let found = MetricsPage.read(MetricsPage.path) ?? ""
        let first = zip(found.split(separator: "\n"), wanted.split(separator: "\n")).first { $0 != $1 }
        #expect(
            found == wanted,
            "\(MetricsPage.path) has «\(first?.0 ?? "")», expected «\(first?.1 ?? "")»; make it anew with `make documents`")
    }

    @Test func `the page has every metric with its type, unit and labels`() {
        let page = MetricsPage.text(of: [
            MetricGroup(title: "Odd", families: [.counter("a_bytes_total", unit: "bytes", by: ["x", "y"], "This | that.")])
        ])
        #expect(page.contains("## Odd\n") && page.contains("| `a_bytes_total` | counter | bytes | `x`, `y` | This \\| that. |\n"))
    }

    /// As much of a dashboard as the test looks at.
    private struct Dashboard: Decodable {
        struct Input: Decodable {
            let name: String
            let type: String
            let pluginId: String
        }
        struct Panel: Decodable {
            struct Target: Decodable { let expr: String }
            let id: Int
            let title: String
            let targets: [Target]?
        }
        let inputs: [Input]
        let schemaVersion: Int
        let panels: [Panel]

        enum CodingKeys: String, CodingKey {
            case inputs = "__inputs"
            case schemaVersion, panels
        }
    }

    @Test func `the dashboard is a dashboard, and its expressions name metrics and labels that are there`() throws {
        let text = try #require(MetricsPage.read("docs/grafana/gatewayd.json"))
        let dashboard = try JSONDecoder().decode(Dashboard.self, from: Data(text.utf8))
        #expect(dashboard.inputs.map(\.name) == ["DS_PROMETHEUS"] && dashboard.inputs.first?.pluginId == "prometheus")
        #expect(dashboard.schemaVersion >= 36)
        #expect(Set(dashboard.panels.map(\.id)).count == dashboard.panels.count)
        let families = Metrics.groups.flatMap(\.families)
        let names = Set(families.map(\.name))
        let labels = Set(families.flatMap(\.labels)).union(["instance", "job"])
        let expressions = dashboard.panels.flatMap { $0.targets ?? [] }.map(\.expr)
        #expect(expressions.count >= 15)
        for expression in expressions {
            let used = expression.matches(of: /\b(?:gatewayd|process)_[a-z0-9_]+/).map { String($0.output) }
            #expect(!used.isEmpty && names.isSuperset(of: used), "\(expression)")
            let compared = expression.matches(of: /[{,]\s*([a-z_]+)\s*(?:=~|!=|!~|=)/).map { String($0.output.1) }
            #expect(labels.isSuperset(of: compared), "\(expression)")
        }
        let variables = text.matches(of: /label_values\(([a-z_]+)[,{]/).map { String($0.output.1) }
        #expect(!variables.isEmpty && names.isSuperset(of: variables))
    }
}
