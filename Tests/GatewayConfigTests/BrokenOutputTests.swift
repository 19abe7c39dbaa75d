// Outputs, broken in one place each.
import GatewayConfig
import Testing

struct BrokenOutputTests {
    @Test("A broken output is refused with the place, what was expected and what stands there", arguments: outputs)
    func outputsRefused(_ broken: Broken) throws {
        try broken.expectInLines()
    }

    private static let outputs: [Broken] = [
        Broken(
            "a bus that is none", "siren: {bus: box", "siren: {bus: bax",
            """
            site/gateway.yaml:15:16: error: outputs.siren.bus: expected the id of a bus of kind gpio (there are: box), found \
            'bax', did you mean 'box'?
            """),
        Broken(
            "a bus of another kind", "siren: {bus: box", "siren: {bus: plc",
            """
            site/gateway.yaml:15:16: error: outputs.siren.bus: expected the id of a bus of kind gpio (there are: box), found \
            'plc', which is a Modbus bus
            """),
        Broken(
            "an output without a line", "siren: {bus: box, line: GPIO5}", "siren: {bus: box}",
            """
            site/gateway.yaml:15:10: error: outputs.siren.line: missing, expected the name of a line, like GPIO5, or its offset
            """),
        Broken(
            "a line that a sensor has", "line: GPIO5", "line: GPIO17",
            """
            site/gateway.yaml:15:27: error: outputs.siren.line: line GPIO17 of bus 'box' is taken by covers[0].sensors.lid at \
            line 11
            """),
        Broken(
            "a line that another output has", "line: GPIO5", "line: GPIO9}\n  horn: {bus: box, line: GPIO9",
            """
            site/gateway.yaml:16:26: error: outputs.horn.line: line GPIO9 of bus 'box' is taken by outputs.siren at line 15
            """),
        Broken(
            "a cover that is not in the file", "covers: [\"3205820102048188\"]", "covers: [\"3205820102048189\"]",
            """
            site/gateway.yaml:17:34: error: outputs.lamp.when.covers[0]: expected the code of a cover of this file, found \
            '3205820102048189', did you mean '3205820102048188'?
            """),
        Broken(
            "no cover at all", "covers: [\"3205820102048188\"]", "covers: []",
            """
            site/gateway.yaml:17:33: error: outputs.lamp.when.covers: expected a list of at least one cover's code, found an \
            empty list
            """),
        Broken(
            "a severity there is not", "severity: 2", "severity: 4",
            """
            site/gateway.yaml:17:22: error: outputs.lamp.when.severity: expected 1 (notice), 2 (warning) or 3 (danger), found '4'
            """),
        Broken(
            "an end there is not", "until: acknowledged", "until: silenced",
            """
            site/gateway.yaml:16:67: error: outputs.lamp.until: expected one of returned, acknowledged, found 'silenced'
            """),
        Broken(
            "a polarity in other words", "fail_safe: false", "fail_safe: no",
            """
            site/gateway.yaml:16:53: error: outputs.lamp.fail_safe: expected true or false, found 'no'
            """),
        Broken(
            "a key of a contact", "line: GPIO5", "line: GPIO5, bias: pull-up",
            """
            site/gateway.yaml:15:34: error: outputs.siren.bias: unknown key, expected one of bus, line, active, fail_safe, when, \
            until
            """),
    ]
}
