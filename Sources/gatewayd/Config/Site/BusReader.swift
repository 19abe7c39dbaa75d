// Section `buses`.
import DeviceHAL

/// The buses of a file, with what else is needed to judge references to them.
struct DeclaredBuses {
    /// In the order of the file.
    var settings: [BusSettings] = []
    /// The ids of all buses, also of those with errors.
    var ids: [String] = []
    /// Where each stands in the file.
    var fields: [String: Field] = [:]

    /// The bus of an id, when it has no errors.
    func bus(_ id: String) -> BusSettings? { settings.first { $0.id == id } }
}

/// Reads the buses.
struct BusReader {
    /// What each bus takes for itself: a device, a host and port, a chip.
    private var taken: [String: String] = [:]

    /// Reads section `buses`; none when it is missing.
    static func read(_ field: Field?) -> DeclaredBuses {
        var reader = BusReader()
        var buses = DeclaredBuses()
        for entry in field?.named() ?? [] {
            buses.ids.append(entry.name)
            buses.fields[entry.name] = entry.value
            guard let bus = reader.read(entry.name, entry.value) else { continue }
            buses.settings.append(bus)
        }
        return buses
    }

    private mutating func read(_ id: String, _ field: Field) -> BusSettings? {
        guard let (kind, section) = field.variant() else { return nil }
        let link: BusSettings.Link? =
            switch kind {
            case "modbus-rtu": serial(id, section)
            case "modbus-tcp": network(id, section, BusSettings.Link.tcp)
            case "modbus-rtu-over-tcp": network(id, section, BusSettings.Link.rtuOverTCP)
            default: chip(id, section)
            }
        guard let timeout = section["response_timeout"] else { return link.map { BusSettings(id: id, link: $0) } }
        guard let link, let duration = timeout.duration() else { return nil }
        return BusSettings(id: id, link: link, responseTimeout: duration)
    }

    private mutating func serial(_ id: String, _ section: Section) -> BusSettings.Link? {
        let device = section["device"]?.text()
        let isFree = device.map { take($0, "the device", id, section["device"]) } ?? false
        let parity: Parity? = section["parity"]?.choice()
        guard let device, let baud = section["baud"]?.integer(), let parity, let stopBits = section["stop_bits"]?.integer(),
            isFree
        else { return nil }
        return .serial(device: device, baud: baud, parity: parity, stopBits: stopBits)
    }

    private mutating func network(_ id: String, _ section: Section, _ link: (_ host: String, _ port: Int) -> BusSettings.Link)
        -> BusSettings.Link?
    {
        let host = section["host"]?.text()
        guard let port = section["port"]?.integer(), let host, take("\(host):\(port)", "the peer", id, section["host"]) else {
            return nil
        }
        return link(host, port)
    }

    private mutating func chip(_ id: String, _ section: Section) -> BusSettings.Link? {
        guard let chip = section["chip"]?.text(), take(chip, "the chip", id, section["chip"]) else { return nil }
        return .gpio(chip: chip)
    }

    /// False, with an error, when another bus has it already.
    private mutating func take(_ name: String, _ what: String, _ id: String, _ field: Field?) -> Bool {
        if let other = taken[name] {
            field?.refuse("\(name) is \(what) of bus '\(other)' already, put both buses' sensors on one bus")
            return false
        }
        taken[name] = id
        return true
    }
}
