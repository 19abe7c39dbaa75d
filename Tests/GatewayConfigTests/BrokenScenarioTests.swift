// Scenarios broken in one place each.
import GatewayConfig
import Testing

struct BrokenScenarioTests {
    @Test("A broken scenario is refused with the place, what was expected and what stands there", arguments: top + words)
    func forms(_ broken: BrokenScenario) throws { try broken.expect() }

    @Test("A scenario that contradicts itself, or the street it is played on, is refused", arguments: time + lids + street)
    func senses(_ broken: BrokenScenario) throws { try broken.expect() }

    @Test("All errors are said at once")
    func allAtOnce() throws {
        let bench = try Workbench()
        let text = ScenarioSamples.story.replacing(only: "flow: 3 L/min", with: "flow: 3")
            .replacing(only: "supply: 9 V", with: "suply: 9 V").replacing(only: "reason: stuck", with: "reason: lazy")
        bench.write("site/story.yaml", text)
        let errors = bench.scenarioErrors("site/story.yaml", on: try bench.street())
        #expect(errors.count == 4 && errors.allSatisfy { $0.hasPrefix("site/story.yaml:") }, "\(errors)")
    }

    private static let top: [BrokenScenario] = [
        .init(
            "another name than the file's", "scenario: story", "scenario: storey",
            "2:11: error: scenario: expected 'story', the file's name without .yaml, found 'storey'"),
        .init(
            "a schema of the future", "schema: 1", "schema: 2",
            "1:9: error: schema: expected 1, the schema this version reads, found '2'"),
        .init(
            "no word about it", "about: Much happens at once.\n", "",
            "1:1: error: about: missing, expected what happens, in a sentence or two"),
        .init(
            "a day that does not exist", "2026-02-28", "2026-02-29",
            "4:8: error: start: expected a day and a time that exist, found '2026-02-29T23:59:59Z'"),
        .init(
            "a begin in local time", "23:59:59Z", "23:59:59+08:00",
            """
            4:8: error: start: expected a moment like 2026-06-01T00:00:00Z, to the second and in UTC, found \
            '2026-02-28T23:59:59+08:00'
            """),
        .init(
            "an hour that no day has", "14:30", "24:30",
            "5:14: error: time_of_day: expected a time of day like 14:30, found '24:30'"),
        .init(
            "no duration", "duration: 40 min\n", "", "1:1: error: duration: missing, expected how long it is, like 40 min"),
        .init(
            "a duration without unit", "duration: 40 min", "duration: 40",
            "6:11: error: duration: expected a duration with unit (ms, s, min, h, d), like '1 s', found '40'"),
        .init(
            "a duration of months", "duration: 40 min", "duration: 90 d",
            "6:11: error: duration: expected 1 s to 720 h, found '90 d'"),
        .init(
            "an unknown key", "expect:", "expects:",
            "19:1: error: expects: unknown key, did you mean 'expect'?"),
        .init(
            "a key twice", "schema: 1", "schema: 1\nschema: 1",
            "2:1: error: schema: this key stands here twice, first at line 1"),
    ]

    private static let words: [BrokenScenario] = [
        .init(
            "an unknown cause", "supply: 9 V", "suply: 9 V",
            """
            15:5: error: events[7]: expected what happens: 'vehicles', 'lid', 'subsidence', 'gas', 'rain', 'backwater', \
            'condensation', 'supply', 'device', 'link', found none
            """, "15:31: error: events[7].suply: unknown key, did you mean 'supply'?"),
        .init(
            "two causes in one event", "rain: 40 mm/h", "rain: 40 mm/h, vehicles: 3 /h",
            "11:35: error: events[3].rain: 'rain' does not go with 'vehicles', write two events"),
        .init(
            "a flow without unit", "flow: 3 L/min", "flow: 3",
            "8:60: error: events[0].flow: expected a value from 0 to 1000 L/min, with its unit, found '3'"),
        .init(
            "a flow in another unit", "flow: 3 L/min", "flow: 3 m3/h",
            "8:60: error: events[0].flow: expected a value from 0 to 1000 L/min, with its unit, found '3 m3/h'"),
        .init(
            "a gas without flow", ", flow: 3 L/min", "",
            "8:5: error: events[0].flow: missing, expected how much comes in, like 3 L/min"),
        .init(
            "a gas that cannot come in", "gas: methane", "gas: oxygen",
            "8:45: error: events[0].gas: expected one of methane, hydrogen-sulfide, carbon-monoxide, found 'oxygen'"),
        .init(
            "more traffic than a road takes", "300 /h", "30000 /h",
            "10:16: error: events[2].vehicles: expected a value from 0 to 3600 /h, found '30000 /h'"),
        .init(
            "rain in another unit", "40 mm/h", "40 mm",
            "11:35: error: events[3].rain: expected a value from 0 to 500 mm/h, with its unit, found '40 mm'"),
        .init(
            "a lid that does something else", "lid: opened", "lid: open",
            """
            9:46: error: events[1].lid: expected one of opened, lifted, stolen, shifted, found 'open', did you mean 'opened'?
            """),
        .init(
            "condensation that is not there", "condensation: true", "condensation: false",
            """
            14:30: error: events[6].condensation: expected true; without condensation, leave the event out, found 'false'
            """),
        .init(
            "a device without trouble", ", trouble: unplugged", "",
            "16:5: error: events[8].trouble: missing, expected what is wrong with the device, like unplugged"),
        .init(
            "a link that is anything but cut", "link: cut", "link: down",
            "17:35: error: events[9].link: expected cut, found 'down'"
        ),
        .init(
            "a link at a cover", "link: cut", "link: cut, cover: 1",
            "17:47: error: events[9].cover: 'cover' does not go with 'link', the link is the gateway's"),
        .init(
            "an expectation of nothing", "{reason: stuck, never: false}", "{cover: 1, never: false}",
            """
            26:5: error: expect[6]: expected what must be seen: 'raised', 'returned', 'above', 'below' or 'reason', found none
            """),
        .init(
            "a quantity without limit", "quantity: cover-open, below: 0", "quantity: cover-open",
            """
            24:5: error: expect[4]: expected what must be seen: 'raised', 'returned', 'above', 'below' or 'reason', found none
            """),
        .init(
            "a limit without quantity", "quantity: methane, above: 20 %LEL", "above: 20 %LEL",
            "23:5: error: expect[3].quantity: missing, expected the quantity of the readings, like methane"),
        .init(
            "a limit in another unit", "above: 20 %LEL", "above: 20 ppm",
            """
            23:42: error: expect[3].above: expected a value of methane in %LEL, like '5 %LEL', found '20 ppm'
            """),
        .init(
            "a limit with a unit where there is none", "below: 0", "below: 0 m",
            "24:62: error: expect[4].below: expected a number without unit of cover-open, found '0 m'"),
        .init(
            "two sights in one expectation", "reason: timeout", "reason: timeout, above: 5 %LEL",
            "25:43: error: expect[5].reason: 'reason' does not go with 'above', write two expectations"),
        .init(
            "a reason outside the list", "reason: timeout", "reason: timeot",
            """
            25:43: error: expect[5].reason: expected one of timeout, corrupt-reply, exception, disconnected, device-fault, \
            invalid-marker, not-a-number, another-model, another-unit, warming-up, inhibited, calibrating … and 17 more, found \
            'timeot', did you mean 'timeout'?
            """),
        .init(
            "a window of one moment", "[25 min, 40 min]", "[25 min]",
            "21:48: error: expect[1].within: expected two moments, like [5 min, 20 min], found 1"),
    ]

    private static let time: [BrokenScenario] = [
        .init(
            "an event behind the end", "at: 25 min, for: 10 min", "at: 40 min",
            "9:10: error: events[1].at: expected a moment before the story's end, 40 min, found '40 min'"),
        .init(
            "an event that outlasts the story", "at: 25 min, for: 10 min", "at: 25 min, for: 16 min",
            "9:23: error: events[1].for: ends at 41 min, expected a moment not behind the story's end, 40 min"),
        .init(
            "an expectation behind the end", "[25 min, 40 min]", "[25 min, 41 min]",
            """
            21:57: error: expect[1].within[1]: expected a moment not behind the story's end, 40 min, found '41 min'
            """),
        .init(
            "a window backwards", "[8 min, 18 min]", "[18 min, 8 min]",
            "20:55: error: expect[0].within[1]: expected a moment not before 18 min, found '8 min'"),
    ]

    private static let lids: [BrokenScenario] = [
        .init(
            "a stolen lid for a while", "at: 39 min, cover: 2", "at: 39 min, for: 1 min, cover: 2",
            "18:23: error: events[10].for: 'for' does not go with a stolen lid, it never comes back"),
        .init(
            "a lid that is opened when it was stolen", "{at: 39 min, cover: 2, lid: stolen}",
            "{at: 1 min, cover: 1, lid: stolen}",
            "18:32: error: events[10].lid: the lid of cover 1 is opened at that time already, by the event at line 9"),
        .init(
            "a lid that is lifted while all are opened", "{vehicles: 300 /h}", "{at: 34 min, lid: lifted}",
            "10:23: error: events[2].lid: the lid of cover 1 is opened at that time already, by the event at line 9",
            "18:33: error: events[10].lid: the lid of cover 2 is lifted at that time already, by the event at line 10"),
    ]

    private static let street: [BrokenScenario] = [
        .init(
            "a cover beyond the last", "at: 25 min, for: 10 min, cover: 1", "at: 25 min, for: 10 min, cover: 3",
            """
            9:38: error: events[1].cover: expected 1 to 2 or all, the configuration has 2 covers; a code stands in quotes, \
            found '3'
            """),
        .init(
            "a cover counted from 0", "cover: 2, raised: any", "cover: 0, raised: any",
            """
            22:13: error: expect[2].cover: expected 1 to 2 or all, the configuration has 2 covers; a code stands in quotes, \
            found '0'
            """),
        .init(
            "a code without quotes", "cover: \"3205820103000017\"", "cover: 3205820103000017",
            """
            12:33: error: events[4].cover: expected 1 to 2 or all, the configuration has 2 covers; a code stands in quotes, \
            found '3205820103000017'
            """),
        .init(
            "a code that no cover has", "cover: \"3205820103000017\"", "cover: \"3205820103000018\"",
            "12:33: error: events[4].cover: expected the code of a cover of the configuration, found '3205820103000018'"),
        .init(
            "a word that is no cover", "cover: all", "cover: every",
            """
            13:31: error: events[5].cover: expected the number of a cover, from 1, a cover's code in quotes, or all, found \
            'every'
            """),
        .init(
            "a sensor that the cover does not have", "device: ch4", "device: ch5",
            "16:47: error: events[8].device: expected one of ch4, tilt, lid, found 'ch5', did you mean 'ch4'?"),
        .init(
            "a sensor of another cover", "cover: 1, device: ch4", "cover: 2, device: ch4",
            "16:47: error: events[8].device: expected tilt, found 'ch4'"),
        .init(
            "a rule that does not exist", "raised: methane-high", "raised: methan-high",
            """
            20:24: error: expect[0].raised: expected one of methane-high, oxygen-low, found 'methan-high', did you mean \
            'methane-high'?
            """),
        .init(
            "any alarm that returns", "returned: methane-high", "returned: any",
            "21:26: error: expect[1].returned: expected one of methane-high, oxygen-low, found 'any'"),
        .init(
            "an alarm that the cover cannot have", "cover: 1, raised: methane-high", "cover: 2, raised: methane-high",
            """
            20:24: error: expect[0].raised: no sensor of cover 2 (3205820103000017) measures methane: it would never be seen, \
            and never be missed
            """),
        .init(
            "a quantity that nobody measures", "quantity: methane, reason: timeout", "quantity: flow, reason: timeout",
            """
            25:26: error: expect[5].quantity: no sensor of cover 1 (3205820102048188) measures flow: it would never be seen, \
            and never be missed
            """),
    ]
}

/// One way to break the sample.
struct BrokenScenario: Sendable, CustomTestStringConvertible {
    private let title: String
    private let old: String
    private let new: String
    private let errors: [String]

    init(_ title: String, _ old: String, _ new: String, _ errors: String...) {
        (self.title, self.old, self.new, self.errors) = (title, old, new, errors)
    }

    var testDescription: String { title }

    func expect() throws {
        let bench = try Workbench()
        bench.write("site/story.yaml", ScenarioSamples.story.replacing(only: old, with: new))
        let found = bench.scenarioErrors("site/story.yaml", on: try bench.street())
        #expect(found == errors.map { "site/story.yaml:\($0)" }, "\(found.joined(separator: "\n"))")
    }
}
