// What comes slowly is found in its order and not before it is there, and weather is no alarm.
import Alarms
import DeviceHALSimulated
import Glibc
import SensorModel
import TestSupport
import Testing

@Suite struct SlowTraceTests {
    private static let rounds = TraceSite.isLong ? 20 : 2

    /// When something is first so in the world, looked at every second.
    private func first(in story: Scenario, _ isSo: (Duration) -> Bool) -> Duration? {
        (0..<Int(story.duration.seconds)).lazy.map { Duration.seconds($0) }.first(where: isSo)
    }

    @Test("a frame that sinks on one side is a tilted cover and nothing else")
    func subsidence() throws {
        let site = try TraceSite.street(cover: 0, sensors: ["lid", "tilt"])
        for round in 0..<Self.rounds {
            var chance = TraceSite.chance(round)
            let seed = chance.next()
            // How far this ground leans for each millimetre decides how long it may sink: to 7.5 degrees in the end.
            func story(_ length: Double, _ rate: Double, traffic: Double = 200) -> Scenario {
                Scenario(
                    name: "subsidence", duration: .seconds(length + 600),
                    events: [
                        ScenarioEvent(at: .seconds(120), lasting: .seconds(length), cause: .subsidence(rate)),
                        ScenarioEvent(at: .zero, cause: .vehicles(traffic)),
                    ])
            }
            let rate = Double.random(in: 150...600, using: &chance)
            // Without traffic: a wheel on the cover in the very moment of the look would be taken for the ground.
            let trial = TraceWorld(site, story(600, rate, traffic: 0), seed: seed)
            let lean = Self.degrees(trial.plant.state(of: 0, at: .seconds(0)), trial.plant.state(of: 0, at: .seconds(719)))
            let story = story(600 * 7.5 / lean, rate)
            var trace = Trace(site, TraceWorld(site, story, seed: seed), chance: &chance)
            trace.play(to: story.duration)
            let words = TraceSite.again("\(rate) mm/h: \(trace.raised)")
            #expect(trace.raised.map(\.rule) == ["cover-tilted"], "\(words)")
            #expect(trace.raised.allSatisfy { $0.at > .seconds(180) && $0.at < story.duration - .seconds(400) }, "\(words)")
            #expect(trace.returned.isEmpty, "the ground does not come back: \(words)")
        }
    }

    private static func degrees(_ one: ManholeState, _ two: ManholeState) -> Double {
        let (a, b) = (one.acceleration, two.acceleration)
        let dot = a.x * b.x + a.y * b.y + a.z * b.z
        let lengths = (a.x * a.x + a.y * a.y + a.z * a.z) * (b.x * b.x + b.y * b.y + b.z * b.z)
        return acos(min(1, dot / lengths.squareRoot())) * 180 / .pi
    }

    @Test("a flood is found mark after mark, and is over when the water has run off")
    func flood() throws {
        let site = try TraceSite.street(cover: 1, sensors: ["level", "float"])
        for round in 0..<Self.rounds {
            var chance = TraceSite.chance(round)
            let story = Scenario(
                name: "flood", duration: .seconds(4500),
                events: [
                    ScenarioEvent(
                        at: .seconds(120), lasting: .seconds(1500),
                        cause: .rain(Double.random(in: 90...160, using: &chance)))
                ])
            let world = TraceWorld(site, story, seed: chance.next())
            var trace = Trace(site, world, chance: &chance)
            trace.play(to: story.duration)
            let words = TraceSite.again("\(trace.raised), returned \(trace.returned)")
            let marks = [("water-high", 1.0), ("water-critical", 0.3), ("water-overflow", 0)]
            var before = Duration.zero
            for (rule, belowRim) in marks {
                // Where the surface stays there for three minutes, the alarm is due within two; where it never comes near, none
                // is.
                let depth = 2.8 - belowRim
                let reached = first(in: story) { world.plant.state(of: 0, at: $0).waterDepth >= depth + 0.02 }
                let near = first(in: story) { world.plant.state(of: 0, at: $0).waterDepth >= depth - 0.05 }
                let found = trace.raised.first { $0.rule == rule }?.at
                if let found {
                    #expect(near.map { found >= $0 } == true && found >= before, "\(rule): \(words)")
                    before = found
                }
                if let reached, world.plant.state(of: 0, at: reached + .seconds(180)).waterDepth >= depth + 0.02 {
                    #expect(found.map { $0 <= reached + .seconds(120) } == true, "\(rule), reached at \(reached): \(words)")
                    #expect(trace.returned.contains { $0.rule == rule }, "\(rule): \(words)")
                }
            }
            #expect(before > .zero, "the water came high: \(words)")
            #expect(trace.raised.contains { $0.rule == "water-at-float" }, "\(words)")
            #expect(!trace.raised.contains { $0.rule.hasPrefix("sensor-") || $0.rule == "float-level-disagree" }, "\(words)")
        }
    }

    @Test("gas that builds up is high before it is dangerous, and over when the chamber is aired")
    func gas() throws {
        let site = try TraceSite.street(cover: 0, sensors: ["ch4", "o2", "h2s"])
        for round in 0..<Self.rounds {
            var chance = TraceSite.chance(round)
            let story = Scenario(
                name: "gas", duration: .seconds(3600),
                events: [
                    ScenarioEvent(
                        at: .seconds(120), lasting: .seconds(1500),
                        cause: .gas(.methane, Double.random(in: 4...12, using: &chance))),
                    ScenarioEvent(at: .seconds(1800), lasting: .seconds(1700), cause: .lid(.opened)),
                ])
            let world = TraceWorld(site, story, seed: chance.next())
            var trace = Trace(site, world, chance: &chance)
            trace.play(to: story.duration)
            let words = TraceSite.again("\(trace.raised), returned \(trace.returned)")
            let rules = trace.raised.map(\.rule)
            for (rule, limit) in [("methane-high", 20.0), ("methane-danger", 50)] {
                let reached = try #require(first(in: story) { world.plant.state(of: 0, at: $0).methane >= limit * 1.1 })
                let near = first(in: story) { world.plant.state(of: 0, at: $0).methane >= limit * 0.9 }
                let found = trace.raised.first { $0.rule == rule }?.at
                // A head follows the gas within half a minute; ten seconds of delay, two readings.
                #expect(found.map { $0 <= reached + .seconds(60) } == true, "\(words)")
                #expect(near.map { found ?? .zero >= $0 } == true, "\(words)")
                #expect(trace.returned.contains { $0.rule == rule }, "\(words)")
            }
            let levels = ["methane-high", "methane-danger"]
            #expect(rules.filter(levels.contains) == levels, "\(words)")
            #expect(Set(rules).isSubset(of: ["methane-high", "methane-danger", "oxygen-low"]), "\(words)")
        }
    }

    @Test("drops on what is cold raise nothing")
    func condensation() throws {
        let site = try TraceSite.street()
        var chance = TraceSite.chance(0)
        let story = Scenario(
            name: "condensation", duration: .seconds(1500),
            events: [ScenarioEvent(at: .seconds(120), lasting: .seconds(360), cause: .condensation)])
        var trace = Trace(site, TraceWorld(site, story, seed: chance.next()), chance: &chance)
        trace.play(to: story.duration)
        #expect(trace.raised.isEmpty, "\(TraceSite.again("\(trace.raised)"))")
    }

    @Test("a day and a night on which nothing happens raise nothing")
    func calm() throws {
        var site = try TraceSite.street()
        for cover in site.covers.indices {
            for sensor in site.covers[cover].sensors.indices {
                site.covers[cover].sensors[sensor].every = .seconds(TraceSite.isLong ? 10 : 60)
            }
        }
        var chance = TraceSite.chance(0)
        let story = Scenario(name: "calm", duration: .seconds(86_400))
        var trace = Trace(site, TraceWorld(site, story, seed: chance.next()), chance: &chance)
        trace.play(to: story.duration)
        #expect(trace.raised.isEmpty, "\(TraceSite.again("\(trace.raised)"))")
    }
}
