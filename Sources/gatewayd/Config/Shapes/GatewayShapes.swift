// gateway.yaml as data, from its top; covers, rules and uplinks have files of their own.
import DeviceHAL
import SensorModel

/// The descriptions of all files.
enum Shapes {
    typealias Key = SectionShape.Key

    /// `schema: 1`, in every kind of file.
    static let schema = Key(
        "schema", .integer(1...1, "1, the schema this version reads"), needed: "1", "The schema of this file.")

    /// gateway.yaml.
    static let site = SectionShape(
        "gateway.yaml",
        [
            schema, Key("gateway", .section(gateway), needed: "a section with the gateway's id", "Who the gateway is."),
            Key(
                "profiles", .list(.text("a folder with sensor models")),
                "Folders with sensor models of the site's own, searched before the shipped one."),
            Key("store", .section(store), otherwise: "all defaults", "The durable store."),
            Key("diagnostics", .section(diagnostics), otherwise: "all defaults", "The local socket, and reading over HTTP."),
            Key("buses", .named(.ids, bus), "The buses by id; `kind` decides which keys there are."),
            Key("covers", .list(.section(cover)), "The manhole covers that are watched."),
            Key("alarms", .section(alarms), otherwise: "the shipped rules", "Alarm rules beside the shipped ones."),
            Key("outputs", .named(.ids, .section(output)), "Sirens and lamps on GPIO lines, by id, that sound on alarms."),
            Key("uplinks", .named(.ids, .section(uplink)), "The platforms by id that readings and alarms go to."),
        ])

    static let gateway = SectionShape(
        "gateway",
        [
            Key(
                "id", .id, needed: "the gateway's id, like gw-500111-0007",
                "Names the gateway: in every topic and message, and as the MQTT client id."),
            Key(
                "language", .choice(of: GatewaySettings.Language.self), or: "en",
                "Language of sentences for people: what `gatewayctl` shows, refusals, texts of alarms. "
                    + "Keys and vocabularies stay."),
            Key(
                "timezone",
                .text("a time zone like Asia/Shanghai", pattern: #"[A-Za-z][A-Za-z0-9+_-]*(/[A-Za-z][A-Za-z0-9+_-]*)*"#),
                or: "UTC", "Time zone for display only; its spelling is checked and it is kept. All times are UTC."),
            Key(
                "divisions", .list(.text("the six-digit code of a county (GB/T 2260), in quotes", pattern: division)),
                otherwise: "all",
                "The counties (GB/T 2260) whose covers this gateway watches; a `component16` code of another one is refused."),
        ])

    /// The digits of a county's code: provinces and what is like them, then four digits (GB/T 2260).
    static let division = "(1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|81|82)[0-9]{4}"

    static let store = SectionShape(
        "store",
        [
            Key(
                "path", .text("the folder of the store"), or: "/var/lib/gatewayd", "Folder of the store; made when it is missing."
            ),
            Key(
                "max_size", .size(atLeast: 1 << 20), or: "512 MiB",
                "What readings (7/8) and alarms (1/8) may take; the oldest readings make room, for alarms too, named in a gap. "
                    + "Journals come on top."),
            Key(
                "commit_interval", .duration(.milliseconds(10) ... .seconds(60)), or: "1 s",
                "How long a reading may wait for its commit: what a power cut can take. Alarms do not wait."),
        ])

    static let diagnostics = SectionShape(
        "diagnostics",
        [
            Key(
                "socket", .text("the path of the local socket"), or: "/run/gatewayd/gatewayd.sock",
                "The local socket that `gatewayctl` speaks to; its absolute path has at most 107 bytes."),
            Key(
                "http",
                .text(
                    "an IP address and a port, like 127.0.0.1:9100 or \"[::1]:9100\"",
                    pattern: "(\(addressV4)|\(addressV6)):\(portText)"
                ), otherwise: "off",
                """
                Serves everything that only reads, and `/metrics`, on a TCP port too: without rights, to everybody who \
                reaches it.
                """),
        ])

    /// Four numbers from 0 to 255.
    private static let addressV4: String = {
        let octet = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
        return #"\#(octet)(\.\#(octet)){3}"#
    }()
    /// An IPv6 address in brackets; whether it is one, the reader looks.
    private static let addressV6 = #"\[[0-9A-Fa-f:.]{2,45}\]"#
    /// 1 to 65535, without leading zero.
    private static let portText = "(6553[0-5]|655[0-2][0-9]|65[0-4][0-9]{2}|6[0-4][0-9]{3}|[1-5][0-9]{4}|[1-9][0-9]{0,3})"

    /// One bus.
    static let bus = Shape.variants(
        "kind", [("modbus-rtu", serialBus), ("modbus-tcp", tcpBus), ("modbus-rtu-over-tcp", tunnelBus), ("gpio", gpioBus)])

    static let serialBus = SectionShape(
        "bus of kind modbus-rtu",
        [
            kind("modbus-rtu", "A serial line."),
            Key(
                "device", .text("the absolute path of a serial device, like /dev/ttyS4", pattern: "/[^ ]+"),
                needed: "the serial device, like /dev/ttyS4", "The serial device; each belongs to one bus."),
            Key("baud", .baud, needed: "the speed, like 9600", "Speed."),
            Key("parity", .choice(of: Parity.self), or: "none", "Parity."),
            Key("stop_bits", .stopBits, or: "1", "Stop bits."),
            responseTimeout,
        ])

    static let tcpBus = SectionShape(
        "bus of kind modbus-tcp",
        [
            kind("modbus-tcp", "A device or converter that speaks Modbus TCP."),
            Key("host", .host, needed: "a host name or an address", "The device or converter."),
            Key("port", .port, or: "502", "TCP port; each host and port belong to one bus."), responseTimeout,
        ])

    static let tunnelBus = SectionShape(
        "bus of kind modbus-rtu-over-tcp",
        [
            kind("modbus-rtu-over-tcp", "A serial line behind a serial server that passes RTU frames through TCP unchanged."),
            Key("host", .host, needed: "a host name or an address", "The serial server."),
            Key(
                "port", .port, needed: "the serial server's TCP port, like 4001",
                "TCP port; each host and port belong to one bus."), responseTimeout,
        ])

    static let gpioBus = SectionShape(
        "bus of kind gpio",
        [
            kind("gpio", "The lines of a GPIO chip."),
            Key(
                "chip",
                .text(
                    "the label of a GPIO chip, like pinctrl-bcm2711, or /dev/gpiochipN",
                    pattern: "/dev/gpiochip[0-9]+|(?!gpiochip[0-9]+$)[^/]{1,32}"
                ), needed: "the label of a GPIO chip, like pinctrl-bcm2711",
                "Its label, or `/dev/gpiochipN`, whose number may change from boot to boot; each chip belongs to one bus."),
        ])

    private static func kind(_ word: String, _ meaning: String) -> Key { Key("kind", .choice([word]), needed: word, meaning) }

    private static let responseTimeout = Key(
        "response_timeout", .duration(.milliseconds(10) ... .seconds(60)), or: "500 ms",
        "Deadline of a whole transaction; a model's own counts where it is longer.")
}
