// docs/alarms.md: a row for every rule, and the tests and scenarios that it names are there.
import Testing

@Suite struct AlarmsPageTests {
    private func page() throws -> String { try #require(SourceTree.text("docs/alarms.md")) }

    @Test("the test of all rules, and every other test that a row names, is there")
    func tests() throws {
        let tests = SourceTree.code.filter { $0.isIn("Tests") && $0.isSwift && !$0.isIn("Tests/BoardFilesTests") }.map(\.text)
        let page = try page()
        let rows = page.split(separator: "\n").filter { $0.hasPrefix("| `") }
        #expect(rows.count > 30)
        let common = try #require(page.firstMatch(of: /«([^»]+)»/)).output.1
        var named = [String(common)]
        for row in rows {
            let cells = row.split(separator: "|", omittingEmptySubsequences: false)
            #expect(cells.count == 9, "\(row)")
            let shown = cells[7].dropFirst().dropLast().split(separator: "<br>").map(String.init)
            named += shown.filter { !$0.hasPrefix("[") }
        }
        for name in named { #expect(tests.contains { $0.contains("\"\(name)\"") }, "there is no test «\(name)»") }
    }

    @Test("every rule of boards/rules has a row, and every scenario its command")
    func rows() throws {
        let page = try page()
        var rules = 0
        for file in SourceTree.files(in: "boards/rules") {
            for line in file.lines where line.hasPrefix("  - id: ") {
                rules += 1
                let id = line.dropFirst(8).prefix { $0 != " " }
                #expect(page.contains("| `\(id)` | "), "\(id)")
            }
        }
        #expect(rules > 30)
        for file in SourceTree.files(in: "boards/simulated") where file.name != "street.yaml" {
            #expect(page.contains("--simulate \(file.path) --speed 0 --once\n"), "\(file.path)")
        }
    }
}
