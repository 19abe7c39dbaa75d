// Tilt zeros and which device sat where: POST /v1/commission/zero and GET /v1/commission/bindings.

/// Body of `POST /v1/commission/zero`.
public struct CommissionZeroRequest: Codable, Sendable, Equatable {
    /// `COVER/SENSOR`.
    public var sensor: String

    /// - Parameters: as the properties.
    public init(sensor: String) {
        self.sensor = sensor
    }
}

/// From where a channel's tilt is measured.
public struct TiltZeroRow: Codable, Sendable, Equatable {
    /// The channel's name.
    public var channel: String
    /// Gravity along x, y and z, of a model with axes; null of one without.
    @Nullable public var axes: [Double]?
    /// The sensor's own angle in degrees, of a model without axes; null of one with.
    @Nullable public var angle: Double?
    /// How far apart the polls lay that it is made of, degrees.
    public var scatter: Double
    /// Serial number of the device it was read from.
    @Nullable public var serial: String?
    /// When it was set, RFC 3339, UTC.
    public var time: String
    /// How far that time may be trusted: `synced`, `holdover` or `unsynced`.
    public var clock: String
    /// Who set it.
    public var by: String
    /// Why it does not count any more, or null.
    @Nullable public var problem: String?

    /// - Parameters: as the properties.
    public init(
        channel: String, axes: [Double]? = nil, angle: Double? = nil, scatter: Double, serial: String? = nil, time: String,
        clock: String, by: String, problem: String? = nil
    ) {
        self.channel = channel
        self.axes = axes
        self.angle = angle
        self.scatter = scatter
        self.serial = serial
        self.time = time
        self.clock = clock
        self.by = by
        self.problem = problem
    }
}

/// Answer of `POST /v1/commission/zero`.
public struct CommissionZeroReport: Codable, Sendable, Equatable {
    /// A channel before and after.
    public struct Change: Codable, Sendable, Equatable {
        /// The zero that counts from now on.
        public var zero: TiltZeroRow
        /// The tilt as it was told before, degrees.
        public var before: Double
        /// The tilt as it is told now, degrees; null when the poll after the change brought no value.
        @Nullable public var after: Double?

        /// - Parameters: as the properties.
        public init(zero: TiltZeroRow, before: Double, after: Double?) {
            self.zero = zero
            self.before = before
            self.after = after
        }
    }

    /// `COVER/SENSOR`.
    public var sensor: String
    /// What people call the cover.
    @Nullable public var coverName: String?
    /// The sensor's tilt channels.
    public var changes: [Change]
    /// What the person should know, in the gateway's language.
    public var notice: String

    private enum CodingKeys: String, CodingKey {
        case sensor, changes, notice
        case coverName = "cover_name"
    }

    /// - Parameters: as the properties.
    public init(sensor: String, coverName: String?, changes: [Change], notice: String) {
        self.sensor = sensor
        self.coverName = coverName
        self.changes = changes
        self.notice = notice
    }
}

/// Answer of `GET /v1/commission/bindings`.
public struct BindingReport: Codable, Sendable, Equatable {
    /// One device at one place.
    public struct Row: Codable, Sendable, Equatable {
        /// `COVER/SENSOR`.
        public var sensor: String
        /// What people call the cover; null when the configuration does not name it any more.
        @Nullable public var coverName: String?
        /// The device's serial number.
        public var serial: String
        /// Its sensor model; null for a line.
        @Nullable public var profile: String?
        /// When the gateway first started with it, RFC 3339, UTC.
        public var from: String
        /// How far that time may be trusted: `synced`, `holdover` or `unsynced`.
        public var fromClock: String
        /// When the gateway first started without it; null while it sits there.
        @Nullable public var to: String?
        /// How far that time may be trusted.
        @Nullable public var toClock: String?

        private enum CodingKeys: String, CodingKey {
            case sensor, serial, profile, from, to
            case coverName = "cover_name"
            case fromClock = "from_clock"
            case toClock = "to_clock"
        }

        /// - Parameters: as the properties.
        public init(
            sensor: String, coverName: String?, serial: String, profile: String?, from: String, fromClock: String,
            to: String? = nil, toClock: String? = nil
        ) {
            self.sensor = sensor
            self.coverName = coverName
            self.serial = serial
            self.profile = profile
            self.from = from
            self.fromClock = fromClock
            self.to = to
            self.toClock = toClock
        }
    }

    /// By place, the newest device of each first.
    public var bindings: [Row]

    /// - Parameters: as the properties.
    public init(bindings: [Row]) {
        self.bindings = bindings
    }
}
