// The table of fault cases: a case stands in it when a test shows it, so every test it names must be there.
import Foundation
import Testing

@Suite struct ReliabilityPageTests {
    private static let page = "docs/reliability.md"

    private struct Row {
        let cells: [String]
        /// `path::name` in backticks.
        var tests: [(path: String, name: String)] {
            guard cells.count > 4 else { return [] }
            return cells[4].matches(of: /`([^`]+?)::([^`]+)`/).map { (String($0.1), String($0.2)) }
        }
    }

    private static func rows() throws -> [Row] {
        let text = try #require(SourceTree.text(page))
        return text.split(separator: "\n").filter { $0.hasPrefix("|") && !$0.hasPrefix("|---") && !$0.hasPrefix("| # |") }
            .map { line in
                Row(cells: line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) })
            }
    }

    /// Whether the file defines a test of this name, in Python's way or in Swift's two.
    private static func defines(_ name: String, in text: String) -> Bool {
        ["def \(name)(", "func `\(name)`", "@Test(\"\(name)\"", "@Test(\n        \"\(name)\""].contains { text.contains($0) }
    }

    @Test("each fault case names a test that exists, and says when it was seen last")
    func cases() throws {
        let rows = try Self.rows()
        #expect(rows.count > 20)
        for row in rows {
            #expect(row.cells.count == 6, "\(row.cells)")
            #expect(!row.tests.isEmpty, "no test: \(row.cells)")
            for test in row.tests {
                let text = SourceTree.text(test.path)
                #expect(text.map { Self.defines(test.name, in: $0) } == true, "\(test.path) has no test «\(test.name)»")
            }
            #expect(row.cells.last?.contains(/\d{4}-\d{2}-\d{2}/) == true, "no date: \(row.cells)")
        }
    }

    @Test("a test that is not there is noticed")
    func absent() {
        let text = """
            @Suite struct X {
                @Test func `one thing holds`() {}
                @Test("another holds")
            }
            def test_a_third(bench): pass
            """
        for name in ["one thing holds", "another holds", "test_a_third"] { #expect(Self.defines(name, in: text)) }
        for name in ["one thing", "holds", "test_a", "third"] { #expect(!Self.defines(name, in: text)) }
    }
}
