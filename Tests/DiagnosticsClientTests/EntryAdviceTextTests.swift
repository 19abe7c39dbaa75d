// `gatewayctl entry-advice` for people: the answer cannot be overlooked, the worst stands first, the sentence last.
import SensorModel
import Advice
import DiagnosticsProtocol
import Testing

@testable import DiagnosticsClient

@Suite struct EntryAdviceTextTests {
    private let plain = Renderer(colour: false)

    private var report: EntryAdviceReport {
        EntryAdviceReport(
            cover: "C1", coverName: "人民路56号井", place: "东南角", time: "2026-11-21T04:00:00.000Z", clock: "synced",
            origin: "field", language: "en", verdict: "stop", answer: "STOP", headline: "stale",
            findings: [
                .init(step: 3, verdict: "stop", code: "stale", text: "old"),
                .init(step: 9, verdict: "no-objection", code: "water-not-measured", text: "no water"),
                .init(step: 10, verdict: "caution", code: "checks-unknown", text: "no test"),
                .init(step: 10, verdict: "stop", code: "new-code", text: "something newer"),
            ],
            day: [
                .init(
                    point: "C1/o2/gas", quantity: "oxygen", unit: "%VOL", lowest: 20, highest: 21, seenSeconds: 9, emptyHours: 0,
                    text: "20 to 21")
            ],
            dayHeading: "the last day", sentence: EntryText.sentence.en)
    }

    @Test func `the answer stands first, then the worst, then the rest, the day, and the sentence last`() {
        let lines = plain.text(report).split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let rule = String(repeating: "=", count: 40)
        #expect(
            lines == [
                rule, "  STOP", rule, "人民路56号井  C1", "东南角", "2026-11-21 04:00:00 UTC, synced", "",
                " 3  STOP     old", "10  STOP     something newer", "10  CAUTION  no test", " 9  –        no water", "",
                "the last day", "  20 to 21", "", EntryText.sentence.en, "",
            ])
    }

    @Test func `a note beside the answer is shown, and colour only when it is asked for`() {
        var noted = report
        noted.note = "the field is simulated"
        #expect(plain.text(noted).contains("\nthe field is simulated\n"))
        #expect(!plain.text(noted).contains("\u{1B}"))
        #expect(Renderer(colour: true).text(noted).contains("\u{1B}[31mSTOP\u{1B}[0m"))
    }

    @Test func `what the daemon says cannot drive the terminal`() {
        var evil = report
        evil.coverName = "\u{1B}[2J"
        evil.findings[0].text = "\u{9B}x\ny"
        evil.sentence = "\u{202E}"
        let text = plain.text(evil)
        #expect(!text.unicodeScalars.contains { $0 == "\u{1B}" || $0 == "\u{9B}" || $0 == "\u{202E}" })
        #expect(text.contains("\u{FFFD}x\u{FFFD}y"))
    }

    @Test(arguments: EntryLanguage.allCases)
    func `without the daemon the answer is a STOP with the sentence`(language: EntryLanguage) {
        let report = EntryAdviceReport.withoutGateway(cover: "C1", language)
        let text = plain.text(report)
        #expect(report.verdict == "stop" && report.findings.map(\.step) == [1])
        #expect(text.contains("STOP") && text.contains("C1") && text.hasSuffix(EntryText.sentence[language] + "\n"))
        #expect(!text.lowercased().contains("safe") && !text.contains("安全"))
    }
}
