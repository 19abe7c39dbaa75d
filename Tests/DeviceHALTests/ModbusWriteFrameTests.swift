// Frames of writes against published ones; their confirmations, echoes and shapes.
import DeviceHAL
import SensorModel
import Testing

/// Frames printed in the protocol's own examples (V1.1b3 §6.5, §6.6, §6.11, §6.12) and in manuals.
private let golden: [(unit: UInt8, action: RegisterWrite.Action, pdu: [UInt8], confirmation: [UInt8])] = [
    (1, .coil(address: 0xAC, on: true), [5, 0, 0xAC, 0xFF, 0], [5, 0, 0xAC, 0xFF, 0]),
    (1, .coil(address: 0xAC, on: false), [5, 0, 0xAC, 0, 0], [5, 0, 0xAC, 0, 0]),
    (1, .register(address: 1, word: 3), [6, 0, 1, 0, 3], [6, 0, 1, 0, 3]),
    (
        1, .coils(address: 0x13, [true, false, true, true, false, false, true, true, true, false]),
        [15, 0, 0x13, 0, 10, 2, 0xCD, 1], [15, 0, 0x13, 0, 10]
    ),
    (1, .registers(address: 1, [10, 0x0102]), [16, 0, 1, 0, 2, 4, 0, 10, 1, 2], [16, 0, 1, 0, 2]),
    (80, .register(address: 0x69, word: 0xB588), [6, 0, 0x69, 0xB5, 0x88], [6, 0, 0x69, 0xB5, 0x88]),
]

@Suite struct ModbusWriteFrameTests {
    private func frame(_ action: RegisterWrite.Action, unit: UInt8 = 1) throws -> RequestFrame {
        try #require(RequestFrame(unit: unit, action))
    }

    private func serial(_ body: [UInt8]) -> [UInt8] {
        let crc = ModbusCRC.of(body)
        return body + [UInt8(crc & 0xFF), UInt8(crc >> 8)]
    }

    @Test func `writes are the published bytes, and only their own confirmation is believed`() throws {
        for example in golden {
            let request = try frame(example.action, unit: example.unit)
            #expect(request.pdu == example.pdu)
            #expect(
                request.tcp(transaction: 0x0102) == [1, 2, 0, 0, 0, UInt8(example.pdu.count + 1), example.unit] + example.pdu)
            let reply = serial([example.unit] + example.confirmation)
            #expect(ReplyFrame.serial(reply[...], for: request) == .reply([]))
            for length in 0..<reply.count { #expect(ReplyFrame.serial(reply[..<length], for: request) == .needMore) }
            #expect(ReplyFrame.tcp(unit: example.unit, pdu: example.confirmation[...], for: request) == .reply([]))
            for bit in 0..<40 {
                var wrong = example.confirmation
                wrong[bit / 8] ^= 1 << UInt8(bit % 8)
                // With the right checksum, and without one.
                for reply in [
                    ReplyFrame.serial(serial([example.unit] + wrong)[...], for: request),
                    ReplyFrame.tcp(unit: example.unit, pdu: wrong[...], for: request),
                ] {
                    guard case .mismatch = reply else {
                        Issue.record("\(example.action): bit \(bit) changed and \(reply)")
                        continue
                    }
                }
            }
        }
        #expect(try frame(.register(address: 0x69, word: 0xB588), unit: 80).serial == [0x50, 6, 0, 0x69, 0xB5, 0x88, 0x22, 0xA1])
    }

    @Test func `each disagreement has its name`() throws {
        let request = try frame(.registers(address: 1, [10, 11]))
        #expect(
            ReplyFrame.tcp(unit: 1, pdu: [16, 0, 1, 0, 3], for: request) == .mismatch(.confirmation(address: 1, value: 3)))
        #expect(ReplyFrame.tcp(unit: 1, pdu: [16, 0, 1, 0], for: request) == .mismatch(.length(got: 4, expected: 5)))
        #expect(ReplyFrame.tcp(unit: 1, pdu: [6, 0, 1, 0, 2], for: request) == .mismatch(.function(6)))
        #expect(ReplyFrame.tcp(unit: 1, pdu: [0x90, 4], for: request) == .exception(code: 4))
        #expect(ReplyFrame.serial(serial([1, 0x90, 4])[...], for: request) == .exception(code: 4))
    }

    @Test func `what no unit could carry out cannot be asked`() throws {
        for action: RegisterWrite.Action in [
            .coils(address: 0, []), .registers(address: 0, []), .coils(address: 0, Array(repeating: true, count: 1969)),
            .registers(address: 0, Array(repeating: 0, count: 124)), .registers(address: 65_535, [1, 2]),
        ] { #expect(RequestFrame(unit: 1, action) == nil) }
        #expect(try frame(.registers(address: 65_535, [1])).count == 1)
        #expect(try frame(.coils(address: 0, Array(repeating: true, count: 1968))).pdu.count == 252)
        #expect(try frame(.registers(address: 0, Array(repeating: 0, count: 123))).pdu.count == 252)
    }

    @Test func `on a line that echoes the first copy is the echo, on another it is the confirmation`() throws {
        for action: RegisterWrite.Action in [.coil(address: 7, on: true), .register(address: 7, word: 7)] {
            let request = try frame(action)
            var stream = ReplyStream(framing: .serial)
            stream.append(request.serial)
            var silent = stream
            #expect(silent.next(for: request, transaction: 0, echoes: false) { _ in false } == .reply([]))
            #expect(stream.next(for: request, transaction: 0, echoes: true) { _ in false } == .echo)
            #expect(stream.next(for: request, transaction: 0, echoes: true) { _ in false } == .needMore)
            stream.append(request.serial)
            #expect(stream.next(for: request, transaction: 0, echoes: true) { _ in false } == .reply([]))
        }
    }

    @Test func `the echo of a long write is told from its confirmation`() throws {
        let request = try frame(.registers(address: 7, [1, 2]))
        let confirmation = serial([1, 16, 0, 7, 0, 2])
        var stream = ReplyStream(framing: .serial)
        stream.append(request.serial + confirmation)
        var deaf = stream
        #expect(stream.next(for: request, transaction: 0, echoes: true) { _ in false } == .echo)
        #expect(stream.next(for: request, transaction: 0, echoes: true) { _ in false } == .reply([]))
        guard case .mismatch = deaf.next(for: request, transaction: 0, echoes: false, owes: { _ in false }) else {
            Issue.record("an echo nobody knew of was believed")
            return
        }
    }

    @Test func `old confirmations of other units are passed over only when those owe one`() throws {
        let request = try frame(.register(address: 7, word: 7))
        for old: [UInt8] in [
            [2, 5, 0, 1, 0xFF, 0], [2, 6, 0, 1, 0, 1], [2, 15, 0, 1, 0, 9], [2, 16, 0, 1, 0, 9], [2, 0x90, 4],
        ] {
            var stream = ReplyStream(framing: .serial)
            stream.append(serial(old) + request.serial)
            var strict = stream
            #expect(stream.next(for: request, transaction: 0) { $0 == 2 } == .stale(unit: 2))
            #expect(stream.next(for: request, transaction: 0) { $0 == 2 } == .reply([]))
            #expect(strict.next(for: request, transaction: 0) { _ in false } == .mismatch(.unit(2)))
            let owed = ReplyStream.owedFrames(in: serial(old) + [9]) { $0 == 2 }
            #expect(owed.units == [2] && owed.rest == 1)
        }
    }

    @Test func `an equal write is confused with the one before, another one and a read are not`() throws {
        let write = try frame(.register(address: 7, word: 7))
        #expect(write.confuses(with: write))
        #expect(try !write.confuses(with: frame(.register(address: 7, word: 8))))
        #expect(try !write.confuses(with: frame(.register(address: 8, word: 7))))
        #expect(try !write.confuses(with: frame(.register(address: 7, word: 7), unit: 2)))
        // The confirmation of many registers does not say which values.
        #expect(try frame(.registers(address: 7, [1, 2])).confuses(with: frame(.registers(address: 7, [3, 4]))))
        let read = try #require(RequestFrame(unit: 1, table: .holding, address: 7, count: 2))
        let other = try #require(RequestFrame(unit: 1, table: .holding, address: 9, count: 2))
        #expect(!read.confuses(with: read) && read.confuses(with: other) && !read.confuses(with: write))
    }

    @Test func `before a write the probe is a read of its place, whatever is unanswered`() throws {
        for action: RegisterWrite.Action in [
            .coil(address: 7, on: true), .register(address: 7, word: 1), .coils(address: 7, [true]),
            .registers(address: 7, [1, 2]),
        ] {
            var state = Resynchronisation()
            let request = try frame(action)
            func at(_ milliseconds: Int64) -> MonotonicTime { MonotonicTime(nanoseconds: milliseconds * 1_000_000) }
            state.fault(request, cause: .timeout, sentAt: at(0), maxLatency: .milliseconds(100))
            #expect(state.step(for: request, now: at(99)) == .rest(until: at(100), after: .timeout))
            var shapes: Set<RequestFrame.Shape> = [request.shape]
            for round in 1..<Int64(Resynchronisation.capacity) {
                guard case .probe(let probe) = state.step(for: request, now: at(round * 200)) else {
                    Issue.record("no probe")
                    return
                }
                #expect(!probe.isWrite && probe.table == action.table && probe.address == 7)
                #expect(shapes.insert(probe.shape).inserted)
                state.fault(probe, cause: .timeout, sentAt: at(round * 200), maxLatency: .milliseconds(100))
            }
            // A refused read is no proof while a read of its function is unanswered, and proof when only writes are.
            var fresh = Resynchronisation()
            fresh.fault(request, cause: .timeout, sentAt: at(0), maxLatency: .milliseconds(100))
            guard case .probe(let probe) = fresh.step(for: request, now: at(100)) else {
                Issue.record("no probe")
                return
            }
            #expect(probe.count == 1)
            #expect(fresh.refused(probe, now: at(101)) == true)
            #expect(fresh.step(for: request, now: at(102)) == .ask)
            #expect(fresh.believed(1) == true)
        }
    }
}
