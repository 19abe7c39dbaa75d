// Alarm rules and uplinks, broken in one place each.
import GatewayConfig
import Testing

struct BrokenRuleTests {
    @Test("A broken gateway.yaml is refused with the place, what was expected and what stands there", arguments: rules)
    func rulesRefused(_ broken: Broken) throws {
        try broken.expectInGateway()
    }

    private static let rules: [Broken] = [
        Broken(
            "a threshold in another unit", "above: 60 Cel", "above: 60 K",
            """
            site/gateway.yaml:31:59: error: alarms.rules[0].when.above: expected a value of temperature in Cel, like '5 Cel', \
            found '60 K'
            """),
        Broken(
            "a rule without clear value", "above: 60 Cel, clear_below: 55 Cel", "above: 60 Cel",
            """
            site/gateway.yaml:31:28: error: alarms.rules[0].when.clear_below: missing, expected the value at which the alarm \
            may return, on the safe side of 'above'
            """),
        Broken(
            "a clear value on the wrong side", "clear_below: 55 Cel", "clear_below: 65 Cel",
            """
            site/gateway.yaml:31:80: error: alarms.rules[0].when.clear_below: expected a value below the 'above' value '60 \
            Cel', found '65 Cel'
            """),
        Broken(
            "a clear key of the wrong side", "clear_below: 55 Cel", "clear_above: 55 Cel",
            """
            site/gateway.yaml:31:80: error: alarms.rules[0].when.clear_above: 'clear_above' does not go with 'above', expected \
            'clear_below'
            """),
        Broken(
            "a rule without threshold", "above: 60 Cel, clear_below: 55 Cel", "for: 5 s",
            """
            site/gateway.yaml:31:28: error: alarms.rules[0].when: expected 'above' or 'below' with the value that raises the \
            alarm, 'all', 'any', 'reasons', 'silent_periods' or 'gateway', found none
            """),
        Broken(
            "above and below at once", "above: 60 Cel,", "above: 60 Cel, below: 5 Cel,",
            """
            site/gateway.yaml:31:74: error: alarms.rules[0].when.below: 'below' does not go with 'above', write two rules
            """),
        Broken(
            "a severity that does not exist", "severity: 1}", "severity: 4}",
            """
            site/gateway.yaml:31:99: error: alarms.rules[0].severity: expected 1 (notice), 2 (warning) or 3 (danger), found \
            '4'
            """),
        Broken(
            "a quantity that does not exist", "quantity: temperature", "quantity: temprature",
            """
            site/gateway.yaml:31:39: error: alarms.rules[0].when.quantity: expected one of tilt, displacement, settlement, \
            cover-open, cover-present, vibration, methane, combustible, hydrogen-sulfide, carbon-monoxide, oxygen, \
            water-level … and 12 more, found 'temprature', did you mean 'temperature'?
            """),
        Broken(
            "a rule that stands there twice",
            "severity: 1}\n",
            "severity: 1}\n    - {id: site-hot, when: {quantity: temperature, above: 70 Cel, clear_below: 5 Cel}, severity: 1}\n",
            "site/gateway.yaml:32:12: error: alarms.rules[1].id: the rule 'site-hot' stands here twice, first at line 31"),
    ]

    @Test("A broken gateway.yaml is refused with the place, what was expected and what stands there", arguments: uplinks)
    func uplinksRefused(_ broken: Broken) throws {
        try broken.expectInGateway()
    }

    private static let uplinks: [Broken] = [
        Broken(
            "a format of a later version", "format: native", "format: thingsboard",
            """
            site/gateway.yaml:35:13: error: uplinks.city.format: 'thingsboard' is not supported by this version, expected \
            native
            """),
        Broken(
            "an uplink kind of a later version", "kind: mqtt", "kind: http",
            "site/gateway.yaml:34:11: error: uplinks.city.kind: 'http' is not supported by this version, expected mqtt"),
        Broken(
            "a certificate that cannot be read", "ca: ca.pem", "ca: secrets",
            "site/gateway.yaml:39:15: error: uplinks.city.tls.ca: site/secrets cannot be read: not a file"),
        Broken(
            "a certificate without its key", ", key: ./gw.key", "",
            "site/gateway.yaml:39:10: error: uplinks.city.tls.key: missing, expected the key of the certificate"),
        Broken(
            "a password file that is not there", "secrets/password", "secrets/passwort",
            """
            site/gateway.yaml:41:20: error: uplinks.city.password_file: site/secrets/passwort cannot be read: No such file or \
            directory
            """),
        Broken(
            "host beside links", "    format: native", "    host: broker.example",
            """
            site/gateway.yaml:35:11: error: uplinks.city.host: 'host' does not go with 'links', write it as an entry of links
            """),
        Broken(
            "no link", "      - {host: broker.example, port: 8884}\n      - {host: backup.example, metered: true}\n", "",
            "site/gateway.yaml:36:11: error: uplinks.city.links: expected at least one link, found nothing"),
        Broken(
            "an uplink that leads nowhere",
            "    links:\n      - {host: broker.example, port: 8884}\n      - {host: backup.example, metered: true}\n", "",
            """
            site/gateway.yaml:34:5: error: uplinks.city: expected 'links', or 'host' and 'port' of a single link, found \
            neither
            """),
        Broken(
            "a link that costs money, perhaps", "metered: true", "metered: sometimes",
            "site/gateway.yaml:38:41: error: uplinks.city.links[1].metered: expected true or false, found 'sometimes'"),
        Broken(
            "a batch of nothing", "max_readings: 200", "max_readings: 0",
            """
            site/gateway.yaml:42:27: error: uplinks.city.batch.max_readings: expected a whole number from 1 to 10000, found \
            '0'
            """),
    ]
}
