// Sizes, banned words and first lines: small rules that keep every file readable at sight.
import Foundation
import Testing

@Suite struct StyleTests {
    private static let swift = SourceTree.code.filter(\.isSwift)
    private static let swiftAndC = SourceTree.code.filter { $0.isSwift || $0.isC }

    @Test("a file has at most 400 lines")
    func fileLength() {
        let long = Self.swiftAndC.filter { $0.text.count(where: \.isNewline) > 400 }
        #expect(long.map { "\($0.path): \($0.text.count(where: \.isNewline)) lines" } == [])
    }

    @Test("a function has at most 70 lines")
    func functionLength() {
        let long = Self.swift.flatMap { file in
            SwiftText(file.text).functions.filter { $0.length > 70 }.map { "\(file.path):\($0.line): \($0.length) lines" }
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
        let code = [
            /\bTask\.detached\b/, /\btry!/, /\bas!/, /\bfatalError\(/, /\bThread\.sleep\b/, /\busleep\(/, /\bprint\(/, /\bDate\(\)/,
        ]
        let anywhere = [/\bTODO\b/, /\bFIXME\b/]
        var wrong: [String] = []
        for file in SourceTree.code where file.isIn("Sources") && (file.isSwift || file.isC) {
            for (number, line) in SwiftText(file.text).lines.enumerated() where code.contains(where: { line.contains($0) }) {
                wrong.append("\(file.path):\(number + 1): \(line)")
            }
            for (number, line) in file.lines.enumerated() where anywhere.contains(where: { line.contains($0) }) {
                wrong.append("\(file.path):\(number + 1): \(line)")
            }
        }
        #expect(wrong == [])
    }

    @Test("@unchecked Sendable stands with its reason, within six lines above")
    func unchecked() {
        let word = "@unchecked " + "Sendable"
        var wrong: [String] = []
        for file in Self.swift {
            let lines = file.lines
            for (number, line) in SwiftText(file.text).lines.enumerated() where line.contains(word) {
                let above = lines[max(0, number - 6)..<number]
                if !above.contains(where: { $0.contains("//") && $0.contains(word) }) { wrong.append("\(file.path):\(number + 1)") }
            }
        }
        #expect(wrong == [])
    }

    @Test("no file names a host of the web or a place on the machine it was written on")
    func places() {
        let host = /https?:\/\/[A-Za-z0-9]/
        let folders = ["home", "Users", "root", "opt"].map { "/\($0)/" } + [SourceTree.root.path + "/"]
        var wrong: [String] = []
        for file in SourceTree.code {
            for (number, line) in file.lines.enumerated() where line.contains(host) || folders.contains(where: { line.contains($0) }) {
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
            protocol P { func none() }
            init(x: Int = { 1 }()) {

            }
            """
        let read = SwiftText(text)
        #expect(read.lines.count == 9)
        #expect(!read.code.contains("try!") && !read.code.contains("as!") && !read.code.contains("print("))
        #expect(read.code.contains("b("))
        #expect(read.functions == [.init(line: 3, length: 3), .init(line: 7, length: 3)])
    }
}
