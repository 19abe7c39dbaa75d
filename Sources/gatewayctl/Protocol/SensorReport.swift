// What each sensor says: answers of GET /v1/sensors and POST /v1/read.

/// The last reading of one point and where it comes from.
public struct SensorRow: Codable, Sendable, Equatable {
    /// `COVER/SENSOR/CHANNEL`.
    public var point: String
    /// The cover's code.
    public var cover: String
    /// What people call the cover.
    @Nullable public var coverName: String?
    /// Where that is, in words.
    @Nullable public var place: String?
    /// The sensor's id.
    public var sensor: String
    /// The channel's name.
    public var channel: String
    /// Word of the quantity vocabulary.
    public var quantity: String
    /// The quantity's canonical unit.
    public var unit: String
    /// In `unit`; null when the reading is bad or there was none yet.
    @Nullable public var value: Double?
    /// `good`, `uncertain` or `bad`.
    public var quality: String
    /// Why not good, a word of the reason vocabulary; null when good.
    @Nullable public var reason: String?
    /// When the reply had arrived, RFC 3339, UTC; null when there was no reading yet.
    @Nullable public var time: String?
    /// Seconds since then, on the monotonic clock.
    @Nullable public var ageSeconds: Double?
    /// The bus's id.
    public var bus: String
    /// Modbus unit address.
    @Nullable public var unitAddress: Int?
    /// The sensor model.
    @Nullable public var profile: String?
    /// Serial number of the device that sits there.
    @Nullable public var serial: String?
    /// What is wrong and what to do, or null.
    @Nullable public var problem: String?

    private enum CodingKeys: String, CodingKey {
        case point, cover, place, sensor, channel, quantity, unit, value, quality, reason, time, bus, profile, serial, problem
        case coverName = "cover_name"
        case ageSeconds = "age_seconds"
        case unitAddress = "unit_address"
    }

    /// - Parameters: as the properties.
    public init(
        point: String, cover: String, coverName: String? = nil, place: String? = nil, sensor: String, channel: String,
        quantity: String,
        unit: String, value: Double? = nil, quality: String, reason: String? = nil, time: String? = nil,
        ageSeconds: Double? = nil, bus: String, unitAddress: Int? = nil, profile: String? = nil, serial: String? = nil,
        problem: String? = nil
    ) {
        self.point = point
        self.cover = cover
        self.coverName = coverName
        self.place = place
        self.sensor = sensor
        self.channel = channel
        self.quantity = quantity
        self.unit = unit
        self.value = value
        self.quality = quality
        self.reason = reason
        self.time = time
        self.ageSeconds = ageSeconds
        self.bus = bus
        self.unitAddress = unitAddress
        self.profile = profile
        self.serial = serial
        self.problem = problem
    }
}

/// Answer of `GET /v1/sensors`.
public struct SensorReport: Codable, Sendable, Equatable {
    /// One row a point.
    public var sensors: [SensorRow]

    /// - Parameters: as the properties.
    public init(sensors: [SensorRow]) {
        self.sensors = sensors
    }
}

/// Body of `POST /v1/read`.
public struct ReadRequest: Codable, Sendable, Equatable {
    /// `COVER/SENSOR/CHANNEL`.
    public var point: String

    /// - Parameters: as the properties.
    public init(point: String) {
        self.point = point
    }
}

/// Answer of `POST /v1/read`: what was read just now.
public struct ReadReport: Codable, Sendable, Equatable {
    /// The point asked for; its sensor may bring others with it.
    public var readings: [SensorRow]

    /// - Parameters: as the properties.
    public init(readings: [SensorRow]) {
        self.readings = readings
    }
}
