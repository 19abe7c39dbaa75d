// The bytes a hostile slave reads and makes: requests taken apart, replies right or wrong, framed for the wire.

/// One request as bytes, and what can be made of it.
struct HostileSlaveReply {
    let isLine: Bool
    /// The whole frame of the request.
    let frame: [UInt8]
    let request: HostileSlave.Request

    /// The length of the request at the start of the bytes; nil when more are needed to say.
    static func requestLength(_ bytes: [UInt8], isLine: Bool) -> Int? {
        let start = isLine ? 0 : 6
        guard bytes.count > start + 1 else { return nil }
        let isLong = bytes[start + 1] == 15 || bytes[start + 1] == 16
        guard bytes.count > start + 6 || !isLong else { return nil }
        return start + (isLong ? 7 + Int(bytes[start + 6]) : 6) + (isLine ? 2 : 0)
    }

    init(frame: [UInt8], isLine: Bool) {
        self.isLine = isLine
        self.frame = frame
        let start = isLine ? 0 : 6
        func word(_ at: Int) -> UInt16 { UInt16(frame[start + at]) << 8 | UInt16(frame[start + at + 1]) }
        let function = frame[start + 1]
        var count = word(4)
        var words: [UInt16] = []
        switch function {
        case 5: (count, words) = (1, [word(4) == 0xFF00 ? 1 : 0])
        case 6: (count, words) = (1, [word(4)])
        case 15: words = (0..<Int(count)).map { UInt16(frame[start + 7 + $0 / 8] >> UInt8($0 % 8) & 1) }
        case 16: words = (0..<Int(count)).map { word(7 + 2 * $0) }
        default: break
        }
        request = HostileSlave.Request(unit: frame[start], function: function, address: word(2), count: count, words: words)
    }

    /// The right reply's function code and data.
    /// - Parameter items: the values of the items that are read.
    func body(items: [UInt16]) -> [UInt8] {
        switch request.function {
        case 5, 6, 15, 16: return Array(frame[(isLine ? 1 : 7)...].prefix(5))
        case 1, 2:
            var packed = [UInt8](repeating: 0, count: (items.count + 7) / 8)
            for (index, value) in items.enumerated() where value == 1 { packed[index / 8] |= 1 << UInt8(index % 8) }
            return [request.function, UInt8(truncatingIfNeeded: packed.count)] + packed
        default:
            return [request.function, UInt8(truncatingIfNeeded: items.count * 2)]
                + items.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
        }
    }

    /// The body as the fault leaves it.
    /// - Parameter longer: the body with more items than were asked for.
    func changed(_ body: [UInt8], by fault: HostileSlave.Fault, longer: [UInt8]) -> [UInt8] {
        var changed = body
        switch fault {
        case .wrongFunction: changed[0] = [3: 4, 5: 6, 6: 5, 15: 16, 16: 15][body[0]] ?? 3
        case .wrongByteCount where request.words.isEmpty: changed = longer
        case .wrongByteCount: changed[2] ^= 1
        case .falseByteCount where request.words.isEmpty: changed[1] ^= 2
        case .wrongValue where !request.words.isEmpty: changed[4] ^= 1
        case .exception(let code): changed = [request.function | 0x80, code]
        case .absurd where isLine: changed = [request.function, 0xFF] + [UInt8](repeating: 0x5A, count: 0xFF)
        default: break
        }
        return changed
    }

    /// The body in a frame.
    func whole(_ unit: UInt8, _ body: [UInt8], _ fault: HostileSlave.Fault) -> [UInt8] {
        let garbled = fault == .garbled
        guard isLine else {
            let length = fault == .absurd ? 0xFFFF : body.count + 1
            let id = fault == .wrongTransaction ? frame[1] ^ 0x80 : frame[1]
            return [frame[0], id, garbled ? 1 : 0, 0, UInt8(length >> 8), UInt8(length & 0xFF), unit] + body
        }
        let bytes = [unit] + body
        let crc = Self.crc(bytes) ^ (garbled ? 0x0101 : 0)
        return bytes + [UInt8(crc & 0xFF), UInt8(crc >> 8)]
    }

    /// What goes out, and when.
    func pieces(_ reply: [UInt8], _ fault: HostileSlave.Fault) -> [(delay: Int, bytes: [UInt8])] {
        switch fault {
        case .doubled: [(0, reply + reply)]
        case .doubledAfter(let delay): [(0, reply), (delay, reply)]
        case .truncated: [(0, Array(reply.dropLast(2)))]
        case .dribbling(let delay): reply.map { (delay, [$0]) }
        case .echo: [(0, frame + reply)]
        case .noiseBefore: [(0, [0xFF, 0x00, 0xA5] + reply)]
        // Without a checksum noise inside the next reply could not be told from its words: on TCP it comes right behind this one.
        case .noiseAfter where !isLine: [(0, reply + [0xFF, 0x00, 0xA5])]
        case .noiseAfter(let delay): [(0, reply), (delay, [0xFF, 0x00, 0xA5])]
        default: [(0, reply)]
        }
    }

    /// Whether the right reply is among what goes out.
    func isRight(_ fault: HostileSlave.Fault) -> Bool {
        switch fault {
        case .none, .late, .overtaken, .doubled, .doubledAfter, .dribbling, .echo, .noiseBefore, .noiseAfter, .hangUpLate: true
        // For a write it is the confirmation that the slave meant to give.
        case .stuck: true
        case .falseByteCount: !request.words.isEmpty
        case .wrongTransaction: isLine
        default: false
        }
    }

    /// Division by the polynomial written out, unlike the master's.
    private static func crc(_ bytes: [UInt8]) -> UInt16 {
        bytes.reduce(0xFFFF) { crc, byte in
            (0..<8).reduce(crc ^ UInt16(byte)) { value, _ in value & 1 == 0 ? value / 2 : (value / 2) ^ 0xA001 }
        }
    }
}
