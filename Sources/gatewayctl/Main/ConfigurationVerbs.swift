// The verbs about the configuration: show.
import ArgumentParser
import DiagnosticsClient
import DiagnosticsProtocol

struct Config: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Looks at the configuration.", subcommands: [Show.self], defaultSubcommand: Show.self)

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "What is in force, defaults included, and where it comes from.",
            discussion: """
                The answer is a gateway.yaml: values that no file gives end in `# default`, models, rules and timings say in \
                comments where they come from. Paths of passwords and keys are shown, never what is in the files.
                """)
        @OptionGroup var common: CommonOptions

        func run() throws {
            try common.answer { client throws(ClientFailure) in
                try client.get(.configuration, as: ConfigurationReport.self)
            } text: {
                $0.text($1)
            }
        }
    }
}
