// Messages taken apart by somebody else's reader than the daemon's writer: only as far as the ledger needs them.
import SensorModel

/// A JSON object's bytes, and its members found by their names.
struct JSONObject {
    let bytes: ArraySlice<UInt8>
    /// Of this object itself, in the order in which they stand: found in one look, because each record is asked for many.
    private let members: [(name: Range<Int>, value: Range<Int>)]

    init(bytes: ArraySlice<UInt8>) { self.init(first: bytes) }

    /// The object that begins here; what stands behind it is left out.
    private init(first rest: ArraySlice<UInt8>) {
        var found: [(name: Range<Int>, value: Range<Int>)] = []
        found.reserveCapacity(16)
        let length = rest.withUnsafeBufferPointer { Self.members(of: $0, at: rest.startIndex, into: &found) }
        (bytes, members) = (rest[..<(rest.startIndex + length)], found)
    }

    /// - Returns: how many bytes the object takes; all there are when it has no end.
    private static func members(
        of bytes: UnsafeBufferPointer<UInt8>, at offset: Int, into found: inout [(name: Range<Int>, value: Range<Int>)]
    ) -> Int {
        var at = 1
        while at < bytes.count - 1, bytes[at] != UInt8(ascii: "}") {
            guard let key = end(in: bytes, from: at), key - at >= 2, key < bytes.count, bytes[key] == UInt8(ascii: ":"),
                let end = end(in: bytes, from: key + 1)
            else { return bytes.count }
            found.append((offset + at + 1..<offset + key - 1, offset + key + 1..<offset + end))
            guard end < bytes.count else { return bytes.count }
            if bytes[end] == UInt8(ascii: "}") { return end + 1 }
            at = end + 1
        }
        return min(at + 1, bytes.count)
    }

    /// The value of a member of this object itself, as it stands there; nil when there is none.
    func member(_ name: StaticString) -> ArraySlice<UInt8>? {
        let wanted = UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)
        return bytes.withUnsafeBufferPointer { all in
            members.first { member in
                let from = member.name.lowerBound - bytes.startIndex
                return member.name.count == wanted.count && all[from..<from + wanted.count].elementsEqual(wanted)
            }
        }.map { bytes[$0.value] }
    }

    func integer(_ name: StaticString) -> Int64? { member(name).flatMap { Int64(String(decoding: $0, as: UTF8.self)) } }

    func number(_ name: StaticString) -> Double? { member(name).flatMap { Double(String(decoding: $0, as: UTF8.self)) } }

    func text(_ name: StaticString) -> String? {
        guard let found = member(name), found.first == UInt8(ascii: "\""), found.count >= 2 else { return nil }
        return String(decoding: found.dropFirst().dropLast(), as: UTF8.self)
    }

    func object(_ name: StaticString) -> JSONObject? {
        member(name).flatMap { $0.first == UInt8(ascii: "{") ? JSONObject(bytes: $0) : nil }
    }

    /// The objects of a list.
    func objects(_ name: StaticString) -> [JSONObject]? {
        guard let list = member(name), list.first == UInt8(ascii: "[") else { return nil }
        var found: [JSONObject] = []
        var at = list.startIndex + 1
        while at < list.endIndex - 1 {
            let object = JSONObject(first: list[at...])
            found.append(object)
            at = object.bytes.endIndex + 1
        }
        return found
    }

    /// Where the value that begins here ends.
    private static func end(in all: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
        var (at, depth, isText) = (start, 0, false)
        while at < all.count {
            let byte = all[at]
            if isText {
                if byte == UInt8(ascii: "\\") { at += 1 } else if byte == UInt8(ascii: "\"") { isText = false }
                if !isText, depth == 0 { return at + 1 }
            } else {
                switch byte {
                case UInt8(ascii: "\""): isText = true
                case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
                case UInt8(ascii: "}"), UInt8(ascii: "]"):
                    if depth == 0 { return at }
                    depth -= 1
                    if depth == 0 { return at + 1 }
                case UInt8(ascii: ","): if depth == 0 { return at }
                default: break
                }
            }
            at += 1
        }
        return depth == 0 && !isText ? all.count : nil
    }
}

/// Milliseconds since 1970 of `2026-11-21T04:00:00.123Z`.
func milliseconds(_ text: String) -> Int64? {
    let digits = Array(text.utf8)
    guard digits.count == 24 else { return nil }
    func number(_ from: Int, _ count: Int) -> Int64 { digits[from..<from + count].reduce(0) { $0 * 10 + Int64($1) - 48 } }
    let (year, month, day) = (number(0, 4), number(5, 2), number(8, 2))
    // Days from the civil date, years counted from March.
    let shifted = month <= 2 ? year - 1 : year
    let era = (shifted >= 0 ? shifted : shifted - 399) / 400
    let ofEra = shifted - era * 400
    let ofYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    let days = era * 146_097 + ofEra * 365 + ofEra / 4 - ofEra / 100 + ofYear - 719_468
    return ((days * 24 + number(11, 2)) * 60 + number(14, 2)) * 60_000 + number(17, 2) * 1000 + number(20, 3)
}
