// The capture file byte by byte; that Wireshark opens it is shown end to end.
import DiagnosticsProtocol
import Testing

@testable import DiagnosticsClient

@Suite struct CaptureTests {
    private func frame(_ kind: String, _ hex: String, time: String = "2026-11-21T18:09:32.123456Z") -> BusFrameRow {
        BusFrameRow(number: 1, time: time, kind: kind, unit: 3, hex: hex, problem: "")
    }

    @Test func `the header says classic capture, microseconds, exported PDU`() {
        #expect(
            Capture.header == [
                0xD4, 0xC3, 0xB2, 0xA1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0, 0, 252, 0, 0, 0,
            ])
    }

    @Test func `a request goes to port 502 of the dissector that the bus needs, its bytes behind the tags`() {
        let packet = Capture.packet(frame("request", "030300000002c5e9"), kind: "modbus-rtu")
        // 1 795 284 572 s and 123 456 µs.
        #expect(Array(packet[0..<16]) == [0x5C, 0xDE, 0x01, 0x6B, 0x40, 0xE2, 0x01, 0x00, 48, 0, 0, 0, 48, 0, 0, 0])
        #expect(
            Array(packet[16...]) == [
                0, 12, 0, 8, 0x6D, 0x62, 0x72, 0x74, 0x75, 0, 0, 0, 0, 24, 0, 4, 0, 0, 0, 2, 0, 25, 0, 4, 0, 0, 0xC0, 0, 0, 26, 0,
                4, 0, 0, 0x01, 0xF6, 0, 0, 0, 0, 3, 3, 0, 0, 0, 2, 0xC5, 0xE9,
            ])
    }

    @Test(arguments: ["reply", "stray"])
    func `what a unit says comes from port 502`(kind: String) {
        let packet = Capture.packet(frame(kind, "0001000000050303020005"), kind: "modbus-tcp")
        #expect(Array(packet[20 + 0..<28]).count == 8)
        #expect(String(decoding: packet[20..<25], as: UTF8.self) != "mbrtu")
        #expect(String(decoding: packet[16 + 4..<16 + 9], as: UTF8.self) == "mbtcp")
        #expect(Array(packet[36..<44]) == [0, 25, 0, 4, 0, 0, 0x01, 0xF6])
    }

    @Test func `what was not on the wire, or has no time, makes no packet`() {
        #expect(Capture.packet(frame("silence", ""), kind: "modbus-rtu").isEmpty)
        #expect(Capture.packet(frame("reply", "0"), kind: "modbus-rtu").isEmpty)
        #expect(Capture.packet(frame("reply", "zz"), kind: "modbus-rtu").isEmpty)
        #expect(Capture.packet(frame("reply", "03", time: "yesterday"), kind: "modbus-rtu").isEmpty)
    }

    @Test(
        arguments: [
            ("1970-01-01T00:00:00Z", 0), ("1970-01-01T00:00:00.000001Z", 1), ("2000-02-29T12:00:00.5Z", 951_825_600_500_000),
            ("2024-12-31T23:59:59.999999Z", 1_735_689_599_999_999), ("2026-11-21T18:09:32.123Z", 1_795_284_572_123_000),
            ("2100-03-01T00:00:00Z", 4_107_542_400_000_000), ("2026-11-21T18:09:32.123456789Z", 1_795_284_572_123_456),
        ] as [(String, Int64)])
    func `times are read to the microsecond`(text: String, microseconds: Int64) {
        #expect(Capture.microseconds(text) == microseconds)
    }

    @Test(arguments: [
        "", "2026-11-21", "2026-11-21T18:09:32", "2026-11-21T18:09:32+08:00", "2026-13-21T18:09:32Z", "2026-11-21T18:09:32.Z-",
    ])
    func `another form is no time`(text: String) { #expect(Capture.microseconds(text) == nil) }
}
