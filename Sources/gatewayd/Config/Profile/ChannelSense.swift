// What no channel can mean: a range that its registers never reach, a state that is any number, a principle without gas.
import DeviceHAL
import SensorModel

/// Checks a channel as a whole.
enum ChannelSense {
    /// Reports what cannot be right about a channel of one field.
    static func check(_ section: Section, _ channel: ChannelMap) {
        guard channel.transform == nil, let field = channel.fields.first else { return }
        checkState(section, channel, field.type)
        guard let range = channel.range, let span = field.span else { return }
        // Half a millionth for what a double rounds away.
        let slack = (channel.resolution ?? 0) + max(span.lowerBound.magnitude, span.upperBound.magnitude) * 5e-7
        guard range.upperBound < span.lowerBound - slack || range.lowerBound > span.upperBound + slack else { return }
        let ends =
            "\(ShortNumber.text(span.lowerBound)) to \(ShortNumber.text(span.upperBound)) \(channel.quantity.unit.rawValue)"
        section["range"]?.refuse(
            "expected a range that \(field.type.rawValue) with its scale and offset can reach, which is \(ends)")
    }

    /// A number is no state unless its range says so.
    private static func checkState(_ section: Section, _ channel: ChannelMap, _ type: RegisterType) {
        guard channel.quantity.isState, type != .bool else { return }
        let what = "[0, 1]: \(channel.quantity.rawValue) is a state and \(type.rawValue) is any number"
        guard let written = section.written("range") else { return section.missing("range", what) }
        guard let range = channel.range, range.lowerBound < 0 || range.upperBound > 1 else { return }
        written.refuse("expected \(what)")
    }

    /// Reports a measuring principle of what is no gas, or of another gas than it can measure.
    static func check(principle: Principle, _ field: Field, _ quantity: Quantity) {
        if !quantity.isGas {
            let gases = MessageText.list(Quantity.allCases.filter(\.isGas).map(\.rawValue))
            field.refuse("a principle goes with a gas (\(gases)), this channel is \(quantity.rawValue)")
        } else if principle == .catalytic, quantity != .methane, quantity != .combustible {
            field.refuse("a catalytic head measures methane or combustible gas, this channel is \(quantity.rawValue)")
        }
    }
}

extension Quantity {
    /// 0 or 1 and nothing between.
    fileprivate var isState: Bool {
        switch self {
        case .coverOpen, .coverPresent, .waterFloat, .mains, .doorTamper: true
        default: false
        }
    }

    /// What a gas head measures.
    fileprivate var isGas: Bool {
        switch self {
        case .methane, .combustible, .hydrogenSulfide, .carbonMonoxide, .oxygen: true
        default: false
        }
    }
}

extension RegisterField {
    /// Every value lies between these, whatever the decimals and the unit's code are; nil for floating point and text.
    fileprivate var span: ClosedRange<Double>? {
        guard let numbers = type.numbers else { return nil }
        var ends = [numbers.lowerBound * scale + offset, numbers.upperBound * scale + offset]
        if decimalsAt != nil { ends += ends.map { $0 / 1e6 } }
        if let unitAt { ends = unitAt.codes.values.flatMap { unit in ends.map { $0 * unit.scale } } }
        guard let low = ends.min(), let high = ends.max() else { return nil }
        return low...high
    }
}

extension RegisterType {
    /// What a whole number of the type can be; nil for floating point and text.
    fileprivate var numbers: ClosedRange<Double>? {
        switch self {
        case .bool: 0...1
        case .int16: Double(Int16.min)...Double(Int16.max)
        case .uint16: 0...Double(UInt16.max)
        case .int32: Double(Int32.min)...Double(Int32.max)
        case .uint32: 0...Double(UInt32.max)
        case .int64: Double(Int64.min)...Double(Int64.max)
        case .uint64: 0...Double(UInt64.max)
        case .bcd16: 0...9999
        case .bcd32: 0...99_999_999
        case .float32, .float64, .ascii: nil
        }
    }
}
