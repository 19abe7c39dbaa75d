// The decoder's inverse: which words a device would send for a value. Tests and simulated devices speak with it.
import SensorModel

/// Turns numbers into register words, by what the profile says about them.
public enum RegisterEncoder {
    /// What surrounds a device whose channel is made of several inputs.
    public struct Surroundings: Sendable, Equatable {
        /// Of the water, Cel.
        public var temperature: Double
        /// Air pressure, bar.
        public var barometer: Double
        /// The length of gravity's vector in the unit of the axes; nil takes the first of 1 (g), 9.80665 (m/s²), 1000 (mg) and
        /// 16384 (counts) with which the axes are fine enough for the tilt.
        public var gravity: Double?

        /// - Parameters: as the properties.
        public init(temperature: Double = 10, barometer: Double = 1.01325, gravity: Double? = nil) {
            self.temperature = temperature
            self.barometer = barometer
            self.gravity = gravity
        }
    }

    /// The words of a channel that decode to the value, rounded to the nearest step of its fields.
    /// - Parameters:
    ///   - value: in the channel's canonical unit.
    ///   - channel: its fields and transform.
    ///   - surroundings: what the inputs of a transform depend on beside the value.
    /// - Returns: as many words as `ChannelMap.wordCount` says, in the order of the wire; nil when the fields cannot hold the
    ///   value, or the transform has none.
    public static func words(for value: Double, in channel: ChannelMap, surroundings: Surroundings = Surroundings()) -> [UInt16]?
    {
        guard let transform = channel.transform else {
            return channel.fields.count == 1 ? words(for: value, in: channel.fields[0]) : nil
        }
        switch transform {
        case .hydrostaticDepth:
            let inputs = HydrostaticDepth.inputs(
                for: value, count: channel.fields.count, temperature: surroundings.temperature, barometer: surroundings.barometer)
            return inputs.flatMap { words(of: $0, in: channel) }
        case .gravityTilt:
            return tilt(value, in: channel, gravities: surroundings.gravity.map { [$0] } ?? [1, 9.80665, 1000, 16384])
        }
    }

    /// The first length of gravity whose words decode to the tilt within half a step (0.05 degrees without resolution), or
    /// else the one that comes nearest.
    private static func tilt(_ value: Double, in channel: ChannelMap, gravities: [Double]) -> [UInt16]? {
        var best: (words: [UInt16], error: Double)?
        // Two axes are in g by definition.
        for gravity in channel.fields.count == 2 ? [1] : gravities {
            guard let inputs = GravityTilt.inputs(for: value, axes: channel.fields.count, gravity: gravity),
                let words = words(of: inputs, in: channel),
                let decoded = RegisterDecoder.measurement(of: channel, words: words).value
            else { continue }
            let error = (decoded - value).magnitude
            if error <= (channel.resolution ?? 0.1) / 2 { return words }
            if best.map({ error < $0.error }) ?? true { best = (words, error) }
        }
        return best?.words
    }

    private static func words(of inputs: [Double], in channel: ChannelMap) -> [UInt16]? {
        var words: [UInt16] = []
        for (input, field) in zip(inputs, channel.fields) {
            guard let more = self.words(for: input, in: field) else { return nil }
            words += more
        }
        return words
    }

    /// The words of a field that decode to the value, rounded to the field's nearest step.
    ///
    /// Where the device chooses its decimals or its unit, the finest of the choices that can hold the value is taken.
    /// - Parameters:
    ///   - value: in the channel's canonical unit.
    ///   - field: how the number is written.
    ///   - decimals: the count of decimals to take, where the field has such.
    ///   - unitCode: the code of the unit to take, where the field has such.
    /// - Returns: as many words as `RegisterField.wordCount` says, in the order of the wire; nil when the type cannot hold the
    ///   value, a scale is 0, or the pattern is one that the field calls invalid. Of a register that holds one bit the other
    ///   bits are 0.
    public static func words(
        for value: Double, in field: RegisterField, decimals: UInt16? = nil, unitCode: UInt16? = nil
    ) -> [UInt16]? {
        for form in forms(of: field, decimals: decimals, unitCode: unitCode) {
            let number = (value / form.scale * form.divisor - field.offset) / field.scale
            guard number.isFinite, let words = words(ofNumber: number, in: field) else { continue }
            return words + form.words
        }
        return nil
    }

    /// One way in which a device may be set.
    private struct Form {
        var divisor: Double
        var scale: Double
        var words: [UInt16]
    }

    /// The ways in which the device may be set, finest first.
    private static func forms(of field: RegisterField, decimals: UInt16?, unitCode: UInt16?) -> [Form] {
        var forms = [Form(divisor: 1, scale: 1, words: [])]
        if field.decimalsAt != nil {
            let counts = decimals.map { [$0] } ?? Array(DecimalPoint.counts)
            forms = counts.compactMap { count in
                DecimalPoint.divisor(count).map { Form(divisor: $0, scale: 1, words: [count]) }
            }
        }
        if let table = field.unitAt {
            let codes = table.codes.filter { unitCode == nil || $0.key == unitCode }.sorted { $0.key < $1.key }
            forms = forms.flatMap { form in
                codes.map { Form(divisor: form.divisor, scale: $0.value.scale, words: form.words + [$0.key]) }
            }
        }
        return forms.sorted { ($0.scale / $0.divisor).magnitude < ($1.scale / $1.divisor).magnitude }
    }

    private static func words(ofNumber number: Double, in field: RegisterField) -> [UInt16]? {
        let bigEndian: [UInt16]
        if field.type == .ascii {
            guard let digits = UInt128(exactly: number.rounded()),
                let words = RegisterText.words(digits, registers: field.registers)
            else { return nil }
            bigEndian = words
        } else {
            guard let pattern = pattern(of: number, in: field), !field.invalid.contains(pattern),
                (1...4).contains(field.registers)
            else { return nil }
            bigEndian = (0..<field.registers).reversed().map { UInt16(truncatingIfNeeded: pattern >> UInt64(16 * $0)) }
        }
        let words = bigEndian.map(field.ordered)
        return field.wordOrder == .big ? words : words.reversed()
    }

    private static func pattern(of number: Double, in field: RegisterField) -> UInt64? {
        let rounded = number.rounded()
        switch field.type {
        case .int16: return Int16(exactly: rounded).map { UInt64(UInt16(bitPattern: $0)) }
        case .uint16: return UInt16(exactly: rounded).map { UInt64($0) }
        case .int32: return Int32(exactly: rounded).map { UInt64(UInt32(bitPattern: $0)) }
        case .uint32: return UInt32(exactly: rounded).map { UInt64($0) }
        case .int64: return Int64(exactly: rounded).map { UInt64(bitPattern: $0) }
        case .uint64: return UInt64(exactly: rounded)
        case .float32:
            let float = Float(number)
            return float.isFinite ? UInt64(float.bitPattern) : nil
        case .float64: return number.bitPattern
        case .bcd16: return UInt64(exactly: rounded).flatMap { BinaryCodedDecimal.pattern($0, digits: 4) }
        case .bcd32: return UInt64(exactly: rounded).flatMap { BinaryCodedDecimal.pattern($0, digits: 8) }
        case .bool:
            guard rounded == 0 || rounded == 1 else { return nil }
            if field.table.isBits { return UInt64(rounded) }
            guard let bit = field.bit, (0..<16).contains(bit) else { return nil }
            return UInt64(rounded) << UInt64(bit)
        case .ascii: return nil
        }
    }
}
