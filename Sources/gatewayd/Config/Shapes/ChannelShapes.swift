// A sensor model's channels as data.
import DeviceHAL
import SensorModel

extension Shapes {
    /// One channel: one field, or a transform with its inputs.
    static let channel = Shape.variants(
        "transform", without: plainChannel, Transform.allCases.map { ($0.rawValue, transformed($0)) })

    static let plainChannel = SectionShape("channel", fieldKeys + meaningKeys)

    private static func transformed(_ transform: Transform) -> SectionShape {
        SectionShape(
            "channel with \(transform.rawValue)",
            [
                Key("transform", .choice([transform.rawValue]), needed: transform.rawValue, words(of: transform)),
                Key(
                    "inputs", .section(inputs(of: transform)), needed: "the registers the transform works on, by name",
                    "Register fields by name: \(names(of: transform))."),
            ] + meaningKeys)
    }

    /// The fields of a transform by name.
    static func inputs(of transform: Transform) -> SectionShape {
        SectionShape(
            "inputs of \(transform.rawValue)",
            transform.inputs.map { name in
                let what = "Register field in \(unit(of: name, in: transform))."
                return name == transform.inputs.last
                    ? Key(name, .section(field), what) : Key(name, .section(field), needed: "its register", what)
            })
    }

    /// The unit a transform's input is in after scale and offset.
    static func unit(of input: String, in transform: Transform) -> String {
        switch transform {
        case .gravityTilt: "g"
        case .hydrostaticDepth: input == "temperature" ? Unit.celsius.rawValue : Unit.bar.rawValue
        }
    }

    private static func names(of transform: Transform) -> String {
        transform.inputs.dropLast().joined(separator: ", ") + ", and optionally \(transform.inputs.last ?? "")"
    }

    private static func words(of transform: Transform) -> String {
        switch transform {
        case .gravityTilt:
            "Tilt against gravity: of `x`, `y`, `z` the angle of the third axis, 0 to 180 deg; of `x`, `y` in g 0 to 90 deg."
        case .hydrostaticDepth:
            """
            Metres of water from pressure in bar, less the barometer's where the probe measures absolutely; the density follows \
            the water's temperature.
            """
        }
    }

    /// One register field.
    static let field = SectionShape("register field", fieldKeys)

    private static let fieldKeys =
        placeKeys(RegisterTable.allCases) + [
            Key("type", .choice(of: RegisterType.self), needed: "the type, like uint16", "How words become a number."),
            Key("length", .integer(1...16), "With `ascii`: how many registers."),
            Key(
                "word_order", .choice(of: Order.self), or: "big",
                "Which word of several comes first: the most or the least significant."),
            Key("byte_order", .choice(of: Order.self), or: "big", "Which byte of a word comes first."),
            Key("scale", .factor, or: "1", "value = number × scale + offset."),
            Key("offset", .number(), or: "0", "value = number × scale + offset."),
            Key(
                "bit", .integer(0...15, "a bit from 0 (least significant) to 15"),
                "With `bool` in a register: which bit, 0 is the least significant."),
            Key("invalid", .list(.unsigned), "Raw patterns, after ordering, that mean «no value»: bad, `invalid-marker`."),
            Key("decimals_at", .section(decimals), "A register that holds the number of decimals, 0 to 6: value / 10ⁿ."),
            Key("unit_at", .section(unitTable), "A register that holds the code of the unit the device is set to."),
        ]

    static let decimals = SectionShape("decimals_at", placeKeys([.input, .holding]))

    static let unitTable = SectionShape(
        "unit_at",
        placeKeys([.input, .holding]) + [
            Key(
                "codes", .named(.numbers(0...0xFFFF, "a code from 0 to 65535"), .section(conversion), atLeastOne: "code"),
                needed: "the device's units by code",
                "The device's units by code; with any other code the channel is bad, `another-unit`.")
        ])

    static let conversion = SectionShape(
        "unit of a device",
        [
            Key("unit", .text(), needed: "the unit, like kPa", "The unit, as the manual calls it."),
            Key("scale", .factor, otherwise: "1 for the channel's own unit", "The channel's unit = number × scale."),
            Key("basis", .text(), "What the conversion assumes, like a density."),
        ])

    private static let meaningKeys = [
        Key("quantity", .choice(of: Quantity.self), needed: "what is measured, like methane", "What is measured."),
        Key(
            "unit", .unitOfQuantity, needed: "the unit of the quantity",
            "The quantity's unit; `scale` and `offset` must lead to it."),
        Key(
            "principle", .choice(of: Principle.self),
            "How a gas head measures; a `catalytic` one is bad, `low-oxygen`, while an oxygen channel beside it is below 11 %VOL."
        ),
        Key(
            "range", .list(.number(), count: 2...2, what: "two numbers, like [0, 100]"), "Values outside are bad, `out-of-range`."
        ),
        Key(
            "resolution", .number(1e-12...1e12, "a number above 0"),
            "The device's step; one step beyond the range is still inside."),
        Key(
            "stuck_after", .duration(.seconds(1) ... .seconds(31_536_000)),
            "Exactly the same words for so long: uncertain, `stuck`."),
        Key("flat_line", .section(flatLine), "When the value counts as uncertain, `flat-line`."),
        Key(
            "max_rate", .number(1e-12...1e12, "a number above 0"),
            "The fastest believable change per second; a faster one is uncertain, `implausible-jump`, until the next agrees."
        ),
    ]

    static let flatLine = SectionShape(
        "flat_line",
        [
            Key(
                "within", .number(1e-12...1e12, "a number above 0"), needed: "how much the value must move",
                "Moved by less than this …"),
            Key("for", .duration(.seconds(1) ... .seconds(31_536_000)), needed: "a time, like 24 h", "… for so long."),
        ])
}
