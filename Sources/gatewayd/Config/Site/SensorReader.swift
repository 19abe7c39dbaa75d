// A cover's `sensors`: which model sits at which address of which bus, and which line is which contact.
import DeviceHAL
import SensorModel

/// Reads sensors.
struct SensorReader {
    let buses: DeclaredBuses
    let shelf: ProfileShelf
    /// An address of a bus is taken once, at all covers.
    let taken: TakenPlaces

    /// Reads one cover's sensors.
    func read(_ field: Field) -> [SensorSettings] {
        var sensors: [SensorSettings] = []
        for entry in field.named() ?? [] { if let sensor = read(entry.name, entry.value) { sensors.append(sensor) } }
        return sensors
    }

    private func read(_ id: String, _ field: Field) -> SensorSettings? {
        let name = field.node["bus"]?.text
        let bus = name.flatMap(buses.bus)
        // At a bus that was refused itself a sensor's own keys tell its kind: it may have errors of its own.
        let isLine = bus.map(\.isGPIO) ?? (field.node["line"] != nil && field.node["unit"] == nil)
        let said = refuseKeysOfTheOther(field, bus)
        guard let section = field.section(as: isLine ? Shapes.lineSensor : Shapes.modbusSensor, said: said) else { return nil }
        let known = section["bus"].flatMap(readBus)
        let device = isLine ? readLine(section, bus) : readUnit(section, bus)
        let every = section["every"]?.duration()
        let serial = section["serial"]?.text()
        let installed = section["installed"].flatMap(readDate)
        let mounted = section["mounted"]?.value()
        guard let known, let device, let every else { return nil }
        var sensor = SensorSettings(id: id, bus: known.id, device: device, every: every)
        sensor.serial = serial
        sensor.installed = installed
        sensor.mounted = mounted
        return sensor
    }

    /// Says of keys that belong to a sensor on the other kind of bus why they cannot stand here.
    private func refuseKeysOfTheOther(_ field: Field, _ bus: BusSettings?) -> [String] {
        guard let bus, case .mapping(let entries) = field.node.content else { return [] }
        let (own, other) = bus.isGPIO ? (Shapes.lineSensor, Shapes.modbusSensor) : (Shapes.modbusSensor, Shapes.lineSensor)
        let kind =
            bus.isGPIO
            ? "is of kind gpio, a sensor there has 'line' and 'quantity'"
            : "is a Modbus bus, a sensor there has 'unit' and 'profile'"
        var said: [String] = []
        for entry in entries where own.key(entry.key) == nil && other.key(entry.key) != nil {
            let key = YAMLNode(content: .scalar(entry.key, isQuoted: false), mark: entry.keyMark)
            Field(node: key, path: field.path(of: entry.key), findings: field.findings, shape: .id).refuse(
                "'\(entry.key)' does not belong here: bus '\(bus.id)' \(kind)")
            said.append(entry.key)
        }
        return said
    }

    private func readBus(_ field: Field) -> BusSettings? {
        guard let id = field.id() else { return nil }
        if let bus = buses.bus(id) { return bus }
        // One message, at the bus, is enough.
        if buses.ids.contains(id) { return nil }
        let hint = field.hint(", ", id, in: buses.ids) ?? ""
        field.refuse("expected the id of a bus (there are: \(buses.ids.orNone)), found '\(id)'\(hint)")
        return nil
    }

    private func readUnit(_ section: Section, _ bus: BusSettings?) -> SensorSettings.Device? {
        let profile = section["profile"].flatMap(shelf.model)
        guard let field = section["unit"] else { return nil }
        let (range, place) =
            switch bus?.link {
            case .serial: (1...247, "on a serial line")
            case .rtuOverTCP: (1...247, "behind a serial server")
            default: (0...255, "over TCP")
            }
        let what = "a unit address from \(range.lowerBound) to \(range.upperBound) \(place)"
        guard let number = field.with(.integer(range, what)).integer(), let bus, taken.take(field, bus, "unit \(number)"),
            let profile
        else { return nil }
        return .modbus(unit: UInt8(number), profile: profile)
    }

    private func readLine(_ section: Section, _ bus: BusSettings?) -> SensorSettings.Device? {
        let quantity: Quantity? = section["quantity"]?.choice()
        let active = section["active"]?.choice()
        let bias: LineBias? = section["bias"]?.choice()
        let debounce = section["debounce"]?.duration()
        guard let field = section["line"] else { return nil }
        guard let line = field.line(), let bus, taken.take(field, bus, "line \(line)"), let quantity, let active, let bias,
            let debounce
        else {
            return nil
        }
        let settings = LineSettings(line: line, activeLow: active == "low", bias: bias, debounce: debounce)
        return .line(LineSensorSettings(line: settings, quantity: quantity))
    }

    private func readDate(_ field: Field) -> String? {
        guard let text = field.text() else { return nil }
        let parts = text.split(separator: "-").compactMap { Int($0) }
        guard parts.count == 3, (1...12).contains(parts[1]) else { return field.expected("a date like 2026-05-02") }
        let isLeap = parts[0] % 4 == 0 && (parts[0] % 100 != 0 || parts[0] % 400 == 0)
        let days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][parts[1] - 1]
        return (1...days).contains(parts[2]) ? text : field.expected("a date like 2026-05-02")
    }
}

extension BusSettings {
    /// Whether lines are what it has.
    var isGPIO: Bool { if case .gpio = link { true } else { false } }
}

extension Field {
    /// A line of a chip: its offset when it is a whole number without quotes, else its name.
    func line() -> LineSelector? {
        guard case .either(let shapes) = shape else { return defect("a line") }
        if let plain, NumberText.integer(plain.lowercased()) != nil { return with(shapes[0]).integer().map { .offset($0) } }
        return with(shapes[1]).text().map { .name($0) }
    }
}
