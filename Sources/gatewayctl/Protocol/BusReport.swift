// Traffic and faults of each bus and unit: GET /v1/buses.

/// One bus.
public struct BusRow: Codable, Sendable, Equatable {
    /// Traffic with one unit of the bus since the daemon started.
    public struct Unit: Codable, Sendable, Equatable {
        /// Unit address.
        public var unit: Int
        /// `COVER/SENSOR` of the sensors behind it.
        public var sensors: [String]
        /// Requests sent.
        public var transactions: Int
        /// Replies believed.
        public var replies: Int
        /// No reply within the deadline.
        public var timeouts: Int
        /// Replies with a wrong checksum.
        public var checksumErrors: Int
        /// Replies of another unit, function or length.
        public var mismatches: Int
        /// Modbus exceptions.
        public var exceptions: Int
        /// Probes sent to find back into step.
        public var probes: Int
        /// Mean time from request to reply in milliseconds; null before the first.
        @Nullable public var latencyMeanMs: Double?
        /// The longest.
        @Nullable public var latencyMaxMs: Double?
        /// Sum of the times from request to believed reply in milliseconds, since the daemon started.
        @Nullable public var latencyTotalMs: Double?
        /// The time that half of the replies stayed within, in milliseconds, to 6 %; null before the first.
        @Nullable public var latencyP50Ms: Double?
        /// The time that one reply in a hundred exceeded.
        @Nullable public var latencyP99Ms: Double?
        /// True while it is not believed until a probe was answered.
        public var resynchronising: Bool
        /// Time-outs in a row; 0 when it answered last.
        public var silences: Int
        /// How long it is left alone because of them, in seconds; null when it is not.
        @Nullable public var quarantineSeconds: Double?

        private enum CodingKeys: String, CodingKey {
            case unit, sensors, transactions, replies, timeouts, mismatches, exceptions, probes, resynchronising
            case checksumErrors = "checksum_errors"
            case latencyMeanMs = "latency_mean_ms"
            case latencyMaxMs = "latency_max_ms"
            case latencyTotalMs = "latency_total_ms"
            case latencyP50Ms = "latency_p50_ms"
            case latencyP99Ms = "latency_p99_ms"
            case silences
            case quarantineSeconds = "quarantine_seconds"
        }

        /// - Parameters: as the properties.
        public init(
            unit: Int, sensors: [String], transactions: Int, replies: Int, timeouts: Int, checksumErrors: Int, mismatches: Int,
            exceptions: Int, probes: Int, latencyMeanMs: Double? = nil, latencyMaxMs: Double? = nil,
            latencyTotalMs: Double? = nil, latencyP50Ms: Double? = nil, latencyP99Ms: Double? = nil, resynchronising: Bool,
            silences: Int = 0, quarantineSeconds: Double? = nil
        ) {
            self.unit = unit
            self.sensors = sensors
            self.transactions = transactions
            self.replies = replies
            self.timeouts = timeouts
            self.checksumErrors = checksumErrors
            self.mismatches = mismatches
            self.exceptions = exceptions
            self.probes = probes
            self.latencyMeanMs = latencyMeanMs
            self.latencyMaxMs = latencyMaxMs
            self.latencyTotalMs = latencyTotalMs
            self.latencyP50Ms = latencyP50Ms
            self.latencyP99Ms = latencyP99Ms
            self.resynchronising = resynchronising
            self.silences = silences
            self.quarantineSeconds = quarantineSeconds
        }
    }

    /// The bus's id.
    public var id: String
    /// `modbus-rtu`, `modbus-tcp` or `gpio`.
    public var kind: String
    /// Device with its line settings, or host and port.
    public var address: String
    /// Whether it is open.
    public var connected: Bool
    /// What is wrong and what to do, or null.
    @Nullable public var problem: String?
    /// Share of time spent in transactions, 0 to 1.
    public var utilisation: Double
    /// Seconds spent in transactions since the daemon started; null for lines.
    @Nullable public var busySeconds: Double?
    /// How often it was opened.
    public var connects: Int
    /// Bytes that came and belonged to no believed reply.
    public var strayBytes: Int
    /// Polls that were left out because the line was busy beyond their period.
    public var missedPolls: Int
    /// Units in the order of their address.
    public var units: [Unit]

    private enum CodingKeys: String, CodingKey {
        case id, kind, address, connected, problem, utilisation, connects, units
        case strayBytes = "stray_bytes"
        case missedPolls = "missed_polls"
        case busySeconds = "busy_seconds"
    }

    /// - Parameters: as the properties.
    public init(
        id: String, kind: String, address: String, connected: Bool, problem: String? = nil, utilisation: Double,
        busySeconds: Double? = nil, connects: Int, strayBytes: Int, missedPolls: Int = 0, units: [Unit]
    ) {
        self.id = id
        self.kind = kind
        self.address = address
        self.connected = connected
        self.problem = problem
        self.utilisation = utilisation
        self.busySeconds = busySeconds
        self.connects = connects
        self.strayBytes = strayBytes
        self.missedPolls = missedPolls
        self.units = units
    }
}

/// Answer of `GET /v1/buses`.
public struct BusReport: Codable, Sendable, Equatable {
    /// Buses in the order of the configuration.
    public var buses: [BusRow]
    /// The covers whose sensors these are, once each.
    public var covers: [BusCover]

    /// - Parameters: as the properties.
    public init(buses: [BusRow], covers: [BusCover] = []) {
        self.buses = buses
        self.covers = covers
    }
}
