// Section `buses`.
import DeviceHAL

/// The buses of a file, with what else is needed to judge references to them.
struct DeclaredBuses {
    /// In the order of the file.
    var settings: [BusSettings] = []
    /// The ids of all buses, also of those with errors.
    var ids: [String] = []

    /// The bus of an id, when it has no errors.
    func bus(_ id: String) -> BusSettings? { settings.first { $0.id == id } }
}

/// Reads the buses.
enum BusReader {
    /// Reads section `buses`; none when it is missing.
    static func read(_ field: Field?) -> DeclaredBuses {
        var buses = DeclaredBuses()
        var devices: [String: String] = [:]
        for entry in field?.namedByID() ?? [] {
            buses.ids.append(entry.name)
            guard let bus = read(entry.name, entry.value, &devices) else { continue }
            buses.settings.append(bus)
        }
        return buses
    }

    private static func read(_ id: String, _ field: Field, _ devices: inout [String: String]) -> BusSettings? {
        // The kind decides which keys there are, so it is looked at before the others are judged.
        guard field.named() != nil else { return nil }
        guard let kindField = field.peek("kind") else {
            field.findings.report(field.node.mark, field.path(of: "kind"), "missing, expected modbus-rtu or modbus-tcp")
            return nil
        }
        switch kindField.choice(of: ["modbus-rtu", "modbus-tcp"], later: ["modbus-rtu-over-tcp", "gpio"]) {
        case "modbus-rtu":
            guard let section = field.section(["kind", "device", "baud", "parity", "stop_bits", "response_timeout"]) else {
                return nil
            }
            return finish(id, section, serial(id, section, &devices))
        case "modbus-tcp":
            guard let section = field.section(["kind", "host", "port", "response_timeout"]) else { return nil }
            return finish(id, section, tcp(section))
        default: return nil
        }
    }

    private static func finish(_ id: String, _ section: Section, _ link: BusSettings.Link?) -> BusSettings? {
        let timeout =
            section["response_timeout"].map { $0.duration(in: .milliseconds(10) ... .seconds(60)) } ?? .milliseconds(500)
        guard let link, let timeout else { return nil }
        return BusSettings(id: id, link: link, responseTimeout: timeout)
    }

    private static func serial(_ id: String, _ section: Section, _ devices: inout [String: String]) -> BusSettings.Link? {
        let device = section.required("device", "the serial device, like /dev/ttyS4").flatMap { field -> String? in
            let what = "the absolute path of a serial device, like /dev/ttyS4"
            guard let path = field.text(what) else { return nil }
            guard path.hasPrefix("/"), !path.contains(" ") else { return field.expected(what) }
            if let other = devices[path] {
                field.refuse("\(path) is the device of bus '\(other)' already, put both buses' sensors on one bus")
                return nil
            }
            devices[path] = id
            return path
        }
        let baud = section.required("baud", "the speed, like 9600")?.baud()
        let parity: Parity? = section["parity"].map { $0.choice() } ?? Parity.none
        let stopBits = section["stop_bits"].map { $0.integer(in: 1...2, "1 or 2") } ?? 1
        guard let device, let baud, let parity, let stopBits else { return nil }
        return .serial(device: device, baud: baud, parity: parity, stopBits: stopBits)
    }

    private static func tcp(_ section: Section) -> BusSettings.Link? {
        let host = section.required("host", "a host name or an address")?.host()
        let port = section["port"].map { $0.integer(in: 1...65_535) } ?? 502
        guard let host, let port else { return nil }
        return .tcp(host: host, port: port)
    }
}

extension Field {
    /// A serial speed.
    func baud() -> Int? {
        let usual = [1200, 2400, 4800, 9600, 19_200, 38_400, 57_600, 115_200, 230_400]
        let what = "one of \(usual.map(String.init).joined(separator: ", "))"
        guard let baud = integer(in: 1...1_000_000, what) else { return nil }
        return usual.contains(baud) ? baud : expected(what)
    }

    /// A host name or an address: no spaces, no port, no scheme.
    func host() -> String? {
        let what = "a host name or an address, without port"
        guard let text = text(what) else { return nil }
        let isHost = text.utf8.count <= 253 && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !"/@\"'".utf8.contains($0) }
        // One colon is a port; several are an IPv6 address.
        return isHost && text.filter({ $0 == ":" }).count != 1 ? text : expected(what)
    }
}
