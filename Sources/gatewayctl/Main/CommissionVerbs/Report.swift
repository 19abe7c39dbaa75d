// gatewayctl commission report: everything about a cover's commissioning in one signed JSON document.
import ArgumentParser
import DiagnosticsClient
import DiagnosticsProtocol
import FoundationEssentials
import Glibc

extension Commission {
    struct Report: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "The report of a cover's commissioning, signed, as JSON; for root and the group gatewayd-operator.",
            discussion: """
                The document says who the cover is, what sits there, the raw words, tilt zeros, function tests with persons and \
                times, the history of devices, and what is missing. It is signed with the gateway's key (Ed25519); \
                docs/commissioning.md shows how a third party checks it. Exits with 0 also while something is missing.
                """)

        @Argument(help: ArgumentHelp("The cover's code.", valueName: "cover"), completion: Suggestions.covers) var cover: String
        @Option(help: ArgumentHelp("Write it to this file.", valueName: "file"), completion: .file()) var output: String?
        @OptionGroup var common: CommonOptions

        func run() throws {
            let answer: DiagnosticsClient.Answer<CommissionDocument>
            do throws(ClientFailure) {
                answer = try DiagnosticsClient(path: common.socket)
                    .post(.commissionReport, CommissionOrder(cover: cover), as: CommissionDocument.self)
            } catch {
                CommonOptions.complain(error)
                throw ExitCode(error.exitStatus)
            }
            // The daemon's own bytes: written anew they would not be the signed ones.
            let document = answer.json + [UInt8(ascii: "\n")]
            if let output {
                do { try Data(document).write(to: URL(filePath: output), options: .atomic) } catch {
                    CommonOptions.complain(
                        Vocabulary(answer.language)(
                            "无法写入 \(output)：有这个文件夹吗，您有权写入吗？",
                            "\(output) cannot be written: is there such a folder, and may you write there?"))
                    throw ExitCode(ExitStatus.no)
                }
            }
            let sentence = Renderer(colour: false, language: answer.language).text(answer.report, path: output ?? "")
            CommonOptions.write(output == nil || common.json ? document : Array(sentence.utf8), to: STDOUT_FILENO)
        }
    }
}
