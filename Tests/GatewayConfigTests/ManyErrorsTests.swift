// Files with very many errors: what is said stays short, and so does the time it takes.
import GatewayConfig
import Testing

struct ManyErrorsTests {
    /// A sensor model with so many channels, and so many examples of a channel that is not there.
    private func model(channels: Int, examples: Int) -> String {
        let head = "schema: 1\nprofile: many\nvendor: a\nmodel: b\nsource: {document: c, page: d}\nchannels:\n"
        let body = (0..<channels).map { index in
            "  channel-\(1000 + index): {table: holding, address: \(index), type: uint16, quantity: raw, unit: \"1\"}\n"
        }
        let vectors = (0..<examples).map { _ in "  - {channel: another, words: [1], value: 1}\n" }
        return head + body.joined() + "examples:\n" + vectors.joined()
    }

    @Test("Of a long list twelve words are named, and how many more there are")
    func longList() throws {
        let bench = try Workbench()
        bench.write("site/profiles/many.yaml", model(channels: 500, examples: 1))
        let names = (0..<12).map { "channel-\(1000 + $0)" }.joined(separator: ", ")
        #expect(
            bench.profileErrors("site/profiles/many.yaml") == [
                "site/profiles/many.yaml:508:15: error: examples[0].channel: "
                    + "expected one of \(names) … and 488 more, found 'another'"
            ])
    }

    @Test("A thousand errors of a file are named, the last line counts the others")
    func manyErrors() throws {
        let bench = try Workbench()
        bench.write("site/profiles/many.yaml", model(channels: 600, examples: 2500))
        let lines = bench.profileErrors("site/profiles/many.yaml")
        #expect(lines.count == 1001)
        #expect(lines.dropLast().allSatisfy { $0.contains("found 'another'") })
        #expect(lines.last == "site/profiles/many.yaml:1607:15: error: file: 1500 more errors")
        #expect(lines.reduce(0) { $0 + $1.utf8.count } < 400_000)
    }

    @Test("So it is with errors of the syntax")
    func manyProblems() throws {
        let bench = try Workbench()
        bench.write("site/gateway.yaml", "schema: 1\n" + String(repeating: "schema: 1\n", count: 1001))
        let lines = bench.errors()
        #expect(lines.filter { $0.contains("this key stands here twice") }.count == 1000)
        #expect(lines.last?.hasSuffix(": error: file: 2 more errors") == true, "one key, and the gateway that is missing")
    }

    @Test("A key that is longer than a line is refused once, and not repeated in every message below it")
    func longKey() throws {
        let bench = try Workbench()
        let key = String(repeating: "k", count: 257)
        bench.write("site/gateway.yaml", "schema: 1\n\(key): [*a, *b]\ngateway: {id: g}\n")
        let lines = bench.errors()
        #expect(lines.first == "site/gateway.yaml:2:1: error: file: expected a key of at most 256 characters")
        #expect(lines.allSatisfy { !$0.contains("kk") })
    }
}
