// JSON text with its members in the order they were given, so that the same description always gives the same file.

/// A JSON value that is written, never read.
indirect enum JSONText {
    case text(String)
    case integer(Int)
    case number(Double)
    case raw(String)
    case bool(Bool)
    case list([JSONText])
    case object([(String, JSONText)])

    /// Indented text without a line end.
    func written(indent: String = "") -> String {
        switch self {
        case .text(let text): Self.quoted(text)
        case .integer(let number): "\(number)"
        case .number(let number): number == number.rounded() && number.magnitude < 1e15 ? "\(Int(number))" : "\(number)"
        case .raw(let text): text
        case .bool(let bool): bool ? "true" : "false"
        case .list(let items) where items.allSatisfy(\.isShort): "[" + items.map { $0.written() }.joined(separator: ", ") + "]"
        case .list(let items): Self.block("[", items.map { $0.written(indent: indent + "  ") }, "]", indent)
        case .object(let members):
            Self.block("{", members.map { "\(Self.quoted($0.0)): \($0.1.written(indent: indent + "  "))" }, "}", indent)
        }
    }

    private var isShort: Bool {
        switch self {
        case .list, .object: false
        default: true
        }
    }

    private static func block(_ open: String, _ lines: [String], _ close: String, _ indent: String) -> String {
        guard !lines.isEmpty else { return open + close }
        return "\(open)\n" + lines.map { "\(indent)  \($0)" }.joined(separator: ",\n") + "\n\(indent)\(close)"
    }

    /// A string literal (RFC 8259, §7).
    private static func quoted(_ text: String) -> String {
        var literal = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": literal += "\\\""
            case "\\": literal += "\\\\"
            case "\n": literal += "\\n"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                literal += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: literal.unicodeScalars.append(scalar)
            }
        }
        return literal + "\""
    }
}
