// Echoes, old frames and the reply, in one stream of bytes.
import DeviceHAL
import Testing

@Suite struct ModbusReplyStreamTests {
    private func frame(_ body: [UInt8]) -> [UInt8] {
        let crc = ModbusCRC.of(body)
        return body + [UInt8(crc & 0xFF), UInt8(crc >> 8)]
    }

    private func request(_ unit: UInt8 = 1, _ count: UInt16 = 1) throws -> RequestFrame {
        try #require(RequestFrame(unit: unit, table: .holding, address: 7, count: count))
    }

    @Test func `the echo of the request is thrown away once, byte by byte too`() throws {
        let request = try request()
        var stream = ReplyStream(framing: .serial)
        for byte in request.serial {
            #expect(stream.next(for: request, transaction: 0) { _ in false } == .needMore)
            stream.append([byte])
        }
        #expect(stream.next(for: request, transaction: 0) { _ in false } == .echo)
        stream.append(frame([1, 3, 2, 0, 9]))
        #expect(stream.next(for: request, transaction: 0) { _ in false } == .reply([9]))
    }

    /// 24 coils from 0x0305 that hold 05 00 18: the reply is the request, byte for byte.
    @Test func `a reply that is its request byte for byte is a reply on a line without echo, and comes second on one with`()
        throws
    {
        let request = try #require(RequestFrame(unit: 1, table: .coil, address: 0x0305, count: 24))
        #expect(request.mayBeItsOwnReply)
        let bits: [UInt16] = [1, 0, 1, 0, 0, 0, 0, 0] + Array(repeating: 0, count: 8) + [0, 0, 0, 1, 1, 0, 0, 0]
        var plain = ReplyStream(framing: .serial)
        plain.append(request.serial)
        #expect(plain.next(for: request, transaction: 0) { _ in false } == .reply(bits))
        var echoing = ReplyStream(framing: .serial)
        echoing.append(request.serial + request.serial)
        #expect(echoing.next(for: request, transaction: 0, echoes: true) { _ in false } == .echo)
        #expect(echoing.next(for: request, transaction: 0, echoes: true) { _ in false } == .reply(bits))
    }

    @Test func `an old frame of another unit is passed over only when that unit owes one`() throws {
        let request = try request()
        for owes in [true, false] {
            var stream = ReplyStream(framing: .serial)
            stream.append(frame([2, 3, 4, 0, 1, 0, 2]) + frame([1, 3, 2, 0, 9]))
            let first = stream.next(for: request, transaction: 0) { $0 == 2 && owes }
            #expect(first == (owes ? .stale(unit: 2) : .mismatch(.unit(2))))
            if owes { #expect(stream.next(for: request, transaction: 0) { $0 == 2 } == .reply([9])) }
        }
    }

    @Test func `an old frame of the same unit is never passed over`() throws {
        let request = try request()
        var stream = ReplyStream(framing: .serial)
        stream.append(frame([1, 3, 4, 0, 1, 0, 2]))
        #expect(stream.next(for: request, transaction: 0) { _ in true } == .mismatch(.byteCount(got: 4, expected: 2)))
    }

    @Test func `on TCP another transaction is stale and the right one follows`() throws {
        let request = try request()
        var stream = ReplyStream(framing: .tcp)
        stream.append([0, 4, 0, 0, 0, 5, 1, 3, 2, 0, 8, 0, 5, 0, 0, 0, 5, 1, 3, 2, 0])
        #expect(stream.next(for: request, transaction: 5) { _ in false } == .stale(unit: 1))
        #expect(stream.next(for: request, transaction: 5) { _ in false } == .needMore)
        stream.append([9])
        #expect(stream.next(for: request, transaction: 5) { _ in false } == .reply([9]))
    }

    @Test func `frames that wait before a request are dropped whole and the next one is kept`() throws {
        var stream = ReplyStream(framing: .tcp)
        stream.append([0, 4, 0, 0, 0, 5, 1, 3, 2, 0, 8, 0, 5, 0])
        #expect(stream.dropWaitingFrames() == 11)
        #expect(stream.bytes == [0, 5, 0])
        stream.append([0, 0])
        #expect(stream.dropWaitingFrames() == 0)
        stream.append([1])
        #expect(stream.dropWaitingFrames() == nil)
    }

    @Test func `a frame completed by the first bytes of the next one is not believed`() throws {
        let request = try request()
        for cut in 1...3 {
            var stream = ReplyStream(framing: .tcp)
            stream.append([0, 5, 0, 0, 0, 5, 1, 3, 2, 0, 9].dropLast(cut) + [0, 4, 0, 0, 0, 5, 1, 3, 2, 0, 8])
            guard case .mismatch = stream.next(for: request, transaction: 5, owes: { _ in false }) else {
                Issue.record("believed with \(cut) bytes of the next frame")
                continue
            }
        }
    }

    @Test func `a length field no frame can have is nonsense`() throws {
        let request = try request()
        for length: [UInt8] in [[0, 0], [0, 2], [0, 255], [1, 0]] {
            var stream = ReplyStream(framing: .tcp)
            stream.append([0, 5, 0, 0] + length)
            #expect(stream.next(for: request, transaction: 5) { _ in false } == .mismatch(.header))
        }
    }
}
