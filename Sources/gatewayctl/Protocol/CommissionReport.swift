// What is known of a cover at commissioning: GET /v1/commission.

/// Who a cover is: the configuration's words.
public struct CommissionCover: Codable, Sendable, Equatable {
    /// The cover's code.
    public var code: String
    /// Form of the code: component16, digits19 or regex.
    public var scheme: String
    /// What people call it.
    @Nullable public var name: String?
    /// storm, sewage, water, gas, power, telecom, heat or other.
    @Nullable public var kind: String?
    /// Why it is watched.
    public var risk: [String]
    /// Where it is, in words.
    @Nullable public var place: String?
    /// Degrees east.
    @Nullable public var longitude: Double?
    /// Degrees north.
    @Nullable public var latitude: Double?
    /// Reference system of the two.
    @Nullable public var crs: String?
    /// Road section.
    @Nullable public var road: String?
    /// Unit grid code.
    @Nullable public var grid: String?
    /// Responsibility grid.
    @Nullable public var responsibilityGrid: String?
    /// Competent authority.
    @Nullable public var competent: String?
    /// Owner.
    @Nullable public var owner: String?
    /// Maintainer.
    @Nullable public var maintainer: String?

    private enum CodingKeys: String, CodingKey {
        case code, scheme, name, kind, risk, place, longitude, latitude, crs, road, grid, competent, owner, maintainer
        case responsibilityGrid = "responsibility_grid"
    }

    /// - Parameters: as the properties.
    public init(
        code: String, scheme: String, name: String? = nil, kind: String? = nil, risk: [String], place: String? = nil,
        longitude: Double? = nil, latitude: Double? = nil, crs: String? = nil, road: String? = nil, grid: String? = nil,
        responsibilityGrid: String? = nil, competent: String? = nil, owner: String? = nil, maintainer: String? = nil
    ) {
        self.code = code
        self.scheme = scheme
        self.name = name
        self.kind = kind
        self.risk = risk
        self.place = place
        self.longitude = longitude
        self.latitude = latitude
        self.crs = crs
        self.road = road
        self.grid = grid
        self.responsibilityGrid = responsibilityGrid
        self.competent = competent
        self.owner = owner
        self.maintainer = maintainer
    }
}

/// Neighbouring registers of the last poll.
public struct CommissionRegisters: Codable, Sendable, Equatable {
    /// coil, discrete, input or holding.
    public var table: String
    /// Zero-based PDU address of the first.
    public var address: Int
    /// As they came from the wire; empty when the last poll brought none.
    public var words: [Int]

    /// - Parameters: as the properties.
    public init(table: String, address: Int, words: [Int]) {
        self.table = table
        self.address = address
        self.words = words
    }
}

/// One channel: its value beside what it was made of.
public struct CommissionChannel: Codable, Sendable, Equatable {
    /// The channel's name.
    public var channel: String
    /// Word of the quantity vocabulary.
    public var quantity: String
    /// The unit of `value`.
    public var unit: String
    /// Of the last reading; null when it has none.
    @Nullable public var value: Double?
    /// good, uncertain or bad.
    public var quality: String
    /// Why not good.
    @Nullable public var reason: String?
    /// When it was read; null when it was not yet.
    @Nullable public var time: String?
    /// The registers the channel is made of; none for a line.
    public var registers: [CommissionRegisters]

    /// - Parameters: as the properties.
    public init(
        channel: String, quantity: String, unit: String, value: Double? = nil, quality: String, reason: String? = nil,
        time: String? = nil, registers: [CommissionRegisters]
    ) {
        self.channel = channel
        self.quantity = quantity
        self.unit = unit
        self.value = value
        self.quality = quality
        self.reason = reason
        self.time = time
        self.registers = registers
    }
}

/// A function test on record.
public struct FunctionTestRow: Codable, Sendable, Equatable {
    /// The channel's name.
    public var channel: String
    /// rise, fall or change.
    public var expect: String
    /// What the person confirmed.
    public var passed: Bool
    /// The value before.
    public var before: Double
    /// The value that lay furthest from it.
    public var furthest: Double
    /// The unit of both.
    public var unit: String
    /// Serial number of the device that was tested.
    @Nullable public var serial: String?
    /// Who confirmed it.
    public var by: String
    /// When.
    public var time: String
    /// How far that time may be trusted: synced, holdover or unsynced.
    public var clock: String
    /// Why it does not count any more.
    @Nullable public var problem: String?

    /// - Parameters: as the properties.
    public init(
        channel: String, expect: String, passed: Bool, before: Double, furthest: Double, unit: String, serial: String? = nil,
        by: String, time: String, clock: String, problem: String? = nil
    ) {
        self.channel = channel
        self.expect = expect
        self.passed = passed
        self.before = before
        self.furthest = furthest
        self.unit = unit
        self.serial = serial
        self.by = by
        self.time = time
        self.clock = clock
        self.problem = problem
    }
}

/// A sensor of the cover.
public struct CommissionSensor: Codable, Sendable, Equatable {
    /// The sensor's id.
    public var sensor: String
    /// The bus's id.
    public var bus: String
    /// Modbus unit address; null for a line.
    @Nullable public var unitAddress: Int?
    /// The line of the chip; null for a unit.
    @Nullable public var line: String?
    /// Whether the line is active now; null for a unit, or when it is not known.
    @Nullable public var level: Bool?
    /// Serial number of the device that sits there.
    @Nullable public var serial: String?
    /// Date of its installation.
    @Nullable public var installed: String?
    /// How far below the rim it is mounted, m.
    @Nullable public var mounted: Double?
    /// The sensor model; null for a line.
    @Nullable public var profile: String?
    /// Whether the model's file has met the device; null for a line.
    @Nullable public var verified: Bool?
    /// `sha256:…` over the model's file.
    @Nullable public var profileHash: String?
    /// proved, not-proved, or none where nothing can prove it.
    public var identity: String
    /// What is wrong in the last poll.
    @Nullable public var problem: String?
    /// In the order of the model.
    public var channels: [CommissionChannel]
    /// From where its tilts are measured.
    public var zeros: [TiltZeroRow]
    /// The newest function test of each channel.
    public var tests: [FunctionTestRow]

    private enum CodingKeys: String, CodingKey {
        case sensor, bus, line, level, serial, installed, mounted, profile, verified, identity, problem, channels, zeros, tests
        case unitAddress = "unit_address"
        case profileHash = "profile_hash"
    }

    /// - Parameters: as the properties.
    public init(
        sensor: String, bus: String, unitAddress: Int? = nil, line: String? = nil, level: Bool? = nil, serial: String? = nil,
        installed: String? = nil, mounted: Double? = nil, profile: String? = nil, verified: Bool? = nil,
        profileHash: String? = nil, identity: String, problem: String? = nil, channels: [CommissionChannel], zeros: [TiltZeroRow],
        tests: [FunctionTestRow]
    ) {
        self.sensor = sensor
        self.bus = bus
        self.unitAddress = unitAddress
        self.line = line
        self.level = level
        self.serial = serial
        self.installed = installed
        self.mounted = mounted
        self.profile = profile
        self.verified = verified
        self.profileHash = profileHash
        self.identity = identity
        self.problem = problem
        self.channels = channels
        self.zeros = zeros
        self.tests = tests
    }
}

/// Answer of GET /v1/commission.
public struct CommissionReport: Codable, Sendable, Equatable {
    /// Who it is.
    public var cover: CommissionCover
    /// In the order of the configuration.
    public var sensors: [CommissionSensor]
    /// What is still to be done, in the gateway's language; empty when nothing is.
    public var missing: [String]

    /// - Parameters: as the properties.
    public init(cover: CommissionCover, sensors: [CommissionSensor], missing: [String]) {
        self.cover = cover
        self.sensors = sensors
        self.missing = missing
    }
}
