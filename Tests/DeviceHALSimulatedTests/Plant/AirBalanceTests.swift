// Temperature and humidity: the day outside, damped under the lid, and drops on cold metal.
import SensorModel
import Testing

@testable import DeviceHALSimulated

@Suite struct AirBalanceTests {
    @Test func `outside follows the hour, the chamber follows outside a little and late, the water hardly at all`() {
        let weather = Weather(timeOfDay: 0, chance: ChanceStream(seed: 1, code: "a", name: "weather"))
        let outside = stride(from: 0.0, to: 86_400, by: 600).map(weather.temperature)
        let street = Street()
        let states = stride(from: 0.0, to: 86_400, by: 600).map { street($0) }
        func span(_ values: [Double]) -> Double { (values.max() ?? 0) - (values.min() ?? 0) }
        #expect(span(outside) > 10)
        #expect((1...6).contains(span(states.map(\.airTemperature))))
        #expect(span(states.map(\.waterTemperature)) < 1)
        #expect(weather.temperature(at: 15 * 3600) > weather.temperature(at: 3 * 3600) + 8)
        #expect(states.allSatisfy { $0.humidity < 95 && !$0.isWet })
    }

    @Test(arguments: ["sewage", "power"]) func `condensation wets within minutes and dries within the hour`(kind: String) {
        let street = Street(kind, [ScenarioEvent(at: .seconds(60), lasting: .seconds(900), cause: .condensation)])
        #expect(!street(60).isWet && street(60).humidity < 92)
        #expect(street(240).isWet && street(240).humidity == 100)
        #expect(street(960).isWet)
        #expect(!street(960 + 1200).isWet && street(960 + 1200).humidity < 98)
        #expect(street(960 + 4 * 3600).humidity < 92)
    }

    @Test func `an open lid lets the weather in`() {
        let closed = Street()
        let open = Street([ScenarioEvent(at: .zero, cause: .lid(.opened))])
        let weather = Weather(
            timeOfDay: 8 * 3600, chance: ChanceStream(seed: 1, code: "3205820102048188", name: "weather"))
        let noon = 6 * 3600.0
        let outside = weather.temperature(at: noon)
        #expect(abs(open(noon).airTemperature - outside) < abs(closed(noon).airTemperature - outside) / 2)
        #expect(open(noon).humidity < closed(noon).humidity - 10)
    }
}
