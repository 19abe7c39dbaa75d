// What a number is worth: durable, never used twice, and back as it was written.
import Glibc
import Outbox
import Platform
import SensorModel
import Testing
import TestSupport

@Suite struct LaneIdentityTests {
    let bench = LaneBench()

    @Test func `the lane's own connection writes ahead and syncs at every commit`() async throws {
        let lane = try bench.open()
        try await bench.append(1...1, to: lane)
        #expect(try await lane.text("PRAGMA journal_mode") == "wal")
        #expect(try await lane.number("PRAGMA synchronous") == 2)
        #expect(
            (TextFile.bytes(bench.path + "-wal", atMost: 1 << 20)?.count ?? 0) > 4096, "the record stands in the write-ahead log")
        await lane.abandon()
    }

    @Test func `bodies come back byte for byte, in order`() async throws {
        var chance = SeededGenerator(seed: 7)
        let bodies = (0..<200).map { length in (0..<length * 3).map { _ in UInt8.random(in: 0...255, using: &chance) } }
        var lane = try bench.open(block: 1000)
        try await lane.append(
            bodies.enumerated().map { NumberedRecord(seq: Int64($0.offset + 1), body: $0.element) }, now: bench.clock.now())
        await bench.crash(lane)
        lane = try bench.open(block: 1000)
        let found = try await lane.everything(after: 0)
        #expect(found.compactMap(\.seq) == Array(1...200))
        #expect(found.compactMap(\.body) == bodies)
        await lane.abandon()
    }

    @Test func `a commit that returned survives a power cut, with its states`() async throws {
        var lane = try bench.open()
        let states = [StateChange(key: "alarm:1", body: [1, 2, 0, 255]), StateChange(key: "empty", body: [])]
        try await lane.append([NumberedRecord(seq: 1, body: [65])], states: states, now: bench.clock.now())
        try await lane.append([], states: [StateChange(key: "alarm:2", body: [9])], now: bench.clock.now())
        try await lane.append([], states: [StateChange(key: "alarm:1", body: nil)], now: bench.clock.now())
        await bench.crash(lane)
        lane = try bench.open()
        let found = try await lane.states()
        #expect(found.map(\.key) == ["alarm:2", "empty"])
        #expect(found.map(\.body) == [[9], []])
        #expect(try await lane.everything(after: 0).first == .record(seq: 1, body: [65]))
        await lane.abandon()
    }

    @Test func `after a crash the reserved rest is one unused gap and no number comes twice`() async throws {
        var lane = try bench.open(block: 100)
        #expect(lane.firstBlock == SequenceBlock(next: 1, reservedThrough: 100))
        try await bench.append(1...37, to: lane)
        await bench.crash(lane)
        lane = try bench.open(block: 100)
        #expect(lane.firstBlock == SequenceBlock(next: 101, reservedThrough: 200))
        try await bench.append(101...101, to: lane)
        let found = try await lane.everything(after: 37)
        #expect(found.compactMap(\.gap) == [Gap(from: 38, to: 100, count: 63, reason: .unused)])
        #expect(found.compactMap(\.seq) == [101])
        await bench.crash(lane)
        lane = try bench.open(block: 100)
        #expect(lane.firstBlock.next == 201)
        await lane.abandon()
    }

    @Test func `numbers granted by an append are durable before anybody sees them`() async throws {
        var lane = try bench.open(block: 100)
        let granted = try await lane.append((1...60).map { NumberedRecord(seq: $0, body: [65]) }, now: bench.clock.now())
        #expect(granted == 160)
        await bench.crash(lane)
        lane = try bench.open(block: 100)
        #expect(lane.firstBlock.next == 161, "a number up to 160 may have been shown to an uplink")
        await lane.abandon()
    }

    @Test func `a clean close gives the rest back and leaves no gap`() async throws {
        var lane = try bench.open(block: 100)
        try await bench.append(1...37, to: lane)
        try await lane.close(now: bench.clock.now())
        lane = try bench.open(boot: "boot-2", block: 100)
        #expect(lane.firstBlock == SequenceBlock(next: 38, reservedThrough: 137))
        #expect(try bench.number("SELECT count(*) FROM gaps") == 0)
        await lane.abandon()
    }

    @Test func `a clean close whose mark cannot be written keeps the rest, and nothing counts as lost`() async throws {
        var lane = try bench.open(block: 100)
        try await bench.append(1...37, to: lane)
        let mark = bench.path + ".mark"
        try #require(rename(mark, mark + ".away") == 0 && mkdir(mark, 0o750) == 0)
        try await lane.close(now: bench.clock.now())
        try #require(rmdir(mark) == 0 && rename(mark + ".away", mark) == 0)
        lane = try bench.open(block: 100)
        #expect(lane.firstBlock.next == 101)
        #expect(try await lane.currentStatistics().corrupt == 0)
        #expect(
            try await lane.everything(after: 37).compactMap(\.gap) == [Gap(from: 38, to: 100, count: 63, reason: .unused)])
        await lane.abandon()
    }

    @Test func `a clean close never gives back a number that was delivered or shown before its commit`() async throws {
        var lane = try bench.open(block: 100)
        _ = try await lane.register(uplinks: ["city"])
        try await bench.append(1...3, to: lane)
        await lane.delivered("city", through: 5)
        try await lane.close(now: bench.clock.now())
        lane = try bench.open(block: 100)
        #expect(lane.firstBlock.next == 6)
        try await lane.close(now: bench.clock.now(), numbered: 9)
        lane = try bench.open(block: 100)
        #expect(lane.firstBlock.next == 10)
        #expect(try await lane.register(uplinks: ["city"]) == ["city": 5])
        try await bench.append(10...10, to: lane)
        #expect(try await lane.everything(after: 5).map(\.first) == [4, 10], "the numbers that were kept are one gap")
        await lane.abandon()
    }

    @Test func `twenty crashes in a row without a record leave numbers unused and nothing else`() async throws {
        var lane = try bench.open(block: 10)
        for _ in 0..<20 {
            await bench.crash(lane)
            lane = try bench.open(block: 10)
        }
        #expect(lane.firstBlock.next == 201)
        let gaps = try await lane.everything(after: 0).compactMap(\.gap)
        #expect(gaps.reduce(0) { $0 + $1.count } == 200)
        #expect(gaps.allSatisfy { $0.reason == .unused })
        await lane.abandon()
    }

    @Test func `a block gives each number once and no more than were granted`() {
        var block = SequenceBlock(next: 5, reservedThrough: 6)
        #expect([block.take(), block.take(), block.take()] == [5, 6, nil])
        block.extend(through: 7)
        block.extend(through: 4)
        #expect([block.take(), block.take()] == [7, nil])
        #expect(block.last == 7)
    }
}
