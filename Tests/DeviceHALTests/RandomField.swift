// Random fields and words for the decoder's and encoder's property tests.
import DeviceHAL
import SensorModel
import TestSupport

enum RandomField {
    private static let units = UnitTable(
        place: RegisterPlace(table: .holding, address: 2),
        codes: [9: .init(unit: "MPa", scale: 10), 10: .init(unit: "kPa", scale: 0.01), 12: .init(unit: "bar")])

    private static func pick<Choices: Collection>(_ choices: Choices, _ random: inout SeededGenerator) -> Choices.Element? {
        choices.randomElement(using: &random)
    }

    private static func shape(_ random: inout SeededGenerator) -> RegisterField {
        let type = pick(RegisterType.allCases, &random) ?? .int16
        var field = RegisterField(
            table: pick(RegisterTable.allCases, &random) ?? .holding, address: .random(in: 0...UInt16.max, using: &random),
            type: type, length: .random(in: 1...16, using: &random), wordOrder: pick(Order.allCases, &random) ?? .big,
            byteOrder: pick(Order.allCases, &random) ?? .big)
        if type == .bool { field.bit = .random(in: 0...15, using: &random) }
        if Int.random(in: 0..<4, using: &random) == 0 { field.decimalsAt = RegisterPlace(table: .holding, address: 3) }
        if Int.random(in: 0..<4, using: &random) == 0 { field.unitAt = units }
        return field
    }

    /// A field as a sound profile has it.
    static func sane(_ random: inout SeededGenerator) -> RegisterField {
        var field = shape(&random)
        field.scale = pick([1, 0.1, 0.01, -1, 0.25, 10, 16.0 / 32768], &random) ?? 1
        field.offset = pick([0, 0, 3, -40, 1], &random) ?? 0
        if field.table.isBits { field.byteOrder = .big }
        return field
    }

    /// A field as no profile should have it: any scale, any offset, a bit that is none, sentinels everywhere.
    static func wild(_ random: inout SeededGenerator) -> RegisterField {
        var field = shape(&random)
        let numbers = [
            1, 0.1, -0.01, 1e-300, 1e300, .leastNonzeroMagnitude, 0, -0.0, .infinity, -.infinity, .nan, .greatestFiniteMagnitude,
        ]
        field.scale = pick(numbers, &random) ?? 1
        field.offset = pick(numbers, &random) ?? 0
        if field.type == .bool { field.bit = pick([nil, -1, 0, 7, 15, 16, .max, .min], &random) ?? nil }
        field.invalid = pick([[], [0], [.max, 0xFFFF, 0xFFFF_FFFF], [0x7FC0_0000]], &random) ?? []
        if Int.random(in: 0..<8, using: &random) == 0 { field.registers = pick([-1, 0, 5, 17, .max, .min], &random) ?? 0 }
        if Int.random(in: 0..<8, using: &random) == 0, field.unitAt != nil {
            let scale = pick(numbers, &random) ?? 1
            field.unitAt = UnitTable(
                place: units.place, codes: [0: .init(unit: "x", scale: scale), .max: .init(unit: "y", scale: scale)])
        }
        return field
    }

    /// Words as broken and hostile devices send them.
    static func words(_ count: Int, _ random: inout SeededGenerator) -> [UInt16] {
        let adversarial: [UInt16] = [
            0, 1, 2, 6, 7, 9, 10, 12, 0x7F80, 0xFF80, 0x7FC0, 0x7F81, 0x7FF0, 0xFFF0, 0x7FF8, 0x7FFF, 0x8000, 0xFFFF, 0xFFFE,
            0x9999,
            0x999A, 0xA000, 0x2020, 0x2D31, 0x312E, 0x3030, 0x3939, 0x3A30, 0x0031,
        ]
        switch Int.random(in: 0..<4, using: &random) {
        case 0: return (0..<count).map { _ in .random(in: 0...UInt16.max, using: &random) }
        case 1: return Array(repeating: adversarial.randomElement(using: &random) ?? 0, count: count)
        default: return (0..<count).map { _ in adversarial.randomElement(using: &random) ?? 0 }
        }
    }

    /// A value that the field's type can usually hold, with the coarsest unit and no decimals.
    static func value(of field: RegisterField, _ random: inout SeededGenerator) -> Double {
        let number: Double =
            switch field.type {
            case .bool: Double(Int.random(in: 0...1, using: &random))
            case .int16: Double(Int16.random(in: .min ... .max, using: &random))
            case .uint16: Double(UInt16.random(in: .min ... .max, using: &random))
            case .int32: Double(Int32.random(in: .min ... .max, using: &random))
            case .uint32: Double(UInt32.random(in: .min ... .max, using: &random))
            case .int64: Double(Int64.random(in: .min ... .max, using: &random))
            case .uint64: Double(UInt64.random(in: .min ... .max, using: &random))
            case .float32, .float64: .random(in: -1e6...1e6, using: &random)
            case .bcd16: Double(Int.random(in: 0...9999, using: &random))
            case .bcd32: Double(Int.random(in: 0...99_999_999, using: &random))
            case .ascii: Double(Int.random(in: 0...9, using: &random))
            }
        return number * field.scale + field.offset
    }

    /// Half a step of the form the words are in, or what the type and the arithmetic can tell apart.
    static func tolerance(of field: RegisterField, _ value: Double, _ words: [UInt16]) -> Double {
        var step = field.scale.magnitude
        var offset = field.offset.magnitude
        var unitScale = 1.0
        var rest = words.dropFirst(field.registers)
        if field.unitAt != nil, let code = rest.popLast() { unitScale = field.unitAt?.codes[code]?.scale ?? 1 }
        if field.decimalsAt != nil, let decimals = rest.popLast() {
            for _ in 0..<decimals {
                step /= 10
                offset /= 10
            }
        }
        let largest = max(value.magnitude, offset * unitScale)
        switch field.type {
        case .float32: return largest * 2e-7 + 1e-12
        case .float64: return largest * 1e-14 + 1e-12
        default: return step * unitScale * 0.500_001 + largest * 1e-14
        }
    }
}
