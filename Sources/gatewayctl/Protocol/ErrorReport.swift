// What the daemon answers instead of a report: a code for programs and a sentence for people.

/// Why a request was not done. Closed; each has its HTTP status.
public enum ErrorCode: String, CaseIterable, Sendable {
    /// The request cannot be understood.
    case badRequest = "bad-request"
    /// The caller may not change state.
    case notAllowed = "not-allowed"
    /// What was asked for does not exist.
    case notFound = "not-found"
    /// The path exists, the method does not fit it.
    case methodNotAllowed = "method-not-allowed"
    /// The request did not arrive in time.
    case requestTimeout = "request-timeout"
    /// It cannot be done in the present state.
    case conflict
    /// Header or body are over the limit.
    case tooLarge = "too-large"
    /// The configuration does not allow it.
    case configuration
    /// The daemon failed to answer; a fault of its own.
    case failed
    /// All seats for clients are taken.
    case busy
    /// The part of the daemon that would answer is not running.
    case unavailable

    /// The HTTP status that goes with it.
    public var status: Int {
        switch self {
        case .badRequest: 400
        case .notAllowed: 403
        case .notFound: 404
        case .methodNotAllowed: 405
        case .requestTimeout: 408
        case .conflict: 409
        case .tooLarge: 413
        case .configuration: 422
        case .failed: 500
        case .busy, .unavailable: 503
        }
    }
}

/// The body of every answer that is not 200.
public struct ErrorReport: Codable, Sendable, Equatable {
    /// A word of `ErrorCode`; text, because a newer daemon may know more.
    public var error: String
    /// What is wrong, where, and what to do.
    public var message: String

    /// - Parameters: as the properties.
    public init(error: ErrorCode, message: String) {
        self.error = error.rawValue
        self.message = message
    }
}
