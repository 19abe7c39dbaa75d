// What one message may carry: limits, boots, islands, gaps, and rows that are not what was written.
import Platform
import SensorModel
import Testing
import TestSupport

@testable import Outbox

@Suite struct LaneSelectionTests {
    let bench = LaneBench()

    @Test func `a selection keeps to its records, its bytes and its end`() async throws {
        let lane = try bench.open()
        try await bench.append(1...20, to: lane, bodyLength: 100)
        func select(_ after: Int64, before: Int64 = .max, _ records: Int, _ bytes: Int) async throws -> [Int64] {
            let found = try await lane.select(
                after: after, before: before, records: records, bytes: bytes, withTrailingGap: false)
            #expect(found?.after ?? after == after)
            #expect(found?.bytes ?? 0 == (found?.elements.count ?? 0) * 100)
            return found?.elements.compactMap(\.seq) ?? []
        }
        #expect(try await select(0, 3, .max) == [1, 2, 3])
        #expect(try await select(3, 100, 250) == [4, 5])
        #expect(try await select(3, 100, 300) == [4, 5, 6])
        #expect(try await select(3, 100, 1) == [4], "the first goes in any case")
        #expect(try await select(3, before: 6, 100, .max) == [4, 5])
        #expect(try await select(3, before: 4, 100, .max) == [])
        #expect(try await select(20, 100, .max) == [])
        await lane.abandon()
    }

    @Test func `records of two boots never share a selection`() async throws {
        var lane = try bench.open(boot: "boot-1")
        try await bench.append(1...3, to: lane)
        try await lane.close(now: bench.clock.now())
        lane = try bench.open(boot: "boot-2")
        try await bench.append(4...6, to: lane)
        let first = try await lane.select(after: 0, records: 100, bytes: .max, withTrailingGap: true)
        #expect(first?.boot == "boot-1")
        #expect(first?.elements.compactMap(\.seq) == [1, 2, 3])
        let second = try await lane.select(after: 3, records: 100, bytes: .max, withTrailingGap: true)
        #expect(second?.boot == "boot-2")
        #expect(second?.elements.compactMap(\.seq) == [4, 5, 6])
        await lane.abandon()
    }

    @Test func `a gap goes with the record behind it, and alone only when that is wanted`() async throws {
        var lane = try bench.open(block: 10)
        try await bench.append(1...2, to: lane)
        await bench.crash(lane)
        lane = try bench.open(block: 10)
        let unused = LaneElement.gap(Gap(from: 3, to: 10, count: 8, reason: .unused))
        func select(after: Int64, before: Int64 = .max, _ trailing: Bool) async throws -> [LaneElement]? {
            try await lane.select(after: after, before: before, records: 100, bytes: .max, withTrailingGap: trailing)?.elements
        }
        #expect(try await select(after: 0, false)?.map(\.first) == [1, 2])
        #expect(try await select(after: 2, false) == nil)
        #expect(try await select(after: 2, true) == [unused])
        #expect(try await select(after: 5, true) == [unused], "a gap that begins before is still a gap")
        #expect(try await select(after: 10, true) == nil)
        try await bench.append(11...11, to: lane)
        #expect(try await select(after: 2, false)?.map(\.first) == [3, 11])
        #expect(try await select(after: 0, false)?.map(\.first) == [1, 2, 3, 11])
        #expect(try await select(after: 2, before: 11, true) == [unused])
        await lane.abandon()
    }

    @Test func `a flipped byte makes that row a corrupt gap; the others go and the row is kept aside`() async throws {
        let lane = try bench.open()
        _ = try await lane.register(uplinks: ["city"])
        try await bench.append(1...5, to: lane)
        var damaged = LaneBench.body(3)
        damaged[2] ^= 0x10
        try await lane.edit("UPDATE records SET body = ? WHERE seq = 3", [.blob(damaged)])
        let found = try await lane.select(after: 0, records: 100, bytes: .max, withTrailingGap: false)
        #expect(
            found?.elements == [
                .record(seq: 1, body: LaneBench.body(1)), .record(seq: 2, body: LaneBench.body(2)),
                .gap(Gap(from: 3, to: 3, count: 1, reason: .corrupt)),
                .record(seq: 4, body: LaneBench.body(4)), .record(seq: 5, body: LaneBench.body(5)),
            ])
        #expect(
            try bench.number("SELECT seq FROM quarantine WHERE body = x'\(damaged.map { String($0, radix: 16) }.joined())'") == 3)
        let statistics = try await lane.currentStatistics()
        #expect(statistics.corrupt == 1)
        #expect(statistics.uplinks["city"]?.waiting == 4)
        await lane.abandon()
    }

    @Test(arguments: ["boot = boot + 1", "crc = crc + 1", "body = x''", "body = 'text'"])
    func `any other damage of a row is noticed too`(damage: String) async throws {
        let lane = try bench.open()
        try await bench.append(1...3, to: lane)
        try await lane.edit("UPDATE records SET \(damage) WHERE seq = 2")
        let found = try await lane.everything(after: 0)
        #expect(found.map(\.first) == [1, 2, 3])
        #expect(found[1].gap?.reason == .corrupt)
        await lane.abandon()
    }

    @Test func `a lane whose rows are all damaged still comes to its end`() async throws {
        let lane = try bench.open(block: 1000)
        try await bench.append(1...500, to: lane)
        try await lane.edit("UPDATE records SET crc = 0 WHERE seq <= 500")
        try await bench.append(501...501, to: lane)
        var cursor: Int64 = 0
        var seen: [Int64] = []
        while let found = try await lane.select(after: cursor, records: 1, bytes: .max, withTrailingGap: true) {
            seen += found.elements.map(\.first)
            cursor = found.elements.last?.last ?? .max
        }
        #expect(seen == Array(1...501))
        #expect(try bench.number("SELECT count(*) FROM quarantine") == 500)
        await lane.abandon()
    }

    @Test func `the checksum is CRC-32C`() {
        // RFC 3720, appendix B.4: 32 bytes of zeros, of ones, and 0…31; the check value of the CRC catalogue.
        for (bytes, value) in [
            ([UInt8](repeating: 0, count: 32), UInt32(0x8A91_36AA)), ([UInt8](repeating: 0xFF, count: 32), 0x62A8_AB43),
            (Array(0...31), 0x46DD_794E), (Array("123456789".utf8), 0xE306_9283),
        ] {
            var checksum = Checksum()
            checksum.add(bytes)
            #expect(checksum.value == value)
        }
    }
}
