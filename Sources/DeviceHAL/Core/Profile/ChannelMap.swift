// One quantity of a sensor model: the fields it is made of, what they mean, and which values may be believed.
import SensorModel

/// Mathematics beyond scale and offset. A closed, tested list: there is no expression language in profiles.
public enum Transform: String, CaseIterable, Sendable {
    /// Tilt in degrees against gravity. Three axes of acceleration in any one unit: 0 to 180, the angle of the third axis.
    /// Two axes in g: 0 to 90.
    case gravityTilt = "gravity-tilt"
    /// Metres of water above the probe from its pressure in bar, with the density of water at its temperature; less the
    /// barometer's pressure where the probe measures absolutely.
    case hydrostaticDepth = "hydrostatic-depth"

    /// The inputs' names in their order; the last one may be left out.
    public var inputs: [String] {
        switch self {
        case .gravityTilt: ["x", "y", "z"]
        case .hydrostaticDepth: ["pressure", "temperature", "barometer"]
        }
    }

    /// True when the transform can work with so many inputs.
    public func takes(_ count: Int) -> Bool { count == inputs.count || count == inputs.count - 1 }

    /// The quantity that comes out.
    public var quantity: Quantity {
        switch self {
        case .gravityTilt: .tilt
        case .hydrostaticDepth: .waterDepth
        }
    }
}

/// The principle a gas head measures by: it decides when its zero means nothing.
public enum Principle: String, CaseIterable, Sendable {
    case catalytic, infrared, electrochemical, semiconductor, laser
}

/// One channel of a sensor model.
public struct ChannelMap: Sendable, Equatable {
    /// A value that moves this little for this long is not a live one.
    public struct FlatLine: Sendable, Equatable {
        /// In the channel's unit.
        public var within: Double
        /// How long.
        public var duration: Duration

        /// - Parameters: as the properties.
        public init(within: Double, duration: Duration) {
            self.within = within
            self.duration = duration
        }
    }

    /// The channel's id within the sensor.
    public var name: String
    /// What it measures; values are in the quantity's canonical unit.
    public var quantity: Quantity
    /// One field, or the fields of the transform in the order of `Transform.inputs`.
    public var fields: [RegisterField]
    /// Mathematics on the fields, if any.
    public var transform: Transform?
    /// Measuring principle, if it matters.
    public var principle: Principle?
    /// Values outside are `out-of-range`; one resolution step beyond either end is still inside.
    public var range: ClosedRange<Double>?
    /// The smallest step the device reports.
    public var resolution: Double?
    /// Exactly the same words for so long are `stuck`; nil where that may be (a dry contact rests for years).
    public var stuckAfter: Duration?
    /// When the value counts as `flat-line`.
    public var flatLine: FlatLine?
    /// The fastest believable change, in the channel's unit per second; a faster one is an `implausible-jump`.
    public var maxRate: Double?

    /// - Parameters: as the properties.
    public init(
        name: String, quantity: Quantity, fields: [RegisterField], transform: Transform? = nil, principle: Principle? = nil,
        range: ClosedRange<Double>? = nil, resolution: Double? = nil, stuckAfter: Duration? = nil, flatLine: FlatLine? = nil,
        maxRate: Double? = nil
    ) {
        self.name = name
        self.quantity = quantity
        self.fields = fields
        self.transform = transform
        self.principle = principle
        self.range = range
        self.resolution = resolution
        self.stuckAfter = stuckAfter
        self.flatLine = flatLine
        self.maxRate = maxRate
    }

    /// The words decoding takes, over all fields.
    public var wordCount: Int { fields.reduce(0) { $0 + $1.wordCount } }
}
