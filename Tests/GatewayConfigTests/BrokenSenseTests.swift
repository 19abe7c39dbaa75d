// Sensor models that are well formed and cannot be meant: contradictions, states that are any number, ranges out of reach.
import GatewayConfig
import Testing

struct BrokenSenseTests {
    @Test("What can never or always hold is refused with the place and the reason", arguments: contradictions)
    func contradictionsRefused(_ broken: Broken) throws {
        try broken.expectInGasHead()
    }

    private static let contradictions: [Broken] = [
        Broken(
            "a requirement under a mask without bits", "mask: 0xFF00, equals: 0x2500", "mask: 0, equals: 0",
            """
            site/profiles/gas-head.yaml:11:40: error: require[0].mask: expected at least one bit, under a mask without \
            bits every register is the same, found '0'
            """),
        Broken(
            "a status under a mask without bits", "address: 5, type: uint16", "address: 5, mask: 0x0000",
            """
            site/profiles/gas-head.yaml:19:40: error: status[1].mask: expected at least one bit, under a mask without \
            bits every register is the same, found '0x0000'
            """),
        Broken(
            "a limit that everything is below", "bits: {5: device-fault}", "mask: 0x00FF, at_most: {255: device-fault}",
            """
            site/profiles/gas-head.yaml:19:71: error: status[1].at_most: expected limits from 0 to 254, the register \
            under the mask 0x00FF is always at most 255
            """),
        Broken(
            "a limit that every number with sign is below", "type: uint16, bits: {5:", "type: int16, at_most: {32767:",
            """
            site/profiles/gas-head.yaml:19:56: error: status[1].at_most: expected limits from -32768 to 32766, the \
            register is always at most 32767
            """),
        Broken(
            "a limit below what the mask leaves", "type: uint16, bits: {5:", "type: int16, mask: 0x00FF, at_most: {-1:",
            """
            site/profiles/gas-head.yaml:19:70: error: status[1].at_most: expected limits from 0 to 254, the register \
            under the mask 0x00FF is never at most -1
            """),
        Broken(
            "a span of everything", "equals: 5,", "in: [0, 0xFFFF],",
            """
            site/profiles/gas-head.yaml:12:39: error: require[1].in: expected less than all that a register can hold, \
            0 to 65535 proves nothing
            """),
        Broken(
            "two contents of one register", "address: 10, equals: 5", "address: 0, mask: 0x0F00, equals: 0x0600",
            """
            site/profiles/gas-head.yaml:12:56: error: require[1].equals: cannot hold together with require[0], which \
            is about holding 0 too
            """),
        Broken(
            "a content and a span without it", "  - {table: holding, address: 10, equals: 5",
            "  - {table: holding, address: 10, equals: 7, reason: another-unit}\n  - {table: holding, address: 10, in: [4, 6]",
            """
            site/profiles/gas-head.yaml:13:39: error: require[2].in: cannot hold together with require[1], which is \
            about holding 10 too
            """),
    ]

    @Test("Requirements about different bits of one register, and a content inside a span, are good")
    func compatible() throws {
        let bench = try Workbench()
        let more = """
              - {table: holding, address: 0, mask: 0x00FF, equals: 0x0012, reason: another-model}
              - {table: holding, address: 10, in: [4, 6], reason: another-unit}
              - {unless: [{table: holding, address: 10, equals: 6}], reason: another-unit}

            """
        bench.write("site/profiles/gas-head.yaml", Samples.gasHead.replacing(only: "channels:\n", with: more + "channels:\n"))
        #expect(bench.profileErrors("site/profiles/gas-head.yaml") == [])
    }

    @Test("A channel that cannot be right is refused with the place and the reason", arguments: channels)
    func channelsRefused(_ broken: Broken) throws {
        try broken.expectInGasHead()
    }

    private static let channels: [Broken] = [
        Broken(
            "a range beyond the register", "unit: Cel}", "unit: Cel, range: [4000, 5000]}",
            """
            site/profiles/gas-head.yaml:16:126: error: channels.temperature.range: expected a range that int16 with its \
            scale and offset can reach, which is -3278.3 to 3275.2 Cel
            """),
        Broken(
            "a range on the other side of zero", "type: int16, scale: 0.1, offset: -1.5, quantity: temperature, unit: Cel",
            "type: uint16, scale: -0.1, quantity: temperature, unit: Cel, range: [1, 90]",
            """
            site/profiles/gas-head.yaml:16:114: error: channels.temperature.range: expected a range that uint16 with \
            its scale and offset can reach, which is -6553.5 to 0.0 Cel
            """),
        Broken(
            "a state that is any number", "quantity: temperature, unit: Cel", "quantity: mains, unit: \"1\"",
            """
            site/profiles/gas-head.yaml:16:16: error: channels.temperature.range: missing, expected [0, 1]: mains is a \
            state and int16 is any number
            """),
        Broken(
            "a state that may be two", "quantity: temperature, unit: Cel", "quantity: mains, unit: \"1\", range: [0, 2]",
            """
            site/profiles/gas-head.yaml:16:120: error: channels.temperature.range: expected [0, 1]: mains is a state \
            and int16 is any number
            """),
        Broken(
            "the channel's own unit with a factor", "type: int16, scale: 0.1, offset: -1.5",
            "type: int16, unit_at: {table: holding, address: 20, codes: {1: {unit: Cel, scale: 0.1}}}",
            """
            site/profiles/gas-head.yaml:16:128: error: channels.temperature.unit_at.codes.1.scale: expected 1, Cel is \
            the channel's own unit, found '0.1'
            """),
        Broken(
            "an infrared thermometer", "quantity: temperature", "principle: infrared, quantity: temperature",
            """
            site/profiles/gas-head.yaml:16:96: error: channels.temperature.principle: a principle goes with a gas (methane, \
            combustible, hydrogen-sulfide, carbon-monoxide, oxygen), this channel is temperature
            """),
        Broken(
            "a catalytic head of another gas", "quantity: methane, unit: \"%LEL\"", "quantity: oxygen, unit: \"%VOL\"",
            """
            site/profiles/gas-head.yaml:14:112: error: channels.gas.principle: a catalytic head measures methane or \
            combustible gas, this channel is oxygen
            """),
    ]

    @Test("A state out of a number with the range of a state is good, and so is a range that decimals bring into reach")
    func goodChannels() throws {
        let bench = try Workbench()
        let old = "type: int16, scale: 0.1, offset: -1.5, quantity: temperature, unit: Cel"
        for new in [
            "type: uint16, quantity: mains, unit: \"1\", range: [0, 1]",
            "type: uint16, scale: 1000, decimals_at: {table: holding, address: 17}, quantity: raw, unit: 1, range: [0.2, 0.5]",
        ] {
            bench.write("site/profiles/gas-head.yaml", Samples.gasHead.replacing(only: old, with: new))
            #expect(bench.profileErrors("site/profiles/gas-head.yaml") == [])
        }
    }

    @Test("A coarse step does not let a wrong golden vector pass", arguments: vectors)
    func vectorsRefused(_ broken: Broken) throws {
        try broken.expectInGasHead()
    }

    private static let vectors: [Broken] = [
        Broken(
            "another order and steps of 50",
            "word_order: big, quantity: methane, unit: \"%LEL\", principle: catalytic,\n"
                + "        range: [0, 100], resolution: 0.1",
            "word_order: little, quantity: methane, unit: \"%LEL\", principle: catalytic,\n"
                + "        range: [0, 100], resolution: 50",
            """
            site/profiles/gas-head.yaml:21:52: error: examples[0].value: expected 20.0 %LEL, the words 0x41A0 0x0000 \
            decode to 2.354e-41 %LEL (word_order? scale?)
            """)
    ]

    @Test("Half a step is rounded away where the register counts in such steps, and a hundredth of the value elsewhere")
    func rounding() throws {
        let bench = try Workbench()
        let head = Samples.gasHead.replacing(only: "unit: Cel}", with: "unit: Cel, resolution: 0.1}")
            .replacing(only: "resolution: 0.1, invalid", with: "resolution: 1, invalid")
        for (example, isGood) in [
            ("{channel: temperature, words: [0x000F], value: 0.04}", true),
            ("{channel: temperature, words: [0x000F], value: 0.06}", false),
            ("{channel: gas, words: [0x41A0, 0x0000], value: 20.19}", true),
            ("{channel: gas, words: [0x41A0, 0x0000], value: 20.3}", false),
            ("{channel: gas, words: [0x0000, 0x0000], value: 0}", true),
            ("{channel: gas, words: [0x3E80, 0x0000], value: 0}", false),
        ] {
            bench.write("site/profiles/gas-head.yaml", "\(head)\n  - \(example)\n")
            #expect(bench.profileErrors("site/profiles/gas-head.yaml").isEmpty == isGood, "\(example)")
        }
    }
}
