// gatewayctl commission bindings: which device sat where, from when to when.
import ArgumentParser
import DiagnosticsClient
import DiagnosticsProtocol

extension Commission {
    struct Bindings: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Which device sat at which place, from when to when.",
            discussion: "The daemon compares the configured serial numbers with those of its last start, each time it starts.")

        @Argument(
            help: ArgumentHelp("Only this cover, also one of the past.", valueName: "cover"), completion: Suggestions.covers)
        var cover: String?
        @OptionGroup var common: CommonOptions

        func run() throws {
            try common.answer { client throws(ClientFailure) in
                try client.get(.commissionBindings, cover, as: BindingReport.self)
            } text: {
                $0.text($1)
            }
        }
    }
}
