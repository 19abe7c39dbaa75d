// Section `outputs`: which siren or lamp hangs on which line, and which alarms make it sound.
import Alarms
import DeviceHAL

/// Reads the outputs.
struct OutputReader {
    let buses: DeclaredBuses
    /// Which lines have a sensor already.
    let taken: TakenPlaces
    /// The codes of the covers in the file, also of those with errors.
    let covers: [String]

    /// Reads section `outputs`.
    func read(_ field: Field) -> [OutputSettings] {
        var outputs: [OutputSettings] = []
        for entry in field.named() ?? [] { if let output = read(entry.name, entry.value) { outputs.append(output) } }
        return outputs
    }

    private func read(_ id: String, _ field: Field) -> OutputSettings? {
        guard let section = field.section() else { return nil }
        let bus = section["bus"].flatMap(readBus)
        let active = section["active"]?.choice()
        let failSafe = section["fail_safe"]?.bool()
        let condition = section["when"].flatMap(readCondition)
        let until: OutputCondition.Until? = section["until"]?.choice()
        guard let place = section["line"], let line = place.line(), let bus, taken.take(place, bus, "line \(line)"), let active,
            let failSafe, var condition, let until
        else { return nil }
        condition.until = until
        return OutputSettings(
            id: id, bus: bus.id, line: LineSettings(line: line, activeLow: active == "low"), failSafe: failSafe,
            condition: condition)
    }

    private func readBus(_ field: Field) -> BusSettings? {
        guard let id = field.id() else { return nil }
        let bus = buses.bus(id)
        // A bus that was refused itself: one message, there, is enough.
        if bus == nil, buses.ids.contains(id) { return nil }
        if let bus, bus.isGPIO { return bus }
        let fitting = buses.settings.filter(\.isGPIO).map(\.id)
        let hint = bus == nil ? field.hint(", ", id, in: fitting) ?? "" : ", which is a Modbus bus"
        field.refuse("expected the id of a bus of kind gpio (there are: \(fitting.orNone)), found '\(id)'\(hint)")
        return nil
    }

    private func readCondition(_ field: Field) -> OutputCondition? {
        guard let section = field.section() else { return nil }
        let severity = section["severity"]?.integer().flatMap(Severity.init(rawValue:))
        let codes = section["covers"]?.list()?.compactMap(readCover)
        return severity.map { OutputCondition(severity: $0, covers: codes.map(Set.init)) }
    }

    private func readCover(_ field: Field) -> String? {
        guard let code = field.text() else { return nil }
        if covers.contains(code) { return code }
        let hint = field.hint(", ", code, in: covers) ?? ""
        field.refuse("expected the code of a cover of this file, found \(field.found)\(hint)")
        return nil
    }
}
