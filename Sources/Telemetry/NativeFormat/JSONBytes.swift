// JSON straight into bytes: a reading is encoded once, when it is stored, and never again.
import SensorModel

/// A growing piece of UTF-8 JSON. The caller keeps the structure; this keeps the escapes and numbers right.
public struct JSONBytes: Sendable {
    /// What has been written.
    public private(set) var bytes: [UInt8] = []

    /// Empty.
    public init() {}

    /// Room for so many bytes.
    public init(capacity: Int) { bytes.reserveCapacity(capacity) }

    /// Text that is JSON already.
    public mutating func raw(_ text: StaticString) {
        text.withUTF8Buffer { bytes.append(contentsOf: $0) }
    }

    /// Bytes that are JSON already.
    public mutating func raw(_ other: [UInt8]) { bytes.append(contentsOf: other) }

    /// A quoted string with its escapes (RFC 8259 §7).
    public mutating func string(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        var text = text
        text.withUTF8 { utf8 in
            for byte in utf8 {
                switch byte {
                case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                    bytes.append(UInt8(ascii: "\\"))
                    bytes.append(byte)
                case 0x0A:
                    raw("\\n")
                case 0..<0x20:
                    raw("\\u00")
                    bytes.append(Self.hexadecimal(byte >> 4))
                    bytes.append(Self.hexadecimal(byte & 15))
                default:
                    bytes.append(byte)
                }
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    /// A string, or null.
    public mutating func string(_ text: String?) {
        if let text { string(text) } else { raw("null") }
    }

    /// A whole number.
    public mutating func integer(_ number: Int64) {
        var text = String(number)
        text.withUTF8 { bytes.append(contentsOf: $0) }
    }

    /// A number, or null; a number that JSON cannot write (NaN, infinity) is null too, and never reaches this in a reading.
    public mutating func number(_ number: Double?) {
        guard let number, number.isFinite else { return raw("null") }
        var text = number.description
        text.withUTF8 { bytes.append(contentsOf: $0) }
    }

    /// `"key":"text"` with a comma before it, and nothing at all when there is no text.
    public mutating func optionalMember(_ key: StaticString, _ text: String?) {
        guard let text else { return }
        raw(",\"")
        raw(key)
        raw("\":")
        string(text)
    }

    /// A quoted RFC 3339 time in UTC with milliseconds.
    public mutating func time(_ time: WallTime) {
        bytes.append(UInt8(ascii: "\""))
        var text = time.rfc3339
        text.withUTF8 { bytes.append(contentsOf: $0) }
        bytes.append(UInt8(ascii: "\""))
    }

    private static func hexadecimal(_ digit: UInt8) -> UInt8 {
        digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
    }
}
