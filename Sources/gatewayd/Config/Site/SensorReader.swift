// A cover's `sensors`: which model sits at which address of which bus.
import DeviceHAL
import SensorModel

/// Reads sensors; one value for all covers, because an address of a bus is taken once.
struct SensorReader {
    private struct Address: Hashable {
        var bus: String
        var unit: UInt8
    }

    private let buses: DeclaredBuses
    private let shelf: ProfileShelf
    private var taken: [Address: (path: String, line: Int)] = [:]

    init(buses: DeclaredBuses, shelf: ProfileShelf) {
        self.buses = buses
        self.shelf = shelf
    }

    /// Reads one cover's sensors.
    mutating func read(_ field: Field) -> [SensorSettings] {
        var sensors: [SensorSettings] = []
        for entry in field.namedByID() ?? [] {
            if let sensor = read(entry.name, entry.value) { sensors.append(sensor) }
        }
        return sensors
    }

    private mutating func read(_ id: String, _ field: Field) -> SensorSettings? {
        // A sensor at a bus that was refused itself has keys of that bus's kind: one message, at the bus, is enough.
        if let bus = field.node["bus"]?.text, buses.ids.contains(bus), buses.bus(bus) == nil { return nil }
        guard let section = field.section(["bus", "unit", "profile", "every", "serial", "installed", "mounted"]) else {
            return nil
        }
        let bus = section.required("bus", "the id of a bus").flatMap(readBus)
        let unit = section.required("unit", "the device's address on the bus").flatMap { readUnit($0, bus) }
        let profile = section.required("profile", "the name of a sensor model").flatMap(shelf.model)
        let every = section.required("every", "the time between readings, like 5 s")?.duration(
            in: .milliseconds(100) ... .seconds(86_400))
        let serial = section["serial"]?.text("a serial number")
        let installed = section["installed"].flatMap(readDate)
        let mounted = section["mounted"]?.value(in: .metre)
        guard let bus, let unit, let profile, let every else { return nil }
        var sensor = SensorSettings(id: id, bus: bus.id, unit: unit, profile: profile, every: every)
        sensor.serial = serial
        sensor.installed = installed
        sensor.mounted = mounted
        return sensor
    }

    private func readBus(_ field: Field) -> BusSettings? {
        guard let id = field.id() else { return nil }
        if let bus = buses.bus(id) { return bus }
        let hint = Spelling.nearest(to: id, in: buses.ids).map { ", did you mean '\($0)'?" } ?? ""
        field.refuse("expected the id of a bus (there are: \(buses.ids.orNone)), found '\(id)'\(hint)")
        return nil
    }

    private mutating func readUnit(_ field: Field, _ bus: BusSettings?) -> UInt8? {
        var range = 0...255
        var place = "over TCP"
        if case .serial = bus?.link { (range, place) = (1...247, "on a serial line") }
        let what = "a unit address from \(range.lowerBound) to \(range.upperBound) \(place)"
        guard let number = field.integer(in: range, what), let bus else { return nil }
        let address = Address(bus: bus.id, unit: UInt8(number))
        if let other = taken[address] {
            field.refuse("unit \(number) of bus '\(bus.id)' is taken by \(other.path) at line \(other.line)")
            return nil
        }
        taken[address] = (String(field.path.dropLast(".unit".count)), field.node.mark.line)
        return address.unit
    }

    private func readDate(_ field: Field) -> String? {
        let what = "a date like 2026-05-02"
        guard let text = field.text(what) else { return nil }
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.map(\.utf8.count) == [4, 2, 2], parts.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }),
            let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2]), (1...12).contains(month)
        else { return field.expected(what) }
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
        return (1...days).contains(day) ? text : field.expected(what)
    }
}
