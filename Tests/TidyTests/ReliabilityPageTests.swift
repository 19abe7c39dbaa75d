// The table of fault cases: a case stands in it when a test shows it, so every test it names must be there.
import Foundation
import Testing

@Suite struct ReliabilityPageTests {
    private static let page = "docs/reliability.md"

    /// The product's list of fault cases, by number; its holes are the list's own.
    private static let list: Set = [
        1, 2, 3, 6, 7, 8, 10, 11, 13, 15, 16, 17, 18, 19, 20, 22, 23, 24, 25, 26, 28, 29, 31, 33, 34, 36, 37, 38, 40, 41, 43, 44,
        45, 46, 47, 48, 51, 52, 54, 55, 56, 57, 59, 60, 61, 63, 64, 66, 67, 68, 69, 70, 71, 72,
    ]
    /// Updates and the unit file: they come with packages.
    private static let later: Set = [68, 71]

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

    /// Whether the file defines a test of this name, in Python's way or in Swift's two; or a script runs it.
    private static func defines(_ name: String, in text: String) -> Bool {
        if text.hasPrefix("#!/bin/sh") { return text.contains(name) }
        return ["def \(name)(", "func `\(name)`", "@Test(\"\(name)\"", "@Test(\n        \"\(name)\""].contains {
            text.contains($0)
        }
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

    @Test("each case of the product's list has a row")
    func complete() throws {
        let there = try Self.rows().flatMap { row in
            row.cells[0].split(separator: ",").compactMap { Int($0.trimmingCharacters(in: .whitespaces)) }
        }
        #expect(Set(there).symmetricDifference(Self.list.subtracting(Self.later)) == [])
    }

    @Test("the page counts the simulation's faults as they are")
    func faults() throws {
        let story = try #require(SourceTree.text("Tests/Simulate/Program/Story.swift"))
        let start = try #require(story.firstRange(of: "enum FaultKind"))
        let cases = story[start.upperBound...].split(separator: "\n").dropFirst().prefix { !$0.contains(" var ") && $0 != "}" }
            .filter { $0.hasPrefix("    case ") }
        let count = cases.reduce(0) { $0 + $1.split(separator: ",").count }
        let page = try #require(SourceTree.text(Self.page))
        #expect(count > 30 && page.contains("with \(count) kinds of faults"), "\(count)")
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
