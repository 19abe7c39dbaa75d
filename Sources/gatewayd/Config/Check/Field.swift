// One value of a file with its place, and the readers that turn it into something typed or say what is wrong with it.

/// One value with its path of keys, and where to report.
struct Field {
    var node: YAMLNode
    /// Like `covers[0].sensors.ch4.every`; empty at the top.
    let path: String
    let findings: Findings
    /// What may stand here.
    let shape: Shape

    /// The same value, read as something else: for values that may be one of several things.
    func with(_ shape: Shape) -> Field { Field(node: node, path: path, findings: findings, shape: shape) }

    /// Reports that a reader asks for something else than the description says, which is nobody's fault but ours.
    func defect<Value>(_ reader: String) -> Value? {
        refuse("cannot be read as \(reader); this is a defect of gatewayd, please report it")
        return nil
    }

    /// Reports an error at this value.
    func refuse(_ message: String) {
        if case .refused = node.content { return }
        findings.report(node.mark, path, message)
    }

    /// Reports what was expected and what stands here.
    /// - Returns: nil, as the value of the reader that calls.
    func expected<Value>(_ what: String) -> Value? {
        refuse("expected \(what), found \(found)")
        return nil
    }

    /// What stands here, for messages.
    var found: String {
        switch node.content {
        case .scalar(let text, let isQuoted): text.isEmpty && !isQuoted ? "nothing" : Self.quoted(text)
        case .sequence: "a list"
        case .mapping: "a section of keys"
        case .refused: "something that is not supported"
        }
    }

    /// The text in quotes, on one line and not longer than 60 characters.
    static func quoted(_ text: String) -> String {
        let head = text.prefix(60)
        return "'\(MessageText.oneLine(String(head)))\(head.endIndex == text.endIndex ? "" : "…")'"
    }

    /// Words that YAML takes for something else than text where they stand without quotes (YAML 1.2.2, §10.3.2).
    static let wordsOfYAML: Set<String> = [
        "~", "null", "Null", "NULL", "true", "True", "TRUE", "false", "False", "FALSE",
    ]

    /// Whether it is such a word.
    private var isWordOfYAML: Bool { plain.map(Self.wordsOfYAML.contains) ?? false }

    /// «did you mean …?» behind `lead` for a word that is none of these, where one of them is near; else nothing.
    func hint(_ lead: String, _ word: String, in words: [String]) -> String? {
        findings.isFull ? nil : Spelling.nearest(to: word, in: words).map { "\(lead)did you mean '\($0)'?" }
    }

    /// The text of a scalar that is not quoted, for numbers and words of the format.
    var plain: String? {
        guard case .scalar(let text, isQuoted: false) = node.content else { return nil }
        return text
    }

    /// Added to what was expected where quotes are what is wrong.
    var withoutQuotes: String { if case .scalar(_, isQuoted: true) = node.content { ", without quotes" } else { "" } }

    /// Text of 1 to 256 characters on one line.
    func text() -> String? {
        guard case .text(let what, let pattern) = shape else { return defect("text") }
        guard let text = node.text, !text.isEmpty else { return expected(what) }
        guard !isWordOfYAML else { return expected("\(what), in quotes") }
        guard text.count <= 256, !text.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) else {
            return expected("\(what) of at most 256 characters on one line")
        }
        guard let pattern, let expression = try? Regex(pattern) else { return text }
        return text.wholeMatch(of: expression) == nil ? expected(what) : text
    }

    /// An id, `[A-Za-z0-9._-]{1,64}`.
    func id() -> String? {
        guard case .id = shape else { return defect("an id") }
        guard let text = node.text, !text.isEmpty, text.utf8.count <= 64, text.utf8.allSatisfy(Self.isIDByte) else {
            return expected("an id of 1 to 64 of the characters A-Z a-z 0-9 . _ -")
        }
        guard !isWordOfYAML else { return expected("an id, in quotes") }
        return text
    }

    private static func isIDByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: ".-_".utf8.contains(byte)
        }
    }

    /// `true` or `false`.
    func bool() -> Bool? {
        guard case .bool = shape else { return defect("true or false") }
        return switch plain {
        case "true": true
        case "false": false
        default: expected("true or false\(withoutQuotes)")
        }
    }

    /// One word of an enumeration.
    func choice<Choice: RawRepresentable>(_ type: Choice.Type = Choice.self) -> Choice? where Choice.RawValue == String {
        choice().flatMap { (word: String) in Choice(rawValue: word) }
    }

    /// One word of a closed list.
    func choice() -> String? {
        guard case .choice(let words, let later) = shape else { return defect("a word of a list") }
        return choice(of: words, later: later)
    }

    /// One word of a list that only the file makes.
    func choice(of words: [String], later: [String] = []) -> String? {
        if let text = node.text, words.contains(text) { return text }
        let wanted = words.count == 1 ? words[0] : "one of \(MessageText.list(words))"
        guard let text = node.text, !text.isEmpty else { return expected(wanted) }
        if later.contains(text) {
            refuse("\(Self.quoted(text)) is not supported by this version, expected \(wanted)")
        } else {
            refuse("expected \(wanted), found \(found)\(hint(", ", text, in: words) ?? "")")
        }
        return nil
    }

    /// The entries of a list.
    func list() -> [Field]? {
        guard case .list(let inner, let count, let what) = shape else { return defect("a list") }
        guard case .sequence(let items) = node.content else { return expected(what) }
        guard count.contains(items.count) else {
            refuse("expected \(what), found \(items.isEmpty ? "an empty list" : "\(items.count)")")
            return nil
        }
        return items.enumerated().map { Field(node: $1, path: "\(path)[\($0)]", findings: findings, shape: inner) }
    }
}
