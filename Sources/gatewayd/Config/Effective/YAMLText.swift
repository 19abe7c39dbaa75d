// A scalar as it is written into YAML, so that the same text is read back.

/// Scalars of YAML that is written here.
enum YAMLText {
    /// A scalar as it stood in its file: in quotes where it had them, plain otherwise.
    /// - Parameter inFlow: whether it stands in a `[…]`, where commas and brackets end a plain scalar.
    static func scalar(_ text: String, isQuoted: Bool, inFlow: Bool = false) -> String {
        let endsEarly = inFlow && text.contains { ",[]{}".contains($0) }
        let isOneLine = !text.isEmpty && MessageText.oneLine(text) == text
        return isQuoted || endsEarly || !isOneLine ? quoted(text) : text
    }

    /// A text that did not stand in a file, like a path that was resolved: plain only where nobody can take it for anything else.
    static func text(_ text: String) -> String {
        let isPlain =
            text.utf8.first.map { "/".utf8.contains($0) } ?? false
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default: "/._-+".utf8.contains(byte)
                }
            }
        return isPlain ? text : quoted(text)
    }

    /// In double quotes, with everything a terminal would obey written out (YAML 1.2.2, §5.7).
    static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case _ where MessageText.oneLine(String(scalar)) != String(scalar):
                let digits = String(scalar.value, radix: 16, uppercase: true)
                result += scalar.value > 0xFFFF ? "\\U" : "\\u"
                result += String(repeating: "0", count: (scalar.value > 0xFFFF ? 8 : 4) - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
