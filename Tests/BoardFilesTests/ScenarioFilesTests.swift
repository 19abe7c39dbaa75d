// Every shipped scenario loads on the shipped street, says what must be seen, and docs/simulation.md says the same.
import DeviceHALSimulated
import GatewayConfig
import Glibc
import SensorModel
import Testing

@Suite struct ScenarioFilesTests {
    @Test func `every scenario of the issue is there and can be played on the street`() throws {
        let street = try ScenarioFiles.configuration()
        let wanted = [
            "broken-cable", "brown-out", "calm-day", "condensation", "flood", "gas-build-up", "hour-of-traffic", "lid-opened",
            "lid-stolen", "outage", "subsidence",
        ]
        #expect(Set(wanted).subtracting(ScenarioFiles.names).isEmpty)
        for name in ScenarioFiles.names {
            let scenario = try ScenarioFiles.load(name, on: street)
            #expect(scenario.expectations.contains { !$0.never }, "\(name) must say what is to be seen")
            guard wanted.contains(name) else { continue }
            #expect(scenario.expectations.contains { $0.never }, "\(name) must say what is never to be seen")
        }
    }

    @Test func `nothing may be raised where nothing is wrong`() throws {
        let street = try ScenarioFiles.configuration()
        for name in ["calm-day", "hour-of-traffic", "condensation"] {
            let scenario = try ScenarioFiles.load(name, on: street)
            #expect(
                scenario.expectations.contains { $0.sight == .raised(nil) && $0.cover == .all && $0.never && $0.within == nil },
                "\(name)")
        }
    }

    @Test func `the street has no uplink, and covers and devices of several kinds`() throws {
        let street = try ScenarioFiles.configuration()
        #expect(street.uplinks.isEmpty)
        #expect(street.covers.map(\.kind) == ["sewage", "storm", "gas", "power"])
        #expect(street.covers.allSatisfy { $0.location?.rimElevation != nil && $0.location?.invertElevation != nil })
        #expect(Set(street.covers.flatMap { $0.sensors.compactMap { $0.profile?.name } }).count >= 7)
    }

    @Test func `the page of the simulation says what the files say`() throws {
        let street = try ScenarioFiles.configuration()
        let wanted = ScenariosPage.text(of: try ScenarioFiles.names.map { try ScenarioFiles.load($0, on: street) })
        var page = SensorModelFiles.text(ScenariosPage.path) ?? ""
        let begin = try #require(page.firstRange(of: ScenariosPage.begin)?.upperBound)
        let end = try #require(page[begin...].firstRange(of: ScenariosPage.end)?.lowerBound)
        if let value = getenv("GATEWAYD_WRITE_DOCUMENTS"), String(cString: value) == "1", page[begin..<end] != wanted {
            page.replaceSubrange(begin..<end, with: wanted)
            #expect(SensorModelFiles.write(page, to: ScenariosPage.path), "\(ScenariosPage.path) cannot be written")
            return
        }
        #expect(
            page[begin..<end] == wanted,
            """
            \(ScenariosPage.path) does not say what boards/simulated says; make it anew with `make documents` \
            (GATEWAYD_WRITE_DOCUMENTS=1 for the tests of BoardFilesTests)
            """)
    }
}
