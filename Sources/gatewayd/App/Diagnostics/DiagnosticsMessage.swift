// A request and an answer as the connection handler and the router pass them on.
import SensorModel
import DiagnosticsProtocol
import FoundationEssentials

/// A whole request within the limits.
struct DiagnosticsRequest: Sendable, Equatable {
    /// Who sent it, as the kernel says; nil only when the kernel does not.
    var peer: PeerCredentials?
    /// HTTP method.
    var method: String
    /// Path and query as they came.
    var target: String
    /// Body; empty when there is none.
    var body: [UInt8]
}

/// An answer: status and body, which is JSON unless it says otherwise.
struct DiagnosticsResponse: Sendable, Equatable {
    /// HTTP status.
    var status: Int
    /// UTF-8 text.
    var body: [UInt8]
    /// What the body is.
    var contentType = "application/json"
    /// The methods the path knows, for 405.
    var allow: String?
    /// The language of the body's sentences for people; nil where it has none.
    var language: EntryLanguage?
    /// The present moment at simulated sensors, RFC 3339; nil where they are real.
    var simulatedTime: String?

    init(status: Int, body: [UInt8], allow: String? = nil) {
        self.status = status
        self.body = body
        self.allow = allow
    }

    /// A refusal with its `ErrorReport`.
    init(_ code: ErrorCode, _ message: String, allow: String? = nil) {
        self.init(status: code.status, body: Self.json(ErrorReport(error: code, message: message)) ?? [], allow: allow)
    }

    /// Prometheus text with status 200.
    init(metrics: String) {
        self.init(status: 200, body: Array(metrics.utf8))
        contentType = "text/plain; version=0.0.4; charset=utf-8"
    }

    /// A report with status 200.
    /// - Parameter language: of its sentences, where it may be another than the gateway's.
    init(_ report: some Encodable, in language: EntryLanguage? = nil) {
        if let body = Self.json(report) {
            self.init(status: 200, body: body)
            self.language = language
        } else {
            self.init(.failed, "the daemon made a report that is not JSON: please report this fault with its version")
        }
    }

    private static func json(_ value: some Encodable) -> [UInt8]? {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(value)).map(Array.init)
    }
}
