// The folder with both lanes: one owner, one id, and a fresh lane where a damaged one was.
import Glibc
import Outbox
import Platform
import SensorModel
import Testing
import TestSupport

@Suite struct StoreTests {
    /// What may have happened to a lane's file.
    enum Damage: String, CaseIterable, Sendable {
        case headerZeroed, truncated, cutInThePage, garbage, empty

        func apply(to content: [UInt8]) -> [UInt8] {
            switch self {
            case .headerZeroed: [UInt8](repeating: 0, count: 100) + content.dropFirst(100)
            case .truncated: Array(content.prefix(3 * 4096))
            case .cutInThePage: Array(content.prefix(700))
            case .garbage: content.indices.map { UInt8(truncatingIfNeeded: $0 &* 37 &+ 11) }
            case .empty: []
            }
        }
    }

    let folder = TemporaryFolder()
    let clock = ManualClock()

    /// Opens the store, looks at it, closes it and lets go of it.
    private func visit(_ id: String, _ look: (Store) async throws -> Void = { _ in }) async throws {
        let threads = Lane.allCases.map { ThreadExecutor(name: "test-\($0.rawValue)") }
        defer { for thread in threads { thread.shutdown() } }
        let store = try await Store.open(
            .init(path: folder.file("a/store"), maxBytes: 8 << 20, boot: "boot-1"),
            executor: { $0 == Lane.allCases[0] ? threads[0] : threads[1] }, makeID: { id })
        try await look(store)
        for lane in Lane.allCases { try await store.lane(lane).close(now: clock.now()) }
    }

    private func records(_ count: Int64) -> [NumberedRecord] {
        (1...count).map { NumberedRecord(seq: $0, body: [UInt8](repeating: 65, count: 300)) }
    }

    @Test func `both lanes carry one id, made once`() async throws {
        for id in ["one", "two"] {
            try await visit(id) { store in
                #expect(store.id == "one")
                #expect(store.predecessor == nil)
                #expect(store.setAside.isEmpty)
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

    @Test(arguments: Damage.allCases, Lane.allCases)
    func `a damaged lane is begun anew under a new id that names the old one`(damage: Damage, lane: Lane) async throws {
        let other: Lane = lane == .readings ? .alarms : .readings
        try await visit("one") { store in
            try await store.lane(lane).append(records(200), now: clock.now())
            try await store.lane(other).append(records(3), now: clock.now())
        }
        let path = folder.file("a/store/\(lane.rawValue).db")
        let content = try #require(TextFile.bytes(path, atMost: 1 << 24))
        #expect(TextFile.replace(path, with: damage.apply(to: content)) == 0)

        try await visit("two") { store in
            #expect(store.id == "two")
            #expect(store.predecessor == "one")
            // An empty file is a file that was never written: there is nothing to set aside.
            #expect(store.setAside == (damage == .empty ? [] : [path + ".damaged"]))
            if damage != .empty {
                #expect(TextFile.bytes(path + ".damaged", atMost: 1 << 24) == damage.apply(to: content))
            }
            #expect(store.lane(lane).firstBlock.next == 1)
            #expect(store.lane(other).firstBlock.next == 4)
            try await store.lane(lane).append(records(5), now: clock.now())
            let kept = try await store.lane(other).select(after: 0, records: 9, bytes: .max, withTrailingGap: true)
            #expect(kept?.elements.count == 3)
        }
        try await visit("three") { store in
            #expect(store.id == "two")
            #expect(store.predecessor == "one")
            #expect(store.setAside.isEmpty)
        }
    }

    @Test func `a lane whose file is gone makes a new store as well`() async throws {
        try await visit("one")
        unlink(folder.file("a/store/alarms.db"))
        try await visit("two") { store in
            #expect(store.id == "two")
            #expect(store.predecessor == "one")
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

    @Test func `a store made by a newer version is refused and left as it is`() async throws {
        try await visit("one")
        let path = folder.file("a/store/readings.db")
        var content = try #require(TextFile.bytes(path, atMost: 1 << 24))
        content[63] = 2  // PRAGMA user_version: the file header's bytes 60 to 63, big-endian (SQLite file format §1.3).
        #expect(TextFile.replace(path, with: content) == 0)
        let refusal = await #expect(throws: StoreError.self) { try await visit("two") }
        #expect(refusal?.kind == .newer)
        #expect(refusal?.description.contains("newer") == true)
        #expect(TextFile.bytes(path, atMost: 1 << 24)?[63] == 2)
        #expect(TextFile.bytes(path + ".damaged", atMost: 1 << 24) == nil)
    }

    @Test func `a folder that cannot be made is named`() async throws {
        folder.write("a", "a file where the folder should be")
        let refusal = await #expect(throws: StoreError.self) { try await visit("one") }
        #expect(refusal?.kind == .inputOutput)
        #expect(refusal?.detail.contains(folder.file("a")) == true)
    }
}
