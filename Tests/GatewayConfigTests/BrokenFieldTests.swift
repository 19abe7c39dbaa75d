// Register fields and channels of a sensor model, broken in one place each.
import GatewayConfig
import Testing

struct BrokenFieldTests {
    @Test("A broken channel is refused with the place, what was expected and what stands there", arguments: fields)
    func fieldsRefused(_ broken: Broken) throws {
        try broken.expectInGasHead()
    }

    private static let fields: [Broken] = [
        Broken(
            "a bit without its number", "type: int16, scale", "type: bool, scale",
            """
            site/profiles/gas-head.yaml:16:16: error: channels.temperature.bit: missing, expected which bit of the \
            register, 0 (least significant) to 15
            """),
        Broken(
            "a bit of a whole number", "type: int16, scale", "type: int16, bit: 3, scale",
            """
            site/profiles/gas-head.yaml:16:64: error: channels.temperature.bit: 'bit' goes with type bool in table \
            input or holding, and only there
            """),
        Broken(
            "a bit that no register has", "type: int16, scale", "type: bool, bit: 16, scale",
            """
            site/profiles/gas-head.yaml:16:63: error: channels.temperature.bit: expected a bit from 0 (least \
            significant) to 15, found '16'
            """),
        Broken(
            "text without its length", "type: int16, scale", "type: ascii, scale",
            """
            site/profiles/gas-head.yaml:16:16: error: channels.temperature.length: missing, expected the number of \
            registers that hold the text
            """),
        Broken(
            "a length beside a type that has its own", "type: int16, scale", "type: int16, length: 2, scale",
            """
            site/profiles/gas-head.yaml:16:67: error: channels.temperature.length: 'length' goes with type ascii, and \
            only there
            """),
        Broken(
            "text that is too long for one field", "type: int16, scale", "type: ascii, length: 17, scale",
            """
            site/profiles/gas-head.yaml:16:67: error: channels.temperature.length: expected a whole number from 1 to \
            16, found '17'
            """),
        Broken(
            "a raw pattern of text", "type: int16, scale", "type: ascii, length: 2, invalid: [1], scale",
            """
            site/profiles/gas-head.yaml:16:79: error: channels.temperature.invalid: 'invalid' does not go with type \
            ascii: text that is no number is decode-error anyway
            """),
        Broken(
            "a type that does not exist", "type: int16", "type: int24",
            """
            site/profiles/gas-head.yaml:16:52: error: channels.temperature.type: expected one of bool, int16, uint16, \
            int32, uint32, int64, uint64, float32, float64, bcd16, bcd32, ascii, found 'int24', did you mean 'int64'?
            """),
        Broken(
            "a number in a table of bits", "gas: {table: holding", "gas: {table: coil",
            """
            site/profiles/gas-head.yaml:14:40: error: channels.gas.type: expected bool, an item of table coil is one \
            bit, found 'float32'
            """),
        Broken(
            "an order that does not exist", "word_order: big", "word_order: middle",
            "site/profiles/gas-head.yaml:14:64: error: channels.gas.word_order: expected one of big, little, found 'middle'"),
        Broken(
            "four words past the end", "address: 2, type: float32", "address: 65533, type: float64",
            "site/profiles/gas-head.yaml:14:34: error: channels.gas.address: expected an address of at most 65532, found '65533'",
            "site/profiles/gas-head.yaml:21:27: error: examples[0].words: expected 4 words for channel 'gas', found 2"),
        Broken(
            "a field that is wider than one read", "max_registers: 32", "max_registers: 1",
            """
            site/profiles/gas-head.yaml:8:96: error: timing.max_registers: expected at least 2, which channel 'gas' \
            takes in one read
            """),
        Broken(
            "decimals in a table of bits", "scale: 0.1, offset: -1.5", "decimals_at: {table: coil, address: 3}",
            """
            site/profiles/gas-head.yaml:16:80: error: channels.temperature.decimals_at.table: expected one of input, \
            holding, found 'coil'
            """),
        Broken(
            "decimals of a bit",
            "type: int16, scale: 0.1, offset: -1.5",
            "type: bool, bit: 1, decimals_at: {table: input, address: 3}",
            """
            site/profiles/gas-head.yaml:16:79: error: channels.temperature.decimals_at: 'decimals_at' does not go with \
            type bool
            """),
        Broken(
            "a foreign unit without its factor",
            "type: int16, scale: 0.1, offset: -1.5",
            "type: int16, unit_at: {table: holding, address: 20, codes: {1: {unit: K}}}",
            """
            site/profiles/gas-head.yaml:16:109: error: channels.temperature.unit_at.codes.1.scale: missing, expected \
            the factor from K to Cel
            """),
        Broken(
            "a unit code that stands there twice",
            "type: int16, scale: 0.1, offset: -1.5",
            "type: int16, unit_at: {table: holding, address: 20, codes: {1: {unit: Cel}, 0x01: {unit: Cel}}}",
            "site/profiles/gas-head.yaml:16:122: error: channels.temperature.unit_at.codes.0x01: 1 stands here twice"),
        Broken(
            "a unit code that no register holds",
            "type: int16, scale: 0.1, offset: -1.5",
            "type: int16, unit_at: {table: holding, address: 20, codes: {70000: {unit: Cel}}}",
            """
            site/profiles/gas-head.yaml:16:106: error: channels.temperature.unit_at.codes.70000: expected a code from \
            0 to 65535, found '70000'
            """),
        Broken(
            "no unit code",
            "type: int16, scale: 0.1, offset: -1.5",
            "type: int16, unit_at: {table: holding, address: 20, codes: {}}",
            """
            site/profiles/gas-head.yaml:16:105: error: channels.temperature.unit_at.codes: expected at least one code, \
            found none
            """),
        Broken(
            "a range of one number", "[0, 100]", "[100]",
            "site/profiles/gas-head.yaml:15:16: error: channels.gas.range: expected two numbers, like [0, 100], found 1"),
        Broken(
            "a step as wide as the range", "resolution: 0.1", "resolution: 100",
            """
            site/profiles/gas-head.yaml:15:38: error: channels.gas.resolution: expected less than the width of the \
            range, 100.0, found '100'
            """),
        Broken(
            "a flat line wider than the range", "resolution: 0.1", "flat_line: {within: 200, for: 24 h}",
            """
            site/profiles/gas-head.yaml:15:46: error: channels.gas.flat_line.within: expected less than the width of \
            the range, 100.0, found '200'
            """),
        Broken(
            "a flat line without unit of time", "resolution: 0.1", "flat_line: {within: 0.2, for: 24}",
            """
            site/profiles/gas-head.yaml:15:56: error: channels.gas.flat_line.for: expected a duration with unit (ms, \
            s, min, h, d), like '1 s', found '24'
            """),
        Broken(
            "a rate below zero", "resolution: 0.1", "max_rate: -5",
            "site/profiles/gas-head.yaml:15:36: error: channels.gas.max_rate: expected a number above 0, found '-5'"),
        Broken(
            "stuck at once", "resolution: 0.1", "stuck_after: 0 s",
            "site/profiles/gas-head.yaml:15:39: error: channels.gas.stuck_after: expected 1 s to 8760 h, found '0 s'"),
        Broken(
            "a catalytic thermometer", "quantity: temperature", "principle: catalytic, quantity: temperature",
            """
            site/profiles/gas-head.yaml:16:96: error: channels.temperature.principle: a principle goes with a gas \
            (methane, combustible, hydrogen-sulfide, carbon-monoxide, oxygen), this channel is temperature
            """),
    ]

    @Test("A broken transform is refused with the place, what was expected and what stands there", arguments: transforms)
    func transformsRefused(_ broken: Broken) throws {
        try broken.expectInTiltMeter()
    }

    private static let transforms: [Broken] = [
        Broken(
            "an input that does not exist", "z: {table", "w: {table",
            "boards/profiles/tilt-meter.yaml:12:7: error: channels.tilt.inputs.w: unknown key, expected one of x, y, z",
            "boards/profiles/tilt-meter.yaml:17:28: error: examples[0].words: expected 2 words for channel 'tilt', found 3"),
        Broken(
            "another transform's inputs", "transform: gravity-tilt", "transform: hydrostatic-depth",
            "boards/profiles/tilt-meter.yaml:10:7: error: channels.tilt.inputs.pressure: missing, expected its register",
            "boards/profiles/tilt-meter.yaml:10:7: error: channels.tilt.inputs.temperature: missing, expected its register",
            """
            boards/profiles/tilt-meter.yaml:10:7: error: channels.tilt.inputs.x: unknown key, expected one of \
            pressure, temperature, barometer
            """,
            """
            boards/profiles/tilt-meter.yaml:11:7: error: channels.tilt.inputs.y: unknown key, expected one of \
            pressure, temperature, barometer
            """,
            """
            boards/profiles/tilt-meter.yaml:12:7: error: channels.tilt.inputs.z: unknown key, expected one of \
            pressure, temperature, barometer
            """,
            """
            boards/profiles/tilt-meter.yaml:13:15: error: channels.tilt.quantity: expected water-depth, which is what \
            hydrostatic-depth gives, found 'tilt'
            """),
        Broken(
            "an input with half a field", "x: {table: holding, address: 0x34,", "x: {table: holding,",
            """
            boards/profiles/tilt-meter.yaml:10:10: error: channels.tilt.inputs.x.address: missing, expected the \
            zero-based PDU address
            """),
    ]
}
