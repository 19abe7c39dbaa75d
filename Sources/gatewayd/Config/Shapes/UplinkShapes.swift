// Uplinks as data.

extension Shapes {
    static let uplink = SectionShape(
        "uplink",
        [
            Key("kind", .choice(["mqtt"], later: ["http"]), needed: "mqtt", "MQTT 5."),
            Key("format", .choice(["native"], later: ["thingsboard"]), or: "native", "What is sent: [messages](messages.md)."),
            Key(
                "links", .either([.list(.section(link), count: 1...Int.max, what: "at least one link"), .section(link)]),
                "Several ways to the platform, the preferred one first."),
            Key("host", .host, "The broker, where there is one link only."),
            Key("port", .port, otherwise: "8883 with `tls`, else 1883", "Its TCP port."),
            Key("tls", .section(tls), otherwise: "plain TCP", "TLS; without it the connection is for loopback and test benches."),
            Key("username", .text("a user name"), "MQTT user name."),
            Key(
                "password_file", .text("the path of a file with the password"),
                "File with the password on one line, read at each connection."),
            Key("batch", .section(batch), otherwise: "all defaults", "How readings are put together into messages."),
            Key(
                "no_subscriber", .choice(of: UplinkSettings.NoSubscriber.self), or: "hold",
                """
                What to do when the broker says that nobody subscribes: keep the records, or take them as delivered.
                """),
        ], later: ["compression", "keep"]
    ).adding { section in
        section.ways = [.init(lead: "links"), .init(lead: "host", may: ["port"])]
        section.noWay = "'links', or 'host' and 'port' of a single link"
        section.twoWays = ", write it as an entry of links"
    }

    static let link = SectionShape(
        "link",
        [
            Key("host", .host, needed: "the broker's host name or address", "The broker."),
            Key("port", .port, otherwise: "8883 with `tls`, else 1883", "Its TCP port."),
            Key(
                "metered", .bool, or: "false",
                "`true`: what goes over it costs money. Alarms and states go at once, readings when they have waited for an hour."
            ),
        ])

    static let tls = SectionShape(
        "tls",
        [
            Key(
                "ca", .text("the path of a PEM file"),
                needed: "a PEM file with the authorities that sign the broker's certificate",
                "PEM file with the only authorities that may sign the broker's certificate."),
            Key("certificate", .text("the path of a PEM file"), "PEM file with the gateway's own certificate."),
            Key("key", .text("the path of a PEM file"), "PEM file with its key."),
        ]
    ).adding { section in
        section.needs = [
            ("certificate", "key", "the key of the certificate"), ("key", "certificate", "the certificate of the key"),
        ]
    }

    static let batch = SectionShape(
        "batch",
        [
            Key("max_readings", .integer(1...10_000), or: "500", "The most readings in a message."),
            Key(
                "max_interval", .duration(.zero ... .seconds(3600)), or: "10 s",
                "How long a reading may wait for others; `0 s` sends at commit."),
        ])
}
