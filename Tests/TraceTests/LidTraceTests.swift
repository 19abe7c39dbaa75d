// What is done to a lid is found, whenever it happens between two readings.
import Alarms
import DeviceHALSimulated
import SensorModel
import TestSupport
import Testing

@Suite struct LidTraceTests {
    private static let rules: Set<String> = ["cover-open", "cover-missing"]
    private static let phases = TraceSite.isLong ? 600 : 200

    @Test("a lid lifted for exactly three seconds is found every time", arguments: [["lid"], ["tilt"], ["lid", "tilt"]])
    func lifted(_ sensors: [String]) throws {
        let site = try TraceSite.street(cover: 0, sensors: Set(sensors))
        for phase in 0..<Self.phases {
            var chance = TraceSite.chance(phase)
            let start = Duration.milliseconds(Int64.random(in: 3_000...6_000, using: &chance))
            let angle = Double.random(in: 16...85, using: &chance)
            let story = Scenario(
                name: "lifted", duration: .seconds(20), events: [ScenarioEvent(at: .zero, cause: .vehicles(600))])
            let world = TraceWorld(
                site, story, seed: chance.next(), hand: .init(time: start..<start + .seconds(3), angle: angle))
            var trace = Trace(site, world, chance: &chance)
            trace.play(to: story.duration)
            let what = TraceSite.again("\(sensors), lifted by \(angle) deg from \(start.seconds) s: \(trace.raised)")
            #expect(trace.raised.map(\.rule) == ["cover-open"], "\(what)")
            guard let found = trace.raised.first else { continue }
            #expect(found.at >= start && found.at <= start + .seconds(3) + .milliseconds(50), "\(what)")
        }
    }

    @Test("a lid that somebody opens for three seconds by its hinge is found every time", arguments: [["lid"], ["tilt"]])
    func opened(_ sensors: [String]) throws {
        let site = try TraceSite.street(cover: 3, sensors: Set(sensors))
        for phase in 0..<Self.phases {
            var chance = TraceSite.chance(phase)
            let start = Duration.milliseconds(Int64.random(in: 3_000...6_000, using: &chance))
            let story = Scenario(
                name: "opened", duration: .seconds(20),
                events: [ScenarioEvent(at: start, lasting: .seconds(3), cause: .lid(.opened))])
            var trace = Trace(site, TraceWorld(site, story, seed: chance.next()), chance: &chance)
            trace.play(to: story.duration)
            #expect(
                trace.raised.contains { Self.rules.contains($0.rule) && $0.at >= start && $0.at <= start + .seconds(5) },
                "\(TraceSite.again("\(sensors), opened at \(start.seconds) s: \(trace.raised)"))")
        }
    }

    @Test(
        "a lid that is stolen or overturned is missing within three seconds, at severity 3",
        arguments: [
            ScenarioEvent.Lid.stolen, .opened,
        ])
    func gone(_ what: ScenarioEvent.Lid) throws {
        let site = try TraceSite.street(cover: 3, sensors: ["lid", "tilt"])
        for phase in 0..<Self.phases / 4 {
            var chance = TraceSite.chance(phase)
            let start = Duration.milliseconds(Int64.random(in: 5_000...20_000, using: &chance))
            let story = Scenario(
                name: "gone", duration: .seconds(100),
                events: [ScenarioEvent(at: .zero, cause: .vehicles(300)), ScenarioEvent(at: start, cause: .lid(what))])
            let world = TraceWorld(site, story, seed: chance.next())
            // The first moment at which a sensor on the lid can know: it stands beyond the vertical.
            let known = (0..<500).map { start + .milliseconds($0 * 10) }
                .first { world.plant.state(of: 0, at: $0).acceleration.z < 0 }
            var trace = Trace(site, world, chance: &chance)
            trace.play(to: story.duration)
            let words = TraceSite.again("\(what) at \(start.seconds) s: \(trace.raised)")
            let missing = trace.raised.first { $0.rule == "cover-missing" }
            let moment = try #require(known)
            #expect(missing?.severity == .danger, "\(words)")
            #expect(missing.map { $0.at <= moment + .seconds(3) } == true, "\(words)")
            #expect(trace.raised.allSatisfy { $0.at >= start }, "\(words)")
            #expect(!trace.returned.contains { $0.rule == "cover-missing" }, "\(words)")
        }
    }
}
