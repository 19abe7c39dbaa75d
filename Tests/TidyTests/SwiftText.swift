// Swift without its comments and the insides of its strings, line for line: what the rules about code look at.

/// Takes comments and strings out of Swift text; newlines stay, so that line numbers do.
struct SwiftText {
    /// What is left.
    private(set) var code = ""
    private let text: [UInt8]
    private var index = 0
    private var kept: [UInt8] = []

    init(_ source: String) {
        text = Array(source.utf8)
        while index < text.count { readCode(untilParenthesis: false) }
        code = String(decoding: kept, as: UTF8.self)
    }

    private func has(_ word: StaticString) -> Bool {
        let count = word.utf8CodeUnitCount
        guard index + count <= text.count else { return false }
        return word.withUTF8Buffer { buffer in (0..<count).allSatisfy { buffer[$0] == text[index + $0] } }
    }

    /// Code up to the end, or, inside an interpolation, up to its closing parenthesis.
    private mutating func readCode(untilParenthesis: Bool) {
        var depth = 0
        while index < text.count {
            if text[index] > UInt8(ascii: "/") || text[index] <= UInt8(ascii: " ") {
                kept.append(text[index])
                index += 1
            } else if has("//") {
                while index < text.count, text[index] != UInt8(ascii: "\n") { index += 1 }
            } else if has("/*") {
                while index < text.count, !has("*/") { skip() }
                index += 2
            } else if has("\"") || has("#\"") || has("##\"") {
                readString()
            } else {
                if has("(") { depth += 1 }
                if has(")") {
                    depth -= 1
                    if untilParenthesis, depth < 0 {
                        index += 1
                        return
                    }
                }
                kept.append(text[index])
                index += 1
            }
        }
    }

    /// One byte of what is left out; a newline stays.
    private mutating func skip() {
        if text[index] == UInt8(ascii: "\n") { kept.append(text[index]) }
        index += 1
    }

    private mutating func readString() {
        var hashes = 0
        while has("#") {
            hashes += 1
            index += 1
        }
        let isLong = has("\"\"\"")
        let quotes = isLong ? 3 : 1
        index += quotes
        kept += Array("\"\"".utf8)
        while index < text.count {
            if text[index] == UInt8(ascii: "\\"), follows(hashes, after: 1) {
                index += 1 + hashes
                if has("(") {
                    index += 1
                    kept.append(UInt8(ascii: "("))
                    readCode(untilParenthesis: true)
                    kept.append(UInt8(ascii: ")"))
                } else if index < text.count {
                    skip()
                }
            } else if isLong ? has("\"\"\"") : has("\""), follows(hashes, after: quotes) {
                index += quotes + hashes
                return
            } else {
                skip()
            }
        }
    }

    private func follows(_ hashes: Int, after offset: Int) -> Bool {
        (0..<hashes).allSatisfy { index + offset + $0 < text.count && text[index + offset + $0] == UInt8(ascii: "#") }
    }
}

/// A function with its first line, from 1, and its number of lines.
struct FunctionExtent: Equatable {
    let line: Int, length: Int

    /// Functions, initialisers and subscripts with a body in Swift without comments and strings, by counting brackets.
    static func all(in lines: [Substring]) -> [FunctionExtent] {
        var count = Count()
        for (number, line) in lines.enumerated() { count.read(line, number + 1) }
        return count.found
    }

    private struct Count {
        var found: [FunctionExtent] = []
        private var open: [(line: Int, brackets: Int)] = []
        private var waiting: (line: Int, parentheses: Int, brackets: Int)?
        private var brackets = 0
        private var parentheses = 0

        mutating func read(_ line: Substring, _ number: Int) {
            if declares(line) { waiting = (number, parentheses, brackets) }
            for character in line.utf8 {
                switch character {
                case UInt8(ascii: "("): parentheses += 1
                case UInt8(ascii: ")"): parentheses -= 1
                case UInt8(ascii: "{"):
                    if let start = waiting, start.parentheses == parentheses {
                        open.append((start.line, brackets))
                        waiting = nil
                    }
                    brackets += 1
                case UInt8(ascii: "}"):
                    brackets -= 1
                    if let start = waiting, brackets < start.brackets { waiting = nil }
                    if let last = open.last, last.brackets == brackets {
                        found.append(FunctionExtent(line: last.line, length: number + 1 - last.line))
                        open.removeLast()
                    }
                default: break
                }
            }
        }

        private func declares(_ line: Substring) -> Bool {
            let words = line.split(separator: " ").prefix { !$0.contains("{") && !$0.contains("=") }
            return words.contains { word in
                word == "func" || word == "deinit" || ["init(", "init?(", "init<", "subscript("].contains(where: word.hasPrefix)
            }
        }
    }
}
