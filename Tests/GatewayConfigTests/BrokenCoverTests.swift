// Covers and their sensors, broken in one place each.
import GatewayConfig
import Testing

struct BrokenCoverTests {
    @Test("A broken gateway.yaml is refused with the place, what was expected and what stands there", arguments: covers)
    func coversRefused(_ broken: Broken) throws {
        try broken.expectInGateway()
    }

    private static let covers: [Broken] = [
        Broken(
            "a code of the wrong length", "\"3205820102048188\"", "\"320582010204818\"",
            """
            site/gateway.yaml:10:11: error: covers[0].code: expected 16 digits (scheme component16), found '320582010204818'
            """),
        Broken(
            "a code of another class", "\"3205820102048188\"", "\"3205820202048188\"",
            """
            site/gateway.yaml:10:11: error: covers[0].code: expected the class 01 (public utilities) in digits 7 and 8 (scheme \
            component16), found '3205820202048188'
            """),
        Broken(
            "a code of 19 digits that has 16", "scheme: component16", "scheme: digits19",
            """
            site/gateway.yaml:10:11: error: covers[0].code: expected 19 digits (scheme digits19), found '3205820102048188'
            """),
        Broken(
            "a code that does not match as a whole", "regex:32[0-9]{14}", "regex:32[0-9]{13}",
            """
            site/gateway.yaml:27:11: error: covers[1].code: expected a code that matches regex:32[0-9]{13} as a whole, found \
            '3205820102048189'
            """),
        Broken(
            "a pattern that is none", "regex:32[0-9]{14}", "regex:32[0-9",
            """
            site/gateway.yaml:28:13: error: covers[1].scheme: expected a regular expression after 'regex:', found \
            'regex:32[0-9'
            """),
        Broken(
            "a cover that stands there twice", "3205820102048189", "3205820102048188",
            """
            site/gateway.yaml:27:11: error: covers[1].code: the cover '3205820102048188' stands here twice, first at line 10
            """),
        Broken(
            "a kind of cover that does not exist", "kind: sewage", "kind: sewer",
            """
            site/gateway.yaml:13:11: error: covers[0].kind: expected one of storm, sewage, water, gas, power, telecom, heat, \
            other, found 'sewer'
            """),
        Broken(
            "coordinates of the Chinese map services", "crs: CGCS2000", "crs: GCJ-02",
            """
            site/gateway.yaml:15:59: error: covers[0].location.crs: expected CGCS2000 or WGS84, found 'GCJ-02': it is shifted \
            by hundreds of metres and is not converted
            """),
        Broken(
            "a longitude out of range", "longitude: 120.553", "longitude: 1205.53",
            """
            site/gateway.yaml:15:27: error: covers[0].location.longitude: expected degrees east from -180 to 180, found \
            '1205.53'
            """),
        Broken(
            "an elevation in another unit", "4.12 m", "412 cm",
            """
            site/gateway.yaml:16:22: error: covers[0].location.rim_elevation: expected a value in m, like '5 m', found '412 \
            cm'
            """),
        Broken(
            "an invert above the rim", "0.80 m,", "8.0 m,",
            """
            site/gateway.yaml:16:48: error: covers[0].location.invert_elevation: expected a value below rim_elevation, the \
            invert is the bottom of the chamber
            """),
    ]

    @Test("A broken gateway.yaml is refused with the place, what was expected and what stands there", arguments: sensors)
    func sensorsRefused(_ broken: Broken) throws {
        try broken.expectInGateway()
    }

    private static let sensors: [Broken] = [
        Broken(
            "an unknown bus", "bus: rs485-1", "bus: rs485-2",
            """
            site/gateway.yaml:24:18: error: covers[0].sensors.ch4.bus: expected the id of a bus (there are: rs485-1, plc), \
            found 'rs485-2', did you mean 'rs485-1'?
            """),
        Broken(
            "an unknown sensor model", "profile: gas-head", "profile: gas-haed",
            """
            site/gateway.yaml:24:45: error: covers[0].sensors.ch4.profile: no sensor model 'gas-haed' in site/profiles, \
            boards/profiles; did you mean 'gas-head'?
            """),
        Broken(
            "a unit address no serial line has", "unit: 3,", "unit: 248,",
            """
            site/gateway.yaml:24:33: error: covers[0].sensors.ch4.unit: expected a unit address from 1 to 247 on a serial \
            line, found '248'
            """),
        Broken(
            "a unit address in quotes", "unit: 3,", "unit: \"3\",",
            """
            site/gateway.yaml:24:33: error: covers[0].sensors.ch4.unit: expected a unit address from 1 to 247 on a serial \
            line, without quotes, found '3'
            """),
        Broken(
            "an address that is taken", "bus: plc, unit: 80", "bus: rs485-1, unit: 3",
            """
            site/gateway.yaml:26:34: error: covers[0].sensors.tilt.unit: unit 3 of bus 'rs485-1' is taken by \
            covers[0].sensors.ch4 at line 24
            """),
        Broken(
            "a date that does not exist", "2026-05-02", "2026-02-30",
            """
            site/gateway.yaml:25:38: error: covers[0].sensors.ch4.installed: expected a date like 2026-05-02, found \
            '2026-02-30'
            """),
        Broken(
            "a mounting depth without unit", "mounted: 0.60 m", "mounted: 0.60",
            """
            site/gateway.yaml:25:59: error: covers[0].sensors.ch4.mounted: expected a value in m, like '5 m', found '0.60'
            """),
    ]
}
