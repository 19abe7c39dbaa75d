// JSON as other machines send it, read strictly: what two readers could understand in two ways is refused.
import SensorModel

/// A JSON value.
enum JSONValue: Sendable, Equatable {
    case null
    case bool(Bool)
    case number(Double)
    case text(String)
    case list([JSONValue])
    case object([String: JSONValue])
}

/// Why a text is not JSON that may be believed.
struct JSONProblem: Error, Equatable {
    /// What is wrong.
    let words: Bilingual
    /// Byte of the text, from 0.
    let offset: Int
}

/// Reads one JSON value (RFC 8259). Stricter than it: no name twice in an object, numbers that a Double can hold, and no
/// more than 16 levels, so that no text can exhaust the stack. Foundation's decoder keeps one of two equal names without a word.
struct JSONReader {
    /// How deep lists and objects may stand in each other.
    static let deepest = 16

    private let bytes: [UInt8]
    private var index = 0

    private init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The whole text as one value.
    static func read(_ bytes: [UInt8]) throws(JSONProblem) -> JSONValue {
        var reader = JSONReader(bytes)
        let value = try reader.value(level: 0)
        reader.skipSpace()
        guard reader.index == bytes.count else { throw reader.problem("值之后还有内容", "something stands behind the value") }
        return value
    }

    private func problem(_ zh: String, _ en: String) -> JSONProblem {
        JSONProblem(words: Bilingual(zh: zh, en: en), offset: index)
    }

    private var next: UInt8? { index < bytes.count ? bytes[index] : nil }

    private mutating func skipSpace() {
        while let byte = next, [0x20, 0x09, 0x0A, 0x0D].contains(byte) { index += 1 }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        index += 1
        return true
    }

    private mutating func value(level: Int) throws(JSONProblem) -> JSONValue {
        guard level <= Self.deepest else { throw problem("超过 \(Self.deepest) 层", "more than \(Self.deepest) levels") }
        skipSpace()
        switch next {
        case UInt8(ascii: "{"): return try object(level)
        case UInt8(ascii: "["): return try list(level)
        case UInt8(ascii: "\""): return .text(try text())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case nil: throw problem("内容中断", "the text ends too early")
        default: return .number(try number())
        }
    }

    private mutating func word(_ word: StaticString, _ value: JSONValue) throws(JSONProblem) -> JSONValue {
        let letters = word.withUTF8Buffer { Array($0) }
        guard bytes[index...].starts(with: letters) else { throw problem("不是 JSON 的值", "no JSON value") }
        index += letters.count
        return value
    }

    private mutating func object(_ level: Int) throws(JSONProblem) -> JSONValue {
        index += 1
        var members: [String: JSONValue] = [:]
        skipSpace()
        if take(UInt8(ascii: "}")) { return .object(members) }
        repeat {
            skipSpace()
            guard next == UInt8(ascii: "\"") else { throw problem("缺少带引号的名称", "a name in quotes is missing") }
            let name = try text()
            skipSpace()
            guard take(UInt8(ascii: ":")) else { throw problem("缺少冒号", "a colon is missing") }
            let value = try value(level: level + 1)
            guard members.updateValue(value, forKey: name) == nil else { throw problem("名称重复", "a name stands twice") }
            skipSpace()
        } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "}")) else { throw problem("缺少逗号或 }", "a comma or } is missing") }
        return .object(members)
    }

    private mutating func list(_ level: Int) throws(JSONProblem) -> JSONValue {
        index += 1
        var elements: [JSONValue] = []
        skipSpace()
        if take(UInt8(ascii: "]")) { return .list(elements) }
        repeat {
            elements.append(try value(level: level + 1))
            skipSpace()
        } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "]")) else { throw problem("缺少逗号或 ]", "a comma or ] is missing") }
        return .list(elements)
    }

    private mutating func number() throws(JSONProblem) -> Double {
        let start = index
        _ = take(UInt8(ascii: "-"))
        let first = next
        guard digits() > 0, first != UInt8(ascii: "0") || index - start <= (bytes[start] == UInt8(ascii: "-") ? 2 : 1) else {
            throw problem("不是 JSON 的值", "no JSON value")
        }
        if take(UInt8(ascii: ".")), digits() == 0 { throw problem("缺少数字", "digits are missing") }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            if digits() == 0 { throw problem("缺少数字", "digits are missing") }
        }
        guard let number = Double(String(decoding: bytes[start..<index], as: UTF8.self)), number.isFinite else {
            throw problem("数字过大", "a number too large")
        }
        return number
    }

    private mutating func digits() -> Int {
        let start = index
        while let byte = next, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { index += 1 }
        return index - start
    }

    private mutating func text() throws(JSONProblem) -> String {
        index += 1
        var content: [UInt8] = []
        while let byte = next {
            index += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let text = String(validating: content, as: UTF8.self) else {
                    throw problem("文本不是 UTF-8", "text that is not UTF-8")
                }
                return text
            case UInt8(ascii: "\\"): content += Array(String(try escape()).utf8)
            case 0..<0x20: throw problem("文本中有控制字符", "a control character in a text")
            default: content.append(byte)
            }
        }
        throw problem("内容中断", "the text ends too early")
    }

    private mutating func escape() throws(JSONProblem) -> Unicode.Scalar {
        guard let byte = next else { throw problem("内容中断", "the text ends too early") }
        index += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"):
            let high = try hexadecimal()
            if let scalar = Unicode.Scalar(high) { return scalar }
            guard (0xD800...0xDBFF).contains(high), take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) else {
                throw problem("代理对不完整", "half a surrogate pair")
            }
            let low = try hexadecimal()
            guard (0xDC00...0xDFFF).contains(low), let scalar = Unicode.Scalar(0x10000 + (high - 0xD800) << 10 + (low - 0xDC00))
            else { throw problem("代理对不完整", "half a surrogate pair") }
            return scalar
        default: throw problem("转义字符不明", "an unknown escape")
        }
    }

    private mutating func hexadecimal() throws(JSONProblem) -> UInt32 {
        let digits = bytes[index...].prefix(4)
        let text = String(decoding: digits, as: UTF8.self)
        guard digits.count == 4, text.utf8.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
            let number = UInt32(text, radix: 16)
        else { throw problem("缺少四位十六进制数字", "four hexadecimal digits are missing") }
        index += 4
        return number
    }
}
