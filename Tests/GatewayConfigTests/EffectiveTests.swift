// The effective text is a gateway.yaml again: checked anew it is the same configuration, and nothing is left out of it.
import Alarms
import DeviceHAL
import SensorModel
import Testing

@testable import GatewayConfig

struct EffectiveTests {
    private func effective(_ bench: Workbench) throws -> (Configuration, EffectiveConfiguration) {
        let loaded = try bench.loader.load(path: bench.gateway)
        return (loaded.configuration, EffectiveConfiguration(loaded, readFrom: bench.gateway))
    }

    @Test(
        "The text, put in another folder, is the same configuration",
        arguments: [Samples.gateway, Samples.lines, Samples.oneLink, Samples.ruleWithSource, EffectiveTests.odd])
    func roundTrip(sample: String) throws {
        let bench = try Workbench()
        bench.write("site/gateway.yaml", sample)
        let (original, shown) = try effective(bench)
        bench.makeFolder("elsewhere")
        bench.write("elsewhere/gateway.yaml", shown.text)
        let loaded = try bench.loader.load(path: "\(bench.folder)/elsewhere/gateway.yaml")
        let again = loaded.configuration
        #expect(again.gateway == original.gateway)
        #expect(again.store == original.store)
        #expect(again.socket == original.socket)
        #expect(again.http == original.http)
        #expect(again.buses == original.buses)
        #expect(again.covers == original.covers)
        #expect(again.rules == original.rules)
        #expect(again.outputs == original.outputs)
        #expect(again.uplinks == original.uplinks)
        // Nothing is a default any more, and no key has appeared or gone.
        let twice = EffectiveConfiguration(loaded, readFrom: "\(bench.folder)/elsewhere/gateway.yaml")
        #expect(twice.values.map(\.key) == shown.values.map(\.key))
        #expect(twice.values.map(\.value) == shown.values.map(\.value))
        #expect(twice.values.filter { $0.isDefault } == [])
    }

    /// Quotes, words that YAML would take for something else, commas, colons and backslashes, in block and flow form.
    static let odd = #"""
        schema: 1
        gateway:
          id: "17"
          timezone: Asia/Shanghai
        store: {}
        diagnostics: {socket: "run dir/s: #1", http: "127.0.0.1:9100"}
        covers:
          - code: "1 2".replaced
            scheme: regex:.+
            name: "a \"quoted\" name: with # and \\"
            road: 'null'
            risk: ["a.b", true-ish]
            sensors: {}
        uplinks:
          "true": {kind: mqtt, links: {host: "::1"}, username: "a, b]", tls: {ca: ./ca.pem}}
        """#.replacing("\"1 2\".replaced", with: "\"1-2\"")

    @Test("Every key that has a default is shown, and marked when no file says so")
    func defaults() throws {
        let bench = try Workbench()
        bench.write("site/gateway.yaml", Samples.oneLink)
        let shown = try effective(bench).1
        let values = Dictionary(uniqueKeysWithValues: shown.values.map { ($0.key, $0) })
        #expect(values["store.max_size"] == .init(key: "store.max_size", value: "512 MiB", isDefault: true))
        #expect(values["diagnostics.socket"]?.value == "/run/gatewayd/gatewayd.sock")
        #expect(
            values["uplinks.city.batch.max_interval"]
                == .init(key: "uplinks.city.batch.max_interval", value: "10 s", isDefault: true))
        #expect(values["uplinks.city.port"] == .init(key: "uplinks.city.port", value: "1884", isDefault: false))
        #expect(values["gateway.id"] == .init(key: "gateway.id", value: "g", isDefault: false))
        #expect(shown.text.contains("\n  max_size: 512 MiB  # default\n"))
        #expect(shown.text.contains("\n  id: g\n"))
    }

    @Test("Relative paths are shown as what they mean, and a port that follows TLS as a number")
    func derived() throws {
        let bench = try Workbench()
        let shown = try effective(bench).1
        let values = Dictionary(uniqueKeysWithValues: shown.values.map { ($0.key, $0) })
        let site = FileSystem.absolute("\(bench.folder)/site")
        #expect(values["uplinks.city.tls.key"]?.value == "\(site)/gw.key")
        #expect(values["uplinks.city.password_file"]?.value == "\(site)/secrets/password")
        #expect(values["profiles[0]"]?.value == "\(site)/profiles")
        #expect(values["uplinks.city.links[1].port"] == .init(key: "uplinks.city.links[1].port", value: "8883", isDefault: true))
        #expect(values["buses.plc.port"] == .init(key: "buses.plc.port", value: "502", isDefault: true))
    }

    @Test("What a password file holds is never in it")
    func secrets() throws {
        let bench = try Workbench()
        bench.write("site/secrets/password", "open sesame\n")
        bench.write("site/gw.key", "PRIVATE KEY of the gateway\n")
        let shown = try effective(bench).1
        for secret in ["open sesame", "PRIVATE KEY"] {
            #expect(!shown.text.contains(secret))
            #expect(!shown.values.contains { $0.value.contains(secret) })
        }
    }

    @Test("Rules say where they come from, models which file they are, units how patient the bus is")
    func origins() throws {
        let bench = try Workbench()
        let sharper = "{id: methane-high, when: {quantity: methane, above: 10 %LEL, clear_below: 5 %LEL}, severity: 3}"
        bench.write("site/gateway.yaml", Samples.gateway.replacing(only: "  rules:\n", with: "  rules:\n    - \(sharper)\n"))
        let shown = try effective(bench).1
        let pack = "\(bench.boards)/rules/gas.yaml"
        #expect(
            shown.rules == [
                .init(id: "methane-high", file: bench.gateway, isSite: true, replaces: pack),
                .init(id: "oxygen-low", file: pack, isSite: false), .init(id: "site-hot", file: bench.gateway, isSite: true),
            ])
        #expect(shown.text.contains("# of this site, in place of the pack's in \(pack)\n    - id: methane-high\n"))
        #expect(shown.text.contains("# of the pack: \(pack)\n    - id: oxygen-low\n"))
        #expect(shown.text.contains("profile: gas-head  # \(bench.folder)/site/profiles/gas-head.yaml\n"))
        #expect(
            shown.text.contains(
                "unit: 3  # response_timeout 500 ms, max_latency 1 s, gap 20 ms, warm_up 1 min, max_registers 32\n"))
        #expect(shown.text.contains("unit: 80  # response_timeout 500 ms, max_latency 1 s, gap 0 s"))
    }

    @Test("The copy in the store is shown with the paths that its files had")
    func lastGood() throws {
        let bench = try Workbench()
        let loaded = try bench.loader.load(path: bench.gateway)
        try LastGoodConfiguration.save(loaded, from: bench.gateway, inStore: "\(bench.folder)/store")
        let copy = try #require(try LastGoodConfiguration.load(inStore: "\(bench.folder)/store"))
        let shown = EffectiveConfiguration(copy, readFrom: bench.gateway)
        let original = EffectiveConfiguration(loaded, readFrom: bench.gateway)
        #expect(shown.values == original.values)
        #expect(shown.profileFiles["gas-head"] == "\(bench.folder)/store/last-good/profiles/gas-head.yaml")
    }
}
