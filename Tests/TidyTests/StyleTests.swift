// Sizes, banned words and first lines: small rules that keep every file readable at sight.
import Foundation
import Testing

@Suite struct StyleTests {
    private static let swift = SourceTree.code.filter(\.isSwift)
    private static let swiftAndC = SourceTree.code.filter { $0.isSwift || $0.isC }

    /// Whether the line has the word, not as the end of a longer one.
    private static func uses(_ word: String, in line: Substring) -> Bool {
        line.ranges(of: word).contains { range in
            line[..<range.lowerBound].last.map { !$0.isLetter && !$0.isNumber && $0 != "_" } ?? true
        }
    }

    @Test("a file has at most 400 lines")
    func fileLength() {
        let long = Self.swiftAndC.filter { $0.text.count(where: \.isNewline) > 400 }
        #expect(long.map { "\($0.path): \($0.text.count(where: \.isNewline)) lines" } == [])
    }

    @Test("a function has at most 70 lines")
    func functionLength() {
        let long = Self.swift.flatMap { file in
            FunctionExtent.all(in: file.codeLines).filter { $0.length > 70 }.map { "\(file.path):\($0.line): \($0.length) lines" }
        }
        #expect(long == [])
    }

    @Test("a line has at most 130 columns")
    func lineLength() {
        let long = Self.swiftAndC.flatMap { file in
            file.lines.enumerated().filter { $0.element.count > 130 }.map { "\(file.path):\($0.offset + 1): \($0.element.count)" }
        }
        #expect(long == [])
    }

    @Test("every Swift file begins with a comment that says what it is")
    func firstLine() {
        #expect(Self.swift.filter { !$0.text.hasPrefix("// ") || $0.text.hasPrefix("// swift") }.map(\.path) == [])
    }

    @Test("what may stop or block the daemon, or was left unfinished, stands nowhere in Sources")
    func bannedWords() {
        let inCode = ["Task.detached", "try!", "as!", "fatalError(", "Thread.sleep", "usleep(", "print(", "Date()"]
        let anywhere = ["TO" + "DO", "FIX" + "ME"]
        var wrong: [String] = []
        for file in SourceTree.code where file.isIn("Sources") && (file.isSwift || file.isC) {
            func look(for words: [String], in lines: [Substring]) {
                for (number, line) in lines.enumerated() where words.contains(where: { Self.uses($0, in: line) }) {
                    wrong.append("\(file.path):\(number + 1): \(line)")
                }
            }
            look(for: inCode, in: file.isC ? file.lines : file.codeLines)
            look(for: anywhere, in: file.lines)
        }
        #expect(wrong == [])
    }

    @Test("@unchecked Sendable stands with its reason, within six lines above")
    func unchecked() {
        let word = "@unchecked " + "Sendable"
        var wrong: [String] = []
        for file in Self.swift {
            let lines = file.lines
            for (number, line) in file.codeLines.enumerated() where line.contains(word) {
                let above = lines[max(0, number - 6)..<number]
                if !above.contains(where: { $0.contains("//") && $0.contains(word) }) {
                    wrong.append("\(file.path):\(number + 1)")
                }
            }
        }
        #expect(wrong == [])
    }

    @Test("no file names a host of the web or a place on the machine it was written on")
    func places() {
        let hosts = ["http", "https"].map { $0 + "://" }
        let folders = ["home", "Users", "root", "opt"].map { "/\($0)/" } + [SourceTree.root.path + "/"]
        var wrong: [String] = []
        for file in SourceTree.code {
            for (number, line) in file.lines.enumerated() where (hosts + folders).contains(where: { line.contains($0) }) {
                wrong.append("\(file.path):\(number + 1): \(line)")
            }
        }
        #expect(wrong == [])
    }

    @Test("the rules read Swift as it is: strings and comments are no code, and functions have their length")
    func reading() {
        let text = """
            // try! here
            let a = "as! \\(b(")")) { " /* { */
            func one() {
                let c = #"print( " \\(x) "#
            }
            protocol P {
                func none()
            }
            init(x: Int = { 1 }()) {

            }
            """
        let code = SwiftText(text).code
        let lines = code.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.count == 11)
        #expect(!code.contains("try!") && !code.contains("as!") && !code.contains("print("))
        #expect(code.contains("b("))
        #expect(FunctionExtent.all(in: lines) == [.init(line: 3, length: 3), .init(line: 9, length: 3)])
    }
}
