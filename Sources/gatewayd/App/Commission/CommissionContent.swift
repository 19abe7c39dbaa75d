// What is known since a cover was commissioned, as it stands in commissioning.json of the store.
import DeviceHAL
import GatewayConfig
import SensorModel

/// The file's content. Whatever may not be believed makes the whole file damaged: half a memory is worse than a known gap.
struct CommissionContent: Codable, Sendable, Equatable {
    /// Form of the file.
    var schema = 1
    /// The tilt zeros, one for each channel of a place.
    var zeros: [TiltZero] = []
    /// Which device sat where, in the order in which they came.
    var bindings: [DeviceBinding] = []
    /// The newest function test of each point.
    var tests: [FunctionTestRecord] = []

    /// Whether everything in it can be used.
    var isSound: Bool { schema == 1 && zeros.allSatisfy { $0.reference != nil } }

    init() {}

    /// A file from before a part was known has none of it.
    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        schema = try values.decode(Int.self, forKey: .schema)
        zeros = try values.decode([TiltZero].self, forKey: .zeros)
        bindings = try values.decode([DeviceBinding].self, forKey: .bindings)
        tests = try values.decodeIfPresent([FunctionTestRecord].self, forKey: .tests) ?? []
    }

    /// The function tests of a place.
    func tests(of place: SensorPlace) -> [FunctionTestRecord] { tests.filter { $0.place == place } }

    /// Replaces the function test of a point.
    mutating func record(_ test: FunctionTestRecord) {
        tests = tests.filter { $0.place != test.place || $0.channel != test.channel } + [test]
    }

    /// The zeros of a place.
    func zeros(of place: SensorPlace) -> [TiltZero] { zeros.filter { $0.place == place } }

    /// Replaces the zeros of a place.
    mutating func setZeros(_ fresh: [TiltZero], of place: SensorPlace) {
        zeros = zeros.filter { $0.place != place } + fresh
    }
}

/// The direction, or the angle, from which a channel's tilt is measured.
struct TiltZero: Codable, Sendable, Equatable {
    var cover: String
    var sensor: String
    var channel: String
    /// The sensor model it was read by.
    var profile: String
    /// Serial number of the device it was read from; nil where the configuration names none.
    var serial: String?
    /// Gravity along x, y and z, of a model with axes.
    var axes: [Double]?
    /// The sensor's own angle in degrees, of a model without.
    var angle: Double?
    /// How far apart the polls lay that it is made of, degrees.
    var scatter: Double
    /// When it was set, RFC 3339, UTC.
    var time: String
    /// `synced`, `holdover` or `unsynced`.
    var clock: String
    /// Who set it.
    var by: String

    var place: SensorPlace { SensorPlace(cover: cover, sensor: sensor) }

    /// What tilts are measured from; nil when the entry makes no sense.
    var reference: TiltReference? {
        let reference: TiltReference
        switch (axes, angle) {
        case (let axes?, nil) where axes.count == 3: reference = .gravity(x: axes[0], y: axes[1], z: axes[2])
        case (nil, let angle?): reference = .angle(angle)
        default: return nil
        }
        // Without a direction there is no angle, not even to itself.
        return reference.degrees(to: reference) == nil ? nil : reference
    }

    /// - Parameters: as the properties.
    init(
        place: SensorPlace, channel: String, profile: String, serial: String?, reference: TiltReference, scatter: Double,
        at now: Timestamp, by: String
    ) {
        (cover, sensor) = (place.cover, place.sensor)
        self.channel = channel
        self.profile = profile
        self.serial = serial
        switch reference {
        case .gravity(let x, let y, let z): axes = [x, y, z]
        case .angle(let degrees): angle = degrees
        }
        self.scatter = scatter
        (time, clock) = (now.wall.rfc3339, now.clock.rawValue)
        self.by = by
    }
}
