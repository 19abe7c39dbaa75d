// Every sensor model that ships, by walking the folder: a new file is tested because it is there.
import DeviceHAL
import GatewayConfig
import Glibc
import SensorModel
import Testing

@Suite struct SensorModelFilesTests {
    /// `boards/profiles`, found from this file's place in the repository.
    private static let folder: String = {
        let here = #filePath.split(separator: "/", omittingEmptySubsequences: false)
        return here.dropLast(3).joined(separator: "/") + "/boards/profiles"
    }()

    /// The names of the `.yaml` files, without the ending, in alphabetical order.
    private static let names: [String] = {
        guard let stream = opendir(folder) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name.hasSuffix(".yaml") { names.append(String(name.dropLast(5))) }
        }
        return names.sorted()
    }()

    private func load(_ name: String) throws -> DeviceProfile {
        try ConfigurationLoader(boards: nil).loadProfile(path: "\(Self.folder)/\(name).yaml")
    }

    @Test func `the folder holds the models the product promises`() {
        #expect(Set(Self.names).isSuperset(of: ["honeywell-sensepoint-xcd", "keller-33x", "witmotion-wt901c485"]))
    }

    @Test(arguments: names)
    func `a model loads, has its file's name, and channels in the quantity's unit`(name: String) throws {
        let profile = try load(name)
        #expect(profile.name == name)
        #expect(!profile.vendor.isEmpty && !profile.model.isEmpty)
        #expect(!profile.sourceDocument.isEmpty && !profile.sourcePage.isEmpty)
        #expect(Set(profile.channels.map(\.name)).count == profile.channels.count && !profile.channels.isEmpty)
        for channel in profile.channels {
            #expect(channel.fields.count == 1 || channel.transform?.fieldCount.contains(channel.fields.count) == true)
        }
    }

    @Test(arguments: names)
    func `every channel has two golden vectors, and they decode to the value a person reads`(name: String) throws {
        let profile = try load(name)
        for channel in profile.channels {
            let examples = profile.examples.filter { $0.channel == channel.name }
            #expect(examples.count >= 2, "\(channel.name)")
            for example in examples {
                let measurement = RegisterDecoder.measurement(of: channel, words: example.words)
                let value = try #require(measurement.value, "\(channel.name) \(example.words): \(measurement)")
                let tolerance = channel.resolution ?? max(1e-9, example.value.magnitude * 1e-6)
                #expect(abs(value - example.value) <= tolerance, "\(channel.name) \(example.words)")
            }
        }
    }

    @Test(arguments: names)
    func `every read of a model is within what the model and Modbus allow`(name: String) throws {
        let profile = try load(name)
        let plan = ReadPlan(profile: profile)
        #expect(!plan.blocks.isEmpty && plan.requirements.count == profile.requirements.count)
        for block in plan.blocks + plan.requirementBlocks {
            #expect(block.count >= 1 && Int(block.count) <= min(profile.timing.maxRegisters, block.table.largestRead))
            #expect(Int(block.address) + Int(block.count) <= 65_536)
        }
        for (channel, slots) in zip(profile.channels, plan.channels) { #expect(slots.count == channel.fields.count) }
    }

    @Test(arguments: names)
    func `what is encoded decodes to itself over a channel's range`(name: String) throws {
        for channel in try load(name).channels where channel.transform == nil {
            let field = channel.fields[0]
            let range = channel.range ?? representable(field)
            for step in 0...1000 {
                let value = range.lowerBound + (range.upperBound - range.lowerBound) * Double(step) / 1000
                let words = try #require(RegisterEncoder.words(for: value, in: field), "\(channel.name) \(value)")
                let decoded = try #require(
                    RegisterDecoder.measurement(of: channel, words: words).value, "\(channel.name) \(value)")
                let half = field.type == .float32 ? value.magnitude * 1e-6 : field.scale.magnitude / 2 * (1 + 1e-9)
                #expect(abs(decoded - value) <= half, "\(channel.name) \(value)")
            }
        }
    }

    /// What a field without a range may be asked to hold.
    private func representable(_ field: RegisterField) -> ClosedRange<Double> {
        let ends: (Double, Double) =
            switch field.type {
            case .int16: (Double(Int16.min), Double(Int16.max))
            case .uint16: (0, Double(UInt16.max))
            case .int32: (Double(Int32.min), Double(Int32.max))
            case .uint32: (0, Double(UInt32.max))
            case .float32: (-1000, 1000)
            }
        let values = [ends.0, ends.1].map { $0 * field.scale + field.offset }
        return min(values[0], values[1])...max(values[0], values[1])
    }
}
