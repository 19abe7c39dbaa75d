// Sensor models, broken in one place each.
import GatewayConfig
import Testing

struct BrokenProfileTests {
    @Test("A broken sensor model is refused with the place, what was expected and what stands there", arguments: models)
    func modelsRefused(_ broken: Broken) throws {
        try broken.expectInGasHead()
    }

    private static let models: [Broken] = [
        Broken(
            "another name than the file's", "profile: gas-head", "profile: gas-heads",
            """
            site/profiles/gas-head.yaml:2:10: error: profile: expected 'gas-head', the file's name without .yaml, found \
            'gas-heads'
            """),
        Broken(
            "a unit that is not the quantity's", "unit: \"%LEL\"", "unit: ppm",
            """
            site/profiles/gas-head.yaml:14:94: error: channels.gas.unit: expected "%LEL", the unit of methane (nothing is \
            converted silently), found 'ppm'
            """),
        Broken(
            "a transform key without transform", "type: int16, scale: 0.1", "type: int16, inputs: []",
            """
            site/profiles/gas-head.yaml:16:59: error: channels.temperature.inputs: unknown key, expected one of table, \
            address, type, length, word_order, byte_order, scale, offset, bit, invalid, decimals_at, unit_at … and 8 more
            """),
        Broken(
            "a reason that is not in the closed list", "reason: another-unit", "reason: another-one",
            """
            site/profiles/gas-head.yaml:12:54: error: require[1].reason: expected one of timeout, corrupt-reply, exception, \
            disconnected, device-fault, invalid-marker, not-a-number, another-model, another-unit, warming-up, inhibited, \
            calibrating … and 6 more, found 'another-one'
            """),
        Broken(
            "a bit that no word has", "bits: {5:", "bits: {16:",
            """
            site/profiles/gas-head.yaml:19:55: error: status[1].bits.16: expected a bit from 0 (least significant) to 15, \
            found '16'
            """),
        Broken(
            "a required value outside its mask", "equals: 0x2500", "equals: 0x2501",
            """
            site/profiles/gas-head.yaml:11:56: error: require[0].equals: expected only bits that are in the mask '0xFF00', \
            else it can never hold
            """),
        Broken(
            "an example of an unknown channel", "{channel: gas,", "{channel: gaz,",
            """
            site/profiles/gas-head.yaml:21:15: error: examples[0].channel: expected one of gas, temperature, found 'gaz', did \
            you mean 'gas'?
            """),
        Broken(
            "an example with a word too few", "[0x41A0, 0x0000]", "[0x41A0]",
            "site/profiles/gas-head.yaml:21:27: error: examples[0].words: expected 2 words for channel 'gas', found 1"),
        Broken(
            "a word that is too large", "[0x41A0, 0x0000]", "[0x41A0, 0x10000]",
            """
            site/profiles/gas-head.yaml:21:36: error: examples[0].words[1]: expected a whole number from 0 to 65535 (0xFFFF), \
            found '0x10000'
            """),
        Broken(
            "a range the wrong way round", "[0, 100]", "[100, 0]",
            "site/profiles/gas-head.yaml:15:22: error: channels.gas.range[1]: expected a number above '100', found '0'"),
        Broken(
            "an invalid pattern that is too wide", "offset: -1.5", "invalid: [0x10000]",
            """
            site/profiles/gas-head.yaml:16:81: error: channels.temperature.invalid[0]: expected the raw pattern of int16, \
            like 0xFFFF, found '0x10000'
            """),
        Broken(
            "an address past the end", "address: 2, type", "address: 65535, type",
            """
            site/profiles/gas-head.yaml:14:34: error: channels.gas.address: expected an address of at most 65534, found '65535'
            """),
        Broken(
            "a channel that stands there twice", "  temperature: {", "  gas: {",
            "site/profiles/gas-head.yaml:16:3: error: channels.gas: this key stands here twice, first at line 14"),
        Broken(
            "a supply in another unit", "16 V", "16000 mV",
            "site/profiles/gas-head.yaml:9:13: error: supply_min: expected a value in V, like '5 V', found '16000 mV'"),
        Broken(
            "a latency below the time-out", "max_latency: 1 s", "max_latency: 100 ms",
            """
            site/profiles/gas-head.yaml:8:49: error: timing.max_latency: expected at least response_timeout (500 ms), found \
            '100 ms'
            """),
        Broken(
            "a channel without address", "temperature: {table: holding, address: 16,", "temperature: {table: holding,",
            """
            site/profiles/gas-head.yaml:16:16: error: channels.temperature.address: missing, expected the zero-based PDU \
            address
            """),
        Broken(
            "a status register that says nothing", " equals: {2: warming-up, 3: inhibited, 12: calibrating}}", "}",
            """
            site/profiles/gas-head.yaml:18:5: error: status[0]: expected 'equals', 'bits' or 'at_most' with the reasons, \
            found none
            """),
        Broken(
            "a scale of zero", "scale: 0.1", "scale: 0",
            """
            site/profiles/gas-head.yaml:16:66: error: channels.temperature.scale: expected a decimal number other \
            than 0, found '0'
            """),
    ]

    @Test("A broken transform is refused with the place, what was expected and what stands there", arguments: transforms)
    func transformsRefused(_ broken: Broken) throws {
        try broken.expectInTiltMeter()
    }

    private static let transforms: [Broken] = [
        Broken(
            "too few inputs for a transform",
            "      y: {table: holding, address: 0x35, type: int16, scale: 0.00048828125}\n", "",
            """
            boards/profiles/tilt-meter.yaml:10:7: error: channels.tilt.inputs.y: missing, expected its register
            """),
        Broken(
            "a transform that does not exist", "transform: gravity-tilt", "transform: gravity",
            """
            boards/profiles/tilt-meter.yaml:8:16: error: channels.tilt.transform: expected one of gravity-tilt, \
            hydrostatic-depth, found 'gravity'
            """),
        Broken(
            "another quantity than the transform gives",
            "    quantity: tilt\n    unit: deg", "    quantity: temperature\n    unit: Cel",
            """
            boards/profiles/tilt-meter.yaml:13:15: error: channels.tilt.quantity: expected tilt, which is what gravity-tilt \
            gives, found 'temperature'
            """),
    ]
}
