// Which reads a profile becomes.
@testable import DeviceHAL
import SensorModel
import TestSupport
import Testing

@Suite struct ReadPlanTests {
    private func profile(
        _ fields: [RegisterField], maxRegisters: Int = 125, status: [DeviceProfile.StatusRule] = [],
        requirements: [DeviceProfile.Requirement] = []
    ) -> DeviceProfile {
        DeviceProfile(
            name: "model", vendor: "V", model: "M", sourceDocument: "D", sourcePage: "1",
            timing: .init(maxRegisters: maxRegisters),
            requirements: requirements,
            channels: fields.enumerated().map { ChannelMap(name: "c\($0.offset)", quantity: .raw, fields: [$0.element]) },
            status: status)
    }

    private func field(_ address: UInt16, _ type: RegisterType = .uint16, _ table: RegisterTable = .holding) -> RegisterField {
        RegisterField(table: table, address: address, type: type)
    }

    private func blocks(_ plan: [ReadPlan.Block]) -> [String] { plan.map { "\($0.table.rawValue) \($0.address)+\($0.count)" } }

    @Test("touching and overlapping registers share a read; registers nobody named are not read")
    func merging() {
        let plan = ReadPlan(profile: profile([field(9), field(2, .float32), field(4, .float32), field(5), field(7, .int32)]))
        #expect(blocks(plan.blocks) == ["holding 2+4", "holding 7+3"])
        #expect(
            plan.channels.map { $0.map(\.number) } == [
                [.init(block: 1, offset: 2, count: 1)], [.init(block: 0, offset: 0, count: 2)],
                [.init(block: 0, offset: 2, count: 2)],
                [.init(block: 0, offset: 3, count: 1)], [.init(block: 1, offset: 0, count: 2)],
            ])
    }

    @Test("tables are read apart, coils first, whatever the order in the file")
    func tables() {
        let plan = ReadPlan(
            profile: profile([field(1, .uint16, .holding), field(0, .uint16, .input), field(0), field(3, .uint16, .coil)]))
        #expect(blocks(plan.blocks) == ["coil 3+1", "input 0+1", "holding 0+2"])
    }

    @Test("a read is never longer than the profile allows, and no field is split for it")
    func limit() {
        let plan = ReadPlan(
            profile: profile([field(0, .float32), field(2, .float32), field(4, .float32), field(6)], maxRegisters: 5))
        #expect(blocks(plan.blocks) == ["holding 0+4", "holding 4+3"])
        #expect(plan.channels[2].map(\.number) == [.init(block: 1, offset: 0, count: 2)])
    }

    @Test("a read is never longer than Modbus allows")
    func modbusLimit() {
        let plan = ReadPlan(profile: profile((0..<300).map { field($0) }, maxRegisters: 1000))
        #expect(plan.blocks.map(\.count) == [125, 125, 50])
    }

    @Test("status registers are part of the poll, requirements are not")
    func statusAndRequirements() {
        let plan = ReadPlan(
            profile: profile(
                [field(2, .float32), field(16)],
                status: [.init(table: .holding, address: 6), .init(table: .holding, address: 5)],
                requirements: [
                    .init(table: .holding, address: 0, equals: 1, reason: .anotherModel),
                    .init(table: .holding, address: 10, equals: 5, reason: .anotherUnit),
                ]))
        #expect(blocks(plan.blocks) == ["holding 2+2", "holding 5+2", "holding 16+1"])
        #expect(plan.status == [.init(block: 1, offset: 1, count: 1), .init(block: 1, offset: 0, count: 1)])
        #expect(blocks(plan.requirementBlocks) == ["holding 0+1", "holding 10+1"])
        #expect(plan.requirements.map { $0.map(\.block) } == [[0], [1]])
    }

    @Test("the registers of decimals, unit codes and the heartbeat are part of the poll")
    func auxiliaries() {
        var depth = field(4, .int16)
        depth.decimalsAt = RegisterPlace(table: .holding, address: 3)
        depth.unitAt = UnitTable(place: RegisterPlace(table: .holding, address: 2), codes: [12: .init(unit: "bar")])
        var profile = profile([depth, field(9)])
        profile.heartbeat = .init(place: RegisterPlace(table: .input, address: 7), period: .seconds(5))
        let plan = ReadPlan(profile: profile)
        #expect(blocks(plan.blocks) == ["input 7+1", "holding 2+3", "holding 9+1"])
        #expect(
            plan.channels[0] == [
                .init(
                    number: .init(block: 1, offset: 2, count: 1), decimals: .init(block: 1, offset: 1, count: 1),
                    unit: .init(block: 1, offset: 0, count: 1))
            ])
        #expect(plan.heartbeat == .init(block: 0, offset: 0, count: 1))
    }

    @Test("what a device is refused by is read apart from everything, once each, because another model may refuse the read")
    func refusals() {
        func check(_ address: UInt16, _ value: UInt16) -> DeviceProfile.IdentityCheck {
            .init(place: RegisterPlace(table: .holding, address: address), expectation: .equals(value, mask: 0xFFFF))
        }
        let plan = ReadPlan(
            profile: profile(
                [field(0)],
                requirements: [
                    .init(checks: [check(5, 1)], reason: .anotherModel), .init(checks: [check(6, 1)], reason: .anotherModel),
                    .init(checks: [check(6, 3), check(7, 1)], isRefused: true, reason: .anotherModel),
                    .init(checks: [check(7, 2)], isRefused: true, reason: .anotherUnit),
                ]))
        #expect(blocks(plan.requirementBlocks) == ["holding 5+2", "holding 6+1", "holding 7+1"])
        #expect(plan.requirements.map { $0.map(\.block) } == [[0], [0], [1, 2], [2]])
        #expect(plan.requirements.map { $0.map(\.offset) } == [[0], [1], [0, 0], [0]])
        #expect(blocks(plan.blocks) == ["holding 0+1"])
    }

    @Test("bits are read up to sixteen times as many as registers, and never more than 2000")
    func bits() {
        let eight = ReadPlan(profile: profile((0..<300).map { field($0, .bool, .coil) }, maxRegisters: 8))
        #expect(eight.blocks.map(\.count) == [128, 128, 44])
        let all = ReadPlan(profile: profile((0..<2100).map { field($0, .bool, .discrete) }))
        #expect(all.blocks.map(\.count) == [2000, 100])
    }

    /// A field of any kind, somewhere low, with the registers it may depend on.
    private func randomField(_ random: inout SeededGenerator) -> RegisterField {
        func place() -> RegisterPlace {
            RegisterPlace(
                table: RegisterTable.allCases.randomElement(using: &random) ?? .input,
                address: .random(in: 0...80, using: &random))
        }
        let type = RegisterType.allCases.randomElement(using: &random) ?? .int16
        let home = place()
        return RegisterField(
            table: home.table, address: home.address, type: type, length: .random(in: 1...16, using: &random), bit: 3,
            decimalsAt: Bool.random(using: &random) ? place() : nil,
            unitAt: Bool.random(using: &random) ? UnitTable(place: place(), codes: [:]) : nil)
    }

    @Test("every field of a random profile stands whole in one block that respects the limits, and nothing else is read")
    func randomProfiles() {
        let seed: UInt64 = 3
        var random = SeededGenerator(seed: seed)
        for number in 0..<300 {
            let limit = Int.random(in: 16...40, using: &random)
            let fields = (0..<Int.random(in: 1...40, using: &random)).map { _ in randomField(&random) }
            let plan = ReadPlan(profile: profile(fields, maxRegisters: limit))
            var named: Set<[Int]> = []
            func expect(_ slot: ReadPlan.Slot?, _ table: RegisterTable, _ address: UInt16, _ count: Int) {
                guard let slot else {
                    Issue.record("seed \(seed), profile \(number): \(table.rawValue) \(address) has no place")
                    return
                }
                let block = plan.blocks[slot.block]
                #expect(
                    slot.count == count && block.table == table && Int(block.address) + slot.offset == Int(address)
                        && slot.offset + slot.count <= Int(block.count), "seed \(seed), profile \(number)")
                for offset in 0..<count { named.insert([Int(table.readFunction), Int(address) + offset]) }
            }
            for (field, places) in zip(fields, plan.channels) {
                #expect(places.count == 1)
                expect(places.first?.number, field.table, field.address, field.registers)
                if let place = field.decimalsAt { expect(places.first?.decimals, place.table, place.address, 1) }
                if let place = field.unitAt?.place { expect(places.first?.unit, place.table, place.address, 1) }
            }
            for block in plan.blocks {
                #expect(Int(block.count) <= (block.table.isBits ? min(2000, limit * 16) : min(125, limit)))
                for offset in 0..<Int(block.count) {
                    #expect(
                        named.contains([Int(block.table.readFunction), Int(block.address) + offset]),
                        "seed \(seed), profile \(number)")
                }
            }
        }
    }

    @Test("an address at the end of the table does not trap")
    func lastAddress() {
        #expect(blocks(ReadPlan(profile: profile([field(.max, .float32)])).blocks) == ["holding 65535+2"])
    }
}
