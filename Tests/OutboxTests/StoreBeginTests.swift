// What a start asks of a store that is open already, on a disk that is full, damaged or ill: none of it ends the daemon.
import Glibc
import Platform
import SensorModel
import TestSupport
import Testing

@testable import Outbox

@Suite struct StoreBeginTests {
    private let folder = TemporaryFolder()
    private let clock = ManualClock()

    private func records(_ range: ClosedRange<Int64>) -> [NumberedRecord] {
        range.map { NumberedRecord(seq: $0, body: [UInt8](repeating: 65, count: 300)) }
    }

    /// A store with a few records of which the city has some, and a state.
    private func fill(_ path: String) async throws {
        try await Visit(path: path, clock: clock).visit("one") { store in
            for lane in Lane.allCases {
                _ = try await store.lane(lane).register(uplinks: ["city"])
                try await store.lane(lane).append(
                    records(1...20), states: [StateChange(key: lane.rawValue, body: [1])], now: clock.now())
                await store.lane(lane).delivered("city", through: 4)
            }
        }
    }

    @Test func `a start has how far the uplinks are, and what has to survive`() async throws {
        try await fill(folder.file("store"))
        try await Visit(path: folder.file("store"), clock: clock).visit("two") { store in
            var store = store
            let found = try await store.begin(uplinks: ["city", "county"], keepingOthers: false, makeID: { "three" })
            #expect(through(found) == [.readings: ["city": 4, "county": 0], .alarms: ["city": 4, "county": 0]])
            #expect(found.states.map(\.key) == ["alarms"] && store.id == "one" && store.findings == [])
        }
    }

    @Test(.enabled(if: SmallDisk.isPossible, "a disk of its own needs root"))
    func `uplinks that are new on a disk that is full just then take the reserve`() async throws {
        let disk = try SmallDisk(kibibytes: 2048)
        try await fill(disk.file("store"))
        let new = (1...300).map { "uplink-\($0)" }
        try await Visit(path: disk.file("store"), clock: clock).visit("two") { store in
            try disk.fill()
            await #expect(throws: StoreError.self) { _ = try await store.alarms.register(uplinks: new) }
            var store = store
            let found = try await store.begin(uplinks: new, keepingOthers: false, makeID: { "three" })
            #expect(found.delivered.mapValues(\.count) == [.readings: 300, .alarms: 300])
            #expect(store.id == "one" && store.lanesInMemory.isEmpty && store.readings.condition.isDiskFull)
        }
    }

    @Test func `damage that shows only then is met, and the records move on`() async throws {
        let path = folder.file("store")
        try await fill(path)
        try await Visit(path: path, clock: clock).visit("two") { store in
            _ = try await store.alarms.number("PRAGMA wal_checkpoint(TRUNCATE)")
            let page = try await store.alarms.number("SELECT rootpage FROM sqlite_schema WHERE name = 'cursors'")
            _ = try await store.alarms.number("PRAGMA shrink_memory")
            let file = try #require(fopen(path + "/alarms.db", "r+"))
            fseek(file, Int(page - 1) * Database.pageBytes, SEEK_SET)
            for _ in 0..<Database.pageBytes { fputc(7, file) }
            fclose(file)
            var store = store
            let found = try await store.begin(uplinks: ["city"], keepingOthers: false, makeID: { "three" })
            #expect(through(found) == [.readings: ["city": 4], .alarms: ["city": 0]])
            #expect(found.states.map(\.key) == ["alarms"])
            #expect(store.id == "one" && store.findings.map(\.remedy) == [.carriedOver])
            #expect(try await store.alarms.everything(after: 4).compactMap(\.seq) == Array(5...20))
        }
    }

    @Test(arguments: Lane.allCases)
    func `a lane whose file takes nothing any more goes into memory, and what survives is known`(lane: Lane) async throws {
        let path = folder.file("store")
        try await fill(path)
        let threads = Lane.allCases.map { ThreadExecutor(name: "test-\($0.rawValue)") }
        defer { for thread in threads { thread.shutdown() } }
        var store = try await Store.open(
            .init(path: path, maxBytes: 8 << 20, boot: "boot-2"), executor: { $0 == .readings ? threads[0] : threads[1] },
            makeID: { "two" })
        try await store.lane(lane).edit("PRAGMA query_only = ON")
        let found = try await store.begin(uplinks: ["county"], keepingOthers: true, makeID: { "three" })
        #expect(store.lanesInMemory.map(\.lane) == [lane])
        #expect(store.id == "three" && store.predecessor == "one")
        #expect(through(found)[lane] == ["county": 0])
        #expect(through(found).values.contains(["city": 4, "county": 0]), "the other lane is in its file")
        #expect(found.states.map(\.key) == ["alarms"])
        #expect(store.findings.count == 1 && store.findings[0].cause.contains("\(lane.rawValue).db"), "\(store.findings)")
        for lane in Lane.allCases { try await store.lane(lane).close(now: clock.now()) }
        store.release()
        try await Visit(path: path, clock: clock).visit("four") { store in
            #expect(store.lanesInMemory.isEmpty)
            let found = try await store.lane(lane).everything(after: 4).compactMap(\.seq)
            #expect(found == Array(5...20))
        }
    }

    private func through(_ found: Store.Found) -> [Lane: [String: Int64]] {
        found.delivered.mapValues { $0.mapValues(\.through) }
    }
}
