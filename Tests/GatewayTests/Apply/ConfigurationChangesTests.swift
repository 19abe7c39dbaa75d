// What is another in a configuration, thing by thing.
import GatewayConfig
import Testing

@testable import Gateway

@Suite struct ConfigurationChangesTests {
    private let site: SmallSite

    init() { site = SmallSite() }

    private func changes(_ old: String, _ new: String) throws -> [ConfigurationChanges.Row] {
        ConfigurationChanges(from: try site.load(old), to: try site.load(new), readFrom: site.path).rows
    }

    @Test func `the same text changes nothing, nor does another comment`() throws {
        #expect(try changes(site.text(), site.text()).isEmpty)
        #expect(try changes(site.text(), "# a word\n" + site.text()).isEmpty)
    }

    @Test func `a sensor that comes and one that goes are named with their points`() throws {
        let rows = try changes(site.text(sensors: ["ch4": 3, "old": 4]), site.text(sensors: ["ch4": 3, "new.1": 5]))
        #expect(
            rows == [
                .init(
                    about: .sensor, subject: "3205820102048188/new.1", kind: .added, points: ["3205820102048188/new.1/gas"]),
                .init(
                    about: .sensor, subject: "3205820102048188/old", kind: .removed, points: ["3205820102048188/old/gas"]),
            ])
    }

    @Test func `a value that is another stands with both`() throws {
        let rows = try changes(site.text(), site.text(every: "7 s", port: 503))
        #expect(
            rows == [
                .init(about: .bus, subject: "plc", kind: .changed, values: [.init(key: "port", before: "502", after: "503")]),
                .init(
                    about: .sensor, subject: "3205820102048188/ch4", kind: .changed,
                    values: [.init(key: "every", before: "5 s", after: "7 s")]),
            ])
    }

    @Test func `a rule of the pack that the site replaces has changed`() throws {
        let rows = try changes(site.text(), site.text(above: "10 %LEL"))
        #expect(rows.map(\.about) == [.rule] && rows.map(\.subject) == ["methane-high"] && rows.map(\.kind) == [.changed])
        #expect(rows[0].values.contains(.init(key: "when.above", before: "20 %LEL", after: "10 %LEL")))
    }

    @Test func `a bus with another name is one that goes and one that comes, and its sensors change`() throws {
        let rows = try changes(site.text(), site.text(bus: "a.b"))
        #expect(
            rows.map { "\($0.kind) \($0.about) \($0.subject)" } == [
                "added bus a.b", "changed sensor 3205820102048188/ch4", "removed bus plc",
            ])
    }

    /// What of a change is beyond a command.
    private func beyond(_ old: String, _ new: String) throws -> [String] {
        let (before, after) = (try site.load(old), try site.load(new))
        return ConfigurationChanges(from: before, to: after, readFrom: site.path)
            .beyondCommand(silencing: ["silencing"]).map(\.words.en)
    }

    @Test func `a command may add, and say what a cover is called`() throws {
        #expect(try beyond(site.text(), site.text(sensors: ["ch4": 3, "new": 5])).isEmpty)
        let called = site.text().replacing("scheme: component16", with: "scheme: component16\n    name: 甲\n    owner: 乙")
        #expect(try beyond(site.text(), called).isEmpty)
        let rule = "- {id: own, when: {quantity: methane, above: 9 %LEL, clear_below: 5 %LEL}, severity: 1"
        let added = site.text(more: "alarms: {rules: [\(rule.dropFirst(2))}]}")
        #expect(try beyond(site.text(), added).isEmpty)
    }

    @Test func `a command takes nothing away, and changes nothing of what is watched or of where it goes`() throws {
        let text = site.text()
        #expect(try beyond(site.text(sensors: ["ch4": 3, "old": 5]), text) == ["sensor 3205820102048188/old removed"])
        #expect(try beyond(text, site.text(every: "7 s")) == ["sensor 3205820102048188/ch4 changed (every)"])
        #expect(try beyond(text, site.text(port: 503)) == ["bus plc changed (port)"])
        #expect(try beyond(text, site.text(above: "30 %LEL")).map { $0.prefix(25) } == ["rule methane-high changed"])
        let kind = text.replacing("scheme: component16", with: "scheme: component16\n    kind: gas")
        #expect(try beyond(text, kind) == ["cover 3205820102048188 changed (kind)"])
        let elsewhere = text.replacing("native, host: 127.0.0.1", with: "native, host: 192.0.2.1")
        #expect(try beyond(text, elsewhere).map { $0.prefix(19) } == ["uplink city changed"])
        #expect(try beyond(text, text + "\ndiagnostics: {http: 0.0.0.0:9100}")[0].hasPrefix("section diagnostics"))
        let rule = "{id: silencing, when: {quantity: methane, above: 9 %LEL, clear_below: 5 %LEL}, severity: 1}"
        #expect(try beyond(text, site.text(more: "alarms: {rules: [\(rule)]}")) == ["rule silencing added"])
    }

    @Test func `a sensor model whose file is another has changed, though no value has`() throws {
        let old = try site.load(site.text())
        site.profile("boards/profiles/gas-head.yaml", address: 9)
        let rows = ConfigurationChanges(from: old, to: try site.load(site.text()), readFrom: site.path).rows
        #expect(rows == [.init(about: .model, subject: "gas-head", kind: .changed)])
    }
}
