// A medium that does not give what stands on it: that is no damage, and what is there waits. /proc/self/mem answers EIO to
// whoever reads its beginning.
import Glibc
import Platform
import SensorModel
import TestSupport
import Testing

@testable import Outbox

@Suite struct StoreReadErrorTests {
    private let folder = TemporaryFolder()
    private let clock = ManualClock()
    private var path: String { folder.file("store") }
    private var bench: Visit { Visit(path: path, clock: clock) }

    private func records(_ range: ClosedRange<Int64>) -> [NumberedRecord] {
        range.map { NumberedRecord(seq: $0, body: [UInt8](repeating: 65, count: 300)) }
    }

    /// In the place of the file there is one that cannot be read.
    private func hide(_ file: String) throws {
        try #require(!exists(file) || rename(file, file + ".hidden") == 0)
        try #require(symlink("/proc/self/mem", file) == 0)
    }

    private func show(_ file: String) throws {
        try #require(unlink(file) == 0)
        if exists(file + ".hidden") { try #require(rename(file + ".hidden", file) == 0) }
    }

    private func exists(_ file: String) -> Bool { access(file, F_OK) == 0 }

    @Test(arguments: ["alarms.db", "alarms.db-wal", "alarms.db.mark"])
    func `a file that cannot be read is not set aside, and is taken up when it can be`(name: String) async throws {
        try await bench.visit("one") { try await $0.alarms.append(records(1...50), now: clock.now()) }
        try hide("\(path)/\(name)")
        try await bench.visit("two") { store in
            #expect(store.id == "two")
            #expect(store.findings.map(\.remedy) == [.memory(bytes: 1 << 20)])
            #expect(
                store.findings.allSatisfy { $0.lane == .alarms && $0.cause.contains("Input/output error") }, "\(store.findings)")
            try await store.alarms.append(records(1...5), now: clock.now())
        }
        try show("\(path)/\(name)")
        #expect(!exists(path + "/alarms.db.damaged") && !exists(path + "/alarms.db.damaged-wal"))
        try await bench.visit("three") { store in
            #expect(store.findings == [])
            let found = try await store.alarms.everything(after: 0)
            #expect(found.compactMap(\.seq) == Array(1...50))
        }
    }

    @Test func `damage is not met in a running lane as long as its files cannot be read`() async throws {
        try await bench.visit("one") { store in
            let lane = store.readings
            // More than SQLite keeps in its memory.
            for first in stride(from: Int64(1), to: 20_000, by: 1000) {
                try await lane.append(records(first...first + 999), now: clock.now())
            }
            _ = try await lane.number("PRAGMA wal_checkpoint(TRUNCATE)")
            let file = try #require(fopen(path + "/readings.db", "r+"))
            fseek(file, 300 * 4096, SEEK_SET)
            for _ in 0..<3 * 4096 { fputc(7, file) }
            fclose(file)
            try hide(path + "/readings.db-wal")
            let failure = await #expect(throws: StoreError.self) { _ = try await lane.everything(after: 0).count }
            #expect(failure?.kind == .inputOutput, "\(String(describing: failure))")
            #expect(!exists(path + "/readings.db.damaged") && lane.condition.findings == [])
            try show(path + "/readings.db-wal")
            let found = try await lane.everything(after: 0)
            #expect(found.count > 1000)
            #expect(lane.condition.findings.map(\.remedy) == [.carriedOver])
        }
    }

    @Test func `what is in memory goes into the file behind what waits there, once, when the file can be had again`() async throws
    {
        let first = [StateChange(key: "alarm/a", body: [1]), StateChange(key: "alarm/b", body: [1])]
        try await bench.visit("one") { try await $0.alarms.append(records(1...50), states: first, now: clock.now()) }
        try hide(path + "/alarms.db.mark")
        var left: [Lane: LaneLeft] = [:]
        try await bench.visit("two") { store in
            #expect(store.lanesInMemory.map(\.lane) == [.alarms])
            let lane = store.alarms
            _ = try await lane.register(uplinks: ["city"])
            let bodies = (UInt8(1)...5).map { NumberedRecord(seq: Int64($0), body: [$0]) }
            let states = [StateChange(key: "alarm/a", body: nil), StateChange(key: "alarm/b", body: [2])]
            try await lane.append(bodies, states: states, now: clock.now())
            let gap = Gap(from: 6, to: 9, count: 4, reason: .evicted)
            try await lane.append([NumberedRecord(seq: 10, body: [10])], lost: [gap], now: clock.now())
            await lane.delivered("city", through: 2)
            #expect(store.failure(of: store.lanesInMemory)?.kind == .inputOutput)
            try show(path + "/alarms.db.mark")
            #expect(store.failure(of: store.lanesInMemory) == nil)
            #expect(!exists(path + "/alarms.db.probe"))
            left[.alarms] = try await lane.leave()
            #expect(left[.alarms]?.records == 4)
            #expect(try await store.readings.leave() == nil, "a lane in its file keeps what it has")
        }
        try await bench.visit("three", left: left) { store in
            #expect(store.findings == [] && store.lanesInMemory.isEmpty)
            let found = try await store.alarms.everything(after: 0)
            #expect(found.compactMap(\.seq) == Array(1...53) + [58])
            #expect(found.compactMap(\.gap) == [Gap(from: 54, to: 57, count: 4, reason: .evicted)])
            #expect(found.compactMap(\.body).suffix(4) == [[3], [4], [5], [10]])
            let check = await store.alarms.check(after: 0)
            #expect(check.fault == nil)
            let kept = try await store.alarms.states()
            #expect(kept.map(\.key) == ["alarm/b"] && kept.map(\.body) == [[2]], "what was over stays over")
            #expect(store.alarms.firstBlock.next == 59)
        }
        try await bench.visit("four") { #expect($0.alarms.firstBlock.next == 59) }
    }

    @Test func `what is in memory goes along when the file still cannot be had, and over what stands in it`() async throws {
        let states = [StateChange(key: "alarm/a", body: [1]), StateChange(key: "alarm/b", body: [1])]
        try await bench.visit("one") { try await $0.alarms.append(records(1...2), states: states, now: clock.now()) }
        try hide(path + "/alarms.db")
        var left: [Lane: LaneLeft] = [:]
        try await bench.visit("two") { store in
            try await store.alarms.append(records(1...3), states: [StateChange(key: "alarm/b", body: [2])], now: clock.now())
            left[.alarms] = try await store.alarms.leave()
        }
        try await bench.visit("three", left: left) { store in
            #expect(store.lanesInMemory.map(\.lane) == [.alarms] && store.alarms.firstBlock.next == 4)
            left[.alarms] = try await store.alarms.leave()
        }
        try show(path + "/alarms.db")
        try await bench.visit("four", left: left) { store in
            let found = try await store.alarms.everything(after: 0)
            #expect(found.compactMap(\.seq) == [1, 2, 3, 4, 5])
            // Nobody could read the file: what stands in it may still stand, and what came later is right.
            let kept = try await store.alarms.states()
            #expect(kept.map(\.key) == ["alarm/a", "alarm/b"] && kept.map(\.body) == [[1], [2]])
        }
    }

    @Test func `what stands in a log that cannot be read holds on the way back, but for what has changed since`() async throws {
        func change(_ key: String, _ body: UInt8?) -> StateChange { StateChange(key: "alarm/\(key)", body: body.map { [$0] }) }
        let copy = folder.file("copy")
        try #require(mkdir(copy, 0o750) == 0)
        try await bench.visit("one") { store in
            let first = [change("a", 1), change("c", 1), change("d", 1)]
            try await store.alarms.append(records(1...1), states: first, now: clock.now())
            _ = try await store.alarms.number("PRAGMA wal_checkpoint(TRUNCATE)")
            let then = [change("a", 2), change("b", 1), change("c", nil)]
            try await store.alarms.append(records(2...2), states: then, now: clock.now())
            // As a power cut would leave them.
            for file in ["alarms.db", "alarms.db-wal", "alarms.db.mark"] {
                let bytes = try #require(TextFile.bytes("\(path)/\(file)", atMost: 1 << 20))
                #expect(TextFile.replace("\(copy)/\(file)", with: bytes) == 0)
            }
        }
        let bench = Visit(path: copy, clock: clock)
        try hide(copy + "/alarms.db-wal")
        var left: [Lane: LaneLeft] = [:]
        for again in ["two", "three"] {
            try await bench.visit(again, left: left) { store in
                let known = try await store.alarms.states().map(\.key)
                #expect(
                    known == (again == "two" ? ["a", "c", "d"] : ["a", "c", "e"]).map { "alarm/" + $0 }, "as in the file alone")
                try await store.alarms.append([], states: [change("d", nil), change("e", 1)], now: clock.now())
                left[.alarms] = try await store.alarms.leave()
            }
        }
        try show(copy + "/alarms.db-wal")
        try await bench.visit("four", left: left) { store in
            let found = try await store.alarms.states()
            #expect(found.map(\.key) == ["alarm/a", "alarm/b", "alarm/e"] && found.map(\.body) == [[2], [1], [1]])
        }
    }

    @Test func `only what is wrong with the content is damage`() {
        let ofContent: [StoreError.Kind] = [.damaged, .other]
        let ofTheWay: [StoreError.Kind] = [.full, .readOnly, .inputOutput, .inUse, .newer, .unsafe]
        #expect(ofContent.allSatisfy { StoreError(kind: $0, operation: "", detail: "").isOfContent })
        #expect(!ofTheWay.contains { StoreError(kind: $0, operation: "", detail: "").isOfContent })
    }
}
