// The verb before somebody enters a manhole: entry-advice.
import SensorModel
import Advice
import ArgumentParser
import DiagnosticsClient
import DiagnosticsProtocol
import FoundationEssentials
import Glibc

struct EntryAdviceVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "entry-advice",
        abstract: "What the fixed sensors say before somebody enters. Exits with 1 on STOP. It is no permit.",
        discussion: """
            Answers STOP, CAUTION or NO OBJECTION FROM FIXED SENSORS, with every finding of twelve steps \
            (docs/entry-advice.md), the gases' last 24 h, and what to test with a portable instrument. A daemon that does not \
            answer is a STOP too, with exit code 69.
            """)
    @Argument(
        help: ArgumentHelp("The cover's code, as `sensors` shows it.", valueName: "cover"), completion: Suggestions.covers
    ) var cover: String
    @Option(
        help: ArgumentHelp("zh or en; the gateway's own language unless said.", valueName: "language"),
        completion: .list(EntryLanguage.allCases.map(\.rawValue))
    ) var language: EntryLanguage?
    @OptionGroup var common: CommonOptions

    func run() throws {
        let answer: DiagnosticsClient.Answer<EntryAdviceReport>
        do throws(ClientFailure) {
            answer = try DiagnosticsClient(path: common.socket).get(
                .entryAdvice, cover, language?.rawValue, as: EntryAdviceReport.self)
        } catch {
            if error.exitStatus == ExitStatus.unreachable { printWithoutGateway() }
            CommonOptions.complain(error)
            throw ExitCode(error.exitStatus)
        }
        let text = Renderer(colour: CommonOptions.takesColour).text(answer.report)
        CommonOptions.write(common.json ? answer.json + [UInt8(ascii: "\n")] : Array(text.utf8), to: STDOUT_FILENO)
        if answer.report.verdict == EntryVerdict.stop.rawValue { throw ExitCode(ExitStatus.no) }
    }

    /// The gateway's language is not known without it: unless one was asked for, both are printed.
    private func printWithoutGateway() {
        if common.json {
            let report = EntryAdviceReport.withoutGateway(cover: cover, language ?? .en)
            guard let json = try? JSONEncoder().encode(report) else { return }
            CommonOptions.write(Array(json) + [UInt8(ascii: "\n")], to: STDOUT_FILENO)
            return
        }
        let renderer = Renderer(colour: CommonOptions.takesColour)
        let texts = (language.map { [$0] } ?? EntryLanguage.allCases).map {
            renderer.text(EntryAdviceReport.withoutGateway(cover: cover, $0))
        }
        CommonOptions.write(Array(texts.joined(separator: "\n").utf8), to: STDOUT_FILENO)
    }
}

extension EntryLanguage: ExpressibleByArgument {}
