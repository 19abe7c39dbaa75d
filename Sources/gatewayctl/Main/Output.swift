// Where a verb's answer leaves the program: text or JSON to standard output, failures to standard error with their exit code.
import ArgumentParser
import DiagnosticsClient
import Glibc

extension CommonOptions {
    /// Asks the daemon and prints what it says.
    /// - Parameters:
    ///   - ask: the question.
    ///   - text: the answer for people.
    ///   - isYes: false makes the program exit with 1.
    func answer<Report>(
        ask: (DiagnosticsClient) throws(ClientFailure) -> DiagnosticsClient.Answer<Report>,
        text: (Renderer, Report) -> String, isYes: (Report) -> Bool = { _ in true }
    ) throws {
        let answer: DiagnosticsClient.Answer<Report>
        do { answer = try ask(DiagnosticsClient(path: socket)) } catch {
            Self.complain(error)
            throw ExitCode(error.exitStatus)
        }
        let renderer = Renderer(colour: Self.takesColour, language: answer.language, width: Self.width)
        let output =
            json
            ? answer.json + [UInt8(ascii: "\n")]
            : Array((text(renderer, answer.report) + renderer.words.fieldTime(answer.fieldTime)).utf8)
        Self.write(output, to: STDOUT_FILENO)
        if !isYes(answer.report) { throw ExitCode(ExitStatus.no) }
    }

    /// Says why there is no answer; in both languages where the gateway's is not known.
    static func complain(_ failure: ClientFailure) {
        for message in [failure.chinese, failure.message] { if let message { complain(message) } }
    }

    /// Says something beside the answer.
    static func complain(_ message: String) {
        write(Array("gatewayctl: \(Renderer.printable(message))\n".utf8), to: STDERR_FILENO)
    }

    /// Says that a file cannot be written, with the reason that `errno` holds.
    static func complain(unwritable path: String, _ words: Vocabulary) {
        let reason = String(cString: strerror(errno))
        complain(words("无法写入 \(path)：\(reason)", "cannot write \(path): \(reason)"))
    }

    /// Whether standard output is a terminal that knows more than text, and nobody has asked for no colour.
    static var takesColour: Bool {
        isatty(STDOUT_FILENO) == 1 && Terminal.knowsMoreThanText && (getenv("NO_COLOR").map { $0.pointee == 0 } ?? true)
    }

    /// Columns of the terminal; nil where standard output is none, or does not say.
    static var width: Int? {
        var size = winsize()
        guard isatty(STDOUT_FILENO) == 1, ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return Int(size.ws_col)
    }

    /// Writes past the C library's buffer, so that nothing is left in it; a reader that has left is no fault.
    /// - Returns: false when the reader has left.
    @discardableResult
    static func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count > 0 { rest = rest.dropFirst(count) } else if errno != EINTR { return false }
        }
        return true
    }
}
