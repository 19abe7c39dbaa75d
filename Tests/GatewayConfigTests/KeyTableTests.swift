// docs/configuration.md and the schemas, against the description that the checker reads by.
import GatewayConfig
import Glibc
import Testing

struct KeyTableTests {
    private static let documents: String = {
        let here = #filePath.split(separator: "/Tests/", omittingEmptySubsequences: false)
        return here.dropLast().joined(separator: "/Tests/") + "/docs"
    }()
    private static let page = "\(documents)/configuration.md"

    private func read(_ path: String) -> String {
        guard let file = fopen(path, "r") else { return "" }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = fread(&chunk, 1, chunk.count, file)
            guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
            bytes += chunk[..<count]
        }
    }

    /// The page with every table of keys replaced by what the description says; names that it lacks come back too.
    private func renewed(_ page: String, _ tables: [(name: String, text: String)]) -> (page: String, lacking: [String]) {
        var page = page
        var lacking: [String] = []
        for (name, text) in tables {
            guard let start = page.firstRange(of: "<!-- keys: \(name) -->\n"),
                let end = page[start.upperBound...].firstRange(of: "<!-- end of keys -->")
            else {
                lacking.append(name)
                continue
            }
            page.replaceSubrange(start.upperBound..<end.lowerBound, with: "\(text)\n")
        }
        return (page, lacking)
    }

    @Test(
        "The pages show the keys that the checker knows; GATEWAYD_WRITE_DOCUMENTS=1 writes them",
        arguments: ["configuration.md", "simulation.md"])
    func page(name: String) throws {
        let path = "\(Self.documents)/\(name)"
        let written = read(path)
        let (page, lacking) = renewed(written, name == "simulation.md" ? KeyTable.scenario : KeyTable.all)
        #expect(lacking == [])
        if getenv("GATEWAYD_WRITE_DOCUMENTS") != nil, page != written {
            let file = try #require(fopen(path, "w"))
            let bytes = Array(page.utf8)
            #expect(fwrite(bytes, 1, bytes.count, file) == bytes.count)
            #expect(fclose(file) == 0)
            return
        }
        #expect(page == written, "run the tests with GATEWAYD_WRITE_DOCUMENTS=1 to write the tables")
    }

    @Test("The models on the page are good as they stand")
    func models() throws {
        let blocks = read(Self.page).split(separator: "```yaml\n", omittingEmptySubsequences: false).dropFirst()
            .compactMap { $0.split(separator: "```", omittingEmptySubsequences: false).first.map(String.init) }
        let model = try #require(blocks.first { $0.contains("profile: acme-h2s-2\nvendor") })
        let gateway = try #require(blocks.first { $0.contains("profiles: [models]") })
        let bench = try Workbench()
        bench.makeFolder("site/models")
        bench.write("site/models/acme-h2s-2.yaml", model)
        bench.write("site/gateway.yaml", gateway)
        #expect(bench.errors() == [])
    }

    @Test("A schema is the same each time, and says what it is of")
    func stable() {
        #expect(ConfigurationSchema.configuration == ConfigurationSchema.configuration)
        #expect(ConfigurationSchema.configuration.contains("\"$id\": \"urn:gatewayd:schema:gateway:1\""))
        #expect(ConfigurationSchema.profile.contains("\"$id\": \"urn:gatewayd:schema:profile:1\""))
        #expect(ConfigurationSchema.rules.contains("\"$id\": \"urn:gatewayd:schema:rules:1\""))
        #expect(ConfigurationSchema.scenario.contains("\"$id\": \"urn:gatewayd:schema:scenario:1\""))
    }
}
