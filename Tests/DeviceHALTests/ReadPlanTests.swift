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
            plan.channels == [
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
        #expect(plan.channels[2] == [.init(block: 1, offset: 0, count: 2)])
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
        #expect(plan.requirements.map(\.block) == [0, 1])
    }

    @Test("every field of a random profile stands whole in one block that respects the limit")
    func randomProfiles() {
        var random = SeededGenerator(seed: 3)
        for _ in 0..<300 {
            let limit = Int.random(in: 2...40, using: &random)
            let fields = (0..<Int.random(in: 1...40, using: &random)).map { _ in
                field(
                    .random(in: 0...80, using: &random), RegisterType.allCases.randomElement(using: &random) ?? .int16,
                    RegisterTable.allCases.randomElement(using: &random) ?? .input)
            }
            let plan = ReadPlan(profile: profile(fields, maxRegisters: limit))
            for (field, slots) in zip(fields, plan.channels) {
                #expect(slots.count == 1 && slots[0].count == field.type.words)
                let block = plan.blocks[slots[0].block]
                #expect(block.table == field.table && Int(block.address) + slots[0].offset == Int(field.address))
                #expect(slots[0].offset + slots[0].count <= Int(block.count) && Int(block.count) <= limit)
            }
            let named = fields.reduce(into: Set<[Int]>()) { named, field in
                for offset in 0..<field.type.words { named.insert([Int(field.table.readFunction), Int(field.address) + offset]) }
            }
            for block in plan.blocks {
                for offset in 0..<Int(block.count) {
                    #expect(named.contains([Int(block.table.readFunction), Int(block.address) + offset]))
                }
            }
        }
    }

    @Test("an address at the end of the table does not trap")
    func lastAddress() {
        #expect(blocks(ReadPlan(profile: profile([field(.max, .float32)])).blocks) == ["holding 65535+2"])
    }
}
