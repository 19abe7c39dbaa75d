// The folder with both lanes: one owner, one id, and a fresh lane where a damaged one was.
import Glibc
import Outbox
import SensorModel
import Testing
import TestSupport

@Suite struct StoreTests {
    let folder = TemporaryFolder()
    let clock = ManualClock()

    private func visit(_ id: String, _ look: (Store) async throws -> Void = { _ in }) async throws {
        try await Visit(path: folder.file("a/store"), clock: clock).visit(id, look)
    }

    private func records(_ count: Int64) -> [NumberedRecord] {
        (1...count).map { NumberedRecord(seq: $0, body: [UInt8](repeating: 65, count: 300)) }
    }

    @Test func `both lanes carry one id, made once`() async throws {
        for id in ["one", "two"] {
            try await visit(id) { store in
                #expect(store.id == "one")
                #expect(store.predecessor == nil)
                #expect(store.findings == [])
            }
        }
    }

    @Test func `the latest time of a trusted clock is known to the next run, whatever its clock says`() async throws {
        func at(_ seconds: Int64, _ state: ClockState) -> Timestamp {
            Timestamp(
                wall: WallTime(nanoseconds: seconds * 1_000_000_000), monotonic: MonotonicTime(nanoseconds: 1), clock: state)
        }
        try await visit("one") { store in
            #expect(store.trustedTime == nil)
            try await store.readings.append(records(2), now: at(5000, .unsynced))
        }
        // `visit` closes by its own clock.
        try await visit("one") { store in
            let first = try #require(store.trustedTime)
            #expect(first == WallTime(nanoseconds: clock.now().wall.milliseconds * 1_000_000))
            try await store.alarms.append(records(1), now: at(3_000_000_000, .synced))
            try await store.readings.append([], now: at(4_000_000_000, .unsynced))
        }
        try await visit("one") { store in
            #expect(store.trustedTime == WallTime(nanoseconds: clock.now().wall.milliseconds * 1_000_000))
        }
    }

    @Test func `a lane whose file is gone makes a new store as well`() async throws {
        try await visit("one")
        unlink(folder.file("a/store/alarms.db"))
        try await visit("two") { store in
            #expect(store.id == "two")
            #expect(store.predecessor == "one")
            #expect(store.findings.map(\.lane) == [.alarms])
        }
    }

    @Test func `a second owner is refused and told who holds the store`() async throws {
        try await visit("one") { _ in
            let refusal = await #expect(throws: StoreError.self) { try await visit("two") }
            #expect(refusal?.kind == .inUse)
            #expect(refusal?.detail.contains("pid \(getpid())") == true, "\(refusal?.detail ?? "")")
        }
        try await visit("three") { #expect($0.id == "one", "the store was not touched, and is free again") }
    }
}
