// Packets of a broker as the library reads them, as far as their properties.

/// Goes through packets from the front until one is incomplete.
struct PacketReader {
    /// How the values of properties are written (MQTT 5.0 §2.2.2.2).
    private enum Form {
        case bytes(Int), number, text, pair
    }

    private static let forms: [Int: Form] = {
        var forms: [Int: Form] = [0x0B: .number, 0x26: .pair]
        for id in [0x01, 0x17, 0x19, 0x24, 0x25, 0x28, 0x29, 0x2A] { forms[id] = .bytes(1) }
        for id in [0x13, 0x21, 0x22, 0x23] { forms[id] = .bytes(2) }
        for id in [0x02, 0x11, 0x18, 0x27] { forms[id] = .bytes(4) }
        for id in [0x03, 0x08, 0x09, 0x12, 0x15, 0x16, 0x1A, 0x1C, 0x1F] { forms[id] = .text }
        return forms
    }()

    private var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) { rest = bytes[...] }

    /// Whether one of the packets is of no kind, or has a property that there is not.
    var hasUnknown: Bool {
        var reader = self
        while let kind = reader.number(bytes: 1), let length = reader.varint(), length <= reader.rest.count {
            var packet = PacketReader(Array(reader.rest.prefix(length)))
            reader.rest = reader.rest.dropFirst(length)
            if kind & 0xF0 == 0 { return true }
            if packet.skipToProperties(kind), packet.meetsUnknownProperty() { return true }
        }
        return false
    }

    /// Passes over what stands before the properties; false when there are none.
    private mutating func skipToProperties(_ kind: Int) -> Bool {
        switch kind & 0xF0 {
        case 0x20: skip(2)
        case 0x30: skipText() && (kind & 6 == 0 || skip(2))
        case 0x40, 0x50, 0x60, 0x70: skip(3)
        case 0x90, 0xB0: skip(2)
        case 0xE0, 0xF0: skip(1)
        default: false
        }
    }

    private mutating func meetsUnknownProperty() -> Bool {
        guard let length = varint() else { return false }
        // As the library counts: an identifier is one byte, whatever it takes, and a value may go beyond the end.
        var left = UInt32(length)
        while left != 0, let identifier = varint() {
            guard let form = Self.forms[identifier] else { return true }
            let before = rest.count
            let isRead =
                switch form {
                case .bytes(let count): skip(count)
                case .number: varint() != nil
                case .text: skipText()
                case .pair: skipText() && skipText()
                }
            guard isRead else { return false }
            left = left &- 1 &- UInt32(before - rest.count)
        }
        return false
    }

    @discardableResult
    private mutating func skip(_ count: Int) -> Bool {
        guard rest.count >= count else { return false }
        rest = rest.dropFirst(count)
        return true
    }

    private mutating func skipText() -> Bool { number(bytes: 2).map { skip($0) } ?? false }

    private mutating func number(bytes count: Int) -> Int? {
        guard rest.count >= count else { return nil }
        let value = rest.prefix(count).reduce(0) { $0 << 8 | Int($1) }
        rest = rest.dropFirst(count)
        return value
    }

    /// A number of one to four bytes (MQTT 5.0 §1.5.5).
    private mutating func varint() -> Int? {
        var value = 0
        for place in 0..<4 {
            guard let byte = number(bytes: 1) else { return nil }
            value |= (byte & 0x7F) << (7 * place)
            if byte & 0x80 == 0 { return value }
        }
        return nil
    }
}
