// Alarms that nobody has and that fill their share of the store: readings make room for them, and have it back afterwards.
import Platform
import SensorModel
import Testing
import TestSupport

@testable import Outbox

@Suite struct LaneLoanTests {
    private static let whole: Int64 = 1 << 20, share: Int64 = 128 << 10, step: Int64 = 64 << 10
    let folder = TemporaryFolder()
    let clock = ManualClock()

    private func visit(_ look: (Store) async throws -> Void) async throws {
        try await Visit(path: folder.file("store"), clock: clock, maxBytes: Self.whole).visit("one") { store in
            for lane in Lane.allCases { _ = try await store.lane(lane).register(uplinks: ["city"]) }
            try await look(store)
        }
    }

    /// So many records behind the last one, a commit for each twenty.
    private func append(_ count: Int64, to lane: OutboxLane, after each: () async throws -> Void = {}) async throws {
        let first = max(lane.firstBlock.next, try await lane.currentStatistics().lastSeq + 1)
        for from in stride(from: first, to: first + count, by: 20) {
            let records = (from..<from + 20).map { NumberedRecord(seq: $0, body: LaneBench.body($0, length: 400)) }
            try await lane.append(records, now: clock.now())
            try await each()
        }
    }

    /// Bytes of what both lanes hold, and of their files when their logs are in them.
    private func sum(_ store: Store) async throws -> (content: Int64, files: Int64) {
        var (content, pages) = (Int64(0), Int64(0))
        for lane in Lane.allCases {
            content += try await store.lane(lane).currentStatistics().usedBytes
            pages += try await store.lane(lane).number("PRAGMA page_count")
        }
        return (content, pages * Int64(Database.pageBytes))
    }

    /// A second of both writers, with nothing to write.
    private func settle(_ store: Store) async throws {
        clock.advance(by: .seconds(1))
        for lane in Lane.allCases { try await store.lane(lane).settle(now: clock.now()) }
    }

    @Test func `no alarm is given up while readings have more than their eighth, and both stay within the store`() async throws {
        try await visit { store in
            try await append(4000, to: store.readings)
            #expect(try await store.readings.currentStatistics().usedBytes > 800 << 10)
            var largest = (content: Int64(0), files: Int64(0))
            try await append(1500, to: store.alarms) {
                try await settle(store)
                let now = try await sum(store)
                largest = (max(largest.content, now.content), max(largest.files, now.files))
            }
            #expect(largest.content <= Self.whole, "\(largest)")
            #expect(largest.files <= Self.whole + 3 * Self.step, "what readings give goes back to the disk: \(largest)")
            let alarms = try await store.alarms.currentStatistics()
            #expect(alarms.usedBytes > 600 << 10 && alarms.evicted == 0)
            #expect(try await store.alarms.everything(after: 0).compactMap(\.seq) == Array(1...1500))
            let readings = try await store.readings.currentStatistics()
            #expect(alarms.maxBytes + readings.maxBytes == Self.whole, "each says what it may have now")
            let found = try await store.readings.everything(after: 0)
            let gap = try #require(found.first?.gap)
            #expect(gap.from == 1 && gap.reason == .evicted && UInt64(gap.count) == readings.evicted)
            #expect(found.dropFirst().compactMap(\.seq) == Array(gap.to + 1...4000), "the oldest have gone, and no other")
            #expect(store.alarms.condition.isWell)
        }
    }

    @Test func `an alarm does not wait until the readings have made room, and they make it at their next look`() async throws {
        try await visit { store in
            try await append(4000, to: store.readings)
            try await append(1500, to: store.alarms)
            #expect(try await store.alarms.currentStatistics().evicted == 0)
            #expect(try await sum(store).content > Self.whole, "they hold more than their room until then")
            #expect(store.readings.isUnsettled)
            try await settle(store)
            #expect(try await sum(store).content <= Self.whole)
            #expect(!store.readings.isUnsettled)
            #expect(try await store.alarms.everything(after: 0).count == 1500)
        }
    }

    @Test func `readings keep an eighth, then the oldest alarms go with a gap, and that is said until there is room`()
        async throws
    {
        try await visit { store in
            try await append(4000, to: store.readings)
            try await append(2600, to: store.alarms) { try await settle(store) }
            let readings = try await store.readings.currentStatistics()
            #expect(readings.usedBytes > Self.share * 3 / 4 && readings.usedBytes <= Self.share)
            #expect(readings.maxBytes == Self.share)
            let alarms = try await store.alarms.currentStatistics()
            #expect(alarms.usedBytes > 800 << 10 && alarms.usedBytes <= Self.whole - Self.share)
            let found = try await store.alarms.everything(after: 0)
            let gap = try #require(found.first?.gap)
            #expect(gap.from == 1 && gap.reason == .evicted && UInt64(gap.count) == alarms.evicted && gap.count > 100)
            #expect(found.dropFirst().compactMap(\.seq) == Array(gap.to + 1...2600))
            #expect(store.alarms.condition.isOverfull && !store.alarms.condition.isWell)
            await store.alarms.delivered("city", through: 2600)
            try await settle(store)
            #expect(store.alarms.condition.isWell)
        }
    }

    @Test func `what was borrowed goes back by itself when the alarms are delivered, and the file with it`() async throws {
        try await visit { store in
            try await append(4000, to: store.readings)
            try await append(1500, to: store.alarms) { try await settle(store) }
            await store.alarms.delivered("city", through: 800)
            for _ in 0..<20 { try await settle(store) }
            #expect(try await store.alarms.currentStatistics().firstSeq == 801, "what waits stays, in room that is lent")
            #expect(try await store.readings.currentStatistics().maxBytes < Self.whole - Self.share)
            await store.alarms.delivered("city", through: 1500)
            for _ in 0..<20 { try await settle(store) }
            let alarms = try await store.alarms.currentStatistics()
            #expect(alarms.usedBytes <= Self.share && alarms.usedBytes > Self.share / 2, "delivered ones are kept in their share")
            #expect(alarms.evicted == 0)
            #expect(try await store.alarms.number("PRAGMA page_count") * 1024 <= Self.share + Self.step)
            let evicted = try await store.readings.currentStatistics().evicted
            try await append(1200, to: store.readings)
            let readings = try await store.readings.currentStatistics()
            #expect(readings.evicted == evicted && readings.usedBytes > 500 << 10, "they have their room again")
            #expect(try await sum(store).files <= Self.whole + 3 * Self.step)
        }
    }

    @Test func `a restart finds what is lent by what the alarms hold`() async throws {
        try await visit { store in
            try await append(4000, to: store.readings)
            try await append(1500, to: store.alarms) { try await settle(store) }
        }
        try await visit { store in
            #expect(try await store.readings.currentStatistics().maxBytes < Self.whole / 2)
            try await append(1000, to: store.readings)
            #expect(try await sum(store).content <= Self.whole)
            try await append(20, to: store.alarms)
            #expect(try await store.alarms.currentStatistics().evicted == 0)
            let found = try await store.alarms.everything(after: 0)
            #expect(found.compactMap(\.seq).prefix(1500).elementsEqual(1...1500))
            await store.alarms.delivered("city", through: found.last?.last ?? 0)
            for _ in 0..<20 { try await settle(store) }
            #expect(try await store.readings.currentStatistics().maxBytes == Self.whole - Self.share)
            #expect(try await store.alarms.number("PRAGMA page_count") * 1024 <= Self.share + Self.step)
        }
    }

    @Test func `delivered alarms that are kept make way before a reading does`() async throws {
        try await visit { store in
            try await append(2000, to: store.readings)
            let evicted = try await store.readings.currentStatistics().evicted
            for _ in 0..<30 {
                try await append(40, to: store.alarms)
                await store.alarms.delivered("city", through: try await store.alarms.currentStatistics().lastSeq)
                try await settle(store)
            }
            #expect(try await store.alarms.currentStatistics().evicted == 0)
            #expect(try await store.readings.currentStatistics().evicted == evicted)
            #expect(try await store.readings.currentStatistics().maxBytes == Self.whole - Self.share)
        }
    }
}
