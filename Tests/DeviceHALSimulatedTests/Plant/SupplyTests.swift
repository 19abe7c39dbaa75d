// The supply and the battery behind it.
import SensorModel
import Testing

@testable import DeviceHALSimulated

@Suite struct SupplyTests {
    @Test func `a sag comes and goes within a second, and the battery takes over and recovers`() {
        let street = Street([ScenarioEvent(at: .seconds(60), lasting: .seconds(1800), cause: .supply(10))])
        let before = street(59)
        #expect(abs(before.supplyVoltage - 24) < 0.5 && before.hasMains && before.batteryCharge == 100)
        #expect((10.5...23.5).contains(street(60.5).supplyVoltage))
        #expect(abs(street(61).supplyVoltage - 10) < 0.05 && !street(61).hasMains)
        let worst = street(1859)
        #expect((95...97).contains(worst.batteryCharge) && worst.batteryVoltage < before.batteryVoltage)
        #expect(abs(street(1861).supplyVoltage - 24) < 0.5 && street(1861).hasMains)
        #expect(street(1870).batteryVoltage > before.batteryVoltage, "it is being charged")
        #expect(street(1860 + 3600).batteryCharge == 100 && street(1860 + 3600).batteryVoltage == before.batteryVoltage)
    }

    @Test func `a weak sag keeps the mains`() {
        let street = Street([ScenarioEvent(at: .zero, cause: .supply(18))])
        #expect(street(100).hasMains && abs(street(100).supplyVoltage - 18) < 0.05 && street(100).batteryCharge == 100)
        #expect(Plant.nominalSupplyVoltage * 0.6 == Supply.mainsLimit)
    }

    @Test func `a battery that is empty stays empty and within bounds`() {
        let street = Street([ScenarioEvent(at: .zero, cause: .supply(0))])
        #expect(street(20 * 3600).batteryCharge == 0)
        #expect((11...12.5).contains(street(20 * 3600).batteryVoltage))
    }

    @Test func `a calm supply has ripple and load and stays near its nominal voltage`() {
        let street = Street()
        let voltages = stride(from: 0.0, to: 86_400, by: 61).map { street($0).supplyVoltage }
        #expect(voltages.allSatisfy { (23.6...24).contains($0) } && Set(voltages).count > 1000)
    }
}
