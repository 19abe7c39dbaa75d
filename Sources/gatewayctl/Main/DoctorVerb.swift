// The verb that says what is wrong and what to do: doctor.
import SensorModel
import ArgumentParser
import DiagnosticsClient
import DiagnosticsProtocol
import Doctor
import FoundationEssentials
import Glibc

struct DoctorVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Everything that is wrong, each with its remedy, worst first. Exits with 1 when there is something.",
        discussion: """
            Examines configuration, clock, buses, sensors, alarms, store, audit log, commissioning, outputs, uplinks and the \
            process (docs/doctor.md). Notices alone leave the exit code at 0. When the daemon does not answer, the tool says \
            what it sees by itself, with exit code 69, or 77 when the socket may not be opened.
            """)
    @Option(
        help: ArgumentHelp("zh or en; the gateway's own language unless said.", valueName: "language"),
        completion: .list(EntryLanguage.allCases.map(\.rawValue))
    ) var language: EntryLanguage?
    @OptionGroup var common: CommonOptions

    func run() throws {
        let answer: DiagnosticsClient.Answer<DoctorReport>
        do throws(ClientFailure) {
            answer = try DiagnosticsClient(path: common.socket).get(.doctor, language?.rawValue, as: DoctorReport.self)
        } catch {
            // With a code of its own the daemon has answered: it is there.
            if error.code == nil, error.exitStatus != ExitStatus.usage { printWithoutGateway(error) }
            CommonOptions.complain(error)
            throw ExitCode(error.exitStatus)
        }
        let text = Renderer(colour: CommonOptions.takesColour).text(answer.report)
        CommonOptions.write(common.json ? answer.json + [UInt8(ascii: "\n")] : Array(text.utf8), to: STDOUT_FILENO)
        if !answer.report.well { throw ExitCode(ExitStatus.no) }
    }

    /// The gateway's language is not known without it: unless one was asked for, both are printed.
    private func printWithoutGateway(_ failure: ClientFailure) {
        let doctor = Doctor(OfflineFacts(socket: common.socket, failure: failure))
        if common.json {
            guard let json = try? JSONEncoder().encode(DoctorReport(doctor, language ?? .en)) else { return }
            CommonOptions.write(Array(json) + [UInt8(ascii: "\n")], to: STDOUT_FILENO)
            return
        }
        let renderer = Renderer(colour: CommonOptions.takesColour)
        let texts = (language.map { [$0] } ?? EntryLanguage.allCases).map { renderer.text(DoctorReport(doctor, $0)) }
        CommonOptions.write(Array(texts.joined(separator: "\n").utf8), to: STDOUT_FILENO)
    }
}
