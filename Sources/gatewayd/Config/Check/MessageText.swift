// Pieces of a file inside messages: on one line, short, and without characters that a terminal would obey.

/// Text for messages.
enum MessageText {
    /// The most words of a list that are named.
    static let mostWords = 12

    /// The words of a list, at most twelve of them and how many more there are.
    static func list(_ words: [String]) -> String {
        let named = words.prefix(mostWords).joined(separator: ", ")
        return words.count <= mostWords ? named : "\(named) … and \(words.count - mostWords) more"
    }

    /// The text with its control and invisible characters written out, like `\t` and `\u{1B}`.
    static func oneLine(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isUnseen) else { return text }
        var line = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\t": line += "\\t"
            case "\n": line += "\\n"
            case "\r": line += "\\r"
            case _ where isUnseen(scalar): line += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
            default: line.unicodeScalars.append(scalar)
            }
        }
        return line
    }

    /// Control characters, and those that hide themselves or turn the direction of what follows.
    private static func isUnseen(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F...0x9F, 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x2069, 0xFEFF: true
        default: false
        }
    }
}

extension [String] {
    /// The words in one line, or «none».
    var orNone: String { isEmpty ? "none" : MessageText.list(self) }
}
