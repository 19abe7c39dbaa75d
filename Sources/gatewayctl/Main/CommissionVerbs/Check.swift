// gatewayctl commission check: is the cover at my feet the one that the configuration means?
import SensorModel
import ArgumentParser
import DiagnosticsClient
import DiagnosticsProtocol
import FoundationEssentials
import Glibc

extension Commission {
    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Compares a scanned code with the configured one, and with the covers' ledger; exits with 1 on a mismatch.",
            discussion: """
                City component codes have no check digit: a typing error shows only in the comparison. The ledger extract is a \
                file of comma-separated values whose first column is the code and whose second one, if any, is the name; it is \
                read here and not sent to the daemon.
                """)

        @Argument(help: ArgumentHelp("The cover's code.", valueName: "cover"), completion: Suggestions.covers) var cover: String
        @Option(help: ArgumentHelp("The code as it was read off the cover.", valueName: "code")) var scanned: String
        @Option(help: ArgumentHelp("An extract of the ledger.", valueName: "file.csv"), completion: .file()) var ledger: String?
        @OptionGroup var common: CommonOptions

        func run() throws {
            let extract = try ledger.map(Self.read)
            let answer: DiagnosticsClient.Answer<CommissionReport>
            do throws(ClientFailure) {
                answer = try DiagnosticsClient(path: common.socket).get(.commission, cover, as: CommissionReport.self)
            } catch {
                CommonOptions.complain(error)
                throw ExitCode(error.exitStatus)
            }
            let check = CodeCheck(answer.report.cover, scanned: scanned, ledger: extract, language: answer.language)
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            let output =
                try common.json
                ? Array(encoder.encode(check)) + [UInt8(ascii: "\n")]
                : Array(Renderer(colour: CommonOptions.takesColour, language: answer.language).text(check).utf8)
            CommonOptions.write(output, to: STDOUT_FILENO)
            if !check.isRight { throw ExitCode(ExitStatus.no) }
        }

        private static func read(_ path: String) throws -> LedgerExtract {
            do { return LedgerExtract(Array(try Data(contentsOf: URL(filePath: path)))) } catch {
                CommonOptions.complain("the ledger extract \(path) cannot be read: is the path right, and may you read it?")
                throw ExitCode(ExitStatus.usage)
            }
        }
    }
}
