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
            Exit codes: 0 done, or the answer is yes; 1 the answer is no; 64 usage; 69 daemon not reachable; \
            77 not allowed; 78 configuration.
            """,
        version: Product.version,
        subcommands: [Status.self, Sensors.self, Read.self, Alarms.self, Bus.self, GPIO.self, Outbox.self, Uplink.self])

    @OptionGroup var common: CommonOptions

    static func main() {
        // A reader that leaves early (| head) shall end us by a failed write, not by a signal.
        signal(SIGPIPE, SIG_IGN)
        main(CommandLineOrder.verbFirst(Array(CommandLine.arguments.dropFirst())))
    }
}

/// Options of every verb.
struct CommonOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The daemon's socket.", valueName: "path"))
    var socket = DiagnosticsClient.defaultSocket

    @Flag(help: "Print the daemon's JSON instead of a table.")
    var json = false
}
