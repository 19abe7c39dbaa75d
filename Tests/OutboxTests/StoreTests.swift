// The folder with both lanes: one owner, one id, and a fresh lane where a damaged one was.
import Glibc
import Platform
import SensorModel
import Testing
import TestSupport

@testable import Outbox

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

    @Test func `the latest time that is known to have passed is kept for the next run, and a lower one takes nothing from it`()
        async throws
    {
        func time(_ seconds: Int64) -> WallTime { WallTime(nanoseconds: seconds * 1_000_000_000) }
        func visit(_ floor: ClockFloor, _ look: (Store) async throws -> Void = { _ in }) async throws {
            try await Visit(path: folder.file("a/store"), clock: clock, floor: floor).visit("one", look)
        }
        // Whatever a clock says that a record comes with: a drifting one must not raise it.
        try await visit(ClockFloor()) { store in
            #expect(store.trustedTime == nil)
            try await store.readings.append(records(2), now: clock.now())
        }
        let floor = ClockFloor()
        try await visit(floor) { store in
            #expect(store.trustedTime == nil)
            floor.set(time(3_000_000_000), isCorrected: false)
            try await store.alarms.append(records(1), now: clock.now())
            floor.set(time(2_000_000_000), isCorrected: false)
        }
        try await visit(ClockFloor()) { #expect($0.trustedTime == time(3_000_000_000)) }
        try await visit(floor) { #expect($0.trustedTime == time(3_000_000_000)) }
        // Only what was found to be wrong is taken back, in both lanes.
        floor.set(time(2_500_000_000), isCorrected: true)
        try await visit(floor) { #expect($0.trustedTime == time(3_000_000_000)) }
        try await visit(ClockFloor()) { #expect($0.trustedTime == time(2_500_000_000)) }
    }

    @Test func `a file that is begun anew keeps the latest known time, and not the one that it was opened with`() async throws {
        let floor = ClockFloor()
        let visit = Visit(path: folder.file("a/store"), clock: clock, floor: floor)
        floor.set(WallTime(nanoseconds: 3_000_000_000_000_000_000), isCorrected: false)
        try await visit.visit("one") { store in try await store.readings.append(records(2), now: clock.now()) }
        floor.set(WallTime(nanoseconds: 2_000_000_000_000_000_000), isCorrected: true)
        try await visit.visit("one") { store in
            try await store.alarms.append([], now: clock.now())
            try await store.readings.append(
                records(1).map { NumberedRecord(seq: $0.seq + 20_000, body: $0.body) }, now: clock.now())
            try await store.readings.beginAnew(because: StoreError(kind: .damaged, operation: "test", detail: ""))
        }
        try await Visit(path: folder.file("a/store"), clock: clock).visit("one") {
            #expect($0.trustedTime == WallTime(nanoseconds: 2_000_000_000_000_000_000))
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
