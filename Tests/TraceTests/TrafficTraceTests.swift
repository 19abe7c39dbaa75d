// Vehicles are no alarm: every hour of the day under heavy traffic, lorries among it, with fresh chance in every run.
import Alarms
import DeviceHALSimulated
import SensorModel
import TestSupport
import Testing

@Suite struct TrafficTraceTests {
    /// Covers of the street with a tilt sensor that is read every second.
    private static let shaken = [0, 1, 3]

    @Test("24 distinct hours of heavy traffic raise nothing")
    func traffic() throws {
        var highest = 0.0
        for hour in 0..<24 {
            let cover = Self.shaken[hour % Self.shaken.count]
            let site =
                TraceSite.isLong ? try TraceSite.street() : try TraceSite.street(cover: cover, sensors: ["tilt", "lid"])
            var chance = TraceSite.chance(hour)
            let story = Scenario(
                name: "traffic", timeOfDay: .seconds(hour * 3600), duration: .seconds(3600),
                events: [ScenarioEvent(at: .zero, cause: .vehicles(600))])
            let world = TraceWorld(site, story, seed: chance.next())
            // As it was commissioned, and as a street that nobody has commissioned yet.
            var trace = Trace(site, world, chance: &chance, isCommissioned: hour % 4 != 3)
            trace.play(to: story.duration)
            #expect(trace.raised.isEmpty, "\(TraceSite.again("hour \(hour), cover \(cover): \(trace.raised)"))")
            #expect(trace.count > 7000)
            highest = max(highest, trace.largest[.tilt] ?? 0)
        }
        #expect(highest > 5, "the lids were shaken")
    }
}
