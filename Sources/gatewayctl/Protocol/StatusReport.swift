// Answer of GET /v1/status, the first thing a technician asks for.

/// Answer of `GET /v1/status`: is the gateway well, and if not, what is to be done.
public struct StatusReport: Codable, Sendable, Equatable {
    /// Which configuration is in force.
    public struct Configuration: Codable, Sendable, Equatable {
        /// The file it was read from.
        public var path: String
        /// `sha256:…` over the file.
        public var hash: String
        /// `current`, or `last-good` when the file was refused and the one from the store runs.
        public var state: String
        /// Why the file was refused, `FILE:LINE:COL: error: KEY: message`.
        public var errors: [String]
        /// That it is on trial, or about to be; null when it is not.
        @Nullable public var trial: Trial?

        /// - Parameters: as the properties.
        public init(path: String, hash: String, state: String, errors: [String], trial: Trial? = nil) {
            self.path = path
            self.hash = hash
            self.state = state
            self.errors = errors
            self.trial = trial
        }
    }

    /// A configuration that has to prove itself.
    public struct Trial: Codable, Sendable, Equatable {
        /// `sha256:…` of what is tried.
        public var hash: String
        /// `sha256:…` of what is in force again when it fails.
        public var before: String
        /// Who applied it.
        public var by: String
        /// How long it has left.
        public var remainingSeconds: Double
        /// What worked before and does not work yet, one sentence each.
        public var waitsFor: [String]

        private enum CodingKeys: String, CodingKey {
            case hash, before, by
            case remainingSeconds = "remaining_seconds"
            case waitsFor = "waits_for"
        }

        /// - Parameters: as the properties.
        public init(hash: String, before: String, by: String, remainingSeconds: Double, waitsFor: [String]) {
            self.hash = hash
            self.before = before
            self.by = by
            self.remainingSeconds = remainingSeconds
            self.waitsFor = waitsFor
        }
    }

    /// A bus in short.
    public struct Bus: Codable, Sendable, Equatable {
        /// The bus's id.
        public var id: String
        /// Whether its device or peer is open.
        public var connected: Bool
        /// What is wrong and what to do, or null.
        @Nullable public var problem: String?

        /// - Parameters: as the properties.
        public init(id: String, connected: Bool, problem: String? = nil) {
            self.id = id
            self.connected = connected
            self.problem = problem
        }
    }

    /// How many points there are.
    public struct Sensors: Codable, Sendable, Equatable {
        /// All points.
        public var total: Int
        /// Points whose last reading is good.
        public var good: Int
        /// Points whose last reading is bad; the rest is uncertain or was not read yet.
        public var bad: Int

        /// - Parameters: as the properties.
        public init(total: Int, good: Int, bad: Int) {
            self.total = total
            self.good = good
            self.bad = bad
        }
    }

    /// How many alarms there are.
    public struct Alarms: Codable, Sendable, Equatable {
        /// Alarms whose cause is present.
        public var active: Int
        /// Alarms nobody has acknowledged.
        public var unacknowledged: Int

        /// - Parameters: as the properties.
        public init(active: Int, unacknowledged: Int) {
            self.active = active
            self.unacknowledged = unacknowledged
        }
    }

    /// How much waits.
    public struct Outbox: Codable, Sendable, Equatable {
        /// Readings not yet delivered to every uplink; null while the store cannot be asked.
        @Nullable public var readingsWaiting: Int?
        /// Alarm transitions not yet delivered to every uplink; null while the store cannot be asked.
        @Nullable public var alarmsWaiting: Int?
        /// Readings that a power cut may take, in seconds before it; of alarms it takes none that was committed.
        public var lossWindowSeconds: Double
        /// Bytes that the daemon writes to storage in a day, at the rate since its start; null where the kernel does not say.
        @Nullable public var writtenBytesPerDay: Int64?

        private enum CodingKeys: String, CodingKey {
            case readingsWaiting = "readings_waiting"
            case alarmsWaiting = "alarms_waiting"
            case lossWindowSeconds = "loss_window_seconds"
            case writtenBytesPerDay = "written_bytes_per_day"
        }

        /// - Parameters: as the properties.
        public init(
            readingsWaiting: Int?, alarmsWaiting: Int?, lossWindowSeconds: Double = 0, writtenBytesPerDay: Int64? = nil
        ) {
            self.readingsWaiting = readingsWaiting
            self.alarmsWaiting = alarmsWaiting
            self.lossWindowSeconds = lossWindowSeconds
            self.writtenBytesPerDay = writtenBytesPerDay
        }
    }

    /// An uplink in short.
    public struct Uplink: Codable, Sendable, Equatable {
        /// The uplink's id.
        public var id: String
        /// As in `UplinkRow`.
        public var state: String
        /// What is wrong and what to do, or null.
        @Nullable public var problem: String?

        /// - Parameters: as the properties.
        public init(id: String, state: String, problem: String? = nil) {
            self.id = id
            self.state = state
            self.problem = problem
        }
    }

    /// What is simulated instead of the field.
    public struct Simulation: Codable, Sendable, Equatable {
        /// The scenario's name.
        public var scenario: String
        /// What chance is made of; text, because not every reader of JSON has 64 bits.
        public var seed: String
        /// Simulated seconds in a real one; 0 is as fast as it goes.
        public var speed: Double
        /// When the story began, in the time of the sensors, RFC 3339, UTC.
        public var begin: String
        /// The present moment at the sensors, RFC 3339, UTC.
        public var time: String

        /// - Parameters: as the properties.
        public init(scenario: String, seed: String, speed: Double, begin: String, time: String) {
            self.scenario = scenario
            self.seed = seed
            self.speed = speed
            self.begin = begin
            self.time = time
        }
    }

    /// A careful run, because the runs before it did not end by themselves, or the store is of a newer version.
    public struct SafeMode: Codable, Sendable, Equatable {
        /// How many of them there were within ten minutes.
        public var starts: Int
        /// Seconds until it is over; null where no time ends it.
        @Nullable public var secondsLeft: Double?
        /// Which file of the store a newer version has made, in words; null for none.
        @Nullable public var newerStore: String?

        private enum CodingKeys: String, CodingKey {
            case starts
            case secondsLeft = "seconds_left"
            case newerStore = "newer_store"
        }

        /// - Parameters: as the properties.
        public init(starts: Int, secondsLeft: Double?, newerStore: String? = nil) {
            self.starts = starts
            self.secondsLeft = secondsLeft
            self.newerStore = newerStore
        }
    }

    /// The gateway's id.
    public var gateway: String
    /// Version of the daemon.
    public var version: String
    /// True when nothing needs a person.
    public var healthy: Bool
    /// One sentence each: what is wrong, where, and what to do. Empty when healthy.
    public var problems: [String]
    /// When the daemon started, RFC 3339, UTC.
    public var started: String
    /// Seconds since then, on the monotonic clock.
    public var uptimeSeconds: Double
    /// Id of this boot of the kernel.
    public var boot: String
    /// Id of the store.
    public var store: String
    /// `synced`, `holdover` or `unsynced`.
    public var clock: String
    /// What is simulated; null where the sensors are real.
    @Nullable public var simulation: Simulation?
    /// Whether this run is a careful one; null where it is not.
    @Nullable public var safeMode: SafeMode?
    /// The configuration in force.
    public var configuration: Configuration
    /// Buses in the order of the configuration.
    public var buses: [Bus]
    /// Points by quality.
    public var sensors: Sensors
    /// Alarms that are not over.
    public var alarms: Alarms
    /// Records that no uplink has delivered yet.
    public var outbox: Outbox
    /// Uplinks in the order of the configuration.
    public var uplinks: [Uplink]
    /// Crews at work.
    public var maintenance: [MaintenanceRow]
    /// Sensors under test.
    public var tests: [SensorTestRow]
    /// Rules whose thresholds a command of the platform has changed.
    public var thresholds: [ThresholdRow]
    /// Covers that a command of the platform has read more often for a time.
    public var sampling: [SamplingRow]

    private enum CodingKeys: String, CodingKey {
        case gateway, version, healthy, problems, started, boot, store, clock, simulation, configuration, buses, sensors, alarms,
            outbox
        case uplinks, maintenance, tests, thresholds, sampling
        case uptimeSeconds = "uptime_seconds"
        case safeMode = "safe_mode"
    }

    /// - Parameters: as the properties.
    public init(
        gateway: String, version: String, healthy: Bool, problems: [String], started: String, uptimeSeconds: Double,
        boot: String, store: String, clock: String, simulation: Simulation? = nil, safeMode: SafeMode? = nil,
        configuration: Configuration, buses: [Bus],
        sensors: Sensors,
        alarms: Alarms, outbox: Outbox, uplinks: [Uplink], maintenance: [MaintenanceRow] = [],
        tests: [SensorTestRow] = [], thresholds: [ThresholdRow] = [],
        sampling: [SamplingRow] = []
    ) {
        self.gateway = gateway
        self.version = version
        self.healthy = healthy
        self.problems = problems
        self.started = started
        self.uptimeSeconds = uptimeSeconds
        self.boot = boot
        self.store = store
        self.clock = clock
        self.simulation = simulation
        self.safeMode = safeMode
        self.configuration = configuration
        self.buses = buses
        self.sensors = sensors
        self.alarms = alarms
        self.outbox = outbox
        self.uplinks = uplinks
        self.maintenance = maintenance
        self.tests = tests
        self.thresholds = thresholds
        self.sampling = sampling
    }
}
