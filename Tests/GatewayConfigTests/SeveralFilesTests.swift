// Errors of several files come together, each once, in the order of file, line and column.
import GatewayConfig
import Testing

struct SeveralFilesTests {
    @Test("Errors of gateway.yaml, of a sensor model and of the rule pack are said at once")
    func allAtOnce() throws {
        let bench = try Workbench()
        bench.write("site/gateway.yaml", Samples.gateway.replacing(only: "severity: 1}", with: "severity: 9}"))
        bench.write("site/profiles/gas-head.yaml", Samples.gasHead.replacing(only: "16 V", with: "16"))
        bench.write("boards/rules/gas.yaml", Samples.rules.replacing(only: "19.5 %VOL", with: "19.5"))
        #expect(
            bench.errors() == [
                "boards/rules/gas.yaml:5:54: error: rules[1].when.below: "
                    + "expected a value of oxygen in %VOL, like '5 %VOL', found '19.5'",
                "site/gateway.yaml:31:99: error: alarms.rules[0].severity: "
                    + "expected 1 (notice), 2 (warning) or 3 (danger), found '9'",
                "site/profiles/gas-head.yaml:9:13: error: supply_min: expected a value in V, like '5 V', found '16'",
            ])
    }

    @Test("A sensor model that two sensors name is read, and complained of, once")
    func onceForEachModel() throws {
        let bench = try Workbench()
        bench.write("site/gateway.yaml", Samples.gateway.replacing(only: "profile: tilt-meter", with: "profile: gas-head"))
        bench.write("site/profiles/gas-head.yaml", Samples.gasHead.replacing(only: "16 V", with: "16"))
        #expect(bench.errors().count == 1)
    }

    @Test("A site's sensor model that cannot be read is an error, the shipped one does not step in")
    func unreadableModel() throws {
        let bench = try Workbench()
        bench.write("boards/profiles/gas-head.yaml", Samples.gasHead)
        bench.remove("site/profiles/gas-head.yaml")
        bench.makeFolder("site/profiles/gas-head.yaml")
        #expect(bench.errors() == ["site/profiles/gas-head.yaml:1:1: error: file: cannot be read: not a file"])
    }

    @Test("Certificates are not looked for when that is not asked")
    func withoutFiles() throws {
        let bench = try Workbench()
        bench.remove("site/ca.pem")
        #expect(bench.errors().count == 1)
        let loaded = try ConfigurationLoader(boards: bench.boards, checksFiles: false).load(path: bench.gateway)
        #expect(loaded.configuration.uplinks.first?.tls?.ca == "\(bench.folder)/site/ca.pem")
    }
}
