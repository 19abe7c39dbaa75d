// gatewayctl bus write: one write, after a yes.
import ArgumentParser
import DiagnosticsClient
import DiagnosticsProtocol
import Glibc

extension Bus {
    struct Write: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Writes registers or coils of a unit once; for root and the group gatewayd-operator.",
            discussion: """
                Asks before it writes; where there is no terminal it needs --yes. Numbers may be written as 0x28 too. The \
                daemon puts the write into its audit log before it makes it, and its outcome after that. Exits with 1 when \
                the unit has not confirmed it: then it may have been carried out all the same, and reading it back tells.
                """)

        @Argument(help: ArgumentHelp("The bus's id.", valueName: "bus"), completion: Suggestions.buses) var bus: String
        @Argument(
            help: ArgumentHelp("Unit address: 1 to 247 on a serial line, 0 to 255 over TCP.", valueName: "unit"),
            transform: WholeNumber.read)
        var unit: Int
        @Argument(help: ArgumentHelp("coil or holding.", valueName: "table")) var table: WritableTableName
        @Argument(
            help: ArgumentHelp("The first register or coil, from 0.", valueName: "address"), transform: WholeNumber.read)
        var address: Int
        @Argument(
            help: ArgumentHelp("0 to 65535 for each register, 0 or 1 for each coil, from the address on.", valueName: "word"),
            transform: WholeNumber.read)
        var words: [Int]
        @Flag(help: "Write without asking.") var yes = false
        @OptionGroup var common: CommonOptions

        func run() throws {
            let request = BusWriteRequest(bus: bus, unit: unit, table: table.rawValue, address: address, words: words)
            try confirm(request)
            try common.answer { client throws(ClientFailure) in
                try client.post(.busWrite, request, seconds: 30, as: BusWriteReport.self)
            } text: {
                $0.text($1)
            } isYes: {
                $0.confirmed
            }
        }

        /// Goes on only after a yes, in the gateway's language, which only the daemon knows.
        private func confirm(_ request: BusWriteRequest) throws {
            guard !yes else { return }
            let answer: DiagnosticsClient.Answer<BusReport>
            do throws(ClientFailure) {
                answer = try DiagnosticsClient(path: common.socket).get(.buses, bus, as: BusReport.self)
            } catch {
                CommonOptions.complain(error)
                throw ExitCode(error.exitStatus)
            }
            let renderer = Renderer(colour: false, language: answer.language)
            let (words, question) = (renderer.words, renderer.question(request, answer.report))
            guard isatty(STDIN_FILENO) == 1 else {
                CommonOptions.complain(
                    words(
                        "无人可确认时，写入需要 --yes；将要\(question)",
                        "a write needs --yes where nobody can be asked; it would \(question)"))
                throw ExitCode(ExitStatus.usage)
            }
            CommonOptions.write(Array(words("\(question)？[y/N] ", "\(question)? [y/N] ").utf8), to: STDERR_FILENO)
            guard ["y", "yes"].contains((readLine() ?? "").lowercased()) else {
                CommonOptions.complain(words("没有写入", "nothing was written"))
                throw ExitCode(ExitStatus.no)
            }
        }
    }
}
