// docs/sensors.md says what the sensor models say. With GATEWAYD_WRITE_DOCUMENTS=1 the page is written instead of compared.
import DeviceHAL
import Glibc
import SensorModel
import Testing

@Suite struct SensorsPageTests {
    @Test func `the page of sensor models says what the files say`() throws {
        let wanted = SensorsPage.text(of: try SensorModelFiles.names.map(SensorModelFiles.load))
        if let value = getenv("GATEWAYD_WRITE_DOCUMENTS"), String(cString: value) == "1" {
            #expect(SensorModelFiles.write(wanted, to: SensorsPage.path), "\(SensorsPage.path) cannot be written")
        }
        let found = SensorModelFiles.text(SensorsPage.path) ?? ""
        let lines = found.split(separator: "\n", omittingEmptySubsequences: false)
        let others = wanted.split(separator: "\n", omittingEmptySubsequences: false)
        let first = zip(lines, others).prefix { $0 == $1 }.count + 1
        #expect(
            found == wanted,
            """
            \(SensorsPage.path):\(first): does not say what boards/profiles says; make it anew with `make documents` \
            (GATEWAYD_WRITE_DOCUMENTS=1 for the tests of BoardFilesTests)
            """)
    }

    @Test func `the page shows every model, channel and reason of its own`() throws {
        let profile = DeviceProfile(
            name: "maker-thing", vendor: "Maker", model: "Thing|2", sourceDocument: "Manual", sourcePage: "7", verified: true,
            serial: DeviceProfile.SerialDefaults(address: 7, baud: 19_200, parity: .even, stopBits: 1),
            requirements: [.init(table: .holding, address: 0, equals: 1, reason: .anotherModel)],
            channels: [
                ChannelMap(
                    name: "gas", quantity: .methane,
                    fields: [RegisterField(table: .holding, address: 2, type: .float32, invalid: [0xFFFF_FFFF])],
                    principle: .catalytic, range: 0...100, resolution: 0.5)
            ], status: [.init(table: .holding, address: 6, equals: [2: .bad(.warmingUp)])])
        let page = SensorsPage.text(of: [profile])
        #expect(
            page.contains(
                """
                | Maker Thing\\|2 | [maker-thing](../boards/profiles/maker-thing.yaml) | yes | 7, 19200 8E1 | yes | \
                `another-model`, `warming-up`, `invalid-marker`, `out-of-range` | Manual, p. 7 |
                """))
        #expect(page.contains("| `maker-thing` | `gas` | methane | %LEL | 0 to 100 | 0.5 | catalytic |"))
        #expect(page.contains("## Gas\n") && !page.contains("## Water\n"))
    }
}
