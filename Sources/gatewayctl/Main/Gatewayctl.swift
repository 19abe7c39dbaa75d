// The technician's tool: asks the daemon over its socket, never touches the hardware itself.
import ArgumentParser
import DiagnosticsClient
import DiagnosticsProtocol
import Glibc

/// The root command.
@main
struct Gatewayctl: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gatewayctl",
        abstract: "Asks the gateway daemon how it is.",
        usage: "gatewayctl [--socket PATH] [--json] VERB …",
        discussion: """
            Exit codes: \(Product.exitCodes([0, 1, 64, 69, 77, 78])).
            """,
        version: Product.version,
        subcommands: [
            Status.self, Sensors.self, Watch.self, Read.self, Alarms.self, Bus.self, GPIO.self, Outbox.self, Uplink.self,
            Config.self, Commission.self, Audit.self, EntryAdviceVerb.self, MaintenanceVerb.self, Calibration.self,
            DoctorVerb.self, Evidence.self,
        ])

    @OptionGroup var common: CommonOptions

    static func main() {
        // A reader that leaves early (| head) shall end us by a failed write, not by a signal.
        signal(SIGPIPE, SIG_IGN)
        let arguments = CommandLineOrder.verbFirst(Array(CommandLine.arguments.dropFirst()))
        let verbs = configuration.subcommands.map { verb in
            (verb._commandName, verb.configuration.subcommands.map { $0._commandName })
        }
        if let objection = VerbCheck(Dictionary(uniqueKeysWithValues: verbs)).objection(to: arguments) {
            CommonOptions.complain(objection)
            Glibc.exit(ExitStatus.usage)
        }
        main(arguments)
    }
}

/// Options of every verb.
struct CommonOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The daemon's socket.", valueName: "path"), completion: .file())
    var socket = DiagnosticsClient.defaultSocket

    @Flag(help: "Print the daemon's JSON instead of a table.")
    var json = false
}
