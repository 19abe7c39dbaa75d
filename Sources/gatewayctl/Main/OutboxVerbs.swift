// The verbs that look into the outbox: export, verify.
import SensorModel
import ArgumentParser
import DiagnosticsClient
import DiagnosticsProtocol
import FoundationEssentials
import Glibc

/// How an export is written.
enum ExportFormat: String, ExpressibleByArgument, CaseIterable {
    case csv, jsonl
}

/// A lane, by its word.
enum LaneWord: String, ExpressibleByArgument, CaseIterable {
    case readings, alarms
}

extension Outbox {
    struct Export: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Writes out what the outbox holds: comma-separated values, or one JSON object a line.",
            discussion: """
                Records as they are sent, and gaps where records were given up. It can be asked while the gateway works, \
                and holds no more than a page in memory. That it was handed out, to whom and what, goes into the audit log. \
                Exits with 1 when records were left out because they are not what was written.
                """)
        @Option(help: "readings or alarms.") var lane = LaneWord.readings
        @Option(help: "csv or jsonl; with --json always jsonl.") var format = ExportFormat.csv
        @Option(help: ArgumentHelp("Only from this time on, UTC, like 2026-11-21T04:00:00Z.", valueName: "time")) var from:
            String?
        @Option(help: ArgumentHelp("Only before this time.", valueName: "time")) var to: String?
        @Option(help: ArgumentHelp("Only of this cover.", valueName: "code"), completion: Suggestions.covers) var cover: String?
        @Option(help: ArgumentHelp("The file; standard output unless said.", valueName: "file"), completion: .file())
        var output: String?
        @OptionGroup var common: CommonOptions

        func run() throws {
            let client = DiagnosticsClient(path: common.socket)
            var request = OutboxExportRequest(lane: lane.rawValue, cover: cover, from: from, to: to)
            let table = common.json || format == .jsonl ? nil : OutboxLines(lane: lane.rawValue)
            // Nothing is written before the daemon has said that it may be.
            var (page, words) = try ask(client, request)
            let descriptor = try open(words)
            try write(table?.heading ?? "", to: descriptor, words)
            var corrupt = 0
            while true {
                guard let text = table.map({ $0.rows(page.lines) }) ?? page.lines else {
                    CommonOptions.complain(
                        words(
                            "网关程序发来的记录无法读取：请用 --format jsonl",
                            "the daemon sent a record that cannot be read: use --format jsonl"))
                    throw ExitCode(ExitStatus.no)
                }
                try write(text, to: descriptor, words)
                corrupt += page.corrupt
                guard let next = page.next else { break }
                (request.export, request.after) = (page.export, next)
                (page, words) = try ask(client, request)
            }
            if output != nil, close(descriptor) != 0 { throw failed(words) }
            guard corrupt == 0 else {
                CommonOptions.complain(
                    words(
                        "略去 \(corrupt) 条与写入内容不符的记录：见 outbox verify",
                        "\(corrupt) records were left out, they are not what was written: see outbox verify"))
                throw ExitCode(ExitStatus.no)
            }
        }

        private func ask(
            _ client: DiagnosticsClient, _ request: OutboxExportRequest
        ) throws -> (OutboxExportPage, words: Vocabulary) {
            do throws(ClientFailure) {
                let answer = try client.post(.outboxExport, request, as: OutboxExportPage.self)
                return (answer.report, Vocabulary(answer.language))
            } catch {
                CommonOptions.complain(error)
                throw ExitCode(error.exitStatus)
            }
        }

        private func open(_ words: Vocabulary) throws -> Int32 {
            guard let output else { return STDOUT_FILENO }
            let descriptor = Glibc.open(output, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o640)
            guard descriptor >= 0 else {
                CommonOptions.complain(unwritable: output, words)
                throw ExitCode(ExitStatus.usage)
            }
            return descriptor
        }

        private func write(_ text: String, to descriptor: Int32, _ words: Vocabulary) throws {
            guard CommonOptions.write(Array(text.utf8), to: descriptor) else { throw failed(words) }
        }

        private func failed(_ words: Vocabulary) -> ExitCode {
            // A reader that has left has what it wanted.
            if output == nil, errno == EPIPE { return ExitCode(ExitStatus.done) }
            CommonOptions.complain(unwritable: output ?? "-", words)
            return ExitCode(ExitStatus.no)
        }
    }

    struct Verify: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Whether every record is what was written, and every number is a record or in a gap.",
            discussion: """
                Reads both lanes from end to end, while the gateway works. Exits with 1 when something is wrong, and names the \
                first record of each lane that is.
                """)
        @OptionGroup var common: CommonOptions

        func run() throws {
            let client = DiagnosticsClient(path: common.socket)
            var lanes: [OutboxVerification] = []
            var language = EntryLanguage.en
            for lane in LaneWord.allCases {
                let first = try ask(client, lane, after: nil)
                var whole = first.report
                while let next = whole.next { whole.add(try ask(client, lane, after: next).report) }
                lanes.append(whole)
                language = first.language
            }
            let ok = lanes.allSatisfy(\.ok)
            if common.json {
                let encoder = JSONEncoder()
                encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
                guard let json = try? encoder.encode(["lanes": lanes]) else { throw ExitCode(ExitStatus.no) }
                CommonOptions.write(Array(json) + [UInt8(ascii: "\n")], to: STDOUT_FILENO)
            } else {
                let text = Renderer(colour: CommonOptions.takesColour, language: language).text(lanes)
                CommonOptions.write(Array(text.utf8), to: STDOUT_FILENO)
            }
            if !ok { throw ExitCode(ExitStatus.no) }
        }

        private func ask(
            _ client: DiagnosticsClient, _ lane: LaneWord, after: Int64?
        ) throws -> DiagnosticsClient.Answer<OutboxVerification> {
            do throws(ClientFailure) {
                return try client.get(.outboxVerify, lane.rawValue, after.map(String.init), as: OutboxVerification.self)
            } catch {
                CommonOptions.complain(error)
                throw ExitCode(error.exitStatus)
            }
        }
    }
}
