// A sensor model's file, from its top (contract §2, «Sensor models are data»).
import DeviceHAL
import SensorModel

/// Reads a sensor model.
enum ProfileReader {
    /// Reads the whole file; nil, with errors, when something is missing that the rest cannot do without.
    /// - Parameter fileName: of the file, which must be the model's name and `.yaml`.
    static func read(_ root: Field, fileName: String) -> DeviceProfile? {
        guard let section = root.section() else { return nil }
        SiteReader.checkSchema(section)
        let name = section["profile"].flatMap { $0.name(ofFile: fileName) }
        let vendor = section["vendor"]?.text()
        let model = section["model"]?.text()
        let source = section["source"].flatMap(readSource)
        let channels = section["channels"]?.named()?.compactMap { ChannelReader.read($0.name, $0.value) }
        let verified = section["verified"]?.bool() ?? false
        let timing = section["timing"].map(readTiming) ?? DeviceProfile.Timing()
        let names = section["channels"]?.namesAsWritten ?? []
        var profile = DeviceProfile(
            name: name ?? "", vendor: vendor ?? "", model: model ?? "", sourceDocument: source?.document ?? "",
            sourcePage: source?.page ?? "", verified: verified, timing: timing, channels: channels ?? [])
        profile.serial = section["serial"].flatMap(readSerial)
        profile.supplyMinimum = section["supply_min"]?.value()
        profile.requirements = section["require"].map(RequirementReader.read(all:)) ?? []
        profile.trigger = section["trigger"].flatMap(readTrigger)
        profile.status = section["status"]?.list()?.compactMap { StatusReader.read($0, channels: names) } ?? []
        profile.heartbeat = section["heartbeat"].flatMap(readHeartbeat)
        profile.examples = section["examples"]?.list()?.compactMap { ExampleReader.read($0, profile.channels, names) } ?? []
        ReadLimits.check(section, profile)
        return name == nil || vendor == nil || model == nil || source == nil || channels == nil ? nil : profile
    }

    private static func readSource(_ field: Field) -> (document: String, page: String)? {
        guard let section = field.section() else { return nil }
        guard let document = section["document"]?.text(), let page = section["page"]?.text() else { return nil }
        return (document, page)
    }

    private static func readSerial(_ field: Field) -> DeviceProfile.SerialDefaults? {
        guard let section = field.section() else { return nil }
        let address = section["address"]?.integer()
        let baud = section["baud"]?.integer()
        let parity: Parity? = section["parity"]?.choice()
        let stopBits = section["stop_bits"]?.integer()
        guard let address, let baud, let parity, let stopBits else { return nil }
        return DeviceProfile.SerialDefaults(address: UInt8(address), baud: baud, parity: parity, stopBits: stopBits)
    }

    private static func readTiming(_ field: Field) -> DeviceProfile.Timing {
        var timing = DeviceProfile.Timing()
        guard let section = field.section() else { return timing }
        timing.responseTimeout = section["response_timeout"]?.duration()
        timing.maxLatency = section["max_latency"]?.duration()
        timing.replyDelay = section["reply_delay"]?.duration()
        if let gap = section["gap"]?.duration() { timing.gap = gap }
        if let warmUp = section["warm_up"]?.duration() { timing.warmUp = warmUp }
        if let registers = section["max_registers"]?.integer() { timing.maxRegisters = registers }
        if let timeout = timing.responseTimeout, let latency = timing.maxLatency, latency < timeout {
            let _: Int? = section["max_latency"]?.expected("at least response_timeout (\(Field.words(timeout)))")
        }
        return timing
    }

    private static func readTrigger(_ field: Field) -> DeviceProfile.Trigger? {
        guard let section = field.section() else { return nil }
        let place = section.place()
        guard let value = section["value"]?.word(), let wait = section["wait"]?.duration(), let place else { return nil }
        return DeviceProfile.Trigger(place: place, value: value, wait: wait)
    }

    private static func readHeartbeat(_ field: Field) -> DeviceProfile.Heartbeat? {
        guard let section = field.section() else { return nil }
        let place = section.place()
        guard let period = section["period"]?.duration(), let place else { return nil }
        return DeviceProfile.Heartbeat(place: place, period: period)
    }
}

extension Section {
    /// `table` and `address`.
    func place() -> RegisterPlace? {
        let table: RegisterTable? = self["table"]?.choice()
        guard let address = self["address"]?.word(), let table else { return nil }
        return RegisterPlace(table: table, address: address)
    }
}

extension Field {
    /// The keys of a mapping, whether or not their values are right.
    fileprivate var namesAsWritten: [String] {
        guard case .mapping(let entries) = node.content else { return [] }
        return entries.map(\.key)
    }
}
