// Freed on delivery, and only then: by all uplinks, durably, with the alarms' seven days.
import Platform
import SensorModel
import Testing
import TestSupport

@testable import Outbox

@Suite struct LaneDeliveryTests {
    let bench = LaneBench()

    private func rows() throws -> Int64 { try bench.number("SELECT count(*) FROM records") }

    @Test func `a record is freed when every uplink has delivered it, and not before`() async throws {
        let lane = try bench.open()
        #expect(try await lane.register(uplinks: ["city", "backup"]) == ["city": 0, "backup": 0])
        try await bench.append(1...10, to: lane)
        await lane.delivered("city", through: 8)
        try await lane.append([], now: bench.clock.now())
        #expect(try rows() == 10)
        await lane.delivered("backup", through: 5)
        #expect(try rows() == 10, "freed with the commit that notes the delivery")
        try await lane.append([], now: bench.clock.now())
        #expect(try rows() == 5)
        #expect(try await lane.everything(after: 5).compactMap(\.seq) == [6, 7, 8, 9, 10])
        await lane.abandon()
    }

    @Test func `with no uplink registered nothing is freed`() async throws {
        let lane = try bench.open()
        try await bench.append(1...10, to: lane)
        await lane.delivered("city", through: 10)
        try await lane.append([], now: bench.clock.now())
        #expect(try rows() == 10)
        await lane.abandon()
    }

    @Test func `a delivery survives a power cut once it was flushed; an unflushed one leaves its record`()
        async throws
    {
        var lane = try bench.open()
        _ = try await lane.register(uplinks: ["city"])
        try await bench.append(1...10, to: lane)
        await lane.delivered("city", through: 4)
        try await lane.append([], now: bench.clock.now())
        await lane.delivered("city", through: 7)
        await bench.crash(lane)
        lane = try bench.open()
        #expect(try await lane.register(uplinks: ["city"]) == ["city": 4])
        #expect(try await lane.everything(after: 4).compactMap(\.seq) == [5, 6, 7, 8, 9, 10])
        await lane.abandon()
    }

    @Test func `what an uplink keeps is committed with its delivery, each key as it was said last`() async throws {
        var lane = try bench.open()
        _ = try await lane.register(uplinks: ["city"])
        try await bench.append(1...3, to: lane)
        await lane.keep([StateChange(key: "a", body: [1]), StateChange(key: "b", body: [1])])
        await lane.delivered("city", through: 2)
        await lane.keep([StateChange(key: "a", body: [2])])
        #expect(try bench.number("SELECT count(*) FROM states") == 0)
        try await lane.flush()
        await lane.keep([StateChange(key: "a", body: nil), StateChange(key: "c", body: [3])])
        await bench.crash(lane)
        lane = try bench.open()
        #expect(try await lane.register(uplinks: ["city"]) == ["city": 2])
        let states = try await lane.states()
        #expect(states.map(\.key) == ["a", "b"] && states.map(\.body) == [[2], [1]])
        await lane.keep([StateChange(key: "a", body: nil), StateChange(key: "c", body: [3])])
        try await lane.append([], now: bench.clock.now())
        #expect(try await lane.states().map(\.key) == ["b", "c"])
        await lane.abandon()
    }

    @Test func `of what is kept with nobody to commit it the oldest gives way`() async throws {
        let lane = try bench.open()
        _ = try await lane.register(uplinks: ["city"])
        await lane.keep((1...5000).map { StateChange(key: "s\($0)", body: [1]) })
        try await lane.append([], now: bench.clock.now())
        let keys = Set(try await lane.states().map(\.key))
        #expect(keys.count == 4096 && !keys.contains("s904") && keys.contains("s905"))
        await lane.abandon()
    }

    @Test func `delivery never goes back and strangers deliver nothing`() async throws {
        let lane = try bench.open()
        _ = try await lane.register(uplinks: ["city"])
        try await bench.append(1...10, to: lane)
        await lane.delivered("city", through: 6)
        await lane.delivered("city", through: 3)
        await lane.delivered("stranger", through: 9)
        try await lane.append([], now: bench.clock.now())
        #expect(try await lane.currentStatistics().uplinks == ["city": .init(delivered: 6, waiting: 4)])
        #expect(try rows() == 4)
        await lane.abandon()
    }

    @Test func `a new uplink begins with what is there, and a removed one holds nothing back`() async throws {
        var lane = try bench.open()
        _ = try await lane.register(uplinks: ["city"])
        try await bench.append(1...10, to: lane)
        await lane.delivered("city", through: 6)
        try await lane.close(now: bench.clock.now())
        lane = try bench.open()
        #expect(try await lane.register(uplinks: ["city", "new"]) == ["city": 6, "new": 0])
        let first = try await lane.select(after: 0, records: 100, bytes: .max, withTrailingGap: false)
        #expect(first?.after == 0)
        #expect(first?.elements.compactMap(\.seq) == [7, 8, 9, 10])
        let statistics = try await lane.currentStatistics()
        #expect(statistics.uplinks == ["city": .init(delivered: 6, waiting: 4), "new": .init(delivered: 0, waiting: 4)])
        try await lane.close(now: bench.clock.now())
        lane = try bench.open()
        #expect(try await lane.register(uplinks: ["new"]) == ["new": 0])
        await lane.delivered("new", through: 10)
        try await lane.append([], now: bench.clock.now())
        #expect(try rows() == 0)
        #expect(try await lane.currentStatistics().uplinks == ["new": .init(delivered: 10, waiting: 0)])
        await lane.abandon()
    }

    @Test func `an uplink that may come back holds back what it has not delivered, until it is forgotten`() async throws {
        var lane = try bench.open()
        _ = try await lane.register(uplinks: ["city"])
        try await bench.append(1...10, to: lane)
        await lane.delivered("city", through: 6)
        try await lane.close(now: bench.clock.now())
        lane = try bench.open()
        #expect(try await lane.register(uplinks: ["town"], keepingOthers: true) == ["city": 6, "town": 0])
        await lane.delivered("town", through: 10)
        try await lane.append([], now: bench.clock.now())
        #expect(try rows() == 4)
        try await lane.close(now: bench.clock.now())
        lane = try bench.open()
        #expect(try await lane.register(uplinks: ["city"]) == ["city": 6], "it goes on where it was")
        #expect(try await lane.register(uplinks: ["town"], keepingOthers: true) == ["city": 6, "town": 0])
        await lane.delivered("town", through: 8)
        try await lane.forget(allBut: ["town"])
        try await lane.append([], now: bench.clock.now())
        #expect(try rows() == 2)
        #expect(try bench.number("SELECT count(*) FROM cursors") == 1)
        await lane.abandon()
    }

    @Test func `a delivery waits for its commit from when it was made, and the lane says so until then`() async throws {
        let lane = try bench.open()
        _ = try await lane.register(uplinks: ["city"])
        try await bench.append(1...10, to: lane)
        #expect(!lane.isUnsettled)
        await lane.delivered("city", through: 4, now: bench.clock.now().monotonic)
        #expect(lane.isUnsettled)
        bench.clock.advance(by: .milliseconds(4999))
        try await lane.settle(now: bench.clock.now())
        #expect(try bench.number("SELECT delivered FROM cursors") == 0)
        bench.clock.advance(by: .milliseconds(1))
        try await lane.settle(now: bench.clock.now())
        #expect(try bench.number("SELECT delivered FROM cursors") == 4)
        #expect(!lane.isUnsettled)
        await lane.delivered("city", through: 10)
        try await bench.append(11...11, to: lane)
        #expect(!lane.isUnsettled, "a commit of records has taken it along")
        await lane.abandon()
    }

    @Test func `alarms stay for seven days after they were delivered`() async throws {
        let lane = try bench.open(retention: .seconds(7 * 86_400))
        _ = try await lane.register(uplinks: ["city"])
        try await bench.append(1...3, to: lane)
        await lane.delivered("city", through: 3)
        try await lane.append([], now: bench.clock.now())
        bench.clock.advance(by: .seconds(7 * 86_400 - 1))
        try await bench.append(4...4, to: lane)
        #expect(try await lane.everything(after: 0).compactMap(\.seq) == [1, 2, 3, 4], "still there to be sent again")
        bench.clock.advance(by: .seconds(61))
        try await bench.append(5...5, to: lane)
        #expect(try await lane.everything(after: 0).compactMap(\.seq) == [4, 5])
        bench.clock.advance(by: .seconds(30 * 86_400))
        try await bench.append(6...6, to: lane)
        #expect(try await lane.everything(after: 0).compactMap(\.seq) == [4, 5, 6], "not delivered: age frees nothing")
        await lane.abandon()
    }

    @Test func `a backlog that was delivered at once is freed over several commits, none much longer than its records`()
        async throws
    {
        let lane = try bench.open(block: 100_000)
        _ = try await lane.register(uplinks: ["city"])
        try await bench.append(1...25_000, to: lane)
        await lane.delivered("city", through: 25_000)
        var left: [Int64] = []
        for _ in 1...3 {
            try await lane.append([], now: bench.clock.now())
            left.append(try rows())
        }
        #expect(left == [15_000, 5_000, 0])
        try await bench.append(25_001...65_000, to: lane)
        await lane.delivered("city", through: 65_000)
        try await bench.append(65_001...73_000, to: lane)
        #expect(try rows() == 40_000 + 8_000 - 16_000, "twice as many go as come")
        await lane.abandon()
    }

    @Test func `what a long break has made old goes over several commits, too`() async throws {
        let lane = try bench.open(block: 100_000, retention: .seconds(7 * 86_400))
        _ = try await lane.register(uplinks: ["city"])
        bench.clock.set(.unsynced)
        try await bench.append(1...25_000, to: lane)
        bench.clock.set(.synced)
        func commit(after time: Duration) async throws {
            bench.clock.advance(by: time)
            try await lane.append([], now: bench.clock.now())
        }
        let undated = { try bench.number("SELECT count(*) FROM records WHERE stored = 0") }
        try await commit(after: .seconds(61))
        #expect(try undated() == 15_000)
        try await commit(after: .zero)
        try await commit(after: .zero)
        #expect(try undated() == 0)
        await lane.delivered("city", through: 25_000)
        try await commit(after: .seconds(8 * 86_400))
        #expect(try rows() == 15_000)
        try await commit(after: .zero)
        try await commit(after: .zero)
        #expect(try rows() == 0)
        await lane.abandon()
    }

    @Test func `an alarm that was stored in 1970 is kept for seven days after the clock was set`() async throws {
        let lane = try bench.open(retention: .seconds(7 * 86_400))
        _ = try await lane.register(uplinks: ["city"])
        bench.clock.set(.unsynced)
        bench.clock.stepWall(by: .seconds(-56 * 365 * 86_400))
        try await bench.append(1...3, to: lane)
        await lane.delivered("city", through: 3)
        bench.clock.stepWall(by: .seconds(56 * 365 * 86_400))
        bench.clock.set(.synced)
        for number in 4...6 as ClosedRange<Int64> {
            bench.clock.advance(by: .seconds(61))
            try await bench.append(number...number, to: lane)
        }
        #expect(try await lane.everything(after: 0).compactMap(\.seq) == [1, 2, 3, 4, 5, 6])
        bench.clock.advance(by: .seconds(7 * 86_400))
        try await bench.append(7...7, to: lane)
        #expect(try await lane.everything(after: 0).compactMap(\.seq) == [4, 5, 6, 7])
        await lane.abandon()
    }

    @Test func `what waits is counted exactly, with gaps before, between and behind`() async throws {
        var lane = try bench.open(block: 10)
        _ = try await lane.register(uplinks: ["city", "new"])
        try await bench.append(1...4, to: lane)
        await bench.crash(lane)
        lane = try bench.open(block: 10)
        _ = try await lane.register(uplinks: ["city", "new"])
        try await bench.append(11...13, to: lane)
        try await lane.append([], lost: [Gap(from: 14, to: 16, count: 3, reason: .evicted)], now: bench.clock.now())
        for (delivered, waiting) in [(Int64(0), Int64(7)), (2, 5), (4, 3), (7, 3), (10, 3), (12, 1), (13, 0), (16, 0)] {
            await lane.delivered("city", through: delivered)
            #expect(try await lane.currentStatistics().uplinks["city"]?.waiting == waiting, "after \(delivered)")
        }
        #expect(try await lane.currentStatistics().uplinks["new"]?.waiting == 7)
        await lane.abandon()
    }
}
