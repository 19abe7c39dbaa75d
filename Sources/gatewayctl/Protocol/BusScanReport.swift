// Looking for devices on a bus: POST and GET /v1/buses/scan, POST /v1/buses/scan/stop.

/// Body of `POST /v1/buses/scan`.
public struct BusScanRequest: Codable, Sendable, Equatable {
    /// The bus's id.
    public var bus: String
    /// Also at the serial defaults of the installed profiles that are not the bus's own settings: its sensors are not read
    /// meanwhile.
    public var otherSettings: Bool
    /// Begin nothing; only say how long it would take, and how long the sensors would not be read. False where it is left out.
    public var preview: Bool

    private enum CodingKeys: String, CodingKey {
        case bus, preview
        case otherSettings = "other_settings"
    }

    /// - Parameters: as the properties.
    public init(bus: String, otherSettings: Bool, preview: Bool = false) {
        self.bus = bus
        self.otherSettings = otherSettings
        self.preview = preview
    }

    /// From JSON, where `preview` may be left out.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        bus = try container.decode(String.self, forKey: .bus)
        otherSettings = try container.decode(Bool.self, forKey: .otherSettings)
        preview = try container.decodeIfPresent(Bool.self, forKey: .preview) ?? false
    }
}

/// Body of `POST /v1/buses/scan/stop`.
public struct BusScanStop: Codable, Sendable, Equatable {
    /// The bus's id.
    public var bus: String

    /// - Parameters: as the properties.
    public init(bus: String) { self.bus = bus }
}

/// Answer of the scan's routes.
public struct BusScanReport: Codable, Sendable, Equatable {
    /// A device that answered.
    public struct Device: Codable, Sendable, Equatable {
        /// Unit address.
        public var unit: Int
        /// The line's settings, like `9600 8N1`; null over TCP.
        @Nullable public var settings: String?
        /// The installed profiles whose `require` it meets; empty when none says what it is.
        public var profiles: [String]
        /// `COVER/SENSOR` of the sensors that are configured at this unit.
        public var sensors: [String]
        /// What it answered, in words.
        public var seen: String

        /// - Parameters: as the properties.
        public init(unit: Int, settings: String?, profiles: [String], sensors: [String], seen: String) {
            self.unit = unit
            self.settings = settings
            self.profiles = profiles
            self.sensors = sensors
            self.seen = seen
        }
    }

    /// The bus's id.
    public var bus: String
    /// `preview`, `running`, `done` or `stopped`.
    public var state: String
    /// What is asked now, in words, like `unit 17 at 9600 8N1`; empty when it is over.
    public var now: String
    /// Questions asked so far.
    public var asked: Int
    /// Questions that remain.
    public var remaining: Int
    /// How long they take at most, in seconds of line time.
    public var remainingSeconds: Double
    /// How long the bus's sensors are not read because of other settings, in seconds; 0 without.
    public var blindSeconds: Double
    /// Found so far.
    public var devices: [Device]
    /// What stands in the way, or what was left out and why; null when nothing.
    @Nullable public var problem: String?
    /// The covers whose sensors these are, once each.
    public var covers: [BusCover]

    private enum CodingKeys: String, CodingKey {
        case bus, state, now, asked, remaining, devices, problem, covers
        case remainingSeconds = "remaining_seconds"
        case blindSeconds = "blind_seconds"
    }

    /// - Parameters: as the properties.
    public init(
        bus: String, state: String, now: String, asked: Int, remaining: Int, remainingSeconds: Double, blindSeconds: Double,
        devices: [Device], problem: String? = nil, covers: [BusCover] = []
    ) {
        self.bus = bus
        self.state = state
        self.now = now
        self.asked = asked
        self.remaining = remaining
        self.remainingSeconds = remainingSeconds
        self.blindSeconds = blindSeconds
        self.devices = devices
        self.problem = problem
        self.covers = covers
    }
}
