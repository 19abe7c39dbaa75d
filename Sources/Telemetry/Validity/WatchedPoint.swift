// What of the configuration the sensors of one cover need to judge each other: places, periods, kinds. Data only.
import SensorModel

/// One cover and everything that is read at it.
public struct WatchedCover: Sendable, Equatable {
    /// The cover's code.
    public var code: String
    /// Elevation of the rim, m, in the datum of the water levels; nil where it is not known.
    public var rimElevation: Double?
    /// Its channels.
    public var points: [WatchedPoint]

    /// - Parameters: as the properties.
    public init(code: String, rimElevation: Double? = nil, points: [WatchedPoint]) {
        self.code = code
        self.rimElevation = rimElevation
        self.points = points
    }
}

/// One channel of one sensor at a cover.
public struct WatchedPoint: Sendable, Equatable {
    /// The sensor's id.
    public var sensor: String
    /// The channel's name.
    public var channel: String
    /// What it measures.
    public var quantity: Quantity
    /// How far below the rim the sensor is mounted, m; a float where it switches. Nil where it is not known.
    public var mounted: Double?
    /// Time between its readings.
    public var period: Duration
    /// True for a head that burns the gas: it needs oxygen.
    public var isCatalytic: Bool
    /// What the model can measure, in the quantity's unit; nil where it does not say.
    public var range: ClosedRange<Double>?
    /// The smallest step in which the model reports, 0 for the bits of a floating-point number; nil where it is not known.
    public var step: Double?
    /// True where the model says itself when a value has rested for too long.
    public var hasOwnRestLimit: Bool
    /// The least voltage its device needs, V; nil where the model does not say.
    public var supplyMinimum: Double?

    /// - Parameters: as the properties.
    public init(
        sensor: String, channel: String, quantity: Quantity, mounted: Double? = nil, period: Duration, isCatalytic: Bool = false,
        range: ClosedRange<Double>? = nil, step: Double? = nil, hasOwnRestLimit: Bool = false, supplyMinimum: Double? = nil
    ) {
        self.sensor = sensor
        self.channel = channel
        self.quantity = quantity
        self.mounted = mounted
        self.period = period
        self.isCatalytic = isCatalytic
        self.range = range
        self.step = step
        self.hasOwnRestLimit = hasOwnRestLimit
        self.supplyMinimum = supplyMinimum
    }

    /// `SENSOR/CHANNEL`.
    var name: String { "\(sensor)/\(channel)" }

    /// A reading that is not older than three periods still says how things are.
    var freshness: Duration { period * 3 }
}

extension Quantity {
    /// Measured by a head that has to hang in air.
    var isGas: Bool {
        switch self {
        case .methane, .combustible, .hydrogenSulfide, .carbonMonoxide, .oxygen: true
        default: false
        }
    }

    /// Measured by a contact that is open or closed.
    var isContact: Bool {
        switch self {
        case .coverOpen, .coverPresent, .waterFloat, .mains, .doorTamper: true
        default: false
        }
    }

    /// A voltage that may feed the sensors of the cover.
    var isSupply: Bool { self == .supplyVoltage || self == .batteryVoltage }
}
