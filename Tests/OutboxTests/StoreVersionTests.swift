// Files of earlier versions: taken up as they are, and brought up in the transaction that opens them.
import Platform
import SensorModel
import TestSupport
import Testing

@testable import Outbox

@Suite struct StoreVersionTests {
    let folder = TemporaryFolder()
    let clock = ManualClock()

    /// Makes a file of this version one of an earlier: what has come since is taken out again.
    private func turnBack(_ path: String, to version: Int) throws {
        let file = try Database(path: path)
        defer { file.close() }
        for column in ["cursors DROP COLUMN crc", "cursors DROP COLUMN islands", "states DROP COLUMN crc"] {
            try file.execute("ALTER TABLE \(column)")
        }
        try file.execute("DELETE FROM meta WHERE key = 'freed_through'")
        try file.execute("PRAGMA user_version = \(version)")
        if version == 1 { try file.execute("PRAGMA application_id = 0") }
    }

    @Test(arguments: [1, 2])
    func `a store of an earlier version is taken up as it is`(version: Int) async throws {
        let path = folder.file("store")
        let visits = Visit(path: path, clock: clock)
        let states = [StateChange(key: "alarm/a", body: [1, 2, 3])]
        try await visits.visit("one") { store in
            for lane in [store.readings, store.alarms] {
                _ = try await lane.register(uplinks: ["city"])
                let records = (Int64(1)...50).map { NumberedRecord(seq: $0, body: LaneBench.body($0)) }
                try await lane.append(records, states: states, now: clock.now())
                await lane.delivered("city", through: 7)
            }
        }
        for lane in Lane.allCases { try turnBack("\(path)/\(lane.rawValue).db", to: version) }
        for id in ["two", "three"] {
            try await visits.visit(id) { store in
                #expect(store.id == "one" && store.findings == [])
                try await look(store.readings)
                try await look(store.alarms)
            }
        }
    }

    private func look(_ lane: OutboxLane) async throws {
        #expect(try await lane.register(uplinks: ["city"]) == ["city": 7])
        #expect(try await lane.everything(after: 7).compactMap(\.seq) == Array(8...50))
        #expect(try await lane.states().map(\.body) == [[1, 2, 3]])
        #expect(try await lane.number("PRAGMA user_version") == 3)
        #expect(try await lane.number("SELECT count(*) FROM cursors WHERE crc IS NULL") == 0)
        #expect(await lane.check(after: 0).fault == nil)
    }
}
