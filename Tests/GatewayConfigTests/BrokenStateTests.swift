// What a sensor model says of identity, state and golden vectors, broken in one place each.
import GatewayConfig
import Testing

struct BrokenStateTests {
    @Test("A broken requirement is refused with the place, what was expected and what stands there", arguments: identity)
    func identityRefused(_ broken: Broken) throws {
        try broken.expectInGasHead()
    }

    private static let identity: [Broken] = [
        Broken(
            "two expectations at once", "equals: 5, reason", "equals: 5, in: [4, 6], reason",
            "site/profiles/gas-head.yaml:12:50: error: require[1].in: 'in' does not go with 'equals'"),
        Broken(
            "no expectation", "equals: 5, reason", "reason",
            """
            site/profiles/gas-head.yaml:12:5: error: require[1]: expected 'equals', 'in' or 'text' with what must be \
            there, found none
            """),
        Broken(
            "a span the wrong way round", "equals: 5,", "in: [6, 4],",
            "site/profiles/gas-head.yaml:12:43: error: require[1].in[1]: expected a number not below '6', found '4'"),
        Broken(
            "a span of three", "equals: 5,", "in: [4, 5, 6],",
            "site/profiles/gas-head.yaml:12:39: error: require[1].in: expected two numbers, like [100, 199], found 3"),
        Broken(
            "a text without its length", "equals: 5,", "text: CH4,",
            """
            site/profiles/gas-head.yaml:12:5: error: require[1].length: missing, expected the number of registers that \
            hold the text
            """),
        Broken(
            "a text that does not fit its registers", "equals: 5,", "text: METHANE, length: 2,",
            """
            site/profiles/gas-head.yaml:12:41: error: require[1].text: expected at most 4 characters, which is what 2 \
            registers hold, found 'METHANE'
            """),
        Broken(
            "a text that is not ASCII", "equals: 5,", "text: 甲烷, length: 4,",
            """
            site/profiles/gas-head.yaml:12:41: error: require[1].text: expected text in ASCII without spaces around \
            it, found '甲烷'
            """),
        Broken(
            "a word that is none", "equals: 5,", "equals: unit-adress,",
            """
            site/profiles/gas-head.yaml:12:43: error: require[1].equals: expected a whole number from 0 to 65535, or \
            unit-address, found 'unit-adress', did you mean 'unit-address'?
            """),
        Broken(
            "a mask of a span", "mask: 0xFF00, equals: 0x2500", "mask: 0xFF00, in: [1, 2]",
            "site/profiles/gas-head.yaml:11:40: error: require[0].mask: 'mask' does not go with 'in'"),
        Broken(
            "a refusal of nothing",
            "{table: holding, address: 10, equals: 5, reason: another-unit}",
            "{unless: [], reason: another-model}",
            """
            site/profiles/gas-head.yaml:12:14: error: require[1].unless: expected a list of one check or more, found \
            an empty list
            """),
        Broken(
            "a register beside a refusal",
            "{table: holding, address: 10, equals: 5, reason: another-unit}",
            "{unless: [{table: holding, address: 10, equals: 5}], address: 10, reason: another-model}",
            "site/profiles/gas-head.yaml:12:58: error: require[1].address: unknown key, expected one of unless, reason"),
        Broken(
            "a text past the end", "address: 10, equals: 5,", "address: 65535, text: CH4, length: 2,",
            "site/profiles/gas-head.yaml:12:31: error: require[1].address: expected an address of at most 65534, found '65535'"),
        Broken(
            "a bit that is five", "{table: holding, address: 10, equals: 5", "{table: coil, address: 10, equals: 5",
            """
            site/profiles/gas-head.yaml:12:40: error: require[1].equals: expected 0 or 1, an item of table coil is one \
            bit, found '5'
            """),
    ]

    @Test("A broken state is refused with the place, what was expected and what stands there", arguments: states)
    func statesRefused(_ broken: Broken) throws {
        try broken.expectInGasHead()
    }

    private static let states: [Broken] = [
        Broken(
            "a channel that is not there", "bits: {5: device-fault}", "bits: {5: device-fault}, channels: [gaz]",
            """
            site/profiles/gas-head.yaml:19:84: error: status[1].channels[0]: expected one of gas, temperature, found \
            'gaz', did you mean 'gas'?
            """),
        Broken(
            "a value below zero in a register without sign", "equals: {2: warming-up", "equals: {-2: warming-up",
            "site/profiles/gas-head.yaml:18:57: error: status[0].equals.-2: expected a value from 0 to 65535, found '-2'"),
        Broken(
            "a value that stands there twice", "{2: warming-up, 3: inhibited", "{2: warming-up, 0x2: inhibited",
            "site/profiles/gas-head.yaml:18:72: error: status[0].equals.0x2: 2 stands here twice"),
        Broken(
            "a status bit of a register", "address: 5, type: uint16", "address: 5, type: bool",
            """
            site/profiles/gas-head.yaml:19:40: error: status[1].type: expected uint16 or int16 in a table of \
            registers, found 'bool'
            """),
        Broken(
            "a value outside its mask", "address: 6, type: uint16", "address: 6, mask: 0x0001",
            """
            site/profiles/gas-head.yaml:18:56: error: status[0].equals: expected only bits that are in the mask \
            '0x0001', 2 can never be there
            """),
        Broken(
            "a trigger that cannot be written", "verified: true", "trigger: {table: input, address: 1, value: 1}",
            "site/profiles/gas-head.yaml:6:18: error: trigger.table: expected one of holding, coil, found 'input'"),
        Broken(
            "a trigger without value", "verified: true", "trigger: {table: coil, address: 1}",
            "site/profiles/gas-head.yaml:6:10: error: trigger.value: missing, expected the value that is written"),
        Broken(
            "a heartbeat without period", "verified: true", "heartbeat: {table: holding, address: 107}",
            """
            site/profiles/gas-head.yaml:6:12: error: heartbeat.period: missing, expected how often the register \
            changes, like 5 s
            """),
        Broken(
            "a heartbeat without unit", "verified: true", "heartbeat: {table: holding, address: 107, period: 5}",
            """
            site/profiles/gas-head.yaml:6:51: error: heartbeat.period: expected a duration with unit (ms, s, min, h, \
            d), like '100 ms', found '5'
            """),
    ]

    @Test("A broken golden vector is refused with the place, what was expected and what stands there", arguments: examples)
    func examplesRefused(_ broken: Broken) throws {
        try broken.expectInGasHead()
    }

    private static let examples: [Broken] = [
        Broken(
            "a golden vector that does not decode", "value: 20.0", "value: 19.0",
            """
            site/profiles/gas-head.yaml:21:52: error: examples[0].value: expected 19.0 %LEL, the words 0x41A0 0x0000 \
            decode to 20.0 %LEL (word_order? scale?)
            """),
        Broken(
            "a golden vector in another order", "word_order: big", "word_order: little",
            """
            site/profiles/gas-head.yaml:21:52: error: examples[0].value: expected 20.0 %LEL, the words 0x41A0 0x0000 \
            decode to 2.354e-41 %LEL (word_order? scale?)
            """),
        Broken(
            "a golden vector that is no value", "[0x41A0, 0x0000], value", "[0xFFFF, 0xFFFF], value",
            """
            site/profiles/gas-head.yaml:21:52: error: examples[0].value: expected 20.0 %LEL, the words 0xFFFF 0xFFFF \
            decode to no value, invalid-marker (type? word_order? range? invalid?)
            """),
        Broken(
            "a golden vector that is a value", "value: 20.0", "reason: invalid-marker",
            """
            site/profiles/gas-head.yaml:21:53: error: examples[0].reason: expected no value, invalid-marker; the words \
            0x41A0 0x0000 decode to 20.0 %LEL
            """),
        Broken(
            "a golden vector with another reason",
            "[0x41A0, 0x0000], value: 20.0",
            "[0x7FC0, 0x0000], reason: out-of-range",
            """
            site/profiles/gas-head.yaml:21:53: error: examples[0].reason: expected no value, out-of-range; the words \
            0x7FC0 0x0000 decode to no value, not-a-number
            """),
        Broken(
            "value and reason at once", "value: 20.0", "value: 20.0, reason: invalid-marker",
            """
            site/profiles/gas-head.yaml:21:66: error: examples[0].reason: 'reason' does not go with 'value', the words \
            mean one of the two
            """),
        Broken(
            "neither value nor reason", ", value: 20.0", "",
            """
            site/profiles/gas-head.yaml:21:5: error: examples[0]: expected 'value' or 'reason' with what the words \
            mean, found neither
            """),
        Broken(
            "decimals that the channel does not have", "value: 20.0", "decimals: 1, value: 20.0",
            "site/profiles/gas-head.yaml:21:55: error: examples[0].decimals: channel 'gas' has no 'decimals_at'"),
        Broken(
            "decimals that are missing",
            "principle: catalytic",
            "decimals_at: {table: holding, address: 30}, principle: catalytic",
            """
            site/profiles/gas-head.yaml:21:5: error: examples[0].decimals: missing, expected what the register of \
            'decimals_at' holds
            """),
    ]
}
