// docs/alarms.md says what the rules say, and every rule has a test. With GATEWAYD_WRITE_DOCUMENTS=1 the page is written.
import Alarms
import GatewayConfig
import Glibc
import Testing

@Suite struct AlarmsPageTests {
    @Test func `the page of alarms says what the rules and the scenarios say`() throws {
        let street = try ScenarioFiles.configuration()
        let scenarios = try ScenarioFiles.names.map { try ScenarioFiles.load($0, on: street) }
        let wanted = AlarmsPage.text(of: street.rules, scenarios)
        if let value = getenv("GATEWAYD_WRITE_DOCUMENTS"), String(cString: value) == "1" {
            #expect(SensorModelFiles.write(wanted, to: AlarmsPage.path), "\(AlarmsPage.path) cannot be written")
        }
        let found = SensorModelFiles.text(AlarmsPage.path) ?? ""
        let lines = found.split(separator: "\n", omittingEmptySubsequences: false)
        let others = wanted.split(separator: "\n", omittingEmptySubsequences: false)
        let first = zip(lines, others).prefix { $0 == $1 }.count + 1
        #expect(
            found == wanted,
            """
            \(AlarmsPage.path):\(first): does not say what boards/rules and boards/simulated say; make it anew with \
            `make documents` (GATEWAYD_WRITE_DOCUMENTS=1 for the tests of BoardFilesTests)
            """)
    }

    @Test func `the tests that the page names for rules are tests of rules that there are`() throws {
        let street = try ScenarioFiles.configuration()
        #expect(Set(AlarmsPage.tests.keys).subtracting(street.rules.map(\.id)) == [])
    }
}
