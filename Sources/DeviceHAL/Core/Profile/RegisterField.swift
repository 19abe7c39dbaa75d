// Where one number of a sensor model lives in its registers, and how it is written there.

/// How the words of a field become a number.
public enum RegisterType: String, CaseIterable, Sendable {
    /// One bit: an item of a bit table, or one bit of a register. 0 or 1.
    case bool
    case int16, uint16, int32, uint32, int64, uint64
    /// IEEE 754.
    case float32, float64
    /// Four decimal digits, one in each nibble.
    case bcd16
    /// Eight decimal digits, one in each nibble.
    case bcd32
    /// A decimal number in characters, two in each register.
    case ascii

    /// Registers the type takes; nil where the field says it itself.
    public var registers: Int? {
        switch self {
        case .bool, .int16, .uint16, .bcd16: 1
        case .int32, .uint32, .float32, .bcd32: 2
        case .int64, .uint64, .float64: 4
        case .ascii: nil
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

/// One item of a register map.
public struct RegisterPlace: Sendable, Hashable, CustomStringConvertible {
    /// The table.
    public var table: RegisterTable
    /// Zero-based PDU address.
    public var address: UInt16

    /// - Parameters: as the properties.
    public init(table: RegisterTable, address: UInt16) {
        self.table = table
        self.address = address
    }

    /// `holding 2`.
    public var description: String { "\(table.rawValue) \(address)" }
}

/// A register that says in which unit the device answers, and what each of its codes means.
public struct UnitTable: Sendable, Equatable {
    /// One unit a device may be set to.
    public struct Conversion: Sendable, Equatable {
        /// The device's unit, in words of its manual.
        public var unit: String
        /// Canonical value = number × scale.
        public var scale: Double
        /// What the conversion assumes, like a density; nil where it is a matter of definition.
        public var basis: String?

        /// - Parameters: as the properties.
        public init(unit: String, scale: Double = 1, basis: String? = nil) {
            self.unit = unit
            self.scale = scale
            self.basis = basis
        }
    }

    /// Where the code is.
    public var place: RegisterPlace
    /// The units by code; any other code makes the channel `another-unit`.
    public var codes: [UInt16: Conversion]

    /// - Parameters: as the properties.
    public init(place: RegisterPlace, codes: [UInt16: Conversion]) {
        self.place = place
        self.codes = codes
    }
}

/// One number in the register map.
public struct RegisterField: Sendable, Equatable {
    /// The table.
    public var table: RegisterTable
    /// Zero-based PDU address of the first item.
    public var address: UInt16
    /// The type.
    public var type: RegisterType
    /// Registers the number takes: the type's, or for ascii 1 to 16.
    public var registers: Int
    /// Order of the words of a type with several.
    public var wordOrder: Order
    /// Order of the bytes inside a word.
    public var byteOrder: Order
    /// value = number × scale + offset.
    public var scale: Double
    /// value = number × scale + offset.
    public var offset: Double
    /// For bool in a register: which bit, 0 is the least significant.
    public var bit: Int?
    /// Raw patterns (after ordering) that mean «no value».
    public var invalid: [UInt64]
    /// A register that holds the number of decimals, 0 to 6.
    public var decimalsAt: RegisterPlace?
    /// A register that holds the code of the unit.
    public var unitAt: UnitTable?

    /// - Parameters: as the properties; the defaults are what Modbus prescribes.
    public init(
        table: RegisterTable, address: UInt16, type: RegisterType, length: Int = 1, wordOrder: Order = .big,
        byteOrder: Order = .big, scale: Double = 1, offset: Double = 0, bit: Int? = nil, invalid: [UInt64] = [],
        decimalsAt: RegisterPlace? = nil, unitAt: UnitTable? = nil
    ) {
        self.table = table
        self.address = address
        self.type = type
        registers = type.registers ?? length
        self.wordOrder = wordOrder
        self.byteOrder = byteOrder
        self.scale = scale
        self.offset = offset
        self.bit = bit
        self.invalid = invalid
        self.decimalsAt = decimalsAt
        self.unitAt = unitAt
    }

    /// The words decoding takes: the number's own, then the count of decimals, then the unit's code, where there are such.
    public var wordCount: Int { registers + (decimalsAt == nil ? 0 : 1) + (unitAt == nil ? 0 : 1) }
}
