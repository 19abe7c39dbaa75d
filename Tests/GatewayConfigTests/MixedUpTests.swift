// A file of another kind is one mistake and gets one answer: what it is, and how it is checked.
import Testing

@testable import GatewayConfig

struct MixedUpTests {
    @Test("A sensor model given as a configuration is named, with the right command")
    func modelAsConfiguration() throws {
        let bench = try Workbench()
        bench.write("site/gateway.yaml", Samples.gasHead)
        #expect(
            bench.errors() == [
                "site/gateway.yaml:2:1: error: profile: this is a sensor model, expected a configuration; "
                    + "a sensor model is checked with: gatewayd check --profile FILE"
            ])
    }

    @Test("A configuration given as a sensor model is named, with the right command")
    func configurationAsModel() throws {
        let bench = try Workbench()
        #expect(
            bench.profileErrors("site/gateway.yaml") == [
                "site/gateway.yaml:2:1: error: gateway: this is a configuration, expected a sensor model; "
                    + "a configuration is checked with: gatewayd check --config FILE"
            ])
    }

    @Test("A configuration with a stray key is still a configuration")
    func strayKey() throws {
        let bench = try Workbench()
        bench.write("site/gateway.yaml", "profile: gas-head\n" + Samples.gateway)
        #expect(bench.errors().count == 1 && bench.errors().first?.contains("profile: unknown key") == true)
    }

    @Test("A sensor model that ends in .yml is pointed at")
    func otherEnding() throws {
        let bench = try Workbench()
        bench.remove("site/profiles/gas-head.yaml")
        bench.write("site/profiles/gas-head.yml", Samples.gasHead)
        #expect(bench.errors().count == 1)
        #expect(bench.errors().first?.contains("gas-head.yml is not looked at, rename it") == true)
    }
}
