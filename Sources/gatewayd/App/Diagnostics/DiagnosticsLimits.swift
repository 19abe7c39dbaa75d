// Everything a client of the socket could use up, with a bound.

/// Bounds of the diagnostics server. The defaults are the product's; tests shorten the times.
public struct DiagnosticsLimits: Sendable {
    /// Clients served at once; further ones are told to come back.
    public var clients = 8
    /// Bytes of request line and headers.
    public var headerBytes = 16 << 10
    /// Bytes of a request's body.
    public var bodyBytes = 64 << 10
    /// Bytes of a configuration that is sent, as many as its file may have.
    public var configurationBytes = 1 << 20
    /// From connecting to a whole request.
    public var requestTime = Duration.seconds(10)
    /// From a whole request to its answer; reading a slow sensor behind a busy bus fits in.
    public var answerTime = Duration.seconds(40)
    /// From an answer to the moment the client has taken it all.
    public var writeTime = Duration.seconds(10)

    /// The product's bounds.
    public init() {}
}
