// The verb that stays: a live screen, one plain picture, or JSON line by line.
import ArgumentParser
import DiagnosticsClient
import DiagnosticsProtocol
import DiagnosticsScreen
import FoundationEssentials
import Glibc

struct Watch: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Shows the gateway live: covers, values with their history, alarms, buses, outbox, uplinks.",
        discussion: """
            Keys: arrows or j k move, Enter opens, Esc goes back, a alarms, b buses, o outbox and uplinks, s status, \
            ? help, q quits. Colours are left out where NO_COLOR is set. Where standard input or output is no terminal, \
            the state is printed once and the program ends with 0. With --json every look is one line with all reports, \
            until the program is ended; a look that fails is a line with `error`.
            """)

    @Option(help: ArgumentHelp("Time from look to look, 200ms to 1h.", valueName: "time")) var every = Interval(seconds: 1)
    @OptionGroup var common: CommonOptions

    func run() throws {
        let first = try look()
        if common.json {
            try printLines(first)
        } else if let terminal = Terminal() {
            let loop = WatchLoop(
                socket: common.socket, every: every.seconds, first: first, terminal: terminal, colour: CommonOptions.takesColour)
            if case .signal(let signal) = loop.run() { Self.die(of: signal) }
        } else {
            let renderer = Renderer(colour: CommonOptions.takesColour, language: first.language)
            let text = PlainPicture.text(first, renderer: renderer)
            CommonOptions.write(Array(text.utf8), to: STDOUT_FILENO)
        }
    }

    /// One look, waiting for it; ends the program when there is nobody to ask.
    private func look() throws -> GatewaySnapshot {
        do throws(ClientFailure) { return try lookOnce() } catch {
            CommonOptions.complain(error)
            throw ExitCode(error.exitStatus)
        }
    }

    private func lookOnce() throws(ClientFailure) -> GatewaySnapshot {
        let asking = try SnapshotPoll(path: common.socket)
        while true {
            if let snapshot = try asking.advance() { return snapshot }
            var request = pollfd(fd: asking.descriptor ?? -1, events: Int16(POLLIN), revents: 0)
            poll(&request, 1, 1000)
        }
    }

    private func printLines(_ first: GatewaySnapshot) throws {
        var next = WatchClock.now().seconds
        var line = first.json
        while CommonOptions.write(line + [UInt8(ascii: "\n")], to: STDOUT_FILENO) {
            next += every.seconds
            let left = next - WatchClock.now().seconds
            if left > 0 { poll(nil, 0, Int32(left * 1000)) } else { next -= left }
            do throws(ClientFailure) { line = try lookOnce().json } catch { line = Self.json(error) }
        }
    }

    private static func json(_ failure: ClientFailure) -> [UInt8] {
        let report = ErrorReport(error: .unavailable, message: failure.message)
        return Array("{\"error\":".utf8) + ((try? JSONEncoder().encode(report)).map(Array.init) ?? Array("null".utf8))
            + Array("}".utf8)
    }

    /// Ends as the signal would have ended us, so that whoever sent it sees that.
    private static func die(of signal: Int32) {
        Glibc.signal(signal, SIG_DFL)
        var set = sigset_t()
        sigemptyset(&set)
        sigaddset(&set, signal)
        raise(signal)
        sigprocmask(SIG_UNBLOCK, &set, nil)
    }
}

/// A time on the command line: `1s`, `500ms`, `2m`, or a number of seconds.
struct Interval: ExpressibleByArgument, CustomStringConvertible {
    let seconds: Double

    init(seconds: Double) { self.seconds = seconds }

    init?(argument: String) {
        let number = argument.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        let factors = ["": 1, "s": 1, "ms": 0.001, "m": 60, "min": 60, "h": 3600]
        let unit = argument.dropFirst(number.count).drop { $0 == " " }
        guard let value = Double(number), let factor = factors[String(unit)], (0.2...3600).contains(value * factor) else {
            return nil
        }
        seconds = value * factor
    }

    var description: String { seconds == seconds.rounded() ? "\(Int(seconds))s" : "\(seconds)s" }
}
