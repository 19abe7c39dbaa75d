// What a bus and its units have been through since start, for `gatewayctl bus stats`.
import SensorModel

/// Counters of one unit on one bus. All counts are since the daemon's start.
public struct UnitStatistics: Sendable, Equatable {
    /// Requests sent, probes included.
    public var transactions: UInt64 = 0
    /// Replies believed.
    public var replies: UInt64 = 0
    /// Deadlines that passed.
    public var timeouts: UInt64 = 0
    /// Frames with a wrong checksum.
    public var checksumErrors: UInt64 = 0
    /// Frames that were well-formed and not the reply: unit, function, length, confirmed content, transaction id.
    public var mismatches: UInt64 = 0
    /// Modbus exceptions.
    public var exceptions: UInt64 = 0
    /// Probes sent to find the place again, or to learn before a first write whether the line echoes.
    public var probes: UInt64 = 0
    /// Sum of the times from the end of a request to that of its believed reply.
    public var latencyTotal: Duration = .zero
    /// The longest of them.
    public var latencyMaximum: Duration = .zero
    /// How they are distributed.
    public var latencies = LatencyHistogram()
    /// True while replies of this unit are not believed.
    public var resynchronising = false

    /// All zero.
    public init() {}

    /// Counts a believed reply.
    public mutating func count(reply latency: Duration) {
        replies += 1
        latencyTotal += latency
        latencyMaximum = max(latencyMaximum, latency)
        latencies.count(latency)
    }
}

/// Counters of one bus.
public struct BusStatistics: Sendable, Equatable {
    /// True while the port is open or the connection stands.
    public var connected = false
    /// Times the port was opened.
    public var connects: UInt64 = 0
    /// Bytes that arrived while nothing was asked, and were thrown away.
    public var strayBytes: UInt64 = 0
    /// Time spent in transactions, drains included.
    public var busy: Duration = .zero
    /// What stands in the way of the port, in words for a technician; empty while connected.
    public var problem = ""
    /// By unit address.
    public var units: [UInt8: UnitStatistics] = [:]

    /// All zero.
    public init() {}
}
