// What a technician reads: frames in words, the words of a read side by side, who is left alone.
import DiagnosticsProtocol
import Testing

@testable import DiagnosticsClient

@Suite struct BusDiagnosisTests {
    private let plain = Renderer(colour: false)

    private func frame(
        _ number: UInt64, _ kind: String, _ hex: String, unit: Int? = 3, problem: String = ""
    ) -> BusFrameRow {
        BusFrameRow(number: number, time: "2026-11-21T18:09:32.123456Z", kind: kind, unit: unit, hex: hex, problem: problem)
    }

    private func report(_ frames: [BusFrameRow], kind: String = "modbus-rtu") -> BusTraceReport {
        BusTraceReport(bus: "b", kind: kind, frames: frames, last: frames.last?.number ?? 0, connected: true)
    }

    // MARK: frames in words

    @Test(arguments: [
        ("030300000002c5e9", "read holding 0 to 1"), ("0304000a00010000", "read input 10"),
        ("030103e800100000", "read coil 1000 to 1015"), ("030203e800010000", "read discrete 1000"),
        ("0306000a00050000", "write holding 10: 5"), ("0305000aff000000", "write coil 10: 1"),
        ("0305000a00000000", "write coil 10: 0"), ("0310000a0002040005ffff0000", "write holding 10 to 11: 5 65535"),
        ("030f000a0003010500 00".replacing(" ", with: ""), "write coil 10 to 12: 1 0 1"), ("032b0e01000000", "function 43"),
        ("03", ""), ("0303ffffffff0000", "read holding 65535 to 131069"),
    ])
    func `a request is said in words`(hex: String, words: String) throws {
        #expect(try #require(ModbusFrame(hex: hex, kind: "modbus-rtu")).question(Vocabulary(.en)) == words)
    }

    @Test(arguments: [
        ("030300000002c5e9", "0303044228ffff0000", "16936 65535"), ("030100000003ffff", "030101050000", "1 0 1"),
        ("0306000a00050000", "0306000a00050000", "confirmed"),
        ("030300000002c5e9", "0383020000", "exception 2, illegal data address"),
        ("030300000002c5e9", "0383630000", "exception 99"),
        ("030300000009c5e9", "030312000100020003000400050006000700080009 0000".replacing(" ", with: ""), "1 2 3 4 5 6 7 8 … (9)"),
    ])
    func `a reply is said in words`(request: String, reply: String, words: String) throws {
        let question = ModbusFrame(hex: request, kind: "modbus-rtu")
        #expect(try #require(ModbusFrame(hex: reply, kind: "modbus-rtu")).answer(to: question, Vocabulary(.en)) == words)
    }

    @Test func `over TCP the header stands before the words`() throws {
        #expect(
            try #require(ModbusFrame(hex: "000100000006030300000002", kind: "modbus-tcp")).question(Vocabulary(.en))
                == "read holding 0 to 1")
        #expect(try #require(ModbusFrame(hex: "000100000006030300000002", kind: "modbus-tcp")).pdu == [3, 0, 0, 0, 2])
    }

    @Test func `no bytes of any length trap`() {
        for length in 0..<24 {
            for function in [1, 3, 5, 6, 15, 16, 43, 0x83, 0xFF] as [UInt8] {
                let bytes = [3, function] + [UInt8](repeating: 0xFF, count: length)
                let hex = bytes.prefix(length).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
                for kind in ["modbus-rtu", "modbus-tcp"] {
                    let frame = ModbusFrame(hex: hex, kind: kind)
                    #expect(frame?.bytes.count == length)
                    _ = frame?.question(Vocabulary(.zh))
                    _ = frame?.answer(to: frame, Vocabulary(.zh))
                }
            }
        }
    }

    // MARK: following

    @Test func `a reply is understood by its request, and one that is not believed says nothing`() {
        var follower = TraceFollower(kind: "modbus-rtu", after: 4)
        let news = follower.take(
            report([
                frame(5, "request", "030100000003ffff"), frame(6, "reply", "030101050000"),
                frame(7, "request", "030300000001ffff"), frame(8, "reply", "0303020005aaaa", problem: "checksum"),
                frame(9, "request", "030300000001ffff"), frame(10, "silence", "", problem: "no reply"),
                frame(11, "stray", "ff", problem: "nothing was asked"),
            ]))
        #expect(
            news.words == [
                "read coil 0 to 2", "1 0 1", "read holding 0", "not believed", "read holding 0", "", "not asked for",
            ])
        #expect(news.notice == nil && follower.last == 11 && follower.summary == "7 frames")
    }

    @Test func `frames that gave way are counted and said`() {
        var follower = TraceFollower(kind: "modbus-rtu", after: 4)
        #expect(
            follower.take(report([frame(8, "request", "03")])).notice == "3 frames were missed: the bus keeps only its last ones")
        #expect(follower.take(report([frame(10, "request", "03")])).notice?.hasPrefix("1 frame was missed") == true)
        #expect(follower.summary == "2 frames, 4 missed")
    }

    @Test func `numbers that begin anew are a new daemon, and it is followed`() {
        var follower = TraceFollower(kind: "modbus-rtu", after: 900)
        let news = follower.take(BusTraceReport(bus: "b", kind: "modbus-rtu", frames: [], last: 12, connected: true))
        #expect(news.notice?.contains("began anew") == true && follower.last == 12)
        #expect(follower.take(report([frame(13, "request", "03")])).notice == nil)
    }

    @Test func `a bus that is not connected is said once, and when it is again`() {
        var follower = TraceFollower(kind: "modbus-rtu", after: 0)
        var report = report([])
        #expect(follower.take(report).connection == nil)
        report.connected = false
        report.problem = "/dev/ttyS4: no such device"
        #expect(follower.take(report).connection == "b is not connected: /dev/ttyS4: no such device")
        #expect(follower.take(report).connection == nil)
        report.connected = true
        report.problem = nil
        #expect(follower.take(report).connection == "b is connected again")
        #expect(follower.take(report).connection == nil)
    }

    @Test func `only one unit's frames are shown, and the others are not missed`() {
        var follower = TraceFollower(kind: "modbus-rtu", after: 0, unit: 3)
        let news = follower.take(report([frame(1, "request", "04", unit: 4), frame(2, "request", "030300000001ffff")]))
        #expect(news.frames.map(\.number) == [2] && news.words == ["read holding 0"] && news.notice == nil)
    }

    @Test func `a line of the trace has local time, direction, unit, words, bytes and what is wrong`() {
        let asked = plain.line(frame(1, "request", "030300000002c5e9"), words: "read holding 0 to 1", zone: { _ in 8 * 3600 })
        #expect(asked == "02:09:32.123 →   3  read holding 0 to 1         03 03 00 00 00 02 c5 e9\n")
        let silent = plain.line(frame(1, "silence", "", problem: "no reply"), words: "", zone: { _ in 0 })
        #expect(silent == "18:09:32.123 ·   3  no reply\n")
        let wrong = plain.line(
            frame(1, "reply", "0303", problem: "checksum\u{1B}"), words: "not believed", zone: { _ in -19 * 3600 })
        #expect(wrong == "23:09:32.123 ←   3  not believed                03 03  ! checksum\u{FFFD}\n")
    }

    // MARK: raw

    private func read(_ words: [Int], forms: [BusReadReport.Form] = [], table: String = "holding", problem: String? = nil)
        -> String
    {
        let request = BusReadRequest(bus: "rs485-1", unit: 3, table: table, address: 40, count: max(1, words.count))
        return plain.text(
            BusReadReport(
                request: request, words: words, forms: forms, frames: [frame(1, "request", "0303")], problem: problem,
                latencyMs: 21.44))
    }

    private func form(_ offset: Int, _ words: Int, _ type: String, _ word: String, _ byte: String, _ value: String)
        -> BusReadReport.Form
    {
        BusReadReport.Form(offset: offset, words: words, type: type, wordOrder: word, byteOrder: byte, value: value)
    }

    @Test func `a word is shown in both byte orders, and as text`() {
        let lines = read([0x4241, 0x1234]).split(separator: "\n").map(String.init)
        #expect(lines[0] == "rs485-1, unit 3: read holding 40 to 41 (2 registers), 21.4 ms")
        #expect(lines.contains("     40  0x4241   16961  16961   4241      16706     16706      4142"))
        #expect(lines.contains("     41  0x1234    4660   4660   1234      13330     13330      3412"))
        #expect(lines.contains("text    BA·4") && lines.contains("text BA AB4·"))
    }

    @Test func `32 bits stand in the column of their order, and what is no number is a dash`() {
        let text = read(
            [1, 2],
            forms: [
                form(0, 2, "uint32", "big", "big", "11"), form(0, 2, "uint32", "little", "big", "22"),
                form(0, 2, "uint32", "big", "little", "33"), form(0, 2, "uint32", "little", "little", "44"),
                form(0, 2, "float32", "little", "big", "1.5"),
            ])
        let lines = text.split(separator: "\n")
        #expect(lines.contains("ADDRESS  TYPE     AB CD  CD AB  BA DC  DC BA"))
        #expect(lines.contains("     40  uint32      11     22     33     44"))
        #expect(lines.contains("     40  float32      –    1.5      –      –"))
        #expect(!text.contains("bcd32") && !text.contains("Four words"))
    }

    @Test func `the widest numbers fit 80 columns`() {
        var forms: [BusReadReport.Form] = []
        for word in ["big", "little"] {
            for byte in ["big", "little"] {
                forms.append(form(0, 2, "uint32", word, byte, "4294967295"))
                forms.append(form(0, 2, "float32", word, byte, "-3.4028235e+38"))
                forms.append(form(0, 4, "uint64", word, byte, "18446744073709551615"))
                forms.append(form(0, 4, "int64", word, byte, "-9223372036854775808"))
                forms.append(form(0, 4, "float64", word, byte, "-2.2250738585072014e-308"))
            }
        }
        let text = read([65535, 65535, 65535, 65535], forms: forms)
        #expect(text.split(separator: "\n").allSatisfy { DisplayWidth.of(String($0)) <= 80 }, "\(text)")
        #expect(text.contains("-2.225074e-308") && text.contains("18446744073709551615  -9223372036854775808"))
    }

    @Test func `bits are ten a row`() {
        let lines = read([1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1], table: "coil").split(separator: "\n")
        #expect(lines.contains("     40   1   0   0   0   0   0   0   0   0   1") && lines.contains("     50   1"))
    }

    @Test func `without a value the reason stands there, and no table`() {
        let text = read([], problem: "timeout: no reply")
        #expect(text.hasSuffix("\nNo value: timeout: no reply\n") && !text.contains("ADDRESS") && !text.contains("21.4"))
    }

    // MARK: write

    @Test func `a write is asked for, and its end told, in the same words`() {
        let one = BusWriteRequest(bus: "rs485-1", unit: 3, table: "holding", address: 10, words: [5])
        #expect(plain.question(one, BusReport(buses: [])) == "write 5 to holding 10 of unit 3 on rs485-1")
        let three = BusWriteRequest(bus: "rs485-1", unit: 3, table: "coil", address: 10, words: [1, 0, 1])
        #expect(plain.question(three, BusReport(buses: [])) == "write 1 0 1 to coil 10 to 12 of unit 3 on rs485-1")
        #expect(plain.text(BusWriteReport(request: one, confirmed: true, frames: [])).hasSuffix("Confirmed by unit 3.\n"))
        let lost = BusWriteReport(request: one, confirmed: false, problem: "timeout: no reply", frames: [])
        #expect(plain.text(lost).hasSuffix("Not confirmed: timeout: no reply\n"))
        let unsent = BusWriteReport(request: one, confirmed: false, problem: "not written: the bus is closed", frames: [])
        #expect(plain.text(unsent).hasSuffix("\nNot written: the bus is closed\n"))
    }

    // MARK: probes

    @Test(arguments: [
        ("0303000000020000", false), ("0303000000010000", true), ("0304000000020000", true), ("0303000100020000", true),
        ("000300000006030300000002", false), ("000300000006030300000001", true), ("000300000006030400000002", true),
    ])
    func `a request that is not the read that was asked for is marked as a probe`(hex: String, isProbe: Bool) {
        let request = BusReadRequest(bus: "b", unit: 3, table: "holding", address: 0, count: 2)
        let text = plain.text(
            BusReadReport(
                request: request, words: [1, 2], forms: [], frames: [frame(1, "request", hex), frame(2, "reply", "03")]))
        let lines = text.split(separator: "\n").filter { $0.hasPrefix("  →") || $0.hasPrefix("  ←") }
        #expect(lines == [(isProbe ? "\(arrow(hex))  probe" : arrow(hex))[...], "  ← 03"])
    }

    private func arrow(_ hex: String) -> String { "  → " + Renderer.spaced(hex) }

    @Test(arguments: [
        ("coil", [1], "0305000aff000000", false), ("coil", [1, 0, 1], "030f000a000301050000", false),
        ("holding", [5], "0306000a00050000", false), ("holding", [5, 6], "0310000a000204000500060000", false),
        ("holding", [5], "0306000b00050000", true), ("holding", [5, 6], "0306000a00050000", true),
        ("holding", [5], "0303000a00010000", true), ("holding", [5], "0001000000060306000a0005", false),
        ("holding", [5, 6], "00010000000b0310000a00020400050006", false),
    ])
    func `and so is one that is not the write`(table: String, words: [Int], hex: String, isProbe: Bool) {
        let request = BusWriteRequest(bus: "b", unit: 3, table: table, address: 10, words: words)
        let text = plain.text(BusWriteReport(request: request, confirmed: true, frames: [frame(1, "request", hex)]))
        #expect(text.contains("\n\(arrow(hex))\(isProbe ? "  probe" : "")\n"), "\(text)")
    }

    // MARK: stats

    private func unit(_ address: Int, timeouts: Int = 0, silences: Int = 0, left: Double? = nil) -> BusRow.Unit {
        BusRow.Unit(
            unit: address, sensors: ["C/s\(address)"], transactions: 10, replies: 10 - timeouts, timeouts: timeouts,
            checksumErrors: 0, mismatches: 0, exceptions: 0, probes: 0, latencyMeanMs: 20, latencyMaxMs: 31.26,
            latencyP50Ms: 20.04,
            latencyP99Ms: 30.5, resynchronising: false, silences: silences, quarantineSeconds: left)
    }

    private func stats(_ units: [BusRow.Unit], connected: Bool = true) -> [String] {
        plain.text(
            BusReport(buses: [
                BusRow(
                    id: "rs485-1", kind: "modbus-rtu", address: "/dev/ttyS4 9600 8N1", connected: connected, utilisation: 0.25,
                    connects: 1, strayBytes: 0, units: units)
            ])
        ).split(separator: "\n").map(String.init)
    }

    @Test func `columns that are zero everywhere are left out, and reply times are there`() {
        let lines = stats([unit(3)])
        #expect(lines[0].contains(" connected, 25 % used since the daemon started, opened 1 time"))
        #expect(lines[1] == "UNIT  SENT  BELIEVED  P50 ms  P99 ms  MAX ms  SENSORS")
        #expect(lines[2] == "   3    10        10      20    30.5    31.3  C/s3")
    }

    @Test func `a unit that is left alone is named with its silences and its next turn`() {
        let lines = stats([unit(3), unit(7, timeouts: 5, silences: 5, left: 10.2), unit(8, timeouts: 1, silences: 1)])
        #expect(
            lines.contains("  - unit 7 (C/s7): silent 5×, asked again in 11 s") && lines.contains("  - unit 8 (C/s8): silent 1×"))
        #expect(lines.contains { $0.contains("TIME-OUTS") && $0.contains("STATE") && !$0.contains("CHECKSUM") })
        #expect(lines.contains { $0.hasPrefix("   7") && $0.contains("silent") })
        #expect(lines.contains { $0.hasPrefix("   3") && $0.contains("in step") })
    }

    @Test func `of a bus that is not connected no unit's state is known`() {
        let lines = stats([unit(3), unit(7, timeouts: 5, silences: 5, left: 10.2)], connected: false)
        #expect(lines[0].contains("not connected, ") && !lines.contains { $0.contains("silent") || $0.contains("in step") })
        #expect(lines.suffix(2).allSatisfy { $0.split(separator: " ").dropLast().last == "–" }, "\(lines)")
    }
}
