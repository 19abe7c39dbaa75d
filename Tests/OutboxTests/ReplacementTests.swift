// A damaged lane whose fresh file is whole: the power may fail at every step until it stands in its place, and a place may not be
// had. Nothing that could be read is given up for that.
import Glibc
import Platform
import SensorModel
import TestSupport
import Testing

@testable import Outbox

@Suite struct ReplacementTests {
    private let folder = TemporaryFolder()
    private let clock = ManualClock()

    private func records(_ range: ClosedRange<Int64>) -> [NumberedRecord] {
        range.map { NumberedRecord(seq: $0, body: [UInt8](repeating: 65, count: 300)) }
    }

    /// Overwrites a few pages.
    private func spoil(_ file: String, from offset: Int) throws {
        let descriptor = open(file, O_WRONLY)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        let noise = (0..<8 * 1024).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ 7) }
        #expect(pwrite(descriptor, noise, noise.count, off_t(offset)) == noise.count)
    }

    /// Every number is a record or in one gap, nine of ten are records.
    private func check(_ found: [LaneElement], of range: ClosedRange<Int64>) {
        var next = range.lowerBound
        for element in found where element.gap?.reason != .unused {
            #expect(element.first == next)
            next = element.last + 1
        }
        #expect(next == range.upperBound + 1)
        let kept = found.compactMap(\.seq).count
        #expect(kept > range.count / 10 * 9 && kept < range.count, "\(kept) of \(range.count)")
    }

    /// What a power cut leaves of a store whose alarms stand in the file and, the last of them, in its log; then a page is
    /// damaged.
    private func damaged() async throws -> String {
        let (path, copy) = (folder.file("store"), folder.file("copy"))
        try #require(mkdir(copy, 0o750) == 0)
        try await Visit(path: path, clock: clock).visit("one") { store in
            _ = try await store.alarms.register(uplinks: ["city"])
            try await store.alarms.append(records(1...1000), states: [StateChange(key: "a", body: [1])], now: clock.now())
            await store.alarms.delivered("city", through: 10)
            try await store.alarms.flush()
            _ = try await store.alarms.number("PRAGMA wal_checkpoint(TRUNCATE)")
            try await store.alarms.append(records(1001...1010), states: [StateChange(key: "b", body: [2])], now: clock.now())
            for name in ["alarms.db", "alarms.db-wal", "alarms.db.mark", "readings.db", "readings.db-wal", "readings.db.mark"] {
                let bytes = try #require(TextFile.bytes("\(path)/\(name)", atMost: 1 << 24))
                try #require(TextFile.replace("\(copy)/\(name)", with: bytes) == 0)
            }
        }
        try spoil(copy + "/alarms.db", from: 160 * 1024)
        return copy
    }

    /// The steps of a lane that meets damage, up to one of them; then the power fails.
    private func meet(_ file: String, through step: Int) throws {
        let old = try Database(path: file)
        let reserved = try old.integer("SELECT value FROM meta WHERE key = 'reserved_through'")
        let moved = try Carriage.Order(
            store: "one", predecessor: nil, boot: "boot-1", last: 1010, reserved: reserved, freed: 10, lastTrusted: 0,
            cursors: ["city": Delivered(through: 10)]
        ).carryOut(from: old, to: file) {}
        #expect(moved.lost > 0 && moved.lost < 100)
        old.keepLog()
        old.close()
        let steps = [
            (file, file + ".damaged"), (file + "-wal", file + ".damaged-wal"), (file + ".carried", file),
        ]
        for (from, to) in steps.prefix(step) { try #require(rename(from, to) == 0, "\(from)") }
    }

    @Test(arguments: 0...3)
    func `a power cut at any step between the fresh file and its place loses nothing that was carried over`(step: Int)
        async throws
    {
        let copy = try await damaged()
        let file = copy + "/alarms.db"
        try meet(file, through: step)
        try await Visit(path: copy, clock: clock).visit("two") { store in
            #expect(store.id == "one")
            #expect(store.findings.map(\.remedy) == (step == 3 ? [] : [.carriedOver]))
            #expect(try await store.alarms.register(uplinks: ["city"]) == ["city": 10])
            check(try await store.alarms.everything(after: 10), of: 11...1010)
            #expect(try await store.alarms.states().map(\.key) == ["a", "b"])
        }
        #expect(!LineFile.exists(file + ".carried"))
        #expect(LineFile.exists(file + ".damaged") && LineFile.exists(file + ".damaged-wal"), "it is kept to be looked at")
        try await Visit(path: copy, clock: clock).visit("three") { store in
            #expect(store.id == "one" && store.findings == [])
        }
    }

    @Test func `what stands in a whole file that cannot be put in its place is known in memory`() async throws {
        let copy = try await damaged()
        let file = copy + "/alarms.db"
        try meet(file, through: 2)
        try block(file)
        // The name is there once more: it has to go where nothing may go.
        try #require(TextFile.replace(file, with: [1]) == 0)
        try await Visit(path: copy, clock: clock).visit("two") { store in
            #expect(store.lanesInMemory.map(\.lane) == [.alarms])
            let known = try await store.alarms.states().map(\.key)
            #expect(known == ["a", "b"])
        }
        try unblock(file)
        try await Visit(path: copy, clock: clock).visit("three") { store in
            check(try await store.alarms.everything(after: 10), of: 11...1010)
        }
    }

    @Test func `what was not finished is worth nothing, and does not take room for long`() async throws {
        let path = folder.file("store")
        try await Visit(path: path, clock: clock).visit("one") { store in
            try await store.alarms.append(records(1...5), now: clock.now())
        }
        try #require(TextFile.replace(path + "/alarms.db.fresh", with: [UInt8](repeating: 7, count: 9000)) == 0)
        try await Visit(path: path, clock: clock).visit("two") { store in
            #expect(store.id == "one" && store.findings == [])
            let found = try await store.alarms.everything(after: 0).compactMap(\.seq)
            #expect(found == [1, 2, 3, 4, 5])
            #expect(!LineFile.exists(path + "/alarms.db.fresh"))
        }
    }

    /// Nothing can be set aside: folders stand there that are too deep to be removed.
    private func block(_ file: String) throws {
        for folder in [file + ".damaged", file + ".damaged.1"] {
            if LineFile.exists(folder) { try #require(rename(folder, folder + ".before") == 0) }
            for depth in 0..<7 {
                try #require(mkdir(folder + String(repeating: "/x", count: depth), 0o750) == 0)
            }
        }
    }

    private func unblock(_ file: String) throws {
        for folder in [file + ".damaged", file + ".damaged.1"] { try #require(rename(folder, folder + ".away") == 0) }
    }

    @Test func `a running lane whose fresh file cannot take its place at once goes on with it as soon as it can`() async throws {
        let path = folder.file("store")
        try await Visit(path: path, clock: clock).visit("one") { store in
            let lane = store.readings
            _ = try await lane.register(uplinks: ["city"])
            for first in stride(from: Int64(1), to: 20_000, by: 1000) {
                try await lane.append(records(first...first + 999), now: clock.now())
            }
            _ = try await lane.number("PRAGMA wal_checkpoint(TRUNCATE)")
            let file = path + "/readings.db"
            try spoil(file, from: 1200 * 1024)
            try block(file)
            await #expect(throws: StoreError.self) { _ = try await lane.everything(after: 0) }
            let failure = await #expect(throws: StoreError.self) {
                try await lane.append(records(20_001...20_001), now: clock.now())
            }
            #expect(failure?.operation == "set aside", "\(String(describing: failure))")
            await #expect(throws: StoreError.self) { try await lane.settle(now: clock.now()) }
            #expect(lane.condition.findings == [])
            try unblock(file)
            try await lane.append(records(20_001...20_001), now: clock.now())
            let found = try await lane.everything(after: 0)
            check(found, of: 1...20_001)
            #expect(found.last?.seq == 20_001)
            #expect(lane.condition.findings.map(\.remedy) == [.carriedOver])
            #expect(lane.condition.findings.first?.files.first == file + ".damaged")
        }
        try await Visit(path: path, clock: clock).visit("two") { store in
            #expect(store.id == "one" && store.findings == [] && store.readings.firstBlock.next == 20_002)
        }
    }
}
