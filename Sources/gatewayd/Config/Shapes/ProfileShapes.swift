// A sensor model's file as data, from its top.
import DeviceHAL
import SensorModel

extension Shapes {
    /// boards/profiles/NAME.yaml.
    static let profile = SectionShape(
        "sensor model",
        [
            schema, Key("profile", .id, needed: "the file's name without .yaml", "The model's name: the file's without `.yaml`."),
            Key("vendor", .text(), needed: "who makes the model", "Who makes it."),
            Key("model", .text(), needed: "the model's name", "The maker's name for it."),
            Key(
                "source", .section(source), needed: "the document and page of the register map",
                "Where the register map was taken from."),
            Key("verified", .bool, or: "false", "Whether the file has met the device; for people."),
            Key(
                "serial", .section(serial),
                "Factory settings: where `gatewayctl bus scan` looks for it. The line is set up by the bus."),
            Key("timing", .section(timing), otherwise: "all defaults", "What the device needs of whoever asks it."),
            Key(
                "supply_min", .value(.volt),
                "When a channel `supply-voltage` reads less, the other channels are uncertain, `supply-low`."),
            Key(
                "require", .list(.either([.section(requirement), .section(refusal)])),
                """
                What proves that the right device is there; read at the start and again after a silence or a lost connection. \
                When it is not there, every channel is bad with the reason.
                """),
            Key("trigger", .section(trigger), "What starts a measurement: written before the reads of each poll."),
            Key("channels", .named(.ids, channel, atLeastOne: "channel"), needed: "what the model measures", "What it measures."),
            Key("status", .list(.section(status)), "Registers that say when channels may not be believed; read in every poll."),
            Key("heartbeat", .section(heartbeat), "A register that moves as long as the device measures."),
            Key("examples", .list(.section(example)), "Golden vectors: words from the wire, and what a person reads."),
        ])

    static let source = SectionShape(
        "source",
        [
            Key("document", .text(), needed: "the title of the document", "Title of the document."),
            Key("page", .text(), needed: "the page or clause", "Page or clause."),
        ])

    static let serial = SectionShape(
        "serial",
        [
            Key("address", .integer(1...247), needed: "the factory address", "Unit address."),
            Key("baud", .baud, needed: "the factory speed", "Speed."),
            Key("parity", .choice(of: Parity.self), needed: "none, even or odd", "Parity."),
            Key("stop_bits", .stopBits, needed: "1 or 2", "Stop bits."),
        ])

    static let timing = SectionShape(
        "timing",
        [
            Key(
                "response_timeout", .duration(.milliseconds(10) ... .seconds(60)), otherwise: "the bus's",
                "Deadline of a transaction, where it is longer than the bus's."),
            Key(
                "max_latency", .duration(.milliseconds(10) ... .seconds(120)), otherwise: "twice the time-out",
                "How late a reply may still come, not below `response_timeout`; so long a unit rests after a fault."),
            Key(
                "reply_delay", .duration(.zero ... .seconds(10)), otherwise: "20 ms expected, 2 ms at least",
                "How long it thinks before a reply, as the manual says; for the arithmetic of the line's time."),
            Key("gap", .duration(.zero ... .seconds(10)), or: "0 s", "Rest between transactions."),
            Key(
                "warm_up", .duration(.zero ... .seconds(86_400)), or: "0 s",
                "After a silence the values are `warming-up` for so long, unless a status register says so itself."),
            Key("max_registers", .integer(1...125), or: "125", "The most registers in one read."),
        ])

    static let heartbeat = SectionShape(
        "heartbeat",
        placeKeys([.input, .holding]) + [
            Key(
                "period", .duration(.milliseconds(100) ... .seconds(86_400)), needed: "how often the register changes, like 5 s",
                """
                How often it changes. Unchanged for twice as long: every channel is bad, `heartbeat-stopped`; until it was seen \
                to move once: uncertain, `stale`.
                """)
        ])

    static let trigger = SectionShape(
        "trigger",
        placeKeys([.holding, .coil]) + [
            Key("value", .word, needed: "the value that is written", "What is written; for a coil anything but 0 is on."),
            Key("wait", .duration(.zero ... .seconds(60)), or: "0 s", "From the answer to the write to the first read."),
        ])

    static let example = SectionShape(
        "example",
        [
            Key("channel", .id, needed: "the name of a channel", "Which channel."),
            Key(
                "words", .list(.word), needed: "the words as they come from the wire, like [0x41A0, 0x0000]",
                "The words of the channel's fields, in the order of the fields; of a transform in the order of its inputs."),
            Key("decimals", .word, "What the register of `decimals_at` holds; where there is one."),
            Key("unit_code", .word, "What the register of `unit_at` holds; where there is one."),
            Key("value", .number(), "What a person reads, in the channel's unit."),
            Key("reason", .choice(of: BadReason.self), "Why the words mean no value."),
        ]
    ).adding { section in
        section.ways = [.init(lead: "value"), .init(lead: "reason")]
        section.noWay = "'value' or 'reason' with what the words mean"
        section.twoWays = ", the words mean one of the two"
    }

    /// `table` and `address`.
    static func placeKeys(_ tables: [RegisterTable]) -> [Key] {
        let words = tables.map(\.rawValue)
        return [
            Key(
                "table", .choice(words), needed: words.count == 2 ? words.joined(separator: " or ") : "the table, like holding",
                "The table."),
            Key("address", .word, needed: "the zero-based PDU address", "Zero-based address in the request, not 40001."),
        ]
    }
}
