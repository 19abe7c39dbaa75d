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
            Self.complain(error.message)
            throw ExitCode(error.exitStatus)
        }
        let output =
            json ? answer.json + [UInt8(ascii: "\n")] : Array(text(Renderer(colour: Self.takesColour), answer.report).utf8)
        Self.write(output, to: STDOUT_FILENO)
        if !isYes(answer.report) { throw ExitCode(ExitStatus.no) }
    }

    /// Says something beside the answer.
    static func complain(_ message: String) {
        write(Array("gatewayctl: \(Renderer.printable(message))\n".utf8), to: STDERR_FILENO)
    }

    /// Whether standard output is a terminal that knows more than text, and nobody has asked for no colour.
    static var takesColour: Bool {
        isatty(STDOUT_FILENO) == 1 && Terminal.knowsMoreThanText && (getenv("NO_COLOR").map { $0.pointee == 0 } ?? true)
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
