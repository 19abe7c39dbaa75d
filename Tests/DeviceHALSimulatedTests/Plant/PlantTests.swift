// The plant: the same question has the same answer, whoever asks, in whatever order.
import DeviceHALSimulated
import SensorModel
import TestSupport
import Testing

@Suite struct PlantTests {
    private let sites = [
        ManholeSite(code: "3205820102048188"), ManholeSite(code: "3205820102048189", kind: "storm"),
        ManholeSite(code: "3205820102048190", kind: "power", depth: 2),
    ]

    private var scenario: Scenario {
        Scenario(
            name: "any", duration: .seconds(7200),
            events: [
                ScenarioEvent(at: .zero, cause: .vehicles(1200)),
                ScenarioEvent(at: .seconds(300), lasting: .seconds(1800), cause: .rain(70)),
                ScenarioEvent(at: .seconds(400), lasting: .seconds(600), cover: .number(1), cause: .gas(.methane, 5)),
                ScenarioEvent(at: .milliseconds(1500), lasting: .milliseconds(77_700), cover: .number(2), cause: .lid(.lifted)),
                ScenarioEvent(at: .seconds(100), lasting: .seconds(3600), cover: .number(3), cause: .backwater(1.2)),
                ScenarioEvent(at: .seconds(900), lasting: .seconds(60), cause: .supply(11)),
            ])
    }

    private func plant(seed: UInt64 = 7) -> Plant { Plant(sites: sites, scenario: scenario, seed: seed) }

    @Test func `events are about all covers, the n-th or the one of a code`() {
        let events = [
            ScenarioEvent(at: .zero, cause: .rain(10)), ScenarioEvent(at: .zero, cover: .number(2), cause: .lid(.opened)),
            ScenarioEvent(at: .zero, cover: .code("3205820102048188"), cause: .condensation),
        ]
        let scenario = Scenario(name: "any", duration: .seconds(60), events: events)
        let plant = Plant(sites: sites, scenario: scenario, seed: 1)
        #expect(plant.events(at: 0) == [events[0], events[2]])
        #expect(plant.events(at: 1) == [events[0], events[1]])
        #expect(plant.events(at: 3) == [])
        for seconds in [1.0, 5] {
            let time = Duration.seconds(seconds)
            #expect(!plant.state(of: 0, at: time).isLidOpen && plant.state(of: 1, at: time).isLidOpen)
        }
    }

    @Test func `questions in any order, twice, to several plants have bit-identical answers`() {
        var chance = SeededGenerator(seed: 3)
        let times = (0..<400).map { _ in Duration.milliseconds(Int64.random(in: 0...14_400_000, using: &chance)) }
        let orderly = plant()
        var answers: [Duration: [ManholeState]] = [:]
        for time in times.sorted() { answers[time] = sites.indices.map { orderly.state(of: $0, at: time) } }
        for round in 0..<2 {
            let other = plant()
            for time in times.shuffled(using: &chance) {
                for index in sites.indices.shuffled(using: &chance) {
                    #expect(other.state(of: index, at: time) == answers[time]?[index], "\(round), \(index) at \(time)")
                }
            }
            for time in times.prefix(40) { #expect(other.state(of: 0, at: time) == answers[time]?[0]) }
        }
    }

    @Test func `threads that ask at once get what one alone would get`() async {
        let shared = plant()
        let alone = plant()
        let answers = await withTaskGroup(of: [(Int, Int, ManholeState)].self) { group in
            for worker in 0..<8 {
                let sites = sites
                group.addTask {
                    var chance = SeededGenerator(seed: UInt64(worker))
                    return (0..<100).map { _ in
                        let index = sites.indices.randomElement(using: &chance) ?? 0
                        let second = Int.random(in: 0...5000, using: &chance)
                        return (index, second, shared.state(of: index, at: .seconds(second)))
                    }
                }
            }
            return await group.reduce(into: []) { $0 += $1 }
        }
        #expect(answers.count == 800)
        for (index, second, state) in answers { #expect(state == alone.state(of: index, at: .seconds(second))) }
    }

    @Test func `another seed is another street, and another code another manhole`() {
        let one = plant(seed: 7)
        let other = plant(seed: 8)
        for second in [0, 100, 3000] {
            #expect(one.state(of: 0, at: .seconds(second)) != other.state(of: 0, at: .seconds(second)))
            #expect(one.state(of: 0, at: .seconds(second)) != one.state(of: 1, at: .seconds(second)))
        }
        let twins = Plant(
            sites: [ManholeSite(code: "a"), ManholeSite(code: "b")], scenario: Scenario(name: "any", duration: .seconds(1)),
            seed: 7)
        #expect(twins.state(of: 0, at: .zero).acceleration != twins.state(of: 1, at: .zero).acceleration)
    }

    @Test func `an event that comes later changes nothing before it`() {
        let without = Street([ScenarioEvent(at: .zero, cause: .vehicles(900))])
        let with = Street([
            ScenarioEvent(at: .zero, cause: .vehicles(900)), ScenarioEvent(at: .seconds(100), cause: .gas(.methane, 5)),
        ])
        for second in stride(from: 0.0, to: 100, by: 0.7) { #expect(without(second) == with(second)) }
        #expect(without(160) != with(160))
    }

    @Test func `before the story it is as at its begin, and a manhole that is not there is at rest`() {
        let plant = plant()
        #expect(plant.state(of: 0, at: .seconds(-5)) == plant.state(of: 0, at: .zero))
        #expect(plant.state(of: 9, at: .seconds(5)) == ManholeState())
        #expect(plant.state(of: -1, at: .seconds(5)) == ManholeState())
    }

    @Test func `a day at once and second by second are the same, and how long they took is printed`() {
        let clock = ContinuousClock()
        let atOnce = plant()
        let took = clock.measure { _ = atOnce.state(of: 0, at: .seconds(86_400)) }
        print("the plant computed a day of one manhole at once in \(took)")
        let stepped = plant()
        for second in stride(from: 0, to: 86_400, by: 97) { _ = stepped.state(of: 0, at: .seconds(second)) }
        #expect(stepped.state(of: 0, at: .seconds(86_400)) == atOnce.state(of: 0, at: .seconds(86_400)))
    }
}
