// Every key of the format is read somewhere in these tests, so that no reader disagrees with its description unseen.
import Alarms
import DeviceHAL
import SensorModel
import Testing

@testable import GatewayConfig

struct CompleteTests {
    @Test("A sensor model with every key of the format is read value by value")
    func profile() throws {
        let bench = try Workbench()
        bench.write("site/profiles/complete.yaml", CompleteSamples.profile)
        #expect(bench.profileErrors("site/profiles/complete.yaml") == [])
        let profile = try bench.loader.loadProfile(path: "\(bench.folder)/site/profiles/complete.yaml")
        let gas = try #require(profile.channels.first)
        #expect(gas.fields.first?.wordOrder == .little && gas.fields.first?.byteOrder == .little)
        #expect(gas.fields.first?.decimalsAt == RegisterPlace(table: .input, address: 12))
        #expect(
            gas.fields.first?.unitAt?.codes == [1: .init(unit: "%LEL"), 2: .init(unit: "%VOL", scale: 20, basis: "LEL 5 %VOL")])
        #expect(gas.stuckAfter == .seconds(1800) && gas.maxRate == 5)
        #expect(gas.flatLine == .init(within: 0.02, duration: .seconds(86_400)))
        #expect(profile.channels[1].fields.first?.registers == 4)
        #expect(profile.channels[2].fields.first?.bit == 3)
        #expect(profile.channels[4].fields.first?.invalid == [.max])
        #expect(profile.channels[5].fields.count == 2 && profile.channels[6].fields.count == 3)
        #expect(profile.requirements.map(\.isRefused) == [false, false, false, false, false, true])
        #expect(
            profile.requirements.flatMap(\.checks).map(\.expectation) == [
                .equals(0x2500, mask: 0xFF00), .unitAddress, .within(3...9), .text("CH4"), .equals(1, mask: 0xFFFF),
                .equals(1, mask: 0xFFFF), .within(0...2),
            ])
        #expect(profile.trigger == .init(place: .init(table: .coil, address: 7), value: 1, wait: .milliseconds(200)))
        #expect(profile.heartbeat == .init(place: .init(table: .input, address: 72), period: .seconds(5)))
        #expect(
            profile.status.first
                == .init(
                    table: .input, address: 70, mask: 0x00FF, isSigned: true, equals: [2: .bad(.warmingUp)],
                    atMost: [0: .uncertain(.calibrationOverdue)], channels: ["gas"]))
        #expect(profile.examples.first?.unitCode == 1 && profile.examples[4].meaning == .bad(.invalidMarker))
    }

    @Test("Lines and a serial server are read value by value")
    func lines() throws {
        let bench = try Workbench()
        bench.write("site/gateway.yaml", Samples.lines)
        let configuration = try bench.loader.load(path: bench.gateway).configuration
        #expect(
            configuration.buses.map(\.link) == [
                .gpio(chip: "box-lines"), .rtuOverTCP(host: "192.0.2.11", port: 4001), .tcp(host: "192.0.2.10", port: 503),
            ])
        #expect(configuration.buses.map(\.responseTimeout) == [.milliseconds(500), .seconds(2), .seconds(1)])
        let sensors = try #require(configuration.covers.first?.sensors)
        let lid = LineSettings(line: .name("GPIO17"), activeLow: true, bias: .pullUp, debounce: .milliseconds(50))
        #expect(sensors[0].device == .line(LineSensorSettings(line: lid, quantity: .coverOpen)))
        #expect(sensors[0].every == .seconds(60) && sensors[0].serial == "L-7")
        #expect(sensors[1].installed == "2026-05-02" && sensors[1].mounted == 0.1)
        #expect(sensors[1].device == .line(LineSensorSettings(line: LineSettings(line: .offset(4)), quantity: .mains)))
        guard case .modbus(unit: 7, _) = sensors[2].device else {
            Issue.record("expected unit 7, found \(sensors[2].device)")
            return
        }
    }

    @Test("Outputs are read value by value, with their defaults")
    func outputs() throws {
        let bench = try Workbench()
        bench.write("site/gateway.yaml", Samples.lines)
        let outputs = try bench.loader.load(path: bench.gateway).configuration.outputs
        #expect(
            outputs == [
                OutputSettings(
                    id: "siren", bus: "box", line: LineSettings(line: .name("GPIO5")), failSafe: true,
                    condition: OutputCondition(severity: .danger, covers: nil, until: .returned)),
                OutputSettings(
                    id: "lamp", bus: "box", line: LineSettings(line: .offset(6), activeLow: true), failSafe: false,
                    condition: OutputCondition(severity: .warning, covers: ["3205820102048188"], until: .acknowledged)),
            ])
    }

    @Test("No key is described that these tests do not read")
    func everyKey() {
        var missing = Set<String>()
        var seen = Set<String>()
        func note(_ shape: Shape) {
            switch shape {
            case .list(let inner, _, _), .named(_, let inner, _): note(inner)
            case .section(let section): note(section)
            case .variants(_, let without, let variants): ([without].compactMap { $0 } + variants.map(\.1)).forEach(note)
            case .either(let shapes): shapes.forEach(note)
            default: break
            }
        }
        /// Channels, checks and register fields share the descriptions of their keys.
        func name(_ section: SectionShape, _ key: String) -> String {
            let shared = ["register field": "channel", "check": "requirement"]
            let title =
                section.title.hasPrefix("channel with") && key != "transform" && key != "inputs" ? "channel" : section.title
            return "\(shared[title] ?? title): \(key)"
        }
        func note(_ section: SectionShape) {
            for key in section.keys {
                missing.insert(name(section, key.name))
                note(key.shape)
            }
        }
        func look(_ node: YAMLNode, _ shape: Shape) {
            switch (shape, node.content) {
            case (.list(let inner, _, _), .sequence(let items)): for item in items { look(item, inner) }
            case (.named(_, let inner, _), .mapping(let entries)): for entry in entries { look(entry.value, inner) }
            case (.section(let section), .mapping(let entries)):
                for entry in entries {
                    guard let key = section.key(entry.key) else { continue }
                    seen.insert(name(section, key.name))
                    look(entry.value, key.shape)
                }
            case (.variants(let key, let without, let variants), _):
                let section = node[key].map { word in variants.first { $0.0 == word.text }?.1 } ?? without
                if let section { look(node, .section(section)) }
            case (.either(let shapes), .mapping(let entries)):
                for case .section(let section) in shapes where entries.allSatisfy({ section.key($0.key) != nil }) {
                    look(node, .section(section))
                }
            case (.either(let shapes), .sequence): for shape in shapes { look(node, shape) }
            default: break
            }
        }
        let files: [(String, SectionShape)] = [
            (Samples.gateway, Shapes.site), (Samples.lines, Shapes.site), (Samples.oneLink, Shapes.site),
            (CompleteSamples.rules, Shapes.rulePack), (CompleteSamples.siteRules, Shapes.site),
            (CompleteSamples.profile, Shapes.profile), (Samples.tiltMeter, Shapes.profile), (Samples.rules, Shapes.rulePack),
            (Samples.ruleWithSource, Shapes.site), (ScenarioSamples.story, Shapes.scenario),
        ]
        for (text, shape) in files {
            note(shape)
            if let root = YAMLReader.read(Array(text.utf8)).root { look(root, .section(shape)) }
        }
        #expect(missing.subtracting(seen).sorted() == [])
    }

    @Test(
        "A file with a single link, and one with a rule's source, are good", arguments: [Samples.oneLink, Samples.ruleWithSource])
    func small(text: String) throws {
        let bench = try Workbench()
        bench.write("site/gateway.yaml", text)
        #expect(bench.errors() == [])
    }
}
