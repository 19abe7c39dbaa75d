// A full disk, as SQLite reports it: the lane lives in the file it has, the oldest make room, and it grows again by itself.
import Platform
import SensorModel
import Synchronization
import Testing
import TestSupport

@testable import Outbox

@Suite struct LaneFullDiskTests {
    let bench = LaneBench()

    /// The disk gives the file no further page.
    private func fill(_ lane: OutboxLane) async throws {
        _ = try await lane.number("PRAGMA wal_checkpoint(TRUNCATE)")
        _ = try await lane.number("PRAGMA max_page_count = \(try await lane.number("PRAGMA page_count"))")
    }

    /// One of two lanes on the same disk.
    private func open(_ lane: Lane, _ room: AlarmRoom, _ executor: ThreadExecutor) throws -> OutboxLane {
        try OutboxLane(
            lane: lane, place: .file(bench.folder.file("\(lane.rawValue).db")), boot: "b", maxBytes: 8 << 20, block: 100_000,
            alarmRoom: room, executor: executor)
    }

    private func append(_ range: ClosedRange<Int64>, _ lane: OutboxLane) async throws {
        for first in stride(from: range.lowerBound, through: range.upperBound, by: 100) {
            try await bench.append(first...min(first + 99, range.upperBound), to: lane, bodyLength: 200)
        }
    }

    @Test func `on a full disk the oldest make room, a gap names them, and the file stays as it is`() async throws {
        let lane = try bench.open(maxBytes: 4 << 20, block: 100_000)
        _ = try await lane.register(uplinks: ["city"])
        #expect(LineFile.exists(bench.path + ".reserve"))
        try await append(1...4000, lane)
        try await fill(lane)
        let pages = try await lane.number("PRAGMA page_count")
        try await append(4001...12_000, lane)
        #expect(lane.condition.isDiskFull)
        #expect(!LineFile.exists(bench.path + ".reserve"), "the reserve went back to the disk")
        #expect(try await lane.number("PRAGMA page_count") <= pages)
        let found = try await lane.everything(after: 0)
        let gap = try #require(found.first?.gap)
        #expect(gap.from == 1 && gap.reason == .evicted && gap.count == gap.to)
        #expect(found.dropFirst().compactMap(\.seq) == Array(gap.to + 1...12_000))
        #expect(found.count > 2500, "most of the room is used: \(found.count)")
        #expect(try await lane.currentStatistics().evicted == UInt64(gap.count))
        await lane.abandon()
    }

    @Test func `on a full disk what was delivered goes a little at a time: its log needs room, too`() async throws {
        let lane = try bench.open(maxBytes: 16 << 20, block: 100_000)
        _ = try await lane.register(uplinks: ["city"])
        try await append(1...20_000, lane)
        try await fill(lane)
        try await append(20_001...24_000, lane)
        #expect(lane.condition.isDiskFull)
        let before = try await lane.currentStatistics()
        await lane.delivered("city", through: 24_000)
        try await bench.append(24_001...24_001, to: lane)
        let after = try await lane.currentStatistics()
        #expect(
            after.firstSeq > before.firstSeq && after.firstSeq <= before.firstSeq + 200, "\(before.firstSeq) \(after.firstSeq)")
        #expect(after.evicted == before.evicted)
        await lane.abandon()
    }

    @Test func `a log that SQLite leaves as it is is brought into the file before it is too long`() async throws {
        let lane = try bench.open(maxBytes: 64 << 20, block: 100_000)
        _ = try await lane.register(uplinks: ["city"])
        // As on a medium that did not let it for a time.
        _ = try await lane.number("PRAGMA wal_autocheckpoint = 0")
        var last: Int64 = 0
        for first in stride(from: Int64(1), to: 30_000, by: 1000) {
            try await bench.append(first...first + 999, to: lane, bodyLength: 300)
            last = max(last, LineFile.size(bench.path + "-wal"))
        }
        #expect(last > 5 << 20 && last < 6 << 20, "\(last)")
        #expect(try await lane.everything(after: 0).count == 30_000)
        await lane.abandon()
    }

    @Test func `when there is room again the lane takes its reserve and grows`() async throws {
        let lane = try bench.open(maxBytes: 4 << 20, block: 100_000)
        _ = try await lane.register(uplinks: ["city"])
        try await append(1...1000, lane)
        try await fill(lane)
        try await append(1001...2000, lane)
        #expect(lane.condition.isDiskFull)
        _ = try await lane.number("PRAGMA max_page_count = 1000000")
        try await lane.settle(now: bench.clock.now())
        #expect(lane.condition.isDiskFull, "it looks once a minute")
        bench.clock.advance(by: .seconds(61))
        try await lane.settle(now: bench.clock.now())
        #expect(!lane.condition.isDiskFull)
        #expect(LineFile.exists(bench.path + ".reserve"))
        let evicted = try await lane.currentStatistics().evicted
        try await append(2001...8000, lane)
        #expect(try await lane.currentStatistics().evicted == evicted)
        await lane.abandon()
    }

    @Test(arguments: [true, false])
    func `readings give room to alarms when the alarms ask for it, idle or not`(isIdle: Bool) async throws {
        let room = AlarmRoom()
        let executor = ThreadExecutor(name: "test-lane")
        defer { executor.shutdown() }
        let (readings, alarms) = (try open(.readings, room, executor), try open(.alarms, room, executor))
        _ = try await readings.register(uplinks: ["city"])
        try await append(1...10_000, readings)
        try await bench.append(1...10, to: alarms)
        try await fill(alarms)
        let before = try await readings.number("PRAGMA page_count")
        // One alarm that is larger than all that can be evicted: there is no room for it even after the reserve.
        let large = [NumberedRecord(seq: 11, body: [UInt8](repeating: 65, count: 1 << 20))]
        await #expect(throws: StoreError.self) { try await alarms.append(large, now: bench.clock.now()) }
        await #expect(throws: StoreError.self) { try await alarms.append(large, now: bench.clock.now()) }
        if isIdle {
            try await readings.settle(now: bench.clock.now())
        } else {
            try await append(10_001...10_001, readings)
        }
        #expect(try await readings.number("PRAGMA page_count") <= before - 200, "room went back to the disk")
        #expect(try await readings.everything(after: 0).first?.gap?.reason == .evicted)
        for lane in [readings, alarms] { await lane.abandon() }
    }

    @Test func `readings are unsettled for as long as the disk is full for the alarms`() async throws {
        let room = AlarmRoom()
        let executor = ThreadExecutor(name: "test-lane")
        defer { executor.shutdown() }
        let (readings, alarms) = (try open(.readings, room, executor), try open(.alarms, room, executor))
        try await bench.append(1...10, to: alarms)
        #expect(!readings.isUnsettled && !alarms.isUnsettled)
        try await fill(alarms)
        let large = [NumberedRecord(seq: 11, body: [UInt8](repeating: 65, count: 1 << 20))]
        await #expect(throws: StoreError.self) { try await alarms.append(large, now: bench.clock.now()) }
        try await readings.settle(now: bench.clock.now())
        #expect(alarms.condition.isDiskFull && readings.isUnsettled, "they may want room any moment")
        try await alarms.settle(now: bench.clock.now())
        bench.clock.advance(by: .seconds(61))
        try await alarms.settle(now: bench.clock.now())
        #expect(!alarms.condition.isDiskFull && !readings.isUnsettled)
        for lane in [readings, alarms] { await lane.abandon() }
    }

    @Test func `readings keep their room when the alarms have found some meanwhile`() async throws {
        let room = AlarmRoom()
        let executor = ThreadExecutor(name: "test-lane")
        defer { executor.shutdown() }
        let (readings, alarms) = (try open(.readings, room, executor), try open(.alarms, room, executor))
        _ = try await readings.register(uplinks: ["city"])
        try await append(1...1000, readings)
        room.isWanted.store(true, ordering: .relaxed)
        try await bench.append(1...10, to: alarms)
        try await readings.settle(now: bench.clock.now())
        #expect(try await readings.currentStatistics().evicted == 0)
        for lane in [readings, alarms] { await lane.abandon() }
    }

    @Test func `what readings give up for alarms because it was delivered is noted as delivered with it`() async throws {
        let room = AlarmRoom()
        let executor = ThreadExecutor(name: "test-lane")
        defer { executor.shutdown() }
        let readings = try OutboxLane(
            lane: .readings, place: .file(bench.path), boot: "b", maxBytes: 8 << 20, block: 100_000, alarmRoom: room,
            executor: executor)
        _ = try await readings.register(uplinks: ["city"])
        try await append(1...10_000, readings)
        await readings.delivered("city", through: 5000)
        room.isWanted.store(true, ordering: .relaxed)
        try await readings.settle(now: bench.clock.now())
        #expect(try bench.number("SELECT min(seq) FROM records") > 1, "some have made way")
        #expect(try bench.number("SELECT count(*) FROM gaps") == 0)
        #expect(try bench.number("SELECT delivered FROM cursors") == 5000, "nothing is gone that is not noted as delivered")
        await readings.abandon()
    }

    @Test func `alarms that were not delivered never make way for others on a full disk`() async throws {
        let executor = ThreadExecutor(name: "test-lane")
        defer { executor.shutdown() }
        let room = AlarmRoom()
        let alarms = try OutboxLane(
            lane: .alarms, place: .file(bench.path), boot: "b", maxBytes: 8 << 20, block: 100_000,
            retention: .seconds(7 * 86_400),
            alarmRoom: room, executor: executor)
        _ = try await alarms.register(uplinks: ["city"])
        try await append(1...1000, alarms)
        await alarms.delivered("city", through: 400)
        try await fill(alarms)
        try await append(1001...1200, alarms)
        #expect(try bench.number("SELECT min(seq) FROM records") > 1, "what was delivered made way")
        await #expect(throws: StoreError.self) {
            for first in stride(from: Int64(1201), to: 4000, by: 100) {
                try await bench.append(first...first + 99, to: alarms, bodyLength: 200)
            }
        }
        #expect(try bench.number("SELECT count(*) FROM records WHERE seq BETWEEN 401 AND 1200") == 800)
        #expect(try bench.number("SELECT count(*) FROM gaps") == 0)
        #expect(try await alarms.currentStatistics().evicted == 0)
        let isWanted = room.isWanted.load(ordering: .relaxed)
        #expect(isWanted, "the readings are asked")
        await alarms.abandon()
    }

    @Test func `what was delivered is given back to the disk in small steps, with commits that were due anyway`() async throws {
        let lane = try bench.open(block: 100_000)
        _ = try await lane.register(uplinks: ["city"])
        try await append(1...20_000, lane)
        _ = try await lane.number("PRAGMA wal_checkpoint(TRUNCATE)")
        let full = LineFile.size(bench.path)
        await lane.delivered("city", through: 20_000)
        try await lane.flush()
        #expect(try bench.number("SELECT count(*) FROM records") == 20_000, "a delivery alone frees nothing")
        var sizes: [Int64] = []
        for number in Int64(20_001)...20_040 {
            try await bench.append(number...number, to: lane)
            _ = try await lane.number("PRAGMA wal_checkpoint(TRUNCATE)")
            sizes.append(LineFile.size(bench.path))
        }
        for (size, next) in zip([full] + sizes, sizes) { #expect(size - next <= 80 * 4096, "a small step each time") }
        #expect(sizes.last.map { $0 < full / 2 } == true, "\(full) \(sizes)")
        #expect(try bench.number("SELECT count(*) FROM records") == 40)
        await lane.abandon()
    }

    @Test func `a delivery waits for a commit of records, and for five seconds at most`() async throws {
        let lane = try bench.open()
        _ = try await lane.register(uplinks: ["city"])
        try await bench.append(1...10, to: lane)
        await lane.delivered("city", through: 4)
        func durable() throws -> Int64 { try bench.number("SELECT delivered FROM cursors") }
        try await lane.settle(now: bench.clock.now())
        #expect(try durable() == 0)
        bench.clock.advance(by: .seconds(4))
        try await lane.settle(now: bench.clock.now())
        #expect(try durable() == 0)
        bench.clock.advance(by: .seconds(1))
        try await lane.settle(now: bench.clock.now())
        #expect(try durable() == 4)
        await lane.delivered("city", through: 7)
        try await bench.append(11...11, to: lane)
        #expect(try durable() == 7)
        #expect(try bench.number("SELECT min(seq) FROM records") == 8)
        await lane.abandon()
    }
}
