// The verbs about alarms: list, ack, close, shelve.
import ArgumentParser
import DiagnosticsClient
import DiagnosticsProtocol

struct Alarms: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Lists, acknowledges, closes and shelves alarms, and says what became of them.",
        subcommands: [List.self, Acknowledge.self, Close.self, Shelve.self, History.self, Figures.self],
        defaultSubcommand: List.self)

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Alarms that are not over, the most urgent first, and those that wait to be closed.")
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

    struct Close: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Closes an alarm that is over; for root and the group gatewayd-operator.",
            discussion: "Exits with 1 while its condition still stands. What is said here goes on record.")
        @Argument(
            help: ArgumentHelp("The alarm's id, as `alarms list` shows it.", valueName: "alarm"), completion: Suggestions.alarms
        ) var alarm: String
        @Option(help: ArgumentHelp("What was found.", valueName: "text")) var note: String
        @Flag(help: "There was no danger: the alarm was false.") var falseAlarm = false
        @OptionGroup var common: CommonOptions

        func run() throws {
            try common.answer { client throws(ClientFailure) in
                try client.post(
                    .closeAlarm, CloseRequest(alarm: alarm, note: note, falseAlarm: falseAlarm), as: CloseReply.self)
            } text: {
                $0.text($1)
            }
        }
    }

    struct Shelve: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Sets an alarm aside for a time, at most 8 h; for root and the group gatewayd-operator.",
            discussion: "An alarm about gas or oxygen is never set aside: exits with 1. The platform is told.")
        @Argument(
            help: ArgumentHelp("The alarm's id, as `alarms list` shows it.", valueName: "alarm"), completion: Suggestions.alarms
        ) var alarm: String
        @Option(help: ArgumentHelp("Why.", valueName: "text")) var reason: String
        @OptionGroup var period: Period
        @OptionGroup var common: CommonOptions

        func run() throws {
            let seconds = try period.seconds()
            try common.answer { client throws(ClientFailure) in
                try client.post(
                    .shelveAlarm, ShelveRequest(alarm: alarm, reason: reason, seconds: seconds), as: ShelveReply.self)
            } text: {
                $0.text($1)
            }
        }
    }
}

/// How long something is on.
struct Period: ParsableArguments {
    @Option(name: .customLong("for"), help: ArgumentHelp("For how long: 90min, 2h.", valueName: "time")) var time: String

    func validate() throws { _ = try seconds() }

    func seconds() throws -> Int {
        guard let seconds = DurationText.seconds(time) else {
            throw ValidationError("--for takes a duration with unit (s, min, h), like 2h; found \(time)")
        }
        return seconds
    }
}
