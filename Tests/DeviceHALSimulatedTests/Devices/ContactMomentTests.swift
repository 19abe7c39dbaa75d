// When a contact changes: moments that a clock can show.
import DeviceHAL
import DeviceHALSimulated
import SensorModel
import Testing

@Suite struct ContactMomentTests {
    @Test(arguments: 1...12) func `a change is at a whole nanosecond, for the clock knows no other moments`(seed: UInt64) throws {
        let rain = ScenarioEvent(at: .seconds(120), lasting: .seconds(1200), cause: .rain(100))
        let scenario = Scenario(name: "rain", duration: .seconds(3000), events: [rain])
        let plant = Plant(sites: [ManholeSite(code: "A", kind: "storm", depth: 2.8)], scenario: scenario, seed: seed)
        let contact = SimulatedContact(
            quantity: .waterFloat, wiring: LineSettings(line: .offset(0)), mounted: 1, plant: plant, manhole: 0,
            sensor: "float")
        let change = try #require(contact.change(after: .zero, from: false, upTo: .seconds(3000)))
        #expect(change == .nanoseconds(change.nanoseconds))
    }
}
