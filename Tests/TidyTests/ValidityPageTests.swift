// docs/validity.md: a row for every reason of the vocabulary, with a test that is there, and the table of rest as it is coded.
import SensorModel
import Testing
import Validity

@Suite struct ValidityPageTests {
    /// The cells of the rows of the page's tables.
    private func rows() throws -> [[String]] {
        let page = try #require(SourceTree.text("docs/validity.md"))
        return page.split(separator: "\n").filter { $0.hasPrefix("| `") }.map { line in
            line.split(separator: "|", omittingEmptySubsequences: false).dropFirst().dropLast().map { cell in
                String(cell.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
            }
        }
    }

    @Test("every reason of the vocabulary has one row, in its part of the page, with all its cells")
    func reasons() throws {
        let reasons = try rows().filter { $0.count == 6 }
        let wanted = BadReason.allCases.map(\.rawValue) + UncertainReason.allCases.map(\.rawValue)
        #expect(reasons.map { $0[0] }.sorted() == wanted.map { "`\($0)`" }.sorted())
        #expect(reasons.prefix(BadReason.allCases.count).map { $0[0] } == BadReason.allCases.map { "`\($0.rawValue)`" })
        for row in reasons { #expect(row.allSatisfy { !$0.isEmpty }, "\(row)") }
    }

    @Test("the test that a row names is there")
    func tests() throws {
        let tests = SourceTree.code.filter { $0.isIn("Tests") && $0.isSwift && !$0.isIn("Tests/TidyTests") }.map(\.text)
        for row in try rows() where row.count == 6 {
            #expect(tests.contains { $0.contains("\"\(row[5])\"") || $0.contains("`\(row[5])`") }, "\(row[0]): \(row[5])")
        }
    }

    @Test("the table of rest says what the code does, and why")
    func rest() throws {
        let page = try rows().filter { $0.count == 4 }
        #expect(page.count == RestDefaults.rows.count)
        for (row, cells) in zip(RestDefaults.rows, page) {
            #expect(cells[0] == row.quantities.map { "`\($0.rawValue)`" }.joined(separator: ", "))
            #expect(cells[3] == row.reason)
            #expect((cells[1] == "never") == (row.finest == nil))
            let step = cells[1].split(separator: " ").first.flatMap { Double(String($0)) }
            #expect(step == row.finest, "\(cells)")
            #expect(cells[2].isEmpty == (row.mayRest == .nowhere), "\(cells)")
        }
    }
}
