// The verbs about the ways in and out: bus stats, gpio, outbox stats, uplink status.
import ArgumentParser
import DiagnosticsClient
import DiagnosticsProtocol

struct Bus: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Looks at the buses.", subcommands: [Stats.self], defaultSubcommand: Stats.self)

    struct Stats: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Traffic and faults of each bus and unit.")
        @Argument(help: ArgumentHelp("Only this bus.", valueName: "bus"), completion: Suggestions.buses) var bus: String?
        @OptionGroup var common: CommonOptions

        func run() throws {
            try common.answer { client throws(ClientFailure) in
                try client.get(.buses, filter: bus, as: BusReport.self)
            } text: {
                $0.text($1)
            }
        }
    }
}

struct GPIO: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gpio", abstract: "The digital lines: their names, holders and states, and what the library cannot do.")
    @OptionGroup var common: CommonOptions

    func run() throws {
        try common.answer { client throws(ClientFailure) in
            try client.get(.gpio, as: GPIOReport.self)
        } text: {
            $0.text($1)
        }
    }
}

struct Outbox: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Looks at the durable queue.", subcommands: [Stats.self], defaultSubcommand: Stats.self)

    struct Stats: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "What is kept, and how far each uplink is.")
        @OptionGroup var common: CommonOptions

        func run() throws {
            try common.answer { client throws(ClientFailure) in
                try client.get(.outbox, as: OutboxReport.self)
            } text: {
                $0.text($1)
            }
        }
    }
}

struct Uplink: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Looks at the uplinks.", subcommands: [Status.self], defaultSubcommand: Status.self)

    struct Status: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "How each uplink does.")
        @OptionGroup var common: CommonOptions

        func run() throws {
            try common.answer { client throws(ClientFailure) in
                try client.get(.uplinks, as: UplinkReport.self)
            } text: {
                $0.text($1)
            }
        }
    }
}
