// The verbs about the ways in and out, beside those of the buses: gpio, outbox stats, uplink status.
// What else is done with the outbox stands in OutboxVerbs.
import ArgumentParser
import DiagnosticsClient
import DiagnosticsProtocol

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
        abstract: "Looks at the durable queue.", subcommands: [Stats.self, Export.self, Verify.self],
        defaultSubcommand: Stats.self)

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
