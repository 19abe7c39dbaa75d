// gatewayctl bus trace: the frames of a bus as they come, on the terminal and into a capture file.
import SensorModel
import ArgumentParser
import DiagnosticsClient
import DiagnosticsProtocol
import FoundationEssentials
import Glibc

extension Bus {
    struct Trace: ParsableCommand {
        /// From question to question; the bus keeps 256 frames, far more than a line carries in that time.
        static let pause = 0.25

        static let configuration = CommandConfiguration(
            abstract: "Shows the frames of a bus as they come, until Ctrl-C.",
            discussion: """
                Times are local. With --json every frame is one line. With --pcap the frames also go into a capture file \
                that Wireshark opens as Modbus.
                """)

        @Argument(help: ArgumentHelp("The bus's id.", valueName: "bus"), completion: Suggestions.buses) var bus: String
        @Option(help: ArgumentHelp("Only the frames to and from this unit.", valueName: "unit")) var unit: Int?
        @Option(help: ArgumentHelp("End after so many seconds.", valueName: "seconds")) var seconds: Double?
        @Option(help: ArgumentHelp("Write the frames to this file too.", valueName: "file"), completion: .file())
        var pcap: String?
        @OptionGroup var common: CommonOptions

        func validate() throws {
            if let seconds, !(seconds > 0 && seconds <= 1e6) { throw ValidationError("--seconds is above 0, up to 1000000") }
            if let unit, !(0...255).contains(unit) { throw ValidationError("--unit is 0 to 255") }
            if pcap == "-" {
                throw ValidationError("--pcap takes the name of a file: the frames go to standard output in words")
            }
        }

        func run() throws {
            let stop = StopSignals()
            let answer = try ask(after: 0)
            let first = answer.report
            let capture = try pcap.map { path in try CaptureFile(path, kind: first.kind, Vocabulary(answer.language)) }
            var follower = TraceFollower(
                kind: first.kind, after: first.last, unit: unit, words: Vocabulary(answer.language))
            CommonOptions.complain(follower.heading(bus))
            let end = seconds.map { WatchClock.now().seconds + $0 }
            var isOver = false
            while !isOver {
                isOver = stop.wait(seconds: min(Self.pause, end.map { max(0, $0 - WatchClock.now().seconds) } ?? Self.pause))
                isOver = isOver || end.map { WatchClock.now().seconds >= $0 } ?? false
                let news = follower.take(try ask(after: follower.last).report)
                for notice in [news.notice, news.connection] { if let notice { CommonOptions.complain(notice) } }
                try capture?.add(news.frames)
                let text = common.json ? news.frames.flatMap(Self.json) : Array(lines(news, answer.language).utf8)
                guard CommonOptions.write(text, to: STDOUT_FILENO), !Self.readerHasLeft else { break }
            }
            CommonOptions.complain(
                follower.summary + (capture.map { Vocabulary(answer.language)("，已写入 \($0.path)", ", in \($0.path)") } ?? ""))
        }

        private func lines(_ news: TraceFollower.News, _ language: EntryLanguage) -> String {
            let renderer = Renderer(colour: CommonOptions.takesColour, language: language)
            return zip(news.frames, news.words).map { renderer.line($0, words: $1, zone: LocalTime.offset) }.joined()
        }

        private func ask(after number: UInt64) throws -> DiagnosticsClient.Answer<BusTraceReport> {
            do throws(ClientFailure) {
                return try DiagnosticsClient(path: common.socket).get(.busTrace, bus, "\(number)", as: BusTraceReport.self)
            } catch {
                CommonOptions.complain(error)
                throw ExitCode(error.exitStatus)
            }
        }

        private static func json(_ frame: BusFrameRow) -> [UInt8] {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.withoutEscapingSlashes, .sortedKeys]
            return ((try? encoder.encode(frame)).map(Array.init) ?? []) + [UInt8(ascii: "\n")]
        }

        /// Whether nobody reads standard output any more, noticed also while there is nothing to write.
        private static var readerHasLeft: Bool {
            var request = pollfd(fd: STDOUT_FILENO, events: 0, revents: 0)
            return poll(&request, 1, 0) > 0 && request.revents & Int16(POLLERR) != 0
        }
    }
}

/// Ctrl-C, SIGTERM and a lost terminal, held back until somebody asks for them.
private struct StopSignals {
    private let signals: sigset_t

    init() {
        var signals = sigset_t()
        sigemptyset(&signals)
        for signal in [SIGINT, SIGTERM, SIGHUP] { sigaddset(&signals, signal) }
        sigprocmask(SIG_BLOCK, &signals, nil)
        self.signals = signals
    }

    /// Waits.
    /// - Returns: true when one came.
    func wait(seconds: Double) -> Bool {
        var signals = signals
        var time = timespec(tv_sec: Int(seconds), tv_nsec: Int((seconds - seconds.rounded(.down)) * 1e9))
        return sigtimedwait(&signals, nil, &time) > 0
    }
}

/// A capture file that grows.
private final class CaptureFile {
    let path: String
    private let kind: String
    private let words: Vocabulary
    private let descriptor: Int32

    init(_ path: String, kind: String, _ words: Vocabulary) throws {
        self.path = path
        self.kind = kind
        self.words = words
        descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            CommonOptions.complain(unwritable: path, words)
            throw ExitCode(ExitStatus.usage)
        }
        try write(Capture.header)
    }

    deinit { close(descriptor) }

    func add(_ frames: [BusFrameRow]) throws { try write(frames.flatMap { Capture.packet($0, kind: kind) }) }

    private func write(_ bytes: [UInt8]) throws {
        guard !CommonOptions.write(bytes, to: descriptor) else { return }
        CommonOptions.complain(unwritable: path, words)
        throw ExitCode(ExitStatus.no)
    }
}
