// JSON as somebody else's parser sees it: what we write is read back by a library that is not ours.
import FoundationEssentials

/// A decoded JSON value.
enum DecodedJSON: Decodable, Equatable {
    case null
    case boolean(Bool)
    case number(Double)
    case text(String)
    case list([DecodedJSON])
    case object([String: DecodedJSON])

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .boolean(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode(String.self) {
            self = .text(value)
        } else if let value = try? container.decode([DecodedJSON].self) {
            self = .list(value)
        } else {
            self = .object(try container.decode([String: DecodedJSON].self))
        }
    }

    /// Reads a whole message.
    static func read(_ bytes: [UInt8]) throws -> DecodedJSON { try JSONDecoder().decode(Self.self, from: Data(bytes)) }

    /// A member of an object; nil when there is none.
    subscript(_ key: String) -> DecodedJSON? { if case .object(let members) = self { members[key] } else { nil } }
}

/// Bytes as text, for comparison.
func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
