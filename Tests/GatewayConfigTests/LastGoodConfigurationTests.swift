// The copy in the store, and the way to it out of a broken file.
import GatewayConfig
import Glibc
import Testing

struct LastGoodConfigurationTests {
    private func inode(_ path: String) -> UInt {
        var information = stat()
        return stat(path, &information) == 0 ? UInt(information.st_ino) : 0
    }

    @Test("The copy loads when the original files, the sensor models and the shipped folder are broken or gone")
    func copyStandsAlone() throws {
        let bench = try Workbench()
        let store = "\(bench.folder)/store"
        let original = try bench.loader.load(path: bench.gateway)
        try LastGoodConfiguration.save(original, from: bench.gateway, inStore: store)
        bench.write("site/gateway.yaml", "schema: [")
        bench.write("site/profiles/gas-head.yaml", "schema: 2")
        for name in ["boards", "site/ca.pem", "site/secrets"] { bench.remove(name) }
        let copy = try #require(try LastGoodConfiguration.load(inStore: store))
        #expect(copy.configuration.hash == original.configuration.hash)
        #expect(copy.configuration.gateway == original.configuration.gateway)
        #expect(copy.configuration.covers == original.configuration.covers)
        #expect(copy.configuration.rules == original.configuration.rules)
        #expect(copy.configuration.uplinks == original.configuration.uplinks)
        #expect(copy.configuration.uplinks.first?.tls?.ca == "\(bench.folder)/site/ca.pem")
    }

    @Test("A store without a copy has none")
    func none() throws {
        let bench = try Workbench()
        #expect(try LastGoodConfiguration.load(inStore: "\(bench.folder)/store") == nil)
    }

    @Test("An identical copy is not written again, another one replaces it and leaves nothing behind")
    func writtenOnChange() throws {
        let bench = try Workbench()
        let store = "\(bench.folder)/store"
        try LastGoodConfiguration.save(try bench.loader.load(path: bench.gateway), from: bench.gateway, inStore: store)
        let first = inode("\(store)/last-good")
        try LastGoodConfiguration.save(try bench.loader.load(path: bench.gateway), from: bench.gateway, inStore: store)
        #expect(inode("\(store)/last-good") == first)
        bench.write("site/gateway.yaml", "schema: 1\ngateway: {id: other}\n")
        try LastGoodConfiguration.save(try bench.loader.load(path: bench.gateway), from: bench.gateway, inStore: store)
        #expect(try LastGoodConfiguration.load(inStore: store)?.configuration.gateway.id == "other")
        #expect(inode("\(store)/last-good/profiles/gas-head.yaml") == 0)
        #expect(inode("\(store)/last-good.old") == 0 && inode("\(store)/last-good.new") == 0)
    }

    @Test("A power cut between the two renames leaves the old copy to load, and the next save works")
    func cutBetweenRenames() throws {
        let bench = try Workbench()
        let store = "\(bench.folder)/store"
        let loaded = try bench.loader.load(path: bench.gateway)
        try LastGoodConfiguration.save(loaded, from: bench.gateway, inStore: store)
        #expect(rename("\(store)/last-good", "\(store)/last-good.old") == 0)
        #expect(mkdir("\(store)/last-good.new", 0o755) == 0)
        #expect(try LastGoodConfiguration.load(inStore: store)?.configuration.hash == loaded.configuration.hash)
        try LastGoodConfiguration.save(loaded, from: bench.gateway, inStore: store)
        #expect(inode("\(store)/last-good/gateway.yaml") != 0 && inode("\(store)/last-good.old") == 0)
    }

    @Test("A copy that cannot be written says which step failed and where")
    func cannotBeWritten() throws {
        let bench = try Workbench()
        let loaded = try bench.loader.load(path: bench.gateway)
        let missing = "\(bench.folder)/nothing"
        let expected = LastGoodConfiguration.SaveError(operation: .create, path: "\(missing)/last-good.new", code: ENOENT)
        #expect(throws: expected) { try LastGoodConfiguration.save(loaded, from: bench.gateway, inStore: missing) }
    }

    @Test("A damaged copy is an error with its place, not a configuration")
    func damaged() throws {
        let bench = try Workbench()
        let store = "\(bench.folder)/store"
        try LastGoodConfiguration.save(try bench.loader.load(path: bench.gateway), from: bench.gateway, inStore: store)
        bench.write("store/last-good/profiles/gas-head.yaml", "schema: 1\n")
        #expect(throws: ConfigurationErrors.self) { try LastGoodConfiguration.load(inStore: store) }
    }

    @Test(
        "The store's path is found in files that are broken in many ways",
        arguments: [
            ("schema: 1\nstore: {path: /data/gw, max_size: 1}\n", "/data/gw"),
            ("store: {path: /data/gw}\nbuses: [\n", "/data/gw"),
            ("gateway: {id: [}\nstore:\n  # where it is\n  max_size: 1 MiB\n  path: \"/data/gw\"   # the disk\n", "/data/gw"),
            ("a: 'open\nstore: {max_size: 1 MiB, path: /data/gw}\n", "/data/gw"),
            ("buses: {path: /wrong}\nstore: {}\n  bad\nother:\n  path: /wrong\n", "/var/lib/gatewayd"),
            ("schema: 1\n", "/var/lib/gatewayd"),
            ("", "/var/lib/gatewayd"),
        ])
    func salvage(text: String, expected: String) throws {
        let bench = try Workbench()
        bench.write("site/gateway.yaml", text)
        #expect(bench.loader.salvagedStorePath(path: bench.gateway) == expected)
    }

    @Test("The store's path is found behind bytes that are not UTF-8, relative to the file; a missing file gives the default")
    func salvageMore() throws {
        let bench = try Workbench()
        bench.write("site/gateway.yaml", [0xFF, 0x0A] + Array("store:\n  path: ./data\n".utf8))
        #expect(bench.loader.salvagedStorePath(path: bench.gateway) == "\(bench.folder)/site/data")
        bench.remove("site/gateway.yaml")
        #expect(bench.loader.salvagedStorePath(path: bench.gateway) == "/var/lib/gatewayd")
    }
}
