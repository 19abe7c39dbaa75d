// The page of a sensor model: what its registers go through, and what nothing proves.
import GatewayConfig
import Testing

struct ProfilePageTests {
    private func page(_ name: String, _ text: String) throws -> String {
        let bench = try Workbench()
        bench.write("site/profiles/\(name).yaml", text)
        return "\(ProfilePage(try bench.loader.loadProfile(path: "\(bench.folder)/site/profiles/\(name).yaml")))"
    }

    @Test("A channel without golden vector is said to be unproven, scale and offset stand below it")
    func unproven() throws {
        let page = try page("gas-head", Samples.gasHead)
        #expect(page.contains("holding 16 int16\n    scale 0.1, offset -1.5\n    no example: its map is unproven\n"))
        #expect(page.components(of: "no example").count == 2, "the other channel has one")
    }

    @Test("A golden vector without value proves no map")
    func vectorWithoutValue() throws {
        let vector = "[0xFFFF, 0xFFFF], reason: invalid-marker"
        let page = try page("gas-head", Samples.gasHead.replacing(only: "[0x41A0, 0x0000], value: 20.0", with: vector))
        #expect(page.components(of: "no example: its map is unproven").count == 3)
    }

    @Test("Orders, decimals and the table of units stand below the channel")
    func details() throws {
        let page = try page("complete", CompleteSamples.profile)
        #expect(
            page.contains(
                "    scale 0.01, offset -1, word order little, byte order little, decimals at input 12, "
                    + "unit at holding 13: 1 %LEL, 2 %VOL × 20 (LEL 5 %VOL)\n"))
        #expect(page.contains("    pressure: scale 0.001\n    temperature: scale 0.1\n    barometer: scale 0.001\n"))
        #expect(page.components(of: "no example").count == 2, "`large` has none with a value")
    }

    @Test("A supply that nothing measures is said to be so")
    func supply() throws {
        #expect(try page("gas-head", Samples.gasHead).contains("\nsupply: at least 16.0 V, nothing in this model measures it\n"))
        let old = "scale: 0.1, offset: -1.5, quantity: temperature, unit: Cel"
        let measured = Samples.gasHead.replacing(only: old, with: "scale: 0.1, quantity: supply-voltage, unit: V")
        #expect(try page("gas-head", measured).contains("\nsupply: at least 16.0 V, else supply-low\n"))
    }
}

extension String {
    /// The pieces between occurrences.
    fileprivate func components(of text: String) -> [Substring] { split(separator: text, omittingEmptySubsequences: false) }
}
