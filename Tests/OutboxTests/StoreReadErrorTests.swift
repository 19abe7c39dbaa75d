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
            let lane = store.alarms
            try await lane.append(records(1...2000), now: clock.now())
            _ = try await lane.number("PRAGMA wal_checkpoint(TRUNCATE)")
            // What is cached is not read.
            _ = try? await lane.number("PRAGMA shrink_memory")
            let file = try #require(fopen(path + "/alarms.db", "r+"))
            fseek(file, 300 * 1024, SEEK_SET)
            for _ in 0..<8192 { fputc(7, file) }
            fclose(file)
            try hide(path + "/alarms.db-wal")
            let failure = await #expect(throws: StoreError.self) { try await lane.everything(after: 0) }
            #expect(failure?.kind == .inputOutput, "\(String(describing: failure))")
            #expect(!exists(path + "/alarms.db.damaged") && lane.condition.findings == [])
            try show(path + "/alarms.db-wal")
            let found = try await lane.everything(after: 0)
            #expect(found.count > 1000)
            #expect(lane.condition.findings.map(\.remedy) == [.carriedOver])
        }
    }

    @Test func `only what is wrong with the content is damage`() {
        let ofContent: [StoreError.Kind] = [.damaged, .other]
        let ofTheWay: [StoreError.Kind] = [.full, .readOnly, .inputOutput, .inUse, .newer, .unsafe]
        #expect(ofContent.allSatisfy { StoreError(kind: $0, operation: "", detail: "").isOfContent })
        #expect(!ofTheWay.contains { StoreError(kind: $0, operation: "", detail: "").isOfContent })
    }
}
