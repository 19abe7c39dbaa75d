// The ways of writing numbers that Swift has no type for: byte order, decimal digits in nibbles, digits in characters.
import SensorModel

extension RegisterField {
    /// The word with its bytes in the order of the wire changed to most significant first, or back. A bit has no bytes.
    func ordered(_ word: UInt16) -> UInt16 { byteOrder == .little && !table.isBits ? word.byteSwapped : word }
}

extension ChannelMap {
    /// The words decoding takes: the vector's own, with its count of decimals and its unit code behind each field that has
    /// such. Nil when the vector lacks them, or has more or fewer words than the fields.
    func words(of example: DeviceProfile.Example) -> [UInt16]? {
        var words: [UInt16] = []
        var own = example.words[...]
        for field in fields {
            guard field.registers > 0, own.count >= field.registers else { return nil }
            words += own.prefix(field.registers)
            own = own.dropFirst(field.registers)
            if field.decimalsAt != nil {
                guard let decimals = example.decimals else { return nil }
                words.append(decimals)
            }
            if field.unitAt != nil {
                guard let code = example.unitCode else { return nil }
                words.append(code)
            }
        }
        return own.isEmpty ? words : nil
    }
}

/// Counts of decimals as devices keep them in a register.
enum DecimalPoint {
    /// The counts a device may have.
    static let counts: ClosedRange<UInt16> = 0...6

    /// 10 to the power of the count; nil for a count that no device has.
    static func divisor(_ count: UInt16) -> Double? {
        switch count {
        case 0: 1
        case 1: 10
        case 2: 100
        case 3: 1000
        case 4: 10_000
        case 5: 100_000
        case 6: 1_000_000
        default: nil
        }
    }
}

/// One decimal digit in each nibble.
enum BinaryCodedDecimal {
    /// The number; nil with a nibble above 9.
    static func number(_ pattern: UInt64) -> UInt64? {
        var number: UInt64 = 0
        var rest = pattern
        var place: UInt64 = 1
        while rest != 0 {
            guard rest & 0xF <= 9 else { return nil }
            number &+= rest & 0xF &* place
            place &*= 10
            rest >>= 4
        }
        return number
    }

    /// The pattern; nil when the number has more digits.
    static func pattern(_ number: UInt64, digits: Int) -> UInt64? {
        var pattern: UInt64 = 0
        var rest = number
        for digit in 0..<digits {
            pattern |= (rest % 10) << UInt64(4 * digit)
            rest /= 10
        }
        return rest == 0 ? pattern : nil
    }
}

/// Two characters in each register.
enum RegisterText {
    /// The most registers a text or a number in characters takes.
    static let largest = 16

    /// The number whose decimal digits the words are; spaces and zero bytes around them do not count. Nil with anything else
    /// in it, and without digits.
    static func number(_ words: Span<UInt16>, of field: RegisterField) -> Double? {
        guard words.count <= largest else { return nil }
        var number: UInt128 = 0
        var digits = 0
        var ended = false
        for index in words.indices {
            let word = field.ordered(words[field.wordOrder == .big ? index : words.count - 1 - index])
            for character in [UInt8(truncatingIfNeeded: word >> 8), UInt8(truncatingIfNeeded: word)] {
                if isPadding(character) {
                    ended = digits > 0
                } else {
                    guard !ended, (0x30...0x39).contains(character) else { return nil }
                    // At most 32 digits: below 2¹²⁸.
                    number = number * 10 + UInt128(character - 0x30)
                    digits += 1
                }
            }
        }
        return digits > 0 ? Double(number) : nil
    }

    /// The words of a number's digits, behind spaces; nil when they do not fit. Most significant word and byte first.
    static func words(_ number: UInt128, registers: Int) -> [UInt16]? {
        let digits = Array(String(number).utf8)
        guard (1...largest).contains(registers), digits.count <= 2 * registers else { return nil }
        let characters = Array(repeating: UInt8(0x20), count: 2 * registers - digits.count) + digits
        return (0..<registers).map { UInt16(characters[2 * $0]) << 8 | UInt16(characters[2 * $0 + 1]) }
    }

    /// The characters without the spaces and zero bytes around them.
    static func trimmed(_ words: [UInt16]) -> [UInt8] {
        let characters = words.flatMap { [UInt8(truncatingIfNeeded: $0 >> 8), UInt8(truncatingIfNeeded: $0)] }
        guard let first = characters.firstIndex(where: { !isPadding($0) }),
            let last = characters.lastIndex(where: { !isPadding($0) })
        else { return [] }
        return Array(characters[first...last])
    }

    private static func isPadding(_ character: UInt8) -> Bool { character == 0x20 || character == 0 }
}
