// A sensor model's file, from its top (contract §2, «Sensor models are data»).
import DeviceHAL
import SensorModel

/// Reads a sensor model.
enum ProfileReader {
    /// Reads the whole file; nil, with errors, when something is missing that the rest cannot do without.
    /// - Parameter fileName: of the file, which must be the model's name and `.yaml`.
    static func read(_ root: Field, fileName: String) -> DeviceProfile? {
        let keys = [
            "schema", "profile", "vendor", "model", "source", "verified", "serial", "timing", "supply_min", "require", "channels",
            "status", "examples",
        ]
        guard let section = root.section(keys, later: ["heartbeat", "trigger"]) else { return nil }
        SiteReader.checkSchema(section)
        let name = section.required("profile", "the file's name without .yaml").flatMap { readName($0, fileName) }
        let vendor = section.required("vendor", "who makes the model")?.text()
        let model = section.required("model", "the model's name")?.text()
        let source = section.required("source", "the document and page of the register map").flatMap(readSource)
        let channels = section.required("channels", "what the model measures").flatMap(readChannels)
        let verified = section["verified"]?.bool() ?? false
        let serial = section["serial"].flatMap(readSerial)
        let timing = section["timing"].map(readTiming) ?? DeviceProfile.Timing()
        let supply = section["supply_min"]?.value(in: .volt)
        let requirements = section["require"]?.list()?.compactMap(StatusReader.requirement) ?? []
        let status = section["status"]?.list()?.compactMap(StatusReader.status) ?? []
        let known = section["channels"]?.namesAsWritten ?? []
        let examples = section["examples"]?.list()?.compactMap { readExample($0, channels ?? [], known) } ?? []
        guard let name, let vendor, let model, let source, let channels else { return nil }
        return DeviceProfile(
            name: name, vendor: vendor, model: model, sourceDocument: source.document, sourcePage: source.page,
            verified: verified,
            serial: serial, timing: timing, supplyMinimum: supply, requirements: requirements, channels: channels, status: status,
            examples: examples)
    }

    private static func readName(_ field: Field, _ fileName: String) -> String? {
        guard let name = field.id() else { return nil }
        let wanted = fileName.hasSuffix(".yaml") ? String(fileName.dropLast(5)) : fileName
        return name == wanted ? name : field.expected("'\(wanted)', the file's name without .yaml")
    }

    private static func readSource(_ field: Field) -> (document: String, page: String)? {
        guard let section = field.section(["document", "page"]) else { return nil }
        let document = section.required("document", "the title of the document")?.text()
        let page = section.required("page", "the page or clause")?.text()
        guard let document, let page else { return nil }
        return (document, page)
    }

    private static func readSerial(_ field: Field) -> DeviceProfile.SerialDefaults? {
        guard let section = field.section(["address", "baud", "parity", "stop_bits"]) else { return nil }
        let address = section.required("address", "the factory address")?.integer(in: 1...247)
        let baud = section.required("baud", "the factory speed")?.baud()
        let parity: Parity? = section.required("parity", "none, even or odd")?.choice()
        let stopBits = section.required("stop_bits", "1 or 2")?.integer(in: 1...2, "1 or 2")
        guard let address, let baud, let parity, let stopBits else { return nil }
        return DeviceProfile.SerialDefaults(address: UInt8(address), baud: baud, parity: parity, stopBits: stopBits)
    }

    private static func readTiming(_ field: Field) -> DeviceProfile.Timing {
        var timing = DeviceProfile.Timing()
        guard let section = field.section(["response_timeout", "max_latency", "gap", "warm_up", "max_registers"]) else {
            return timing
        }
        timing.responseTimeout = section["response_timeout"]?.duration(in: .milliseconds(10) ... .seconds(60))
        timing.maxLatency = section["max_latency"]?.duration(in: .milliseconds(10) ... .seconds(120))
        timing.gap = section["gap"]?.duration(in: .zero ... .seconds(10)) ?? .zero
        timing.warmUp = section["warm_up"]?.duration(in: .zero ... .seconds(86_400)) ?? .zero
        timing.maxRegisters = section["max_registers"]?.integer(in: 2...125) ?? 125
        if let timeout = timing.responseTimeout, let latency = timing.maxLatency, latency < timeout {
            let _: Int? = section["max_latency"]?.expected("at least response_timeout (\(Field.words(timeout)))")
        }
        return timing
    }

    private static func readChannels(_ field: Field) -> [ChannelMap]? {
        guard let entries = field.namedByID() else { return nil }
        if entries.isEmpty { field.refuse("expected at least one channel, found none") }
        return entries.compactMap { ChannelReader.read($0.name, $0.value) }
    }

    private static func readExample(_ field: Field, _ channels: [ChannelMap], _ known: [String]) -> DeviceProfile.Example? {
        guard let section = field.section(["channel", "words", "value"]) else { return nil }
        let channelField = section.required("channel", "the name of a channel")
        let words = section.required("words", "the words as they come from the wire, like [0x41A0, 0x0000]")?.list()
        let numbers = words?.compactMap { $0.word() }
        let value = section.required("value", "the value a person reads")?.number()
        guard let channelField, let name = channelField.choice(of: known) else { return nil }
        guard let words, let numbers, numbers.count == words.count, let channel = channels.first(where: { $0.name == name }),
            let value
        else { return nil }
        let count = channel.fields.reduce(0) { $0 + $1.type.words }
        guard words.count == count else {
            section["words"]?.refuse("expected \(count) word\(count == 1 ? "" : "s") for channel '\(name)', found \(words.count)")
            return nil
        }
        return DeviceProfile.Example(channel: name, words: numbers, value: value)
    }
}

extension Field {
    /// The keys of a mapping, whether or not their values are right.
    fileprivate var namesAsWritten: [String] {
        guard case .mapping(let entries) = node.content else { return [] }
        return entries.map(\.key)
    }
}
