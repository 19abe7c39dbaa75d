// What stands beside the records, with a bit flipped: no uplink skips a record for it, and no state is handed on.
import Platform
import SensorModel
import TestSupport
import Testing

@testable import Outbox

@Suite struct KeptRowsTests {
    let bench = LaneBench()

    /// A lane of ten records, four of them delivered and freed, and two states.
    private func filled() async throws -> OutboxLane {
        let lane = try bench.open()
        _ = try await lane.register(uplinks: ["city"])
        try await bench.append(1...10, to: lane)
        await lane.delivered("city", through: 4)
        let states = [StateChange(key: "alarm/a", body: [1, 2, 3]), StateChange(key: "alarm/b", body: [4])]
        try await lane.append([], states: states, now: bench.clock.now())
        return lane
    }

    @Test(arguments: ["delivered = 8", "crc = crc + 1", "crc = NULL", "uplink = 'cify'", "islands = '6-9'"])
    func `an uplink whose cursor is not what was written delivers again from the oldest record there is`(flip: String)
        async throws
    {
        var lane = try await filled()
        try await lane.edit("UPDATE cursors SET \(flip)")
        await bench.crash(lane)
        lane = try bench.open()
        let wrong = flip.contains("cify") ? "cify" : "city"
        #expect(lane.condition.findings.map(\.remedy) == [.deliversAgain(uplink: wrong)])
        #expect(lane.condition.findings.allSatisfy { $0.description.contains("the uplink \(wrong)") })
        #expect(try await lane.register(uplinks: ["city"]) == ["city": 0])
        #expect(try await lane.everything(after: 0).compactMap(\.seq) == Array(5...10))
        #expect(await lane.check(after: 0).fault == nil)
        await bench.crash(lane)
        lane = try bench.open()
        #expect(lane.condition.findings == [], "it is right again")
        await lane.abandon()
    }

    @Test(arguments: [
        "body = x'010207' WHERE key = 'alarm/a'", "key = 'alarm/c' WHERE key = 'alarm/a'", "crc = NULL WHERE key = 'alarm/a'",
    ])
    func `a state that is not what was written is named, kept aside and not handed on`(flip: String) async throws {
        var lane = try await filled()
        try await lane.edit("UPDATE states SET \(flip)")
        let key = flip.contains("alarm/c") ? "alarm/c" : "alarm/a"
        #expect(try await lane.states().map(\.key) == ["alarm/b"], "a running lane does not hand it on either")
        #expect(lane.condition.findings.map(\.remedy) == [.stateSetAside(key: key)])
        await bench.crash(lane)
        lane = try bench.open()
        #expect(lane.condition.findings.map(\.remedy) == [.stateSetAside(key: key)])
        #expect(lane.condition.findings.allSatisfy { $0.description.contains(key) })
        #expect(try await lane.states().map(\.key) == ["alarm/b", "damaged/\(key)"])
        #expect(try await lane.register(uplinks: ["city"]) == ["city": 4], "nothing else is in doubt")
        await bench.crash(lane)
        lane = try bench.open()
        #expect(lane.condition.findings == [])
        #expect(try await lane.states().map(\.key) == ["alarm/b", "damaged/\(key)"], "it is there to be looked at")
        await lane.abandon()
    }

    @Test func `a check from end to end names a cursor and a state that are not what was written`() async throws {
        let lane = try await filled()
        #expect(await lane.check(after: 0).fault == nil)
        try await lane.edit("UPDATE states SET body = x'00' WHERE key = 'alarm/b'")
        let state = await lane.check(after: 0).fault
        #expect(state?.kind == .state && state?.message == "the state alarm/b is not what was written: its checksum is wrong")
        try await lane.edit("UPDATE cursors SET delivered = 5")
        let cursor = await lane.check(after: 0).fault
        #expect(
            cursor?.kind == .cursor
                && cursor?.message == "how far the uplink city is is not what was written: its checksum is wrong")
        await lane.abandon()
    }

    @Test func `a lane that begins anew takes no state along that is not what was written`() async throws {
        let lane = try await filled()
        try await lane.edit("UPDATE states SET body = x'00' WHERE key = 'alarm/b'")
        try await lane.edit("DELETE FROM records WHERE seq = 7")
        #expect(try await lane.everything(after: 4).compactMap(\.seq) == [5, 6, 8, 9, 10])
        #expect(lane.condition.findings.map(\.remedy) == [.carriedOver, .stateSetAside(key: "alarm/b")])
        #expect(try await lane.states().map(\.key) == ["alarm/a", "damaged/alarm/b"])
        #expect(await lane.check(after: 0).fault == nil)
        await lane.abandon()
    }
}
