// What the tool says of a change of the configuration.
import DiagnosticsProtocol
import Testing

@testable import DiagnosticsClient

/// Reports of a change, one of each outcome.
enum ConfigurationSamples {
    static let changes: [ConfigurationApplyReport.Change] = [
        .init(about: "bus", subject: "plc", change: "removed"),
        .init(about: "sensor", subject: "C1/ch4", change: "added", points: ["C1/ch4/gas"]),
        .init(
            about: "rule", subject: "methane-high", change: "changed",
            values: [.init(key: "when.above", before: "20 %LEL", after: "10 %LEL"), .init(key: "when.for", after: "9 s")]),
    ]

    static func report(_ outcome: String) -> ConfigurationApplyReport {
        var report = ConfigurationApplyReport(outcome: outcome, path: "/etc/g.yaml", before: "sha256:0123456789001234")
        report.hash = "sha256:f9876543210abcde"
        report.by = "chen"
        report.changes = changes
        report.errors = outcome == "refused" ? ["g.yaml:1:1: error: schema: missing", "g.yaml:2:1: error: buses: missing"] : []
        report.problem = outcome == "rolled-back" ? "P1" : nil
        report.remainingSeconds = outcome == "trial" ? 97 : nil
        report.waitsFor = outcome == "trial" ? ["P2"] : []
        return report
    }

    static let trial = StatusReport.Trial(
        hash: "sha256:f", before: "sha256:0", by: "chen", remainingSeconds: 97, waitsFor: ["P2"])

    static var rows: [(String, any Encodable)] {
        [
            ("ConfigurationApplyReport", report("trial")), ("ConfigurationChange", changes[2]),
            ("ConfigurationChangedValue", changes[2].values[0]), ("StatusTrial", trial),
        ]
    }

    /// Everything that is said to people.
    static func texts(_ renderer: Renderer) -> [String] {
        ["good", "unchanged", "trial", "confirmed", "rolled-back", "none"].map { renderer.text(report($0), name: "new.yaml") }
            + ["good", "trial"].map { renderer.preview(report($0)) }
    }
}

@Suite struct ConfigurationApplyTextTests {
    private let plain = Renderer(colour: false)

    @Test func `errors stand one a line, as gatewayd check prints them`() {
        let text = plain.text(ConfigurationSamples.report("refused"), name: "g.yaml")
        #expect(text == "g.yaml:1:1: error: schema: missing\ng.yaml:2:1: error: buses: missing\n")
    }

    @Test func `a preview names each thing that is another, and both values`() {
        let text = plain.preview(ConfigurationSamples.report("good"))
        for line in [
            "  removed bus plc\n", "  added sensor C1/ch4\n      C1/ch4/gas\n",
            "  changed rule methane-high\n      when.above: 20 %LEL → 10 %LEL\n      when.for: – → 9 s\n",
        ] { #expect(text.contains(line), "\(line)") }
        #expect(text.contains("about a second without readings"))
        #expect(plain.preview(ConfigurationSamples.report("trial")).contains("ends the trial by chen"))
    }

    @Test func `what came of it is said with the files that are left`() {
        func text(_ outcome: String) -> String { plain.text(ConfigurationSamples.report(outcome), name: "new.yaml") }
        #expect(
            text("trial") == "On trial: sha256:f9876543210a, 97 s left; `gatewayctl status` shows what comes of it.\n  - P2\n")
        #expect(text("confirmed").contains("is /etc/g.yaml now") && text("confirmed").contains("/etc/g.yaml.previous"))
        #expect(text("rolled-back").hasPrefix("Taken back, sha256:012345678900 is in force: P1."))
        #expect(text("rolled-back").contains("/etc/g.yaml.refused"))
        #expect(text("unchanged") == "new.yaml: nothing changes\n")
    }

    @Test func `every word of a change has its Chinese`() {
        let words = Vocabulary(.zh)
        for thing in ChangedThing.allCases { #expect(words.about(thing.rawValue) != thing.rawValue) }
        for word in ChangeWord.allCases { #expect(words.change(word.rawValue) != word.rawValue) }
        #expect(words.about("newer") == "newer" && words.change("newer") == "newer")
    }

    @Test func `status shows a trial with the time it has left`() {
        var status = Answers.status(healthy: true)
        status.configuration.trial = ConfigurationSamples.trial
        let line = plain.text(status).split(separator: "\n").first { $0.hasPrefix("on trial") }
        #expect(line?.hasSuffix("97 s left, applied by chen, before it sha256:0: P2") == true, "\(line ?? "none")")
    }
}
