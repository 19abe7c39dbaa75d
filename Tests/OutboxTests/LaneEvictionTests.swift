// A full lane: the oldest make room, one gap counts them, nothing else is missing.
import Platform
import SensorModel
import Testing
import TestSupport

@testable import Outbox

@Suite struct LaneEvictionTests {
    let bench = LaneBench()

    /// Appends in commits of 100, and holds the content to its bound after each.
    private func fill(_ range: ClosedRange<Int64>, _ lane: OutboxLane, length: Int = 200) async throws {
        for first in stride(from: range.lowerBound, through: range.upperBound, by: 100) {
            try await bench.append(first...min(first + 99, range.upperBound), to: lane, bodyLength: length)
            let statistics = try await lane.currentStatistics()
            #expect(statistics.usedBytes <= statistics.maxBytes)
        }
    }

    @Test func `thousands of rows stay under the bound, and one gap counts what went`() async throws {
        let lane = try bench.open(maxBytes: 256 * 1024, block: 10_000)
        _ = try await lane.register(uplinks: ["city"])
        try await fill(1...6000, lane)
        let found = try await lane.everything(after: 0)
        let gap = try #require(found.first?.gap)
        let rows = found.dropFirst().compactMap(\.seq)
        #expect(gap.from == 1)
        #expect(gap.reason == .evicted)
        #expect(rows == Array(gap.to + 1...6000), "nothing is missing behind the gap, and there is one gap only")
        #expect(gap.count == 6000 - Int64(rows.count))
        #expect(rows.count > 500, "the room is used")
        let statistics = try await lane.currentStatistics()
        #expect(statistics.evicted == UInt64(gap.count))
        #expect(statistics.firstSeq == gap.to + 1)
        #expect(statistics.uplinks["city"]?.waiting == Int64(rows.count))
        #expect(LineFile.size(bench.path) < 512 * 1024, "the file does not grow without end either")
        await lane.abandon()
    }

    @Test func `a burst takes the place of the oldest, and the file does not grow by it`() async throws {
        let lane = try bench.open(maxBytes: 1 << 20, block: 10_000)
        _ = try await lane.register(uplinks: ["city"])
        try await fill(1...6000, lane)
        let pages = try await lane.number("PRAGMA page_count")
        try await bench.append(6001...9000, to: lane, bodyLength: 200)
        #expect(try await lane.number("PRAGMA page_count") <= pages * 5 / 4)
        #expect(try await lane.everything(after: 0).last?.seq == 9000)
        await lane.abandon()
    }

    @Test func `an uplink in the middle finds the gap where it stands`() async throws {
        let lane = try bench.open(maxBytes: 256 * 1024, block: 10_000)
        _ = try await lane.register(uplinks: ["ahead", "behind"])
        try await fill(1...400, lane)
        await lane.delivered("ahead", through: 300)
        await lane.delivered("behind", through: 120)
        try await fill(401...3000, lane)
        for cursor in [Int64(120), 300] {
            let found = try await lane.select(after: cursor, records: 10, bytes: .max, withTrailingGap: false)
            let gap = try #require(found?.elements.first?.gap)
            #expect(gap.to > 300)
            #expect(gap.from == 121, "what all have delivered is not given up")
            #expect(gap.count == gap.to - 120)
            #expect(found?.elements.dropFirst().compactMap(\.seq) == Array(gap.to + 1...gap.to + 10))
        }
        await lane.abandon()
    }

    @Test func `what was delivered and not freed yet goes first, and by itself when that is enough`() async throws {
        let lane = try bench.open(maxBytes: 1 << 20, block: 100_000)
        _ = try await lane.register(uplinks: ["city"])
        try await fill(1...3000, lane)
        let room = try await lane.currentStatistics()
        #expect(room.evicted == 0 && room.usedBytes > 400_000)
        await lane.delivered("city", through: 10)
        let evicted = try await lane.evict(to: room.usedBytes - 1)
        #expect(evicted == 0)
        #expect(try await lane.everything(after: 10).compactMap(\.seq) == Array(11...3000))
        #expect(try await lane.everything(after: 0).compactMap(\.gap) == [])
        await lane.abandon()
    }

    @Test func `delivered alarms that were kept make room without a gap`() async throws {
        let lane = try bench.open(maxBytes: 128 * 1024, block: 10_000, retention: .seconds(7 * 86_400))
        _ = try await lane.register(uplinks: ["city"])
        for first in stride(from: Int64(1), to: 2000, by: 50) {
            try await fill(first...first + 49, lane)
            await lane.delivered("city", through: first + 49)
            try await lane.append([], now: bench.clock.now())
        }
        #expect(try bench.number("SELECT count(*) FROM gaps") == 0)
        #expect(try await lane.everything(after: 0).last?.seq == 2000)
        await lane.abandon()
    }

    @Test func `unused numbers between evicted records become part of the one gap`() async throws {
        var lane = try bench.open(maxBytes: 128 * 1024, block: 1000)
        _ = try await lane.register(uplinks: ["city"])
        try await fill(1...50, lane)
        await bench.crash(lane)
        lane = try bench.open(maxBytes: 128 * 1024, block: 1000)
        _ = try await lane.register(uplinks: ["city"])
        try await fill(1001...3000, lane)
        let gaps = try await lane.everything(after: 0).compactMap(\.gap)
        #expect(gaps.first?.from == 1)
        for (gap, next) in zip(gaps, gaps.dropFirst()) { #expect(next.from == gap.to + 1) }
        #expect(gaps.last?.to == (try await lane.currentStatistics()).firstSeq - 1)
        #expect(gaps.reduce(0) { $0 + $1.count } == gaps.last?.to)
        await lane.abandon()
    }

    @Test func `after many restarts a full lane still gives up a little at a time`() async throws {
        var lane = try bench.open(maxBytes: 512 * 1024, block: 10_000)
        for restart in 0..<20 {
            let next = Int64(restart) * 10_000 + 1
            #expect(lane.firstBlock.next == next)
            try await bench.append(next...next + 79, to: lane, bodyLength: 200)
            await bench.crash(lane)
            lane = try bench.open(maxBytes: 512 * 1024, block: 10_000)
        }
        let rows = try bench.number("SELECT count(*) FROM records")
        #expect(rows == 1600)
        let next = lane.firstBlock.next
        try await fill(next...next + 1199, lane)
        let statistics = try await lane.currentStatistics()
        #expect(statistics.evicted > 0)
        #expect(statistics.evicted < 1600, "the numbers are far apart, the records are not")
        #expect(statistics.usedBytes > 400 * 1024)
        await lane.abandon()
    }

    @Test func `two hundred thousand waiting rows are opened, counted and selected from`() async throws {
        var lane = try bench.open(block: 10_000)
        for first in stride(from: Int64(1), to: 200_000, by: 10_000) { try await bench.append(first...first + 9999, to: lane) }
        try await lane.close(now: bench.clock.now())
        lane = try bench.open(block: 10_000)
        #expect(try await lane.register(uplinks: ["city"]) == ["city": 0])
        let first = try await lane.select(after: 0, records: 500, bytes: .max, withTrailingGap: false)
        #expect(first?.elements.compactMap(\.seq) == Array(1...500))
        let statistics = try await lane.currentStatistics()
        #expect(statistics.uplinks == ["city": .init(delivered: 0, waiting: 200_000)])
        #expect(statistics.firstSeq == 1)
        #expect(statistics.lastSeq == 200_000)
        await lane.abandon()
    }
}
