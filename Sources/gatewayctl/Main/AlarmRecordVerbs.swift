// The verbs about what became of alarms: alarms history, alarms figures, evidence.
import ArgumentParser
import DiagnosticsClient
import DiagnosticsProtocol
import FoundationEssentials
import Glibc

extension Alarms {
    struct History: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Every step of the alarms of a month, oldest first.",
            discussion: "The gateway keeps 13 months, at most 64 MiB. Months begin and end in UTC.")
        @Option(help: ArgumentHelp("The month; the present one unless said.", valueName: "YYYY-MM")) var month: String?
        @Option(help: ArgumentHelp("Only at this cover.", valueName: "code"), completion: Suggestions.covers) var cover: String?
        @Option(help: ArgumentHelp("Only of this rule.", valueName: "id")) var rule: String?
        @OptionGroup var common: CommonOptions

        func run() throws {
            try common.answer { client throws(ClientFailure) in
                try client.get(.alarmHistory, month, cover, rule, as: AlarmHistoryReport.self)
            } text: {
                $0.text($1)
            }
        }
    }

    struct Figures: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "A month in figures: alarms by kind, times to acknowledge and to clear, sensor uptime.",
            discussion: """
                Alarms of test gas are counted apart. False is the word of who closed an alarm. An alarm that was raised in the \
                month and acknowledged or closed in the next one counts with that.
                """)
        @Option(help: ArgumentHelp("The month; the present one unless said.", valueName: "YYYY-MM")) var month: String?
        @OptionGroup var common: CommonOptions

        func run() throws {
            try common.answer { client throws(ClientFailure) in
                try client.get(.alarmFigures, month, as: AlarmFiguresReport.self)
            } text: {
                $0.text($1)
            }
        }
    }
}

struct Evidence: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Writes what is known of an alarm into a file, which a third party can check.",
        discussion: """
            Steps, rule, readings before and after, frames of the buses, and the position in the audit log, which also says that \
            the file was handed out, with its SHA-256 (docs/evidence.md). Exits with 1 when nothing is known of the alarm. With \
            --json it prints where file and record are.
            """)
    @Argument(help: ArgumentHelp("The alarm's id.", valueName: "alarm"), completion: Suggestions.alarms) var alarm: String
    @Option(help: ArgumentHelp("The file; ALARM.json here unless said.", valueName: "file"), completion: .file())
    var output: String?
    @OptionGroup var common: CommonOptions

    /// What `--json` prints.
    private struct Written: Encodable {
        var alarm: String
        var file: String
        var bytes: Int
        var sha256: String
        var complete: Bool
        var audit: EvidenceReport.Record
    }

    func run() throws {
        let answer: DiagnosticsClient.Answer<EvidenceReport>
        do throws(ClientFailure) {
            answer = try DiagnosticsClient(path: common.socket).get(.evidence, alarm, as: EvidenceReport.self)
        } catch {
            CommonOptions.complain(error)
            throw ExitCode(error.code == ErrorCode.notFound.rawValue ? ExitStatus.no : error.exitStatus)
        }
        let report = answer.report
        let path = output ?? "\(report.alarm).json"
        try write(Array((report.document ?? "").utf8), to: path, Vocabulary(answer.language))
        guard common.json else {
            let text = Renderer(colour: CommonOptions.takesColour, language: answer.language).text(report, file: path)
            CommonOptions.write(Array(text.utf8), to: STDOUT_FILENO)
            return
        }
        let written = Written(
            alarm: report.alarm, file: path, bytes: report.bytes, sha256: report.sha256, complete: report.complete,
            audit: report.audit)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let json = try? encoder.encode(written) else { throw ExitCode(ExitStatus.no) }
        CommonOptions.write(Array(json) + [UInt8(ascii: "\n")], to: STDOUT_FILENO)
    }

    private func write(_ bytes: [UInt8], to path: String, _ words: Vocabulary) throws {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            CommonOptions.complain(unwritable: path, words)
            throw ExitCode(ExitStatus.usage)
        }
        let isWritten = CommonOptions.write(bytes, to: descriptor)
        guard isWritten, close(descriptor) == 0 else {
            CommonOptions.complain(unwritable: path, words)
            throw ExitCode(ExitStatus.no)
        }
    }
}
