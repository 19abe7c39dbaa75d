// From the words of a believed reply to a number with quality. Pure, and total: no input can make it trap.
import SensorModel

/// Turns register words into measurements, by what the profile says about them.
///
/// Nothing is allocated on the way of a channel without transform.
public enum RegisterDecoder {
    /// Decodes one channel out of the replies of a poll.
    /// - Parameters:
    ///   - channel: its fields, transform and range.
    ///   - places: where the fields stand, as `ReadPlan` says.
    ///   - replies: the words of each block of the plan, as they came from the wire.
    ///   - reference: where a tilt is measured from; nil, or one of another kind, for the vertical or the sensor's own zero.
    /// - Returns: a good value in the channel's canonical unit, or bad with `not-a-number` (NaN, infinity, gravity of zero
    ///   length), `invalid-marker` (one of the field's `invalid` patterns), `another-unit` (a unit code that the profile does
    ///   not name), `out-of-range` (outside the channel's range, or where the transform does not hold), or `decode-error`
    ///   (a wrong number of words or fields, digits that are none, more than 6 decimals, a result too large for a number).
    public static func measurement(
        of channel: ChannelMap, at places: [ReadPlan.FieldPlace], in replies: [[UInt16]], from reference: TiltReference? = nil
    ) -> Measurement {
        guard places.count == channel.fields.count else { return .bad(.decodeError) }
        let measurement = measurement(of: channel) { number(of: channel.fields[$0], at: places[$0], in: replies) }
        guard let reference, reference.fits(channel), case .good = measurement,
            let now = stand(of: channel, at: places, in: replies), let degrees = reference.degrees(to: now)
        else { return measurement }
        return .good(degrees)
    }

    /// How a sensor stands by one of its tilt channels.
    /// - Parameters: as above.
    /// - Returns: nil for a channel that tells no tilt, and where `measurement` has no value.
    public static func stand(
        of channel: ChannelMap, at places: [ReadPlan.FieldPlace], in replies: [[UInt16]]
    ) -> TiltReference? {
        guard channel.quantity == .tilt, places.count == channel.fields.count,
            case .good(let value) = measurement(of: channel, at: places, in: replies)
        else { return nil }
        guard channel.transform == .gravityTilt else { return channel.transform == nil ? .angle(value) : nil }
        let inputs = channel.fields.indices.compactMap { number(of: channel.fields[$0], at: places[$0], in: replies).value }
        guard inputs.count == channel.fields.count else { return nil }
        return GravityTilt.vector(of: inputs).map { .gravity(x: $0.x, y: $0.y, z: $0.z) }
    }

    /// Decodes one channel out of its own words.
    /// - Parameters:
    ///   - channel: its fields, transform and range.
    ///   - words: `ChannelMap.wordCount` words: of each field its number, its count of decimals, its unit's code.
    /// - Returns: as above.
    public static func measurement(of channel: ChannelMap, words: [UInt16]) -> Measurement {
        var start = 0
        var isShort = false
        let result = measurement(of: channel) { index in
            let number = number(of: channel.fields[index], words, from: &start)
            isShort = isShort || number == nil
            return number ?? .bad(.decodeError)
        }
        // A field that is bad ends the decoding of a transform before its last word; then the words are counted.
        return !isShort && (start == words.count || takes(channel, words.count)) ? result : .bad(.decodeError)
    }

    /// True when the channel takes exactly so many words; a profile's lengths may be absurd, and are only ever subtracted.
    private static func takes(_ channel: ChannelMap, _ count: Int) -> Bool {
        var rest = count
        for field in channel.fields {
            guard field.registers > 0, field.registers <= rest else { return false }
            rest -= field.registers + (field.decimalsAt == nil ? 0 : 1) + (field.unitAt == nil ? 0 : 1)
        }
        return rest == 0
    }

    /// Decodes a golden vector: its count of decimals and unit code are those of every field that has such.
    /// - Returns: as above; `decode-error` also when a field wants a count of decimals or a unit code and the vector has none.
    public static func measurement(of channel: ChannelMap, example: DeviceProfile.Example) -> Measurement {
        channel.words(of: example).map { measurement(of: channel, words: $0) } ?? .bad(.decodeError)
    }

    /// Decodes one field: order, invalid patterns, type, number × scale + offset, then / 10^decimals, then × the unit's scale.
    /// - Parameters:
    ///   - field: where the number lives and how it is written.
    ///   - words: exactly `RegisterField.wordCount` words.
    /// - Returns: a good number, finite and never −0, or bad with `decode-error`, `invalid-marker`, `not-a-number` or
    ///   `another-unit`.
    public static func number(of field: RegisterField, words: [UInt16]) -> Measurement {
        var start = 0
        guard let number = number(of: field, words, from: &start), start == words.count else { return .bad(.decodeError) }
        return number
    }

    private static func number(of field: RegisterField, at place: ReadPlan.FieldPlace, in replies: [[UInt16]]) -> Measurement {
        guard replies.indices.contains(place.number.block), place.number.count == field.registers else {
            return .bad(.decodeError)
        }
        let reply = replies[place.number.block]
        guard place.number.fits(reply.count) else { return .bad(.decodeError) }
        return number(
            of: field, reply, from: place.number.offset, decimals: place.decimals?.word(in: replies),
            code: place.unit?.word(in: replies))
    }

    /// The field whose words begin at `start`, which is moved behind them; nil when there are too few.
    private static func number(of field: RegisterField, _ words: [UInt16], from start: inout Int) -> Measurement? {
        guard field.registers > 0, field.registers <= words.count - start else { return nil }
        let first = start
        start += field.registers
        var decimals: UInt16?
        var code: UInt16?
        if field.decimalsAt != nil {
            guard start < words.count else { return nil }
            decimals = words[start]
            start += 1
        }
        if field.unitAt != nil {
            guard start < words.count else { return nil }
            code = words[start]
            start += 1
        }
        return number(of: field, words, from: first, decimals: decimals, code: code)
    }

    /// The field whose words begin at `first` and are all there.
    private static func number(
        of field: RegisterField, _ words: [UInt16], from first: Int, decimals: UInt16?, code: UInt16?
    ) -> Measurement {
        guard field.registers > 0 else { return .bad(.decodeError) }
        switch raw(field, words.span.extracting(first..<first + field.registers)) {
        case .good(let raw):
            let value = scaled(raw, by: field.scale) + field.offset
            guard field.decimalsAt == nil, field.unitAt == nil else {
                return converted(value, field, decimals: decimals, code: code)
            }
            return finite(value)
        case let bad: return bad
        }
    }

    /// value / 10^decimals × the unit's scale.
    private static func converted(_ value: Double, _ field: RegisterField, decimals: UInt16?, code: UInt16?) -> Measurement {
        var value = value
        if field.decimalsAt != nil {
            guard let decimals, let divisor = DecimalPoint.divisor(decimals) else { return .bad(.decodeError) }
            value /= divisor
        }
        if let table = field.unitAt {
            guard let code else { return .bad(.decodeError) }
            guard let conversion = table.codes[code] else { return .bad(.anotherUnit) }
            value = scaled(value, by: conversion.scale)
        }
        return finite(value)
    }

    private static func finite(_ value: Double) -> Measurement {
        guard value.isFinite else { return .bad(.decodeError) }
        return .good(value == 0 ? 0 : value)
    }

    /// number × scale; a scale of one n-th divides by n, so that 194 tenths are 19.4 and not 19.400000000000002.
    private static func scaled(_ number: Double, by scale: Double) -> Double {
        let divisor = (1 / scale).rounded()
        guard scale != 1, scale.magnitude < 1, 1 / divisor == scale else { return number * scale }
        return number / divisor
    }

    /// The number as the device writes it.
    private static func raw(_ field: RegisterField, _ words: Span<UInt16>) -> Measurement {
        if field.type == .ascii {
            return RegisterText.number(words, of: field).map { .good($0) } ?? .bad(.decodeError)
        }
        guard let pattern = pattern(of: field, words) else { return .bad(.decodeError) }
        if !field.invalid.isEmpty, field.invalid.contains(pattern) { return .bad(.invalidMarker) }
        let number: Double
        switch field.type {
        case .int16: number = Double(Int16(truncatingIfNeeded: pattern))
        case .int32: number = Double(Int32(truncatingIfNeeded: pattern))
        case .int64: number = Double(Int64(bitPattern: pattern))
        case .uint16, .uint32, .uint64: number = Double(pattern)
        case .float32: number = Double(Float(bitPattern: UInt32(truncatingIfNeeded: pattern)))
        case .float64: number = Double(bitPattern: pattern)
        case .bcd16, .bcd32:
            guard let digits = BinaryCodedDecimal.number(pattern) else { return .bad(.decodeError) }
            number = Double(digits)
        case .bool:
            guard let state = state(pattern, field) else { return .bad(.decodeError) }
            number = state
        case .ascii: return .bad(.decodeError)
        }
        return number.isFinite ? .good(number) : .bad(.notANumber)
    }

    /// 0 or 1; nil for an item of a bit table that is neither, and for a register of which the profile names no bit.
    private static func state(_ pattern: UInt64, _ field: RegisterField) -> Double? {
        if field.table.isBits { return pattern <= 1 ? Double(pattern) : nil }
        guard let bit = field.bit, (0..<16).contains(bit) else { return nil }
        return Double(pattern >> UInt64(bit) & 1)
    }

    /// The field's bits, most significant first, or nil when they are more than 64.
    private static func pattern(of field: RegisterField, _ words: Span<UInt16>) -> UInt64? {
        guard words.count <= 4 else { return nil }
        var pattern: UInt64 = 0
        for index in words.indices {
            let word = words[field.wordOrder == .big ? index : words.count - 1 - index]
            pattern = pattern << 16 | UInt64(field.ordered(word))
        }
        return pattern
    }

    private static func measurement(of channel: ChannelMap, _ number: (Int) -> Measurement) -> Measurement {
        guard let transform = channel.transform else {
            return channel.fields.count == 1 ? inRange(number(0), channel) : .bad(.decodeError)
        }
        guard transform.takes(channel.fields.count) else { return .bad(.decodeError) }
        var inputs: [Double] = []
        inputs.reserveCapacity(channel.fields.count)
        for index in channel.fields.indices {
            switch number(index) {
            case .good(let input): inputs.append(input)
            case let bad: return bad
            }
        }
        switch transform {
        case .gravityTilt: return inRange(GravityTilt.angle(of: inputs), channel)
        case .hydrostaticDepth: return inRange(HydrostaticDepth.depth(of: inputs), channel)
        }
    }

    /// Both ends count as inside, and so does one step beyond them; 2⁻²³ is what a float32 may have rounded away.
    private static func inRange(_ measurement: Measurement, _ channel: ChannelMap) -> Measurement {
        guard case .good(let value) = measurement, let range = channel.range else { return measurement }
        let step = channel.resolution ?? 0
        func tolerance(at end: Double) -> Double { step + (end.magnitude + step) * Double(Float.ulpOfOne) }
        return value >= range.lowerBound - tolerance(at: range.lowerBound)
            && value <= range.upperBound + tolerance(at: range.upperBound) ? measurement : .bad(.outOfRange)
    }
}
