// Where one quantity of a sensor model lives in its registers, and how its words become a number.
import SensorModel

/// How the words of a field become a number.
public enum RegisterType: String, CaseIterable, Sendable {
    case int16, uint16, int32, uint32, float32

    /// Registers the type takes.
    public var words: Int {
        switch self {
        case .int16, .uint16: 1
        case .int32, .uint32, .float32: 2
        }
    }
}

/// Which of several words, or of two bytes, comes first.
public enum Order: String, CaseIterable, Sendable {
    /// Most significant first.
    case big
    /// Least significant first.
    case little
}

/// One number in the register map.
public struct RegisterField: Sendable, Equatable {
    /// The table.
    public var table: RegisterTable
    /// Zero-based PDU address of the first word.
    public var address: UInt16
    /// The type.
    public var type: RegisterType
    /// Order of the words of a 32-bit type.
    public var wordOrder: Order
    /// Order of the bytes inside a word.
    public var byteOrder: Order
    /// value = number × scale + offset.
    public var scale: Double
    /// value = number × scale + offset.
    public var offset: Double
    /// Raw patterns (after ordering) that mean «no value».
    public var invalid: [UInt32]

    /// - Parameters: as the properties; the defaults are what Modbus prescribes.
    public init(
        table: RegisterTable, address: UInt16, type: RegisterType, wordOrder: Order = .big, byteOrder: Order = .big,
        scale: Double = 1, offset: Double = 0, invalid: [UInt32] = []
    ) {
        self.table = table
        self.address = address
        self.type = type
        self.wordOrder = wordOrder
        self.byteOrder = byteOrder
        self.scale = scale
        self.offset = offset
        self.invalid = invalid
    }
}

/// Mathematics beyond scale and offset. A closed, tested list: there is no expression language in profiles.
public enum Transform: String, CaseIterable, Sendable {
    /// Angle in degrees, 0 to 180, between gravity and the sensor's third axis; fields: x, y, z acceleration in one unit.
    case gravityTilt = "gravity-tilt"

    /// How many fields the transform takes.
    public var fieldCount: ClosedRange<Int> {
        switch self {
        case .gravityTilt: 3...3
        }
    }
}

/// The principle a gas head measures by: it decides when its zero means nothing.
public enum Principle: String, CaseIterable, Sendable {
    case catalytic, infrared, electrochemical, semiconductor, laser
}

/// One channel of a sensor model.
public struct ChannelMap: Sendable, Equatable {
    /// The channel's id within the sensor.
    public var name: String
    /// What it measures; values are in the quantity's canonical unit.
    public var quantity: Quantity
    /// One field, or the fields of the transform in its order.
    public var fields: [RegisterField]
    /// Mathematics on the fields, if any.
    public var transform: Transform?
    /// Measuring principle, if it matters.
    public var principle: Principle?
    /// Values outside are `out-of-range`; one resolution step beyond either end is still inside.
    public var range: ClosedRange<Double>?
    /// The smallest step the device reports.
    public var resolution: Double?

    /// - Parameters: as the properties.
    public init(
        name: String, quantity: Quantity, fields: [RegisterField], transform: Transform? = nil, principle: Principle? = nil,
        range: ClosedRange<Double>? = nil, resolution: Double? = nil
    ) {
        self.name = name
        self.quantity = quantity
        self.fields = fields
        self.transform = transform
        self.principle = principle
        self.range = range
        self.resolution = resolution
    }
}
