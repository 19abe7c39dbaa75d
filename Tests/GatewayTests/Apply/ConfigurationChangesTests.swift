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
            .beyondCommand(from: before.configuration, to: after.configuration).map(\.words.en)
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
        let rule =
            "{id: silencing, when: {quantity: methane, above: 9 %LEL, clear_below: 5 %LEL}, severity: 1, "
            + "suppresses: [methane-high]}"
        #expect(try beyond(text, site.text(more: "alarms: {rules: [\(rule)]}")) == ["rule silencing added"])
    }

    @Test func `a key that could be one of another sensor's is no way around that`() throws {
        let sensor = "unit: 3, profile: gas-head, every: 5 s"
        let old = site.text(more: "")
        let new = site.text(sensors: ["ch4": 3, "ch4.mounted": 4]).replacing(sensor, with: sensor + ", mounted: 2.5 m")
        #expect(new.contains("mounted: 2.5 m") && !old.contains("mounted"))
        #expect(try beyond(old, new) == ["sensor 3205820102048188/ch4 changed"])
        #expect(try beyond(old, site.text(sensors: ["ch4": 3, "ch4.mounted": 4])).isEmpty)
    }

    /// Sensors that a command may not add.
    private func witnesses(_ old: String, _ new: String) throws -> [String] {
        ConfigurationChanges.witnesses(from: try site.load(old).configuration, to: try site.load(new).configuration)
    }

    @Test(arguments: [
        ("oxygen", "%VOL"), ("water-level", "m"), ("water-depth", "m"), ("water-pressure", "bar"), ("water-float", "1"),
        ("supply-voltage", "V"), ("battery-voltage", "V"),
    ])
    func `what could silence others comes with a new cover only`(quantity: String, unit: String) throws {
        let range = quantity == "water-float" ? ", range: [0, 1]" : ""
        site.folder.write(
            "boards/profiles/witness.yaml",
            """
            schema: 1
            profile: witness
            vendor: V
            model: M
            source: {document: D, page: "1"}
            channels:
              value: {table: holding, address: 2, type: uint16, quantity: \(quantity), unit: "\(unit)"\(range)}
            examples:
              - {channel: value, words: [1], value: 1}
            """)
        let two = site.text(sensors: ["ch4": 3, "new": 5])
        let added = two.replacing("unit: 5, profile: gas-head", with: "unit: 5, profile: witness")
        #expect(try witnesses(site.text(), added) == ["3205820102048188/new"])
        #expect(try witnesses(added, added).isEmpty && witnesses(site.text(), two).isEmpty)
        let cover =
            "  - code: \"3205820102048189\"\n    scheme: component16\n    sensors:\n"
            + "      new: {bus: plc, unit: 5, profile: witness, every: 5 s}\nuplinks:"
        #expect(try witnesses(site.text(), site.text().replacing("uplinks:", with: cover)).isEmpty)
    }

    @Test func `a bus is not given more than its reserve allows, and what is there already is not asked about`() throws {
        func overload(_ old: String, _ new: String) throws -> String? {
            func line(_ text: String) throws -> Configuration {
                try site.load(
                    text.replacing("modbus-tcp, host: 127.0.0.1, port: 502", with: "modbus-rtu, device: /dev/ttyS1, baud: 9600")
                ).configuration
            }
            return ConfigurationChanges.overload(from: try line(old), to: try line(new))?.en
        }
        let many = Dictionary(uniqueKeysWithValues: (1...16).map { ("s\($0)", $0 + 3) } + [("ch4", 3)])
        let said = try overload(site.text(every: "1 s"), site.text(every: "1 s", sensors: many))
        #expect(said?.hasPrefix("bus plc") == true && said?.contains("more than 60 %") == true)
        #expect(try overload(site.text(), site.text(every: "60 s", sensors: many)) == nil)
        #expect(try overload(site.text(every: "1 s", sensors: many), site.text(every: "1 s", sensors: many)) == nil)
    }

    @Test func `a sensor model whose file is another has changed, though no value has`() throws {
        let old = try site.load(site.text())
        site.profile("boards/profiles/gas-head.yaml", address: 9)
        let rows = ConfigurationChanges(from: old, to: try site.load(site.text()), readFrom: site.path).rows
        #expect(rows == [.init(about: .model, subject: "gas-head", kind: .changed)])
    }
}
