// One transaction with its frames, for a technician who asks what a unit says.

/// How a transaction went, and what went over the wire for it.
public struct WatchedTransaction: Sendable {
    /// The believed reply, or why there is none.
    public var result: Result<RegisterReply, BusError>
    /// Its frames and no others, oldest first: what came before the request, probes, request and reply.
    public var frames: [BusFrame]

    /// - Parameters: as the properties.
    public init(result: Result<RegisterReply, BusError>, frames: [BusFrame] = []) {
        self.result = result
        self.frames = frames
    }
}
