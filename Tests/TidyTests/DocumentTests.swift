// The papers around the code: there, and in their form.
import Testing

@Suite struct DocumentTests {
    @Test("each decision record has its five parts")
    func decisions() {
        for file in SourceTree.files(in: "docs/adr") where file.path.hasSuffix(".md") && file.name != "README.md" {
            let headings = file.lines.filter { $0.hasPrefix("#") }.map { $0.drop { $0 == "#" || $0 == " " } }
            for part in ["Objective", "Context", "Decision", "Is / Is not", "Consequences"] {
                #expect(headings.contains { $0.lowercased() == part.lowercased() }, "\(file.path) has no heading «\(part)»")
            }
        }
    }

    @Test("the change log is in the form of Keep a Changelog")
    func changeLog() throws {
        let text = try #require(SourceTree.text("CHANGELOG.md"))
        #expect(text.hasPrefix("# Changelog"))
        #expect(text.contains("Keep a Changelog"))
        let headings = text.split(separator: "\n").filter { $0.hasPrefix("## ") }
        #expect(!headings.isEmpty)
        for heading in headings {
            #expect(heading.contains(/^## \[(?:Unreleased|\d+\.\d+\.\d+)\](?: - \d{4}-\d{2}-\d{2})?$/), "\(heading)")
        }
        let kinds = Set(text.split(separator: "\n").filter { $0.hasPrefix("### ") }.map { String($0.dropFirst(4)) })
        #expect(kinds.isSubset(of: ["Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"]))
    }

    @Test("the configuration in README.md is the example file, word for word")
    func example() throws {
        let readme = try #require(SourceTree.text("README.md"))
        let start = try #require(readme.range(of: "```yaml\n")?.upperBound)
        let end = try #require(readme.range(of: "```", range: start..<readme.endIndex)?.lowerBound)
        #expect(String(readme[start..<end]) == SourceTree.text("examples/gateway.yaml"))
    }

    @Test("the licence is the Apache License 2.0")
    func licence() throws {
        let text = try #require(SourceTree.text("LICENSE"))
        #expect(text.contains("Apache License") && text.contains("Version 2.0"))
    }
}
