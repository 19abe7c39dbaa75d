// gatewayctl bus stats: traffic, faults and reply times.
import ArgumentParser
import DiagnosticsClient
import DiagnosticsProtocol

extension Bus {
    struct Stats: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Traffic, faults and reply times of each bus and unit.")
        @Argument(help: ArgumentHelp("Only this bus.", valueName: "bus"), completion: Suggestions.buses) var bus: String?
        @OptionGroup var common: CommonOptions

        func run() throws {
            try common.answer { client throws(ClientFailure) in
                try client.get(.buses, bus, as: BusReport.self)
            } text: {
                $0.text($1)
            }
        }
    }
}
