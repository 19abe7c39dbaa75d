// A sensor model's `require` and `status` as data.
import DeviceHAL
import SensorModel

extension Shapes {
    /// An entry of `require` that must hold.
    static let requirement = checkSection("requirement", [reasonKey])
    /// An entry of `require` with `unless`: the device is refused when all of it holds.
    static let refusal = SectionShape(
        "refusal",
        [
            Key(
                "unless", .list(.section(check), count: 1...16, what: "a list of one check or more"), needed: "a list of checks",
                "The device is refused when all of these hold; one that it answers with a Modbus exception does not hold."),
            reasonKey,
        ])
    /// A check of `unless`.
    static let check = checkSection("check", [])

    private static let reasonKey = Key(
        "reason", .choice(of: BadReason.self), needed: "a reason, like another-model",
        "Every channel's reason when it is another device.")

    private static func checkSection(_ title: String, _ keys: [Key]) -> SectionShape {
        SectionShape(
            title,
            placeKeys(RegisterTable.allCases) + [
                Key("mask", .word, otherwise: "0xFFFF", "With `equals`: the bits that count."),
                Key(
                    "equals", .either([.word, .choice(["unit-address"])]),
                    "What the register holds, or `unit-address`: the address the unit is asked by."),
                Key(
                    "in", .list(.word, count: 2...2, what: "two numbers, like [100, 199]"),
                    "The smallest and the largest value it may hold."),
                Key(
                    "text", .text("text in ASCII"),
                    "The characters it holds, two in each register; spaces around them do not count."),
                Key("length", .integer(1...16), "With `text`: how many registers."),
            ] + keys
        ).adding { section in
            section.ways = [
                .init(lead: "equals", may: ["mask"]), .init(lead: "in"),
                .init(lead: "text", with: [("length", "the number of registers that hold the text")]),
            ]
            section.noWay = "'equals', 'in' or 'text' with what must be there"
        }
    }

    static let status = SectionShape(
        "status register",
        placeKeys(RegisterTable.allCases) + [
            Key(
                "type", .choice(["uint16", "int16", "bool"]), otherwise: "`uint16`, in a table of bits `bool`",
                "How the register counts: `bool` in a table of bits and only there."),
            Key("mask", .word, otherwise: "0xFFFF", "The bits that count for `equals` and `at_most`."),
            Key("equals", reasons(-32_768...65_535, "a value of the register"), "Values of the register, and what each means."),
            Key("bits", reasons(0...15, "a bit from 0 (least significant) to 15"), "Bits, and what a set bit means."),
            Key(
                "at_most", reasons(-32_768...65_535, "a value of the register"),
                "Values, and what that value and all below it mean."),
            Key(
                "channels", .list(.id, count: 1...Int.max, what: "at least one channel"), otherwise: "all",
                "The channels it is about."),
        ]
    ).adding { section in
        section.anyOf = ["equals", "bits", "at_most"]
        section.noneOf = "'equals', 'bits' or 'at_most' with the reasons"
    }

    private static func reasons(_ range: ClosedRange<Int>, _ what: String) -> Shape {
        .named(.numbers(range, what), .choice(Doubt.words), atLeastOne: "reason")
    }
}
