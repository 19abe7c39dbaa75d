// A capture file of frames that Wireshark opens as Modbus without any setting. Pure: bytes from frames.
import DiagnosticsProtocol

/// The classic capture format with microseconds, each frame wrapped as «exported PDU»: it names the dissector itself, because
/// serial Modbus has no link type of its own.
///
/// The ports in the wrapping say who asks: 502 is the unit's. Wireshark goes by them for Modbus TCP. For serial frames it goes by
/// the frame's shape unless its setting «Modbus RTU, TCP port» is 502; two shapes say nothing (function 5 and 6, whose
/// confirmation is the request), and such frames it shows without direction. The bytes stay those of the wire all the same:
/// rewritten as Modbus TCP they would lose their checksum, which is what a serial line is traced for.
///
/// Source: pcap-savefile(5); LINKTYPE_WIRESHARK_UPPER_PDU, 252; Wireshark 4.0, epan/exported_pdu.h.
public enum Capture {
    private static let linkType: UInt32 = 252
    private static let longest: UInt32 = 65_535

    /// The file's header: magic number, version 2.4, no zone, the longest packet, the link type.
    public static var header: [UInt8] {
        host(0xA1B2_C3D4) + host16(2) + host16(4) + host(0) + host(0) + host(longest) + host(linkType)
    }

    /// One frame; nothing when nothing went over the wire, or its time cannot be read.
    /// - Parameter kind: the bus's kind, which says how frames are framed.
    public static func packet(_ frame: BusFrameRow, kind: String) -> [UInt8] {
        guard let bytes = ModbusFrame.bytes(of: frame.hex), !bytes.isEmpty, let time = microseconds(frame.time) else { return [] }
        let ports: (UInt32, UInt32) = frame.kind == "request" ? (gatewayPort, unitPort) : (unitPort, gatewayPort)
        let dissector = kind == "modbus-tcp" ? "mbtcp" : "mbrtu"
        let tags =
            tag(12, Array(dissector.utf8)) + tag(24, network(portTypeTCP)) + tag(25, network(ports.0))
            + tag(26, network(ports.1)) + tag(0, [])
        let data = tags + bytes
        let (seconds, rest) = time.quotientAndRemainder(dividingBy: 1_000_000)
        let length = UInt32(data.count)
        return host(UInt32(truncatingIfNeeded: seconds)) + host(UInt32(rest)) + host(length) + host(length) + data
    }

    private static let portTypeTCP: UInt32 = 2
    private static let unitPort: UInt32 = 502
    private static let gatewayPort: UInt32 = 49_152

    /// Type, length and value, in the order of the network, filled up to four bytes.
    private static func tag(_ type: UInt16, _ value: [UInt8]) -> [UInt8] {
        let filled = value + [UInt8](repeating: 0, count: (4 - value.count % 4) % 4)
        return [UInt8(type >> 8), UInt8(type & 0xFF), UInt8(filled.count >> 8), UInt8(filled.count & 0xFF)] + filled
    }

    private static func network(_ number: UInt32) -> [UInt8] {
        stride(from: 24, through: 0, by: -8).map { UInt8(truncatingIfNeeded: number >> UInt32($0)) }
    }

    /// The file's own numbers: least significant byte first, which the magic number tells the reader.
    private static func host(_ number: UInt32) -> [UInt8] { network(number).reversed() }

    private static func host16(_ number: UInt16) -> [UInt8] { [UInt8(number & 0xFF), UInt8(number >> 8)] }

    /// Microseconds since 1970 of an RFC 3339 time in UTC; nil for another form or a time before.
    static func microseconds(_ text: String) -> Int64? {
        let bytes = Array(text.utf8)
        func number(_ range: Range<Int>) -> Int64? {
            guard range.upperBound <= bytes.count else { return nil }
            return bytes[range].reduce(Int64?(0)) { total, byte in
                guard let total, byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
                return total * 10 + Int64(byte - UInt8(ascii: "0"))
            }
        }
        guard bytes.count >= 20, bytes.count <= 30, bytes.last == UInt8(ascii: "Z"), bytes[4] == UInt8(ascii: "-"),
            bytes[7] == UInt8(ascii: "-"), bytes[10] == UInt8(ascii: "T"), bytes[13] == UInt8(ascii: ":"),
            bytes[16] == UInt8(ascii: ":"), let year = number(0..<4), let month = number(5..<7), let day = number(8..<10),
            let hour = number(11..<13), let minute = number(14..<16), let second = number(17..<19), year >= 1970,
            (1...12).contains(month), (1...31).contains(day)
        else { return nil }
        var fraction: Int64 = 0
        if bytes.count > 20 {
            guard bytes[19] == UInt8(ascii: "."), let digits = number(20..<bytes.count - 1) else { return nil }
            fraction = (0..<6 - min(6, bytes.count - 21)).reduce(digits) { value, _ in value * 10 }
            fraction = (0..<max(0, bytes.count - 27)).reduce(fraction) { value, _ in value / 10 }
        }
        let seconds = daysSince1970(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second
        return seconds * 1_000_000 + fraction
    }

    /// Of the Gregorian calendar, years counted from March so that the leap day is the last one.
    private static func daysSince1970(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let marchYear = month > 2 ? year : year - 1
        let monthFromMarch = (month + 9) % 12
        let leapDays = marchYear / 4 - marchYear / 100 + marchYear / 400
        return marchYear * 365 + leapDays + (monthFromMarch * 153 + 2) / 5 + day - 1 - 719_468
    }
}
