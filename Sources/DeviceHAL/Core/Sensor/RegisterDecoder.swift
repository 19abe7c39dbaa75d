// From the words of a believed reply to a number with quality. Pure, and total: no input can make it trap.
import SensorModel

/// Turns register words into measurements, by what the profile says about them.
public enum RegisterDecoder {
    /// Decodes one channel.
    /// - Parameters:
    ///   - channel: its fields, transform and range.
    ///   - words: the words of its fields, one field after the other, as they came from the wire.
    /// - Returns: a good value in the channel's canonical unit, or bad with `not-a-number` (NaN, infinity, gravity of zero
    ///   length), `invalid-marker` (one of the field's `invalid` patterns), `out-of-range`, or `decode-error` (a wrong number
    ///   of words or fields, or a result too large for a number).
    public static func measurement(of channel: ChannelMap, words: [UInt16]) -> Measurement {
        var rest = words[...]
        var numbers: [Double] = []
        for field in channel.fields {
            guard rest.count >= field.type.words else { return .bad(.decodeError) }
            switch number(of: field, words: Array(rest.prefix(field.type.words))) {
            case .good(let number): numbers.append(number)
            case let bad: return bad
            }
            rest = rest.dropFirst(field.type.words)
        }
        guard rest.isEmpty else { return .bad(.decodeError) }
        let result = combined(numbers, by: channel.transform)
        guard case .good(let value) = result, let range = channel.range else { return result }
        return contains(range, value, step: channel.resolution ?? 0) ? result : .bad(.outOfRange)
    }

    /// Decodes one field: order, invalid patterns, type, then number × scale + offset.
    /// - Parameters:
    ///   - field: where the number lives and how it is written.
    ///   - words: exactly as many words as the type takes.
    /// - Returns: a good number, finite and never −0, or bad with `decode-error`, `invalid-marker` or `not-a-number`.
    public static func number(of field: RegisterField, words: [UInt16]) -> Measurement {
        guard let pattern = pattern(of: field, words: words) else { return .bad(.decodeError) }
        if field.invalid.contains(pattern) { return .bad(.invalidMarker) }
        let number: Double
        switch field.type {
        case .int16: number = Double(Int16(truncatingIfNeeded: pattern))
        case .uint16, .uint32: number = Double(pattern)
        case .int32: number = Double(Int32(truncatingIfNeeded: pattern))
        case .float32: number = Double(Float(bitPattern: pattern))
        }
        guard number.isFinite else { return .bad(.notANumber) }
        let value = scaled(number, by: field.scale) + field.offset
        guard value.isFinite else { return .bad(.decodeError) }
        return .good(value == 0 ? 0 : value)
    }

    /// number × scale; a scale of one n-th divides by n, so that 194 tenths are 19.4 and not 19.400000000000002.
    private static func scaled(_ number: Double, by scale: Double) -> Double {
        let divisor = (1 / scale).rounded()
        guard scale != 1, scale.magnitude < 1, 1 / divisor == scale else { return number * scale }
        return number / divisor
    }

    /// The field's bits, most significant first, or nil when the number of words is not the type's.
    private static func pattern(of field: RegisterField, words: [UInt16]) -> UInt32? {
        guard words.count == field.type.words else { return nil }
        let ordered = field.wordOrder == .big ? words : words.reversed()
        return ordered.reduce(0) { $0 << 16 | UInt32(field.ordered($1)) }
    }

    private static func combined(_ numbers: [Double], by transform: Transform?) -> Measurement {
        guard let transform else { return numbers.count == 1 ? .good(numbers[0]) : .bad(.decodeError) }
        guard transform.fieldCount.contains(numbers.count) else { return .bad(.decodeError) }
        switch transform {
        case .gravityTilt:
            return GravityTilt.degrees(x: numbers[0], y: numbers[1], z: numbers[2]).map { .good($0) } ?? .bad(.notANumber)
        }
    }

    /// Both ends count as inside, and so does one step beyond them; 2⁻²³ is what a float32 may have rounded away.
    private static func contains(_ range: ClosedRange<Double>, _ value: Double, step: Double) -> Bool {
        func tolerance(at end: Double) -> Double { step + (end.magnitude + step) * Double(Float.ulpOfOne) }
        return value >= range.lowerBound - tolerance(at: range.lowerBound)
            && value <= range.upperBound + tolerance(at: range.upperBound)
    }
}

extension RegisterField {
    /// The word with its bytes in the order of the wire changed to most significant first, or back. A bit has no bytes.
    func ordered(_ word: UInt16) -> UInt16 { byteOrder == .little && !table.isBits ? word.byteSwapped : word }
}
