// The verbs about alarms: list, ack.
import ArgumentParser
import DiagnosticsClient
import DiagnosticsProtocol

struct Alarms: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Lists and acknowledges alarms, and says what became of them.",
        subcommands: [List.self, Acknowledge.self, History.self, Figures.self], defaultSubcommand: List.self)

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Alarms that are not over, the most urgent first.")
        @OptionGroup var common: CommonOptions

        func run() throws {
            try common.answer { client throws(ClientFailure) in
                try client.get(.alarms, as: AlarmReport.self)
            } text: {
                $0.text($1)
            }
        }
    }

    struct Acknowledge: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "ack", abstract: "Acknowledges an alarm; for root and the group gatewayd-operator.")
        @Argument(
            help: ArgumentHelp("The alarm's id, as `alarms list` shows it.", valueName: "alarm"), completion: Suggestions.alarms
        ) var alarm: String
        @OptionGroup var common: CommonOptions

        func run() throws {
            try common.answer { client throws(ClientFailure) in
                try client.post(.acknowledge, AckRequest(alarm: alarm), as: AckReply.self)
            } text: {
                $0.text($1)
            }
        }
    }
}
