// The sections at the top of gateway.yaml, broken in one place each.
import GatewayConfig
import Testing

struct BrokenGatewayTests {
    @Test("A broken gateway.yaml is refused with the place, what was expected and what stands there", arguments: sections)
    func sectionsRefused(_ broken: Broken) throws {
        try broken.expectInGateway()
    }

    private static let sections: [Broken] = [
        Broken(
            "an unknown key with a near one", "language: zh", "langage: zh",
            "site/gateway.yaml:2:31: error: gateway.langage: unknown key, did you mean 'language'?"),
        Broken(
            "an unknown key with no near one", "commit_interval: 2 s", "colour: red",
            "site/gateway.yaml:4:52: error: store.colour: unknown key, expected one of path, max_size, commit_interval"),
        Broken(
            "a key of a later version", "no_subscriber: accept", "keep: 30 d",
            "site/gateway.yaml:43:5: error: uplinks.city.keep: unknown key, it is not supported by this version"),
        Broken(
            "a missing id", "{id: gw-500111-0007, language: zh", "{language: zh",
            "site/gateway.yaml:2:10: error: gateway.id: missing, expected the gateway's id, like gw-500111-0007"),
        Broken(
            "an id with a space", "{id: gw-500111-0007,", "{id: gw 7,",
            """
            site/gateway.yaml:2:15: error: gateway.id: expected an id of 1 to 64 of the characters A-Z a-z 0-9 . _ -, found \
            'gw 7'
            """),
        Broken(
            "another schema", "schema: 1\ngateway", "schema: 2\ngateway",
            "site/gateway.yaml:1:9: error: schema: expected 1, the schema this version reads, found '2'"),
        Broken(
            "a word outside the list", "language: zh", "language: fr",
            "site/gateway.yaml:2:41: error: gateway.language: expected one of zh, en, found 'fr'"),
        Broken(
            "a time zone that is none", "Asia/Shanghai", "+08:00",
            "site/gateway.yaml:2:55: error: gateway.timezone: expected a time zone like Asia/Shanghai, found '+08:00'"),
        Broken(
            "a duration without unit", "commit_interval: 2 s", "commit_interval: 2",
            """
            site/gateway.yaml:4:69: error: store.commit_interval: expected a duration with unit (ms, s, min, h, d), like '10 \
            ms', found '2'
            """),
        Broken(
            "a duration out of range", "every: 1 s", "every: 50 ms",
            "site/gateway.yaml:26:62: error: covers[0].sensors.tilt.every: expected 100 ms to 24 h, found '50 ms'"),
        Broken(
            "a size without unit", "256 MiB", "256",
            """
            site/gateway.yaml:4:43: error: store.max_size: expected a size with unit (KiB, MiB, GiB) of at least 1 MiB, like \
            '512 MiB', found '256'
            """),
        Broken(
            "a size that is too small", "256 MiB", "16 KiB",
            """
            site/gateway.yaml:4:43: error: store.max_size: expected a size with unit (KiB, MiB, GiB) of at least 1 MiB, like \
            '512 MiB', found '16 KiB'
            """),
        Broken(
            "a list where a section belongs", "diagnostics: {socket: /run/gatewayd/test.sock, http: 127.0.0.1:9100}",
            "diagnostics: []",
            "site/gateway.yaml:5:14: error: diagnostics: expected a section of keys, found a list"),
        Broken(
            "a socket path that is too long",
            "/run/gatewayd/test.sock",
            "/run/xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
            """
            site/gateway.yaml:5:23: error: diagnostics.socket: expected a path of at most 107 bytes, found 109 in \
            /run/xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
            """),
        Broken(
            "a profiles folder that is not there", "[./profiles]", "[./missing]",
            """
            site/gateway.yaml:3:12: error: profiles[0]: expected a folder with sensor models, there is none at site/missing
            """,
            """
            site/gateway.yaml:24:45: error: covers[0].sensors.ch4.profile: no sensor model 'gas-head' in site/missing, \
            boards/profiles; there are: tilt-meter
            """),
        Broken(
            "several errors at once",
            "schema: 1\ngateway: {id: gw-500111-0007, language: zh",
            "schema: one\ngateway: {id: gw/7, language: de, colour: red",
            "site/gateway.yaml:1:9: error: schema: expected 1, the schema this version reads, found 'one'",
            """
            site/gateway.yaml:2:15: error: gateway.id: expected an id of 1 to 64 of the characters A-Z a-z 0-9 . _ -, found \
            'gw/7'
            """,
            "site/gateway.yaml:2:31: error: gateway.language: expected one of zh, en, found 'de'",
            "site/gateway.yaml:2:35: error: gateway.colour: unknown key, expected one of id, language, timezone, divisions"),
    ]

    @Test("A broken gateway.yaml is refused with the place, what was expected and what stands there", arguments: buses)
    func busesRefused(_ broken: Broken) throws {
        try broken.expectInGateway()
    }

    private static let buses: [Broken] = [
        Broken(
            "a baud rate nobody has", "baud: 9600", "baud: 9601",
            """
            site/gateway.yaml:7:57: error: buses.rs485-1.baud: expected one of 1200, 2400, 4800, 9600, 19200, 38400, 57600, \
            115200, 230400, found '9601'
            """),
        Broken(
            "a device that is not a path", "device: /dev/ttyS4", "device: ttyS4",
            """
            site/gateway.yaml:7:39: error: buses.rs485-1.device: expected the absolute path of a serial device, like \
            /dev/ttyS4, found 'ttyS4'
            """),
        Broken(
            "a kind that does not exist", "kind: modbus-tcp", "kind: modbus-tpc",
            """
            site/gateway.yaml:8:15: error: buses.plc.kind: expected one of modbus-rtu, modbus-tcp, \
            modbus-rtu-over-tcp, gpio, found 'modbus-tpc', did you mean 'modbus-tcp'?
            """),
        Broken(
            "a host with a port", "host: 192.0.2.10", "host: \"192.0.2.10:502\"",
            """
            site/gateway.yaml:8:33: error: buses.plc.host: expected a host name or an address, without port, found \
            '192.0.2.10:502'
            """),
        Broken(
            "a bus without kind", "{kind: modbus-tcp, host: 192.0.2.10}", "{host: 192.0.2.10}",
            """
            site/gateway.yaml:8:8: error: buses.plc.kind: missing, expected one of modbus-rtu, modbus-tcp, \
            modbus-rtu-over-tcp, gpio
            """),
        Broken(
            "an id of a bus that is none", "  plc: {", "  p/c: {",
            """
            site/gateway.yaml:8:3: error: buses.p/c: expected an id of 1 to 64 of the characters A-Z a-z 0-9 . _ -, found \
            'p/c'
            """,
            """
            site/gateway.yaml:26:19: error: covers[0].sensors.tilt.bus: expected the id of a bus (there are: rs485-1), found \
            'plc'
            """),
        Broken(
            "a port out of range", "host: 192.0.2.10", "host: 192.0.2.10, port: 70000",
            "site/gateway.yaml:8:51: error: buses.plc.port: expected a whole number from 1 to 65535, found '70000'"),
        Broken(
            "two buses on one device",
            "  plc: {kind: modbus-tcp, host: 192.0.2.10}", "  plc: {kind: modbus-rtu, device: /dev/ttyS4, baud: 9600}",
            """
            site/gateway.yaml:8:35: error: buses.plc.device: /dev/ttyS4 is the device of bus 'rs485-1' already, put both \
            buses' sensors on one bus
            """),
    ]
}
