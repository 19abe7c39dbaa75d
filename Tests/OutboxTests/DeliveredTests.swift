// What was delivered beyond the cursor: pieces that grow together, and that survive with the cursor.
import Platform
import SensorModel
import TestSupport
import Testing

@testable import Outbox

@Suite struct DeliveredTests {
    @Test(arguments: 1...4)
    func `whatever comes in whatever order, neighbours are one piece and nothing is forgotten`(seed: UInt64) throws {
        var chance = SeededGenerator(seed: seed)
        var (delivered, model) = (Delivered(through: 5), Set(Int64(1)...5))
        for _ in 0..<300 {
            let first = Int64.random(in: 1...400, using: &chance)
            let range = first...first + Int64.random(in: 0...8, using: &chance)
            delivered.add(range)
            model.formUnion(range)
            let through = (Int64(1)...500).first { !model.contains($0) }.map { $0 - 1 } ?? 0
            try #require(delivered.through == through)
            try #require(Set(delivered.islands.joined()) == model.filter { $0 > through })
            try #require(zip(delivered.islands, delivered.islands.dropFirst()).allSatisfy { $0.upperBound + 1 < $1.lowerBound })
            try #require(Delivered(through: delivered.through, islandsText: delivered.islandsText) == delivered)
        }
    }

    @Test(arguments: ["7-6", "6-9", "8", "8-9,10-11", "8-9,7-7", "8-x", "8-9-10", "-8-9", "8-18446744073709551616"])
    func `pieces that cannot be are not believed`(text: String) {
        #expect(Delivered(through: 5, islandsText: text) == nil)
    }

    @Test func `what went past a refused message is known to the next run, and freed when the cursor has passed it`() async throws
    {
        let bench = LaneBench()
        var lane = try bench.open()
        _ = try await lane.register(uplinks: ["city"])
        try await bench.append(1...20, to: lane)
        await lane.delivered("city", through: 2, islands: [6...9, 12...15])
        try await lane.append([], now: bench.clock.now())
        await bench.crash(lane)
        lane = try bench.open()
        #expect(try await lane.register(uplinks: ["city"]) == ["city": 2])
        #expect(await lane.reached(by: "city") == Delivered(through: 2, islands: [6...9, 12...15]))
        #expect(
            try await lane.everything(after: 0).compactMap(\.seq) == Array(3...20), "only what the cursor has passed is freed")
        // Only the pieces have grown.
        await lane.delivered("city", through: 2, islands: [6...15])
        try await lane.flush()
        await bench.crash(lane)
        lane = try bench.open()
        _ = try await lane.register(uplinks: ["city", "new"])
        #expect(await lane.reached(by: "city") == Delivered(through: 2, islands: [6...15]))
        #expect(await lane.reached(by: "new") == Delivered())
        await lane.delivered("city", through: 15)
        try await lane.flush()
        await bench.crash(lane)
        lane = try bench.open()
        _ = try await lane.register(uplinks: ["city"])
        #expect(await lane.reached(by: "city") == Delivered(through: 15))
        await lane.abandon()
    }

    @Test func `a lane that begins anew still knows what went past a refused message`() async throws {
        let bench = LaneBench()
        var lane = try bench.open()
        _ = try await lane.register(uplinks: ["city"])
        try await bench.append(1...20, to: lane)
        await lane.delivered("city", through: 2, islands: [6...9])
        try await lane.edit("DELETE FROM records WHERE seq = 4")
        #expect(try await lane.everything(after: 2).first { $0.first == 4 }?.gap?.reason == .corrupt)
        await bench.crash(lane)
        lane = try bench.open()
        _ = try await lane.register(uplinks: ["city"])
        #expect(await lane.reached(by: "city") == Delivered(through: 2, islands: [6...9]))
        await lane.abandon()
    }
}
