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

    /// Whether the unit itself answered: with values or a confirmation, or with a refusal of its own.
    public var isSignOfLife: Bool {
        switch result {
        case .success: true
        case .failure(let error):
            if case .exception(let code) = error.kind {
                code != ModbusException.gatewayTargetSilent && code != ModbusException.gatewayPathUnavailable
                    && !error.detail.hasPrefix("not sent")
            } else {
                false
            }
        }
    }
}

extension Result {
    /// Why it failed; nil when it did not.
    public var failure: Failure? { if case .failure(let error) = self { error } else { nil } }
}
