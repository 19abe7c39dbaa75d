// The verbs about the audit log: show, verify.
import ArgumentParser
import DiagnosticsClient
import DiagnosticsProtocol

struct Audit: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Shows who changed what, and checks that the log of it is whole.", subcommands: [Show.self, Verify.self],
        defaultSubcommand: Show.self)

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "The last records, oldest first.")
        @Option(help: ArgumentHelp("How many records, 1 to 1000.", valueName: "n")) var last = 20
        @OptionGroup var common: CommonOptions

        func validate() throws {
            guard (1...1000).contains(last) else { throw ValidationError("--last takes 1 to 1000") }
        }

        func run() throws {
            try common.answer { client throws(ClientFailure) in
                try client.get(.audit, String(last), as: AuditReport.self)
            } text: {
                $0.text($1)
            }
        }
    }

    struct Verify: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Whether the log is what was written.",
            discussion: """
                Reads all its files anew. Exits with 1 when it is not, and names the first record that was altered, is missing \
                or stands in another order. A tail that was cut off shows against a record that is known elsewhere: the \
                platform has the last number and hash in the gateway's state, under audit.
                """)
        @Option(help: ArgumentHelp("The number of a record that is known elsewhere.", valueName: "n")) var seq: Int64?
        @Option(help: ArgumentHelp("Its hash: 64 hexadecimal digits.", valueName: "hash")) var head: String?
        @OptionGroup var common: CommonOptions

        func validate() throws {
            guard (seq == nil) == (head == nil) else { throw ValidationError("--seq and --head go together") }
            if let seq, seq < 1 { throw ValidationError("--seq takes a number from 1") }
            if let head, head.count != 64 || !head.allSatisfy(\.isHexDigit) {
                throw ValidationError("--head takes 64 hexadecimal digits")
            }
        }

        func run() throws {
            try common.answer { client throws(ClientFailure) in
                try client.get(.auditVerify, seq.map(String.init), head?.lowercased(), as: AuditVerification.self)
            } text: {
                $0.text($1)
            } isYes: {
                $0.ok
            }
        }
    }
}
