// gatewayctl commission show: a cover, its sensors, the words beside the values.
import ArgumentParser
import DiagnosticsClient
import DiagnosticsProtocol

extension Commission {
    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "A cover, its sensors, the raw words beside the values, and what is still to be done.",
            discussion: """
                The words are those of the last poll; `bus raw` shows registers in every type and order. Exits with 0 also while \
                something is missing.
                """)

        @Argument(help: ArgumentHelp("The cover's code.", valueName: "cover"), completion: Suggestions.covers) var cover: String
        @OptionGroup var common: CommonOptions

        func run() throws {
            try common.answer { client throws(ClientFailure) in
                try client.get(.commission, cover, as: CommissionReport.self)
            } text: {
                $0.text($1)
            }
        }
    }
}
