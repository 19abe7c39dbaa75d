// Scenarios as they come out of the files, value by value.
import DeviceHALSimulated
import GatewayConfig
import SensorModel
import Testing

struct GoodScenarioTests {
    private func load(_ name: String, _ text: String) throws -> Scenario {
        let bench = try Workbench()
        bench.write("site/\(name).yaml", text)
        let configuration = try bench.street()
        #expect(bench.scenarioErrors("site/\(name).yaml", on: configuration) == [])
        return try bench.loader.loadScenario(path: "\(bench.folder)/site/\(name).yaml", on: configuration)
    }

    @Test("A scenario with every key is read value by value")
    func story() throws {
        let story = try load("story", ScenarioSamples.story)
        #expect(story.name == "story" && story.about == "Much happens at once." && story.duration == .seconds(2400))
        #expect(story.start.rfc3339 == "2026-02-28T23:59:59.000Z" && story.timeOfDay == .seconds(14 * 3600 + 1800))
        #expect(
            story.events == [
                .init(at: .seconds(120), lasting: .seconds(1200), cover: .number(1), cause: .gas(.methane, 3)),
                .init(at: .seconds(1500), lasting: .seconds(600), cover: .number(1), cause: .lid(.opened)),
                .init(at: .zero, lasting: .seconds(2400), cause: .vehicles(300)),
                .init(at: .seconds(60), lasting: .seconds(300), cause: .rain(40)),
                .init(at: .zero, lasting: .seconds(2400), cover: .code("3205820103000017"), cause: .subsidence(5)),
                .init(at: .zero, lasting: .seconds(2400), cause: .backwater(1.2)),
                .init(at: .seconds(90), lasting: .seconds(2310), cause: .condensation),
                .init(at: .seconds(1800), lasting: .seconds(600), cause: .supply(9)),
                .init(at: .seconds(60), lasting: .seconds(300), cover: .number(1), cause: .device("ch4", .unplugged)),
                .init(at: .seconds(180), lasting: .seconds(120), cause: .linkCut),
                .init(at: .seconds(2340), cover: .number(2), cause: .lid(.stolen)),
            ])
        #expect(
            story.expectations == [
                .init(.raised("methane-high"), cover: .number(1), within: .seconds(480) ... .seconds(1080), line: 20),
                .init(.returned("methane-high"), cover: .number(1), within: .seconds(1500) ... .seconds(2400), line: 21),
                .init(.raised(nil), cover: .number(2), never: true, line: 22),
                .init(.above(.methane, 20), cover: .number(1), within: .seconds(300) ... .seconds(1320), line: 23),
                .init(.below(.coverOpen, 0), cover: .code("3205820102048188"), line: 24),
                .init(.reason(.methane, "timeout"), cover: .number(1), line: 25), .init(.reason(nil, "stuck"), line: 26),
            ])
    }

    @Test("What is left out is as the page says")
    func least() throws {
        let least = try load("least", ScenarioSamples.least)
        #expect(least == Scenario(name: "least", about: "Nothing happens.", duration: .seconds(3600)))
        #expect(least.start.rfc3339 == "2026-06-01T00:00:00.000Z" && least.timeOfDay == .seconds(8 * 3600))
    }

    @Test(
        "A begin is the moment it says, also around leap days",
        arguments: ["1970-01-01T00:00:00Z", "2000-02-29T12:34:56Z", "2024-03-01T00:00:00Z", "2100-12-31T23:59:59Z"])
    func start(text: String) throws {
        let story = try load("least", ScenarioSamples.least + "\nstart: \(text)")
        #expect(story.start.rfc3339 == "\(text.dropLast()).000Z")
    }

    @Test("Without a configuration what only it could tell is not judged")
    func withoutConfiguration() throws {
        let bench = try Workbench()
        bench.write("site/story.yaml", ScenarioSamples.story.replacing(only: "device: ch4", with: "device: nobody"))
        #expect(bench.scenarioErrors("site/story.yaml", on: nil) == [])
        bench.write("site/story.yaml", ScenarioSamples.story.replacing(only: "flow: 3 L/min", with: "flow: 3"))
        #expect(bench.scenarioErrors("site/story.yaml", on: nil).count == 1)
    }

    @Test("A file of the other kind is said to be one, once")
    func mixedUp() throws {
        let bench = try Workbench()
        bench.write("site/gateway.yaml", ScenarioSamples.story)
        #expect(
            bench.errors() == [
                "site/gateway.yaml:2:1: error: scenario: this is a scenario, expected a configuration; a scenario is given with "
                    + "--simulate"
            ])
        let configuration = try bench.street()
        #expect(
            bench.scenarioErrors("site/street.yaml", on: configuration) == [
                "site/street.yaml:2:1: error: gateway: this is a configuration, expected a scenario; a configuration is given "
                    + "with --config"
            ])
    }

    @Test("Lids that are moved one after the other, or at different covers, do not contradict each other")
    func lids() throws {
        let events = """

            events:
              - {at: 0 s, for: 10 min, cover: 1, lid: opened}
              - {at: 10 min, for: 5 min, cover: 1, lid: lifted}
              - {at: 5 min, for: 5 min, cover: 2, lid: shifted}
              - {at: 15 min, lid: stolen}
            """
        #expect(try load("least", ScenarioSamples.least + events).events.count == 4)
    }
}
