// The verbs about crews at work: start, stop, list.
import ArgumentParser
import DiagnosticsClient
import DiagnosticsProtocol

struct MaintenanceVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "maintenance", abstract: "Crews at work: what a cover's sensors say of the cover is a note meanwhile.",
        subcommands: [Start.self, Stop.self, List.self], defaultSubcommand: List.self)

    struct Start: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "A crew begins to work at a cover, or opens it, for at most 8 h; for root and the group gatewayd-operator.",
            discussion: """
                Alarms of the cover that are not about gas or oxygen are out of service until it is stopped or its time is over; \
                what still stands then is an alarm. Gas and oxygen are never muted. The platform is told.
                """)
        @Argument(help: ArgumentHelp("The cover's code.", valueName: "cover"), completion: Suggestions.covers) var cover: String
        @Option(help: ArgumentHelp("The work order.", valueName: "order")) var order: String
        @Option(help: ArgumentHelp("The crew.", valueName: "crew")) var crew: String
        @Option(help: ArgumentHelp("Why.", valueName: "text")) var reason: String
        @OptionGroup var period: Period
        @OptionGroup var common: CommonOptions

        func run() throws {
            let request = MaintenanceRequest(
                cover: cover, order: order, crew: crew, reason: reason, seconds: try period.seconds())
            try common.answer { client throws(ClientFailure) in
                try client.post(.startMaintenance, request, as: MaintenanceRow.self)
            } text: {
                $0.text($1)
            }
        }
    }

    struct Stop: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "The crew has ended; for root and the group gatewayd-operator.",
            discussion: "Exits with 1 when no maintenance is on there.")
        @Argument(help: ArgumentHelp("The cover's code.", valueName: "cover"), completion: Suggestions.covers) var cover: String
        @OptionGroup var common: CommonOptions

        func run() throws {
            try common.answer { client throws(ClientFailure) in
                try client.post(.stopMaintenance, MaintenanceStop(cover: cover), as: MaintenanceRow.self)
            } text: {
                $0.text($1)
            }
        }
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Crews at work, and sensors under test.")
        @OptionGroup var common: CommonOptions

        func run() throws {
            try common.answer { client throws(ClientFailure) in
                try client.get(.maintenance, as: MaintenanceReport.self)
            } text: {
                $0.text($1)
            }
        }
    }
}
