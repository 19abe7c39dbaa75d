// The last frames of a bus: GET /v1/buses/trace.

/// Bytes as they went over a wire, or did not.
public struct BusFrameRow: Codable, Sendable, Equatable {
    /// From 1, without gaps.
    public var number: UInt64
    /// When its first byte was sent, or its last one came; RFC 3339, UTC, microseconds.
    public var time: String
    /// `request`, `reply`, `stray` (came while nothing was asked) or `silence` (nothing came).
    public var kind: String
    /// Whom the last request was for; null before the first.
    @Nullable public var unit: Int?
    /// Two hexadecimal digits a byte, without spaces.
    public var hex: String
    /// Why it was not believed; empty when it was, and for requests.
    public var problem: String

    /// - Parameters: as the properties.
    public init(number: UInt64, time: String, kind: String, unit: Int?, hex: String, problem: String) {
        self.number = number
        self.time = time
        self.kind = kind
        self.unit = unit
        self.hex = hex
        self.problem = problem
    }
}

/// Answer of `GET /v1/buses/trace`.
public struct BusTraceReport: Codable, Sendable, Equatable {
    /// The bus's id.
    public var bus: String
    /// `modbus-rtu`, `modbus-tcp` or `modbus-rtu-over-tcp`: how the frames are framed.
    public var kind: String
    /// Oldest first; the bus keeps the last 256.
    public var frames: [BusFrameRow]
    /// The last frame's number, for the next question; 0 before the first.
    public var last: UInt64
    /// Whether the port is open, or the peer reached: without that there are no new frames.
    public var connected: Bool
    /// What stands in the way of the port; null when nothing is known.
    @Nullable public var problem: String?

    /// - Parameters: as the properties.
    public init(bus: String, kind: String, frames: [BusFrameRow], last: UInt64, connected: Bool, problem: String? = nil) {
        self.bus = bus
        self.kind = kind
        self.frames = frames
        self.last = last
        self.connected = connected
        self.problem = problem
    }
}
