// The shipped folder: how it is found, what is said when it is not, and the rules in it.
import Alarms
import GatewayConfig
import SensorModel
import Testing

struct ShippedFolderTests {
    /// The repository's own boards folder.
    private var repositoryBoards: String {
        #filePath.split(separator: "/Tests/", omittingEmptySubsequences: false).dropLast().joined(separator: "/Tests/")
            + "/boards"
    }

    @Test("The example that README.md says can be checked as it stands is good")
    func example() throws {
        let path = repositoryBoards.dropLast("boards".count) + "examples/gateway.yaml"
        let loaded = try ConfigurationLoader(boards: repositoryBoards).load(path: String(path))
        #expect(loaded.configuration.covers.first?.sensors.map(\.id) == ["ch4", "tilt", "level", "lid"])
        #expect(loaded.configuration.uplinks.map(\.id) == ["city"])
    }

    @Test("It is looked for from the program's folder upwards, then where the package puts it")
    func candidates() {
        #expect(
            BoardFiles.candidates(from: "/usr/bin") == [
                "/usr/bin/boards", "/usr/bin/share/gatewayd/boards", "/usr/boards", "/usr/share/gatewayd/boards", "/boards",
                "/share/gatewayd/boards", "/usr/share/gatewayd/boards",
            ])
    }

    @Test("The nearest folder that holds profiles is taken")
    func located() throws {
        let bench = try Workbench()
        #expect(BoardFiles.locate(from: "\(bench.folder)/site/profiles") == bench.boards)
    }

    @Test("Without it nothing starts, and the message names where it was looked for")
    func missing() throws {
        let bench = try Workbench()
        let error = #expect(throws: ConfigurationErrors.self) {
            try ConfigurationLoader(boards: nil).load(path: bench.gateway)
        }
        #expect(error?.errors.contains { $0.key == "file" && $0.message.contains(BoardFiles.system) } == true)
        bench.remove("boards/rules/gas.yaml")
        #expect(
            bench.errors() == [
                "site/gateway.yaml:1:1: error: file: "
                    + "the shipped alarm rules were not found, there is no .yaml file in boards/rules"
            ])
    }

    @Test("The rules of the pack need a source, and an id stands in one file only")
    func packRules() throws {
        let bench = try Workbench()
        let rule =
            "{id: oxygen-low, when: {quantity: oxygen, below: 19 %VOL, clear_above: 20 %VOL}, severity: 3, text: {zh: 氧, en: o}"
        bench.write("boards/rules/more.yaml", "schema: 1\nrules:\n  - \(rule)}\n  - \(rule), source: x}\n")
        #expect(
            bench.errors() == [
                "boards/rules/more.yaml:3:5: error: rules[0].source: "
                    + "missing, expected the standard and clause, or the manual and page, of the numbers",
                "boards/rules/more.yaml:3:10: error: rules[0].id: the rule 'oxygen-low' stands in gas.yaml already",
                "boards/rules/more.yaml:4:10: error: rules[1].id: the rule 'oxygen-low' stands here twice, first at line 3",
            ])
    }

    @Test("The shipped gas rules load: each severity, side and number")
    func gasRules() throws {
        let bench = try Workbench()
        bench.write("site/gateway.yaml", "schema: 1\ngateway: {id: g}\n")
        let rules = try ConfigurationLoader(boards: repositoryBoards).load(path: bench.gateway).configuration.rules
        let gas = rules.filter(\.isAboutGas).compactMap { rule in
            rule.condition.comparison.map {
                "\(rule.id) \($0.direction) \($0.threshold) \($0.clearThreshold) \(rule.onDelay) \(rule.severity)"
            }
        }
        #expect(
            gas == [
                "methane-high above 20.0 15.0 10.0 seconds warning", "methane-danger above 50.0 40.0 10.0 seconds danger",
                "combustible-high above 20.0 15.0 10.0 seconds warning", "combustible-danger above 50.0 40.0 10.0 seconds danger",
                "hydrogen-sulfide-high above 10.0 8.0 10.0 seconds warning",
                "hydrogen-sulfide-danger above 20.0 16.0 10.0 seconds danger",
                "carbon-monoxide-high above 24.0 19.0 10.0 seconds warning",
                "carbon-monoxide-danger above 100.0 80.0 10.0 seconds danger",
                "oxygen-low below 19.5 20.0 10.0 seconds warning", "oxygen-high above 23.5 23.0 10.0 seconds warning",
            ])
    }

    @Test("The shipped rules cover every kind of alarm, with words in both languages and a source, and no host")
    func shippedRules() throws {
        let bench = try Workbench()
        bench.write("site/gateway.yaml", "schema: 1\ngateway: {id: g}\n")
        let rules = try ConfigurationLoader(boards: repositoryBoards).load(path: bench.gateway).configuration.rules
        #expect(rules.allSatisfy { !$0.source.isEmpty && !$0.source.contains("://") && $0.text != nil })
        let ids = Set(rules.map(\.id))
        let wanted = [
            "methane-high", "hydrogen-sulfide-high", "carbon-monoxide-high", "oxygen-low", "oxygen-high", "cover-tilted",
            "cover-open", "cover-displaced", "cover-missing", "cover-settled", "water-high", "water-overflow", "water-dry",
            "water-rising", "door-tamper", "mains-failed", "battery-low", "sensor-fault", "sensor-stale", "sensor-stuck",
            "communication-lost", "calibration-due", "configuration-refused", "methane-at-open-lid", "float-level-disagree",
        ]
        #expect(wanted.filter { !ids.contains($0) } == [])
        for rule in rules { for other in rule.suppresses { #expect(ids.contains(other), "\(rule.id) suppresses \(other)") } }
        let reasons = rules.flatMap(\.condition.groups).flatMap { $0 }.compactMap { part -> ReasonSet? in
            if case .reasons(let set) = part { set } else { nil }
        }
        // Test gas is somebody's doing, not a fault; every other reason becomes an alarm after its time.
        #expect(Set(reasons.flatMap(\.bad)) == Set(BadReason.allCases))
        #expect(Set(reasons.flatMap(\.uncertain)) == Set(UncertainReason.allCases).subtracting([.testGas]))
    }
}
