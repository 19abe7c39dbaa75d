// `gatewayctl entry-advice` for people: the answer first and large, then why, the worst first, then the day and the sentence.
import SensorModel
import Advice
import DiagnosticsProtocol

extension Renderer {
    /// The advice.
    public func text(_ report: EntryAdviceReport) -> String {
        let name = [report.coverName, report.cover].compactMap { $0 }.map(Words.printable).joined(separator: "  ")
        let paint: Paint = report.verdict == "stop" ? .bad : report.verdict == "caution" ? .warning : .good
        let answer = Words.printable(report.answer)
        let rule = String(repeating: "=", count: max(40, DisplayWidth.of(answer) + 4))
        var lines = [rule, "  " + paint.apply(to: answer, colour: colour), rule, name]
        if let place = report.place { lines.append(Words.printable(place)) }
        if let time = report.time { lines.append("\(Words.time(time)) UTC, \(Words.printable(report.clock ?? ""))") }
        if let note = report.note { lines.append(Words.printable(note)) }
        if !report.findings.isEmpty { lines.append("") }
        lines += Self.worstFirst(report.findings).map(line)
        if !report.day.isEmpty {
            lines += ["", Words.printable(report.dayHeading)]
            lines += report.day.map { "  \(Words.printable($0.text))" }
        }
        lines += ["", Words.printable(report.sentence)]
        return lines.joined(separator: "\n") + "\n"
    }

    private func line(_ finding: EntryAdviceReport.Finding) -> String {
        let step = finding.step < 10 ? " \(finding.step)" : "\(finding.step)"
        let (word, paint): (String, Paint) =
            switch finding.verdict {
            case "stop": ("STOP   ", .bad)
            case "caution": ("CAUTION", .warning)
            default: ("–      ", .plain)
            }
        return "\(step)  \(paint.apply(to: word, colour: colour))  \(Words.printable(finding.text))"
    }

    /// STOP before CAUTION before notes, each in the order of the steps.
    private static func worstFirst(_ findings: [EntryAdviceReport.Finding]) -> [EntryAdviceReport.Finding] {
        ["stop", "caution"].flatMap { verdict in findings.filter { $0.verdict == verdict } }
            + findings.filter { $0.verdict != "stop" && $0.verdict != "caution" }
    }
}

extension EntryAdviceReport {
    /// What is to be said when the daemon does not answer.
    public static func withoutGateway(cover: String, _ language: EntryLanguage) -> EntryAdviceReport {
        let advice = EntryAdvice.withoutGateway
        return EntryAdviceReport(
            cover: cover, language: language.rawValue, verdict: advice.verdict.rawValue,
            answer: EntryText.answer(advice.verdict)[language], headline: advice.headline?.code.rawValue,
            findings: advice.findings.map {
                Finding(
                    step: $0.code.step, verdict: $0.code.verdict.rawValue, code: $0.code.rawValue,
                    text: EntryWords(language).text($0))
            },
            sentence: EntryText.sentence[language])
    }
}
