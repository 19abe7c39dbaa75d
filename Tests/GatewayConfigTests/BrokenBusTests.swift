// Buses, lines and counties, broken in one place each.
import GatewayConfig
import Testing

struct BrokenBusTests {
    @Test("A broken bus is refused with the place, what was expected and what stands there", arguments: buses)
    func busesRefused(_ broken: Broken) throws {
        try broken.expectInGateway()
    }

    private static let buses: [Broken] = [
        Broken(
            "two buses on one host and port",
            "  plc: {kind: modbus-tcp, host: 192.0.2.10}",
            "  plc: {kind: modbus-tcp, host: 192.0.2.10}\n  tunnel: {kind: modbus-rtu-over-tcp, host: 192.0.2.10, port: 502}",
            """
            site/gateway.yaml:9:45: error: buses.tunnel.host: 192.0.2.10:502 is the peer of bus 'plc' already, put \
            both buses' sensors on one bus
            """),
        Broken(
            "a serial server without port", "kind: modbus-tcp", "kind: modbus-rtu-over-tcp",
            "site/gateway.yaml:8:8: error: buses.plc.port: missing, expected the serial server's TCP port, like 4001"),
        Broken(
            "a chip that is another device", "kind: modbus-tcp, host: 192.0.2.10", "kind: gpio, chip: /dev/ttyS0",
            """
            site/gateway.yaml:8:27: error: buses.plc.chip: expected the label of a GPIO chip, like pinctrl-bcm2711, or \
            /dev/gpiochipN, found '/dev/ttyS0'
            """),
        Broken(
            "a chip by a name that gpiodetect prints first", "kind: modbus-tcp, host: 192.0.2.10", "kind: gpio, chip: gpiochip0",
            """
            site/gateway.yaml:8:27: error: buses.plc.chip: expected the label of a GPIO chip, like pinctrl-bcm2711, or \
            /dev/gpiochipN, found 'gpiochip0'
            """),
        Broken(
            "a unit on a chip", "kind: modbus-tcp, host: 192.0.2.10", "kind: gpio, chip: pinctrl-bcm2711",
            """
            site/gateway.yaml:26:13: error: covers[0].sensors.tilt.line: missing, expected the name of a line, like \
            GPIO17, or its offset
            """,
            """
            site/gateway.yaml:26:13: error: covers[0].sensors.tilt.quantity: missing, expected what the line's active \
            state means, like cover-open
            """,
            """
            site/gateway.yaml:26:24: error: covers[0].sensors.tilt.unit: 'unit' does not belong here: bus 'plc' is of \
            kind gpio, a sensor there has 'line' and 'quantity'
            """,
            """
            site/gateway.yaml:26:34: error: covers[0].sensors.tilt.profile: 'profile' does not belong here: bus 'plc' \
            is of kind gpio, a sensor there has 'line' and 'quantity'
            """),
        Broken(
            "a line on a Modbus bus",
            "bus: plc, unit: 80, profile: tilt-meter, every: 1 s",
            "bus: plc, line: GPIO17, quantity: cover-open",
            """
            site/gateway.yaml:26:13: error: covers[0].sensors.tilt.every: missing, expected the time between readings, \
            like 5 s
            """,
            "site/gateway.yaml:26:13: error: covers[0].sensors.tilt.profile: missing, expected the name of a sensor model",
            "site/gateway.yaml:26:13: error: covers[0].sensors.tilt.unit: missing, expected the device's address on the bus",
            """
            site/gateway.yaml:26:24: error: covers[0].sensors.tilt.line: 'line' does not belong here: bus 'plc' is a \
            Modbus bus, a sensor there has 'unit' and 'profile'
            """,
            """
            site/gateway.yaml:26:38: error: covers[0].sensors.tilt.quantity: 'quantity' does not belong here: bus \
            'plc' is a Modbus bus, a sensor there has 'unit' and 'profile'
            """),
        Broken(
            "covers that are no list", "covers:\n  - code", "covers:\n    code",
            """
            site/gateway.yaml:27:3: error: file: expected a key at the same indent as the others of its section (while \
            parsing a block mapping, which begins at line 1)
            """),
    ]

    @Test("A broken line is refused with the place, what was expected and what stands there", arguments: lines)
    func linesRefused(_ broken: Broken) throws {
        try broken.expectInLines()
    }

    private static let lines: [Broken] = [
        Broken(
            "a line that is taken", "line: 4,", "line: GPIO17,",
            """
            site/gateway.yaml:12:31: error: covers[0].sensors.power.line: line GPIO17 of bus 'box' is taken by \
            covers[0].sensors.lid at line 11
            """),
        Broken(
            "a quantity that has a unit", "quantity: cover-open", "quantity: methane",
            """
            site/gateway.yaml:11:47: error: covers[0].sensors.lid.quantity: expected one of cover-open, cover-present, \
            water-float, mains, door-tamper, raw, found 'methane'
            """),
        Broken(
            "a level that is none", "active: low, bias", "active: lo, bias",
            """
            site/gateway.yaml:11:67: error: covers[0].sensors.lid.active: expected one of high, low, found 'lo', did \
            you mean 'low'?
            """),
        Broken(
            "a pull that is none", "bias: pull-up", "bias: up",
            """
            site/gateway.yaml:11:78: error: covers[0].sensors.lid.bias: expected one of as-is, disabled, pull-up, \
            pull-down, found 'up'
            """),
        Broken(
            "a debounce time without unit", "debounce: 50 ms", "debounce: 50",
            """
            site/gateway.yaml:11:97: error: covers[0].sensors.lid.debounce: expected a duration with unit (ms, s, min, \
            h, d), like '5 s', found '50'
            """),
        Broken(
            "a debounce time that is too long", "debounce: 50 ms", "debounce: 2 min",
            "site/gateway.yaml:11:97: error: covers[0].sensors.lid.debounce: expected 0 s to 1 min, found '2 min'"),
        Broken(
            "an offset below zero", "line: 4,", "line: -4,",
            """
            site/gateway.yaml:12:31: error: covers[0].sensors.power.line: expected a whole number from 0 to 65535, \
            found '-4'
            """),
        Broken(
            "a line without quantity", "line: 4, quantity: mains", "line: 4",
            """
            site/gateway.yaml:12:14: error: covers[0].sensors.power.quantity: missing, expected what the line's active \
            state means, like cover-open
            """),
        Broken(
            "a unit beside a line", "line: 4, quantity", "unit: 3, line: 4, quantity",
            """
            site/gateway.yaml:12:25: error: covers[0].sensors.power.unit: 'unit' does not belong here: bus 'box' is of \
            kind gpio, a sensor there has 'line' and 'quantity'
            """),
        Broken(
            "a unit no serial server passes on", "unit: 7", "unit: 0",
            """
            site/gateway.yaml:13:33: error: covers[0].sensors.tilt.unit: expected a unit address from 1 to 247 behind \
            a serial server, found '0'
            """),
        Broken(
            "a chip that two buses name", "chip: box-lines}", "chip: box-lines}\n  other: {kind: gpio, chip: box-lines}",
            """
            site/gateway.yaml:5:29: error: buses.other.chip: box-lines is the chip of bus 'box' already, put both \
            buses' sensors on one bus
            """),
    ]

    @Test("A broken county is refused with the place, what was expected and what stands there", arguments: counties)
    func countiesRefused(_ broken: Broken) throws {
        try broken.expectInGateway()
    }

    private static let counties: [Broken] = [
        Broken(
            "a code of another county than the grid", "\"3205820102048188\"", "\"3205830102048188\"",
            """
            site/gateway.yaml:10:11: error: covers[0].code: expected the county of grid '320582110152102', 320582, in \
            digits 1 to 6 (scheme component16), found '3205830102048188'
            """),
        Broken(
            "a code of a province that does not exist", "\"3205820102048188\"", "\"9905820102048188\"",
            """
            site/gateway.yaml:10:11: error: covers[0].code: expected the code of a county (GB/T 2260) in digits 1 to 6 \
            (scheme component16), found '9905820102048188'
            """),
        Broken(
            "a code of a county that is not watched",
            "timezone: Asia/Shanghai",
            "timezone: Asia/Shanghai, divisions: [\"320583\", \"320581\"]",
            """
            site/gateway.yaml:10:11: error: covers[0].code: expected a county of gateway.divisions (320583, 320581) in \
            digits 1 to 6 (scheme component16), found '3205820102048188'
            """),
        Broken(
            "a county that is none", "timezone: Asia/Shanghai", "timezone: Asia/Shanghai, divisions: [\"32058\"]",
            """
            site/gateway.yaml:2:82: error: gateway.divisions[0]: expected the six-digit code of a county (GB/T 2260), \
            in quotes, found '32058'
            """),
    ]
}

extension BrokenBusTests {
    @Test("a bus with an error does not hide the errors of its sensors, and no sensor repeats the bus's")
    func sensorsOfABrokenBus() throws {
        let bench = try Workbench()
        bench.write(
            "site/gateway.yaml",
            """
            schema: 1
            gateway: {id: gw-500111-0007}
            profiles: [./profiles]
            diagnostics: {socket: /run/gatewayd/test.sock}
            buses:
              rs485-1: {kind: modbus-rtu, device: /dev/ttyS4, baud: fast}
              box: {kind: gpoi, chip: box-lines}
            covers:
              - code: "3205820102048188"
                scheme: component16
                sensors:
                  ch4: {bus: rs485-1, unit: 300, profile: gas-head, every: 5}
                  lid: {bus: box, line: 4, quantity: cover-opened}
            """)
        let errors = bench.errors()
        #expect(
            errors.map { $0.split(separator: " ").dropFirst(2).first.map(String.init) ?? "" } == [
                "buses.rs485-1.baud:", "buses.box.kind:", "covers[0].sensors.ch4.unit:", "covers[0].sensors.ch4.every:",
                "covers[0].sensors.lid.quantity:",
            ], "\(errors)")
    }
}
