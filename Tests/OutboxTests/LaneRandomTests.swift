// Random lives of a lane against a simple model: the ledger rule, whatever happens in whatever order.
import Platform
import SensorModel
import Testing
import TestSupport

@testable import Outbox

@Suite struct LaneRandomTests {
    private static let uplinks = ["city", "backup"]
    private static let block: Int64 = 64

    /// One life: the lane, its model and its chance.
    private struct Life {
        let bench = LaneBench()
        var chance: SeededGenerator
        var lane: OutboxLane
        var model: LaneModel

        init(seed: UInt64) async throws {
            chance = SeededGenerator(seed: seed)
            lane = try bench.open(maxBytes: 96 * 1024, block: LaneRandomTests.block)
            let cursors = try await lane.register(uplinks: LaneRandomTests.uplinks)
            model = LaneModel(reserved: LaneRandomTests.block, delivered: cursors, durable: cursors)
        }

        mutating func reopen() async throws {
            lane = try bench.open(maxBytes: 96 * 1024, block: LaneRandomTests.block)
            #expect(lane.firstBlock == SequenceBlock(next: model.last + 1, reservedThrough: model.reserved))
            #expect(try await lane.register(uplinks: LaneRandomTests.uplinks) == model.durable)
        }

        mutating func step() async throws {
            switch Int.random(in: 0..<100, using: &chance) {
            case ..<55: try await append()
            case ..<80:
                let uplink = LaneRandomTests.uplinks[Int.random(in: 0...1, using: &chance)]
                let from = model.delivered[uplink] ?? 0
                guard from < model.last else { return }
                let through = Int64.random(in: from...min(model.last, from + 200), using: &chance)
                await lane.delivered(uplink, through: through)
                model.delivered[uplink] = through
            case ..<88:
                try await lane.flush()
                model.durable = model.delivered
            case ..<94:
                await bench.crash(lane)
                model.crash(block: LaneRandomTests.block)
                try await reopen()
            default:
                try await lane.close(now: bench.clock.now())
                model.durable = model.delivered
                model.reserved = model.last + LaneRandomTests.block
                try await reopen()
            }
        }

        mutating func append() async throws {
            var records: [NumberedRecord] = []
            for _ in 0..<Int.random(in: 1...40, using: &chance) where model.last + Int64(records.count) < model.reserved {
                let length = Int.random(in: 0...600, using: &chance)
                let record = NumberedRecord(
                    seq: model.last + Int64(records.count) + 1,
                    body: (0..<length).map { _ in UInt8.random(in: 0...255, using: &chance) })
                records.append(record)
                model.bodies[record.seq] = record.body
            }
            let granted = try await lane.append(records, now: bench.clock.now())
            model.last += Int64(records.count)
            #expect(granted > model.last, "there are always numbers for the next commit")
            model.reserved = granted
            model.durable = model.delivered
        }

        /// Reads the lane to its end as an uplink does, in selections of random size.
        mutating func check() async throws -> [String] {
            let statistics = try await lane.currentStatistics()
            var faults =
                statistics.usedBytes > statistics.maxBytes ? ["\(statistics.usedBytes) bytes are more than the bound"] : []
            let firstKept = statistics.firstSeq > 0 ? statistics.firstSeq : model.last + 1
            for uplink in LaneRandomTests.uplinks {
                let from = model.delivered[uplink] ?? 0
                var (cursor, elements) = (from, [LaneElement]())
                while let found = try await lane.select(
                    after: cursor, records: Int.random(in: 1...50, using: &chance),
                    bytes: Int.random(in: 1...8000, using: &chance),
                    withTrailingGap: true)
                {
                    if found.after != cursor { faults.append("after is \(found.after) and not \(cursor)") }
                    elements += found.elements
                    cursor = found.elements.last?.last ?? .max
                }
                faults += model.faults(in: elements, after: from, firstKept: firstKept)
                let waiting = elements.filter { $0.seq != nil }.count
                if statistics.uplinks[uplink] != .init(delivered: from, waiting: Int64(waiting)) {
                    faults.append(
                        "\(uplink): \(String(describing: statistics.uplinks[uplink])), \(waiting) records are to be had")
                }
            }
            return faults
        }
    }

    @Test(arguments: 1...8)
    func `every number is a record or in exactly one gap, whatever happens`(seed: UInt64) async throws {
        var life = try await Life(seed: seed)
        for step in 0..<120 {
            try await life.step()
            let faults = try await life.check()
            try #require(faults.isEmpty, "seed \(seed), step \(step): \(faults.joined(separator: "; "))")
        }
        await life.lane.abandon()
    }
}
