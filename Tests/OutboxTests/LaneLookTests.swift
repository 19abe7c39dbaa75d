// Looking into a lane while it works: exports page by page, and the check that names the first record that is wrong.
import Platform
import SensorModel
import TestSupport
import Testing

@testable import Outbox

@Suite struct LaneLookTests {
    let bench = LaneBench()

    private func record(_ seq: Int64, cover: String, minute: Int) -> NumberedRecord {
        let time = "2026-11-21T04:\(minute < 10 ? "0" : "")\(minute):00.500Z"
        return NumberedRecord(seq: seq, body: Array("\"cover\":\"\(cover)\",\"value\":1,\"time\":\"\(time)\"".utf8))
    }

    private func filled() async throws -> OutboxLane {
        let lane = try bench.open(block: 100_000)
        _ = try await lane.register(uplinks: ["city"])
        for first in stride(from: Int64(1), to: 6000, by: 600) {
            let records = (first..<first + 600).map { record($0, cover: $0 % 2 == 0 ? "even" : "odd", minute: Int($0 / 100)) }
            try await lane.append(records, now: bench.clock.now())
        }
        return lane
    }

    private func export(_ lane: OutboxLane, _ filter: LaneFilter) async throws -> (
        elements: [LaneElement], corrupt: Int, pages: Int
    ) {
        var (elements, corrupt, pages) = ([LaneElement](), 0, 0)
        var next: Int64? = 0
        while let after = next {
            let page = try await lane.page(after: after, filter)
            #expect(page.entries.count <= 2100)
            elements += page.entries.map(\.element)
            corrupt += page.corrupt
            pages += 1
            next = page.next
        }
        return (elements, corrupt, pages)
    }

    @Test func `an export gives every record once, in order, in pages`() async throws {
        let lane = try await filled()
        let found = try await export(lane, LaneFilter())
        #expect(found.elements.compactMap(\.seq) == Array(1...6000))
        #expect(found.pages >= 3 && found.corrupt == 0)
        #expect(try await lane.page(after: 5999, LaneFilter()).entries.map(\.boot) == ["boot-1"])
        await lane.abandon()
    }

    @Test func `an export takes only the cover and the times that were asked for, and ends where it was begun`() async throws {
        let lane = try await filled()
        let even = try await export(lane, LaneFilter(cover: "even"))
        #expect(even.elements.compactMap(\.seq) == (1...6000).filter { $0 % 2 == 0 })
        let hour = try await export(lane, LaneFilter(from: "2026-11-21T04:10", to: "2026-11-21T04:12:00"))
        #expect(hour.elements.compactMap(\.seq) == Array(1000...1199))
        let second = try await export(lane, LaneFilter(from: "2026-11-21T04:10:00", to: "2026-11-21T04:10:00.501"))
        #expect(second.elements.compactMap(\.seq) == Array(1000...1099), "parts of a second count")
        #expect(try await export(lane, LaneFilter(to: "2026-11-21T04:10:00.500")).elements.last?.seq == 999)
        #expect(try await export(lane, LaneFilter(through: 50)).elements.compactMap(\.seq) == Array(1...50))
        await lane.abandon()
    }

    @Test func `a record that is not what was written is left out of an export and counted`() async throws {
        let lane = try await filled()
        try await lane.edit("UPDATE records SET body = replace(CAST(body AS TEXT), 'odd', 'xxx') WHERE seq = 301")
        try await lane.edit("UPDATE records SET body = x'FF00' WHERE seq = 302")
        let found = try await export(lane, LaneFilter())
        #expect(found.elements.compactMap(\.seq) == Array(1...300) + Array(303...6000))
        #expect(found.corrupt == 2)
        await lane.abandon()
    }

    private func check(_ lane: OutboxLane) async -> LaneCheck {
        var whole = await lane.check(after: 0)
        while let next = whole.next {
            let part = await lane.check(after: next)
            whole.records += part.records
            whole.gaps += part.gaps
            (whole.next, whole.fault) = (part.next, part.fault)
        }
        return whole
    }

    @Test func `a whole lane is right, with gaps, deliveries and a crash`() async throws {
        var lane = try await filled()
        #expect(await check(lane) == LaneCheck(records: 6000, gaps: 0))
        await lane.delivered("city", through: 40)
        try await lane.append(
            [record(6001, cover: "odd", minute: 59)], lost: [Gap(from: 6002, to: 6004, count: 3, reason: .evicted)],
            now: bench.clock.now())
        await bench.crash(lane)
        lane = try bench.open(block: 100)
        _ = try await lane.register(uplinks: ["city", "new"])
        #expect(await check(lane) == LaneCheck(records: 5961, gaps: 2))
        await lane.abandon()
    }

    @Test func `the first record that is wrong is named`() async throws {
        let lane = try await filled()
        try await lane.edit("UPDATE records SET boot = 7 WHERE seq IN (5500, 5600)")
        #expect(
            await check(lane).fault
                == .init(
                    seq: 5500, kind: .checksum, message: "the record is not what was written: its checksum is wrong"))
        try await lane.edit("DELETE FROM records WHERE seq BETWEEN 5200 AND 5300")
        try await lane.edit("INSERT INTO gaps VALUES (5200, 5249, 50, 'evicted')")
        let missing = await check(lane)
        #expect(missing.fault?.seq == 5250 && missing.fault?.kind == .missing)
        try await lane.edit("DELETE FROM records WHERE seq > 5100")
        try await lane.edit("DELETE FROM gaps")
        #expect(await check(lane).fault?.seq == 5101, "a tail that is gone is missing, too")
        await lane.abandon()
    }
}
