// The configuration in force with its defaults and origins: GET /v1/config.

/// Answer of `GET /v1/config`. Holds paths of passwords and keys, never what is in them.
public struct ConfigurationReport: Codable, Sendable, Equatable {
    /// One key with its value.
    public struct Value: Codable, Sendable, Equatable {
        /// Path of keys, like `covers[0].sensors.ch4.every`.
        public var key: String
        /// The value as text.
        public var value: String
        /// True when no file says so.
        public var isDefault: Bool

        private enum CodingKeys: String, CodingKey {
            case key, value
            case isDefault = "default"
        }

        /// - Parameters: as the properties.
        public init(key: String, value: String, isDefault: Bool) {
            self.key = key
            self.value = value
            self.isDefault = isDefault
        }
    }

    /// An alarm rule and where it comes from; its numbers are among the values.
    public struct Rule: Codable, Sendable, Equatable {
        /// The rule's id.
        public var id: String
        /// `pack` or `site`.
        public var origin: String
        /// The file it stands in.
        public var file: String
        /// The file of the pack whose rule it replaces, or null.
        @Nullable public var replaces: String?

        /// - Parameters: as the properties.
        public init(id: String, origin: String, file: String, replaces: String? = nil) {
            self.id = id
            self.origin = origin
            self.file = file
            self.replaces = replaces
        }
    }

    /// A sensor on a Modbus bus: its model's file, and how patient the bus is with its unit.
    public struct Unit: Codable, Sendable, Equatable {
        /// `COVER/SENSOR`.
        public var sensor: String
        /// The bus's id.
        public var bus: String
        /// Unit address.
        public var unit: Int
        /// The sensor model.
        public var profile: String
        /// The file the model was read from.
        public var file: String
        /// Deadline of a transaction in milliseconds: the model's or the bus's, the longer one.
        public var responseTimeoutMs: Int
        /// How late a reply may still come, in milliseconds.
        public var maxLatencyMs: Int
        /// Rest between transactions, in milliseconds.
        public var gapMs: Int
        /// Time after a silence in which values are not believed, in milliseconds.
        public var warmUpMs: Int
        /// The most registers in one read.
        public var maxRegisters: Int

        private enum CodingKeys: String, CodingKey {
            case sensor, bus, unit, profile, file
            case responseTimeoutMs = "response_timeout_ms"
            case maxLatencyMs = "max_latency_ms"
            case gapMs = "gap_ms"
            case warmUpMs = "warm_up_ms"
            case maxRegisters = "max_registers"
        }

        /// - Parameters: as the properties.
        public init(
            sensor: String, bus: String, unit: Int, profile: String, file: String, responseTimeoutMs: Int, maxLatencyMs: Int,
            gapMs: Int, warmUpMs: Int, maxRegisters: Int
        ) {
            self.sensor = sensor
            self.bus = bus
            self.unit = unit
            self.profile = profile
            self.file = file
            self.responseTimeoutMs = responseTimeoutMs
            self.maxLatencyMs = maxLatencyMs
            self.gapMs = gapMs
            self.warmUpMs = warmUpMs
            self.maxRegisters = maxRegisters
        }
    }

    /// The file the daemon was given.
    public var path: String
    /// `sha256:…` over the file that is in force.
    public var hash: String
    /// `current`, or `last-good` when the file was refused and the one from the store is in force.
    public var state: String
    /// Since when it is in force, RFC 3339, UTC.
    public var since: String
    /// Why the file was refused, `FILE:LINE:COL: error: KEY: message`.
    public var errors: [String]
    /// What the file holds now: `same` as what is in force, `changed` (a restart takes it), or `unreadable`.
    public var file: String
    /// A gateway.yaml with every value; defaults end in `# default`.
    public var yaml: String
    /// Every value in the order of `yaml`.
    public var values: [Value]
    /// Rules in the order in which they are judged.
    public var rules: [Rule]
    /// Sensors on Modbus buses in the order of the file.
    public var units: [Unit]

    /// - Parameters: as the properties.
    public init(
        path: String, hash: String, state: String, since: String, errors: [String], file: String, yaml: String, values: [Value],
        rules: [Rule], units: [Unit]
    ) {
        self.path = path
        self.hash = hash
        self.state = state
        self.since = since
        self.errors = errors
        self.file = file
        self.yaml = yaml
        self.values = values
        self.rules = rules
        self.units = units
    }
}
