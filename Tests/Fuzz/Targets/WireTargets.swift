// Bytes from a bus.
import DeviceHAL

extension FuzzTargets {
    /// The stream of replies: the first nine bytes choose request and framing, the rest comes in pieces.
    static let modbusReply = FuzzTarget(name: "modbus-reply", runs: 20_000, words: ["\u{1}\u{3}\u{4}", "\u{0}\u{0}"]) { bytes in
        guard bytes.count > 9 else { return nil }
        let tables = RegisterTable.allCases
        let (unit, table) = (bytes[0], tables[Int(bytes[1]) % tables.count])
        let (address, count) = (UInt16(bytes[2]) << 8 | UInt16(bytes[3]), UInt16(bytes[4]) + 1)
        let made =
            bytes[5] & 1 == 0
            ? RequestFrame(unit: unit, table: table, address: address, count: count)
            : RequestFrame(unit: unit, .registers(address: address, (0..<max(1, count % 124)).map { $0 &* 257 }))
        guard let request = made else { return nil }
        var stream = ReplyStream(framing: bytes[5] & 2 == 0 ? .serial : .tcp)
        let (echoes, piece, owed) = (bytes[5] & 4 != 0, Int(bytes[6]) % 16 + 1, bytes[7])
        // A right reply somewhere in it: what stands around it must not be taken for more than it is.
        var rest = bytes[8...]
        if bytes[5] & 8 != 0 { rest.insert(contentsOf: request.serial, at: rest.startIndex) }
        var events = 0
        while !rest.isEmpty {
            stream.append(rest.prefix(piece))
            rest = rest.dropFirst(piece)
            look: while true {
                events += 1
                if events > bytes.count * 4 + 300 { return "it does not come to rest" }
                let before = stream.bytes.count
                switch stream.next(for: request, transaction: 7, echoes: echoes, owes: { $0 == owed }) {
                case .needMore: break look
                case .echo, .stale:
                    if stream.bytes.count >= before { return "a frame was thrown away and is still there" }
                case .reply(let words):
                    let wanted = request.isWrite ? 0 : Int(request.count)
                    return words.count == wanted ? nil : "\(words.count) words for \(wanted)"
                case .exception, .mismatch: return nil
                }
            }
        }
        _ = stream.dropWaitingFrames()
        let (units, left) = ReplyStream.owedFrames(in: bytes) { $0 == owed }
        return left <= bytes.count && units.isSubset(of: [owed]) ? nil : "more was owed than came"
    }
}
