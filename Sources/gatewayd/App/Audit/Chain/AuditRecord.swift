// One line of the audit log: how it is written, and what is read of it without trusting it.
import NativeFormat
import Platform
import SensorModel

/// Number and hash of a record: whoever knows them can tell whether the log up to there is still the same.
public struct AuditHead: Sendable, Equatable {
    /// The record's number, from 1.
    public var seq: Int64
    /// Its `hash`: 64 lower-case hexadecimal digits.
    public var hash: String

    /// - Parameters: as the properties.
    public init(seq: Int64, hash: String) {
        self.seq = seq
        self.hash = hash
    }

    /// What the first record names as the one before it.
    static let none = AuditHead(seq: 0, hash: String(repeating: "0", count: 64))
}

/// The parts of a line that the chain is made of.
///
/// A line is `{"seq":N,…,"previous":"64 digits","hash":"64 digits"}`: `hash` is the SHA-256 of the line's bytes before
/// `,"hash"`, and `previous` the `hash` of the line before.
struct AuditRecord {
    /// Its number, as it says.
    let seq: Int64
    /// What it names as the hash of the record before.
    let previous: String
    /// The hash that stands in it.
    let hash: String
    /// Whether that is the hash of its bytes.
    let isIntact: Bool
    /// The action's word as it stands there.
    let action: String

    /// Reads a line without its end; nil when it is not of the form.
    init?(_ line: ArraySlice<UInt8>) {
        let tail = Self.hashOpening.count + 64 + Self.end.count
        guard line.starts(with: Self.opening), line.count > tail + 64, line.suffix(Self.end.count).elementsEqual(Self.end)
        else { return nil }
        let body = line.dropLast(tail)
        let digits = line[body.endIndex...].dropFirst(Self.hashOpening.count).prefix(64)
        guard line[body.endIndex...].starts(with: Self.hashOpening), let hash = Self.hexadecimal(digits),
            body.last == UInt8(ascii: "\""), let previous = Self.hexadecimal(body.dropLast().suffix(64)),
            body.dropLast(65).suffix(Self.previousOpening.count).elementsEqual(Self.previousOpening)
        else { return nil }
        let number = line.dropFirst(Self.opening.count).prefix { $0 != UInt8(ascii: ",") }
        guard let seq = Int64(String(decoding: number, as: UTF8.self)), seq > 0 else { return nil }
        self.seq = seq
        self.previous = previous
        self.hash = hash
        isIntact = SHA256.hexadecimal(of: body) == hash
        action = Self.word(after: Self.actionOpening, in: body) ?? ""
    }

    /// Writes a line, with its end, and gives the hash that stands in it.
    /// - Parameters:
    ///   - seq: its number.
    ///   - previous: the hash of the record before.
    static func line(_ entry: AuditEntry, seq: Int64, previous: String, now: Timestamp) -> (bytes: [UInt8], hash: String) {
        var json = JSONBytes(capacity: 512)
        json.raw("{\"seq\":")
        json.integer(seq)
        json.raw(",\"time\":")
        json.time(now.wall)
        json.raw(",\"clock\":")
        json.string(now.clock.rawValue)
        json.raw(",\"actor\":")
        json.string(clipped(entry.actor, 256))
        json.raw(",\"action\":")
        json.string(entry.action.rawValue)
        json.raw(",\"subject\":")
        json.string(clipped(entry.subject, 1024))
        if !entry.detail.isEmpty {
            json.raw(",\"detail\":{")
            for (index, member) in entry.detail.sorted(by: { $0.key < $1.key }).prefix(16).enumerated() {
                if index > 0 { json.raw(",") }
                json.string(clipped(member.key, 64))
                json.raw(":")
                json.string(clipped(member.value, 1024))
            }
            json.raw("}")
        }
        json.raw(",\"via\":")
        json.string(entry.way.rawValue)
        json.raw(",\"previous\":")
        json.string(previous)
        let hash = SHA256.hexadecimal(of: json.bytes)
        json.raw(",\"hash\":")
        json.string(hash)
        json.raw("}\n")
        return (json.bytes, hash)
    }

    /// Long texts are cut, and say so by their last character: a line has a bound.
    private static func clipped(_ text: String, _ limit: Int) -> String {
        text.count <= limit ? text : text.prefix(limit - 1) + "…"
    }

    private static let opening = Array("{\"seq\":".utf8)
    private static let actionOpening = Array("\"action\":\"".utf8)
    private static let previousOpening = Array(",\"previous\":\"".utf8)
    private static let hashOpening = Array(",\"hash\":\"".utf8)
    private static let end = Array("\"}".utf8)

    private static func hexadecimal(_ digits: ArraySlice<UInt8>) -> String? {
        let valid = digits.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
        return digits.count == 64 && valid ? String(decoding: digits, as: UTF8.self) : nil
    }

    /// The text between the first such opening and the next quote. Quotes inside strings are escaped, so that before the action
    /// only the key itself can match.
    private static func word(after opening: [UInt8], in bytes: ArraySlice<UInt8>) -> String? {
        var rest = bytes
        while let start = rest.firstIndex(of: opening[0]) {
            rest = rest[start...]
            if rest.starts(with: opening) {
                return String(decoding: rest.dropFirst(opening.count).prefix { $0 != UInt8(ascii: "\"") }, as: UTF8.self)
            }
            rest = rest.dropFirst()
        }
        return nil
    }
}
