// Scenarios as data: what happens in the simulated world and what must be seen of it.
import DeviceHALSimulated
import SensorModel

extension Shapes {
    /// A file of boards/simulated, apart from configurations.
    static let scenario = SectionShape(
        "scenario",
        [
            schema,
            Key("scenario", .id, needed: "the scenario's name", "The scenario's name: that of the file without `.yaml`."),
            Key("about", .text(), needed: "what happens, in a sentence or two", "What happens, in a sentence or two."),
            Key(
                "start",
                .text(
                    "a moment like 2026-06-01T00:00:00Z, to the second and in UTC",
                    pattern: "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z"), or: "2026-06-01T00:00:00Z",
                "When the story begins, UTC. Only `--speed 0` stamps readings with it; otherwise they carry the present time."),
            Key(
                "time_of_day", .text("a time of day like 14:30", pattern: "([01][0-9]|2[0-3]):[0-5][0-9]"), or: "08:00",
                "The local hour when the story begins, `HH:MM`: it decides traffic, flow and warmth."),
            Key("duration", .duration(.seconds(1) ... .seconds(30 * 86_400)), needed: "how long it is, like 40 min", "How long."),
            Key("events", .list(.section(event), count: most, what: mostEvents), "What happens."),
            Key("expect", .list(.section(expectation), count: most, what: mostExpectations), "What must, or must not, be seen."),
        ])

    private static let most = 0...1000
    private static let mostEvents = "a list of at most 1000 events"
    private static let mostExpectations = "a list of at most 1000 expectations"

    /// One cause.
    static let event = SectionShape(
        "event of a scenario",
        [
            Key("at", moment, or: "0 s", "When it begins, from the story's begin."),
            Key(
                "for", .duration(.milliseconds(1) ... .seconds(30 * 86_400)), otherwise: "to the story's end",
                "How long it lasts."),
            Key(
                "cover", coverChoice, or: "all",
                "Where: the n-th cover of the configuration, a cover's code, or all. With numbers a scenario fits any street."
            ),
            Key("vehicles", .measure("/h", 0...3600), "Traffic over the cover, lorries among it."),
            Key(
                "lid", .choice(of: ScenarioEvent.Lid.self),
                """
                `opened`: turned up on its hinge; `lifted`: raised a few degrees by a lever; `shifted`: pushed aside in its \
                seat; each lies back in the end. `stolen`: carried away with what is fixed to it, for good.
                """),
            Key("subsidence", .measure("mm/h", 0...1000), "The ground under the frame gives way, more on one side."),
            Key(
                "gas", .choice(gases.map(\.rawValue)),
                "A gas comes in and mixes with the air of the chamber."),
            Key("flow", .measure("L/min", 0...1000), "With `gas`: how much, as pure gas."),
            Key("rain", .measure("mm/h", 0...500), "Rain on the catchment of storm and sewage manholes."),
            Key("backwater", .measure("m", 0...20), "The receiving water stands this high above the invert."),
            Key("condensation", .bool, "`true`: warm wet air meets cold metal; drops on optics and heads."),
            Key(
                "supply", .measure("V", 0...60),
                "The supply sags to this: devices below their minimum lie, below 60 % of 24 V they are off."),
            Key("device", .id, "A device has a trouble of its own: the id of a sensor at the cover."),
            Key(
                "trouble", .choice(of: ScenarioEvent.DeviceTrouble.self),
                """
                With `device`. `stuck`: answers always the same; `drifting`: creeps away, 10 % of the range in an hour; \
                `faulty`: says so itself; `unplugged`: no answer; `unreliable`: every second answer is missing or broken.
                """),
            Key("link", .choice(["cut"]), "`cut`: the gateway's link to the platform, whatever the cover."),
        ]
    ).adding { section in
        section.ways = [
            .init(lead: "vehicles"), .init(lead: "lid"), .init(lead: "subsidence"),
            .init(lead: "gas", with: [("flow", "how much comes in, like 3 L/min")]), .init(lead: "rain"),
            .init(lead: "backwater"), .init(lead: "condensation"), .init(lead: "supply"),
            .init(lead: "device", with: [("trouble", "what is wrong with the device, like unplugged")]), .init(lead: "link"),
        ]
        section.noWay = "what happens: \(section.ways.map { "'\($0.lead)'" }.joined(separator: ", "))"
        section.twoWays = ", write two events"
    }

    /// The gases that may come in.
    static let gases = [Quantity.methane, .hydrogenSulfide, .carbonMonoxide]

    /// One thing to be seen.
    static let expectation = SectionShape(
        "expectation of a scenario",
        [
            Key(
                "cover", coverChoice, or: "all",
                "Where, as in an event; with all, once at any of the covers is enough."),
            Key(
                "raised", .either([.choice(["any"]), .id]),
                "The alarm of this rule is raised; `any` is good with `never`, or where any will do."),
            Key("returned", .id, "The alarm of this rule returns."),
            Key("quantity", .choice(of: Quantity.self), "With `above`, `below` or `reason`: of which readings."),
            Key("above", .valueOfQuantity, "A good reading at this value or above it."),
            Key("below", .valueOfQuantity, "A good reading at this value or below it."),
            Key(
                "reason", .choice(BadReason.allCases.map(\.rawValue) + UncertainReason.allCases.map(\.rawValue)),
                "A reading with this reason for being uncertain or bad; without `quantity`, any reading."),
            Key(
                "within", .list(moment, count: 2...2, what: "two moments, like [5 min, 20 min]"), otherwise: "the whole story",
                "From when to when, from the story's begin."),
            Key("never", .bool, or: "false", "`true`: it must not be seen."),
        ]
    ).adding { section in
        let quantity = ("quantity", "the quantity of the readings, like methane")
        section.ways = [
            .init(lead: "raised"), .init(lead: "returned"), .init(lead: "above", with: [quantity]),
            .init(lead: "below", with: [quantity]), .init(lead: "reason", may: ["quantity"]),
        ]
        section.noWay = "what must be seen: 'raised', 'returned', 'above', 'below' or 'reason'"
        section.twoWays = ", write two expectations"
    }

    private static let moment = Shape.duration(.zero ... .seconds(30 * 86_400))
    private static let coverChoice = Shape.either([
        .integer(1...10_000, "the number of a cover"), .choice(["all"]), .text("a cover's code in quotes"),
    ])
}
