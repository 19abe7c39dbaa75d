// Why the daemon's answer is not at hand, with the exit code that says so to scripts.
import DiagnosticsProtocol

/// Exit codes of the technician's tool (sysexits(3)).
public enum ExitStatus {
    /// Done, or the answer is yes.
    public static let done: Int32 = 0
    /// The answer is no.
    public static let no: Int32 = 1
    /// The command line makes no sense, or names what is not there.
    public static let usage: Int32 = 64
    /// The daemon cannot be reached or does not answer.
    public static let unreachable: Int32 = 69
    /// The caller may not.
    public static let notAllowed: Int32 = 77
    /// The configuration does not allow it.
    public static let configuration: Int32 = 78
}

/// A request that brought no report.
public struct ClientFailure: Error, Sendable, Equatable {
    /// What the program exits with.
    public var exitStatus: Int32
    /// What is wrong, where, and what to do.
    public var message: String
    /// The same in Chinese, where nobody has answered: the gateway's language is not known then.
    public var chinese: String?
    /// The daemon's own code, where it answered.
    public var code: String?
    /// The errno of the socket, where it was that.
    public var systemCode: Int32?

    /// - Parameters: as the properties.
    public init(
        exitStatus: Int32, message: String, chinese: String? = nil, code: String? = nil, systemCode: Int32? = nil
    ) {
        self.exitStatus = exitStatus
        self.message = message
        self.chinese = chinese
        self.code = code
        self.systemCode = systemCode
    }

    /// The message for a reader whose language is known.
    package func text(in words: Vocabulary) -> String { chinese.map { words($0, message) } ?? message }

    /// From the daemon's refusal.
    init(status: Int, report: ErrorReport) {
        let exitStatus =
            switch status {
            case 400, 404, 405, 413: ExitStatus.usage
            case 403: ExitStatus.notAllowed
            case 409: ExitStatus.no
            case 422: ExitStatus.configuration
            default: ExitStatus.unreachable
            }
        self.init(exitStatus: exitStatus, message: report.message, code: report.error)
    }
}
