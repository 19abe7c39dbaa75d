// Every sensor model that ships: what the format cannot say, and what its author promised.
import DeviceHAL
import SensorModel
import Testing

@Suite struct SensorModelFilesTests {
    @Test func `the folder holds models of every family`() throws {
        let profiles = try SensorModelFiles.names.map(SensorModelFiles.load)
        #expect(profiles.count >= 15)
        for family in SensorFamily.allCases {
            #expect(profiles.contains { SensorFamily(of: $0) == family }, "no model of the family «\(family.rawValue)»")
        }
    }

    @Test(arguments: SensorModelFiles.names)
    func `a model loads, is named after its vendor, and says where its map comes from`(name: String) throws {
        let profile = try SensorModelFiles.load(name)
        #expect(profile.name == name)
        let vendor = (profile.vendor.split(separator: " ").first?.lowercased() ?? "")
            .map { ["ä": "ae", "ö": "oe", "ü": "ue"][$0] ?? String($0) }.joined()
        #expect(!vendor.isEmpty && name.hasPrefix(vendor), "vendor \(profile.vendor)")
        #expect(!profile.model.isEmpty && !profile.sourceDocument.isEmpty && !profile.sourcePage.isEmpty)
        #expect(!profile.verified, "true only once the profile has met the device; then say so here by name")
    }

    @Test(arguments: SensorModelFiles.names)
    func `a model's file begins with what a person must know, and names no address on the net`(name: String) throws {
        let text = try #require(SensorModelFiles.text("boards/profiles/\(name).yaml"))
        let header = text.split(separator: "\n", omittingEmptySubsequences: false).prefix { $0.hasPrefix("# ") }
        #expect(header.count >= 2)
        #expect(
            header.contains { line in ["confirm", "compare", "look at", "by hand"].contains { line.lowercased().contains($0) } })
        #expect(!text.contains("://") && !text.contains("www."))
    }

    @Test(arguments: SensorModelFiles.names)
    func `channels have names of their own and come in their quantity's family of units`(name: String) throws {
        let profile = try SensorModelFiles.load(name)
        #expect(Set(profile.channels.map(\.name)).count == profile.channels.count && !profile.channels.isEmpty)
        for channel in profile.channels where channel.transform == nil { #expect(channel.fields.count == 1) }
        // A head that rests at 0 %LEL for weeks, or a contact for years, is not stuck.
        let resting: [Quantity] = [.methane, .combustible, .hydrogenSulfide, .carbonMonoxide, .oxygen, .raw, .coverOpen]
        for channel in profile.channels where resting.contains(channel.quantity) {
            #expect(channel.stuckAfter == nil && channel.flatLine == nil, "\(channel.name)")
        }
    }

    @Test(arguments: SensorModelFiles.names)
    func `every channel has two golden vectors, and all of them decode to what they say`(name: String) throws {
        let profile = try SensorModelFiles.load(name)
        for channel in profile.channels {
            let examples = profile.examples.filter { $0.channel == channel.name }
            var values = 0
            for example in examples {
                let measurement = RegisterDecoder.measurement(of: channel, example: example)
                switch example.meaning {
                case .value(let wanted):
                    values += 1
                    let value = try #require(measurement.value, "\(channel.name) \(example.words): \(measurement)")
                    let tolerance = channel.resolution.map { $0 / 2 } ?? max(1e-9, wanted.magnitude * 1e-6)
                    #expect(abs(value - wanted) <= tolerance, "\(channel.name) \(example.words)")
                case .bad(let reason): #expect(measurement == .bad(reason), "\(channel.name) \(example.words)")
                }
            }
            #expect(values >= 2, "\(channel.name)")
            if channel.fields.contains(where: { !$0.invalid.isEmpty }) {
                #expect(
                    examples.contains { $0.meaning == .bad(.invalidMarker) }, "\(channel.name) has a marker and no vector of it")
            }
        }
    }

    @Test(arguments: SensorModelFiles.names)
    func `every read of a model is within what the model and Modbus allow`(name: String) throws {
        let profile = try SensorModelFiles.load(name)
        let plan = ReadPlan(profile: profile)
        #expect(!plan.blocks.isEmpty && plan.requirements.count == profile.requirements.count)
        for block in plan.blocks + plan.requirementBlocks {
            let limit = profile.timing.maxRegisters * (block.table.isBits ? 16 : 1)
            #expect(block.count >= 1 && Int(block.count) <= min(limit, block.table.largestRead))
            #expect(Int(block.address) + Int(block.count) <= 65_536)
        }
        for (channel, places) in zip(profile.channels, plan.channels) { #expect(places.count == channel.fields.count) }
        for (requirement, slots) in zip(profile.requirements, plan.requirements) {
            #expect(slots.count == requirement.checks.count)
        }
    }

    @Test(arguments: SensorModelFiles.names)
    func `what is encoded decodes to itself over a channel's range`(name: String) throws {
        for channel in try SensorModelFiles.load(name).channels {
            let range = channel.range ?? representable(channel)
            // A contact is open or closed, and nothing in between.
            let steps = channel.fields[0].type == .bool ? 1 : 1000
            // Rounding to a coarse unit of the device may lead over the range's end, which is then out of range with good reason.
            let margin = channel.fields[0].unitAt == nil ? 0 : coarseness(of: channel, at: range.upperBound)
            for step in 0...steps {
                let share = Double(step) / Double(steps)
                let value = range.lowerBound + margin + (range.upperBound - range.lowerBound - 2 * margin) * share
                let words = try #require(RegisterEncoder.words(for: value, in: channel), "\(channel.name) \(value)")
                let decoded = try #require(
                    RegisterDecoder.measurement(of: channel, words: words).value, "\(channel.name) \(value)")
                #expect(abs(decoded - value) <= coarseness(of: channel, at: value), "\(channel.name) \(value)")
            }
        }
    }

    /// How far the nearest pattern may be from a value.
    private func coarseness(of channel: ChannelMap, at value: Double) -> Double {
        switch channel.transform {
        case .gravityTilt: return 0.05
        case .hydrostaticDepth: return max(1e-6, value.magnitude * 1e-6)
        case nil: break
        }
        let field = channel.fields[0]
        if field.type == .float32 { return max(1e-9, value.magnitude * 1e-6) }
        // Where the device chooses decimals and unit: 16 bits over 200 m are steps of a centimetre.
        if field.decimalsAt != nil || field.unitAt != nil { return 0.006 }
        return field.scale.magnitude / 2 * (1 + 1e-9) + 2 * value.ulp
    }

    /// What a channel without a range may be asked to hold.
    private func representable(_ channel: ChannelMap) -> ClosedRange<Double> {
        switch channel.transform {
        case .gravityTilt: return 0...180
        case .hydrostaticDepth: return -0.5...100
        case nil: break
        }
        let field = channel.fields[0]
        let ends: (Double, Double) =
            switch field.type {
            case .bool: (0, 1)
            case .int16: (Double(Int16.min), Double(Int16.max))
            case .uint16: (0, Double(UInt16.max))
            case .int32: (Double(Int32.min), Double(Int32.max))
            case .uint32: (0, Double(UInt32.max))
            case .float32, .float64: (-1000, 1000)
            case .int64, .uint64, .bcd16, .bcd32, .ascii: (0, 9999)
            }
        let values = [ends.0, ends.1].map { $0 * field.scale + field.offset }
        return min(values[0], values[1])...max(values[0], values[1])
    }
}
