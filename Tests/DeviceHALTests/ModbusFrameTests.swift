// Frames against published ones, and against anything at all.
import DeviceHAL
import Testing

/// Frames printed in manuals and vendor pages, bytes as they are on the wire.
private let golden: [(table: RegisterTable, unit: UInt8, address: UInt16, count: UInt16, frame: [UInt8])] = [
    (.holding, 1, 4, 1, [0x01, 0x03, 0x00, 0x04, 0x00, 0x01, 0xC5, 0xCB]),
    (.holding, 80, 0x34, 1, [0x50, 0x03, 0x00, 0x34, 0x00, 0x01, 0xC8, 0x45]),
    (.input, 1, 0, 2, [0x01, 0x04, 0x00, 0x00, 0x00, 0x02, 0x71, 0xCB]),
    (.holding, 1, 0, 2, [0x01, 0x03, 0x00, 0x00, 0x00, 0x02, 0xC4, 0x0B]),
    (.holding, 0, 0x4000, 1, [0x00, 0x03, 0x40, 0x00, 0x00, 0x01, 0x90, 0x1B]),
    (.coil, 1, 0x0510, 1, [0x01, 0x01, 0x05, 0x10, 0x00, 0x01, 0xFC, 0xC3]),
]

private struct Seeded: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ state >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}

@Suite struct ModbusFrameTests {
    let level = RequestFrame(unit: 1, table: .holding, address: 4, count: 1)
    let levelReply: [UInt8] = [0x01, 0x03, 0x02, 0x01, 0xB4, 0xB9, 0xA3]

    @Test func `requests are the published bytes`() throws {
        for example in golden {
            let frame = try #require(
                RequestFrame(unit: example.unit, table: example.table, address: example.address, count: example.count))
            #expect(frame.serial == example.frame)
            #expect(frame.unitAndPDU == example.frame.dropLast(2))
        }
    }

    @Test func `the checksum holds on the other published frames`() {
        for frame: [UInt8] in [
            [0x01, 0x06, 0x00, 0x00, 0x00, 0x02, 0x08, 0x0B], [0x02, 0x06, 0x00, 0x0F, 0x00, 0x00, 0xB9, 0xFA],
            [0x50, 0x06, 0x00, 0x69, 0xB5, 0x88, 0x22, 0xA1], [0x00, 0x06, 0x40, 0x00, 0x00, 0x01, 0x5C, 0x1B],
            [0x01, 0x05, 0x00, 0x01, 0x01, 0x00, 0x9D, 0x9A],
        ] {
            #expect(ModbusCRC.agrees(frame))
            #expect(!ModbusCRC.agrees([frame[0] ^ 1] + frame.dropFirst()))
        }
        #expect(!ModbusCRC.agrees([] as [UInt8]))
        #expect(!ModbusCRC.agrees([0xFF, 0xFF]))
    }

    @Test func `published replies are decoded`() throws {
        let request = try #require(level)
        #expect(ReplyFrame.serial(levelReply[...], for: request) == .reply([436]))
        let laser = try #require(RequestFrame(unit: 80, table: .holding, address: 0x34, count: 1))
        #expect(ReplyFrame.serial([0x50, 0x03, 0x02, 0x07, 0x0B, 0x06, 0x7F], for: laser) == .reply([1803]))
    }

    @Test func `a TCP request carries the header of the guide`() throws {
        let request = try #require(level)
        #expect(request.tcp(transaction: 0x1501) == [0x15, 0x01, 0, 0, 0, 6, 1, 3, 0, 4, 0, 1])
    }

    @Test func `what no unit could answer cannot be asked`() {
        #expect(RequestFrame(unit: 1, table: .holding, address: 0, count: 0) == nil)
        #expect(RequestFrame(unit: 1, table: .input, address: 0, count: 126) == nil)
        #expect(RequestFrame(unit: 1, table: .coil, address: 0, count: 2001) == nil)
        #expect(RequestFrame(unit: 1, table: .holding, address: 65_535, count: 2) == nil)
        #expect(RequestFrame(unit: 1, table: .holding, address: 65_535, count: 1) != nil)
    }

    @Test func `every beginning of a reply asks for more and no extension of it is believed`() throws {
        let request = try #require(level)
        for length in 0..<levelReply.count {
            #expect(ReplyFrame.serial(levelReply[..<length], for: request) == .needMore)
        }
        #expect(ReplyFrame.serial((levelReply + [0])[...], for: request) == .mismatch(.length(got: 8, expected: 7)))
        #expect(
            ReplyFrame.serial((levelReply + levelReply)[...], for: request) == .mismatch(.length(got: 14, expected: 7)))
    }

    @Test func `no single changed bit is believed`() throws {
        let request = try #require(level)
        for bit in 0..<levelReply.count * 8 {
            var changed = levelReply
            changed[bit / 8] ^= 1 << UInt8(bit % 8)
            switch ReplyFrame.serial(changed[...], for: request) {
            case .mismatch, .needMore: break
            case .reply, .exception: Issue.record("bit \(bit) changed and believed")
            }
        }
    }

    @Test func `each disagreement has its name`() throws {
        let request = try #require(RequestFrame(unit: 1, table: .holding, address: 4, count: 2))
        #expect(ReplyFrame.serial([2], for: request) == .mismatch(.unit(2)))
        #expect(ReplyFrame.serial([1, 4], for: request) == .mismatch(.function(4)))
        #expect(ReplyFrame.serial([1, 0x84], for: request) == .mismatch(.function(0x84)))
        #expect(ReplyFrame.serial([1, 3, 6], for: request) == .mismatch(.byteCount(got: 6, expected: 4)))
        #expect(ReplyFrame.tcp(unit: 1, pdu: [3, 4, 0, 1, 0], for: request) == .mismatch(.length(got: 5, expected: 6)))
        #expect(ReplyFrame.tcp(unit: 9, pdu: [3, 4, 0, 1, 0, 2], for: request) == .mismatch(.unit(9)))
        #expect(ReplyFrame.tcp(unit: 1, pdu: [0x83], for: request) == .mismatch(.length(got: 1, expected: 2)))
        #expect(ReplyFrame.tcp(unit: 1, pdu: [0x83, 2], for: request) == .exception(code: 2))
        #expect(ReplyFrame.serial([0x01, 0x83, 0x02, 0xC0, 0xF1], for: request) == .exception(code: 2))
    }

    @Test func `bits come one to a word, lowest first`() throws {
        let request = try #require(RequestFrame(unit: 1, table: .discrete, address: 0, count: 10))
        #expect(ReplyFrame.tcp(unit: 1, pdu: [2, 2, 0b1000_0101, 0b10], for: request) == .reply([1, 0, 1, 0, 0, 0, 0, 1, 0, 1]))
    }

    @Test func `a hundred thousand random inputs neither trap nor pass for more than they are`() throws {
        var random = Seeded(state: 0x5EED)
        for round in 0..<100_000 {
            let table = RegisterTable.allCases[Int(random.next() % 4)]
            let unit = UInt8(random.next() % 4)
            let address = UInt16(random.next() % 65_000)
            let read = RequestFrame(unit: unit, table: table, address: address, count: UInt16(1 + random.next() % 125))
            let writes = [
                RequestFrame(unit: unit, .register(address: address, word: 7)),
                RequestFrame(unit: unit, .coils(address: address, [true, false])),
            ]
            let request = try #require(round % 3 == 0 ? writes[round / 3 % 2] : read)
            var bytes = (0..<Int(random.next() % 40)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            // Half of them begin like a reply, so that the checks behind the first bytes are reached.
            if round % 2 == 0 {
                let function = request.function | (round % 6 == 0 ? 0x80 : 0)
                let head = [request.unit, function, UInt8(clamping: request.replyLength - 2)]
                bytes = (round % 4 == 0 ? [0, 1, 0, 0, 0, UInt8(random.next() % 40)] : []) + head + bytes
            }
            for framing in [ReplyStream.Framing.serial, .tcp] {
                var stream = ReplyStream(framing: framing)
                for piece in [bytes.prefix(bytes.count / 2), bytes.dropFirst(bytes.count / 2)] {
                    stream.append(piece)
                    walk(&stream, request, random.next() % 2 == 0)
                }
                _ = stream.dropWaitingFrames()
            }
            _ = ReplyStream.owedFrames(in: bytes) { $0 % 2 == 0 }
        }
    }

    /// Takes events until the stream waits or has decided; a believed reply has the number of words that was asked for.
    private func walk(_ stream: inout ReplyStream, _ request: RequestFrame, _ owes: Bool) {
        for _ in 0..<100 {
            switch stream.next(for: request, transaction: 1, echoes: !owes, owes: { _ in owes }) {
            case .echo, .stale: continue
            case .reply(let words):
                #expect(words.count == (request.isWrite ? 0 : Int(request.count)))
                return
            case .needMore, .exception, .mismatch: return
            }
        }
        Issue.record("a stream that never comes to rest")
    }
}
