// What happens to the wall clock is on record, and a time that was believed at last is in both lanes.
import Logging
import Platform
import SensorModel
import Testing
import TestSupport

@testable import Gateway
@testable import Outbox

/// The watch of a clock under a test's control, with a real audit log and a real store.
private final class Watched: Sendable {
    let folder = TemporaryFolder()
    let raw = ManualClock()
    let clock: TrustedClock
    let audit: AuditLog
    private let threads = ["audit", "readings", "alarms"].map { ThreadExecutor(name: "test-\($0)") }
    private let heads: AsyncStream<AuditHead>

    init() {
        clock = TrustedClock(raw)
        let (heads, told) = AsyncStream.makeStream(of: AuditHead.self)
        self.heads = heads
        audit = AuditLog(folder: folder.path, executor: threads[0], clock: clock) { told.yield($0) }
    }

    deinit { for thread in threads { thread.shutdown() } }

    func open() async throws -> Store {
        try await Store.open(
            .init(path: folder.file("store"), maxBytes: 8 << 20, boot: "boot-1"), floor: clock.floor,
            executor: { $0 == .readings ? threads[1] : threads[2] }, makeID: { "store-1" })
    }

    /// Lets the watch work until so many records are there.
    func watch(_ store: Store, until records: Int, _ happening: () -> Void) async throws {
        let watch = ClockWatch(
            clock: clock, audit: audit, store: store, log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let task = Task { await watch.run() }
        happening()
        for await head in heads where head.seq >= records { break }
        task.cancel()
        await task.value
    }

    var records: [String] {
        (TextFile.read(folder.file("audit.log"), atMost: 1 << 20) ?? "").split(separator: "\n").map(String.init)
    }
}

@Suite struct ClockWatchTests {
    @Test func `a step is on record with both offsets and both states`() async throws {
        let watched = Watched()
        let store = try await watched.open()
        _ = watched.clock.now()
        try await watched.watch(store, until: 1) {
            watched.raw.stepWall(by: .seconds(-3600))
            _ = watched.clock.now()
        }
        let record = try #require(watched.records.first)
        #expect(record.contains(#""action":"clock.step","subject":"-3600000 ms""#) && record.contains(#""actor":"system""#))
        // The manual clock stands at one second after boot, and was vouched for by nobody before the first look.
        let before = watched.raw.now().wall.milliseconds + 3_600_000 - 1000
        #expect(
            record.contains(#""offset_before_ms":"\#(before)""#)
                && record.contains(#""offset_after_ms":"\#(before - 3_600_000)""#))
        #expect(record.contains(#""clock_before":"synced""#), "\(record)")
        for lane in Lane.allCases { try await store.lane(lane).close(now: watched.clock.now()) }
        store.release()
    }

    @Test func `of many steps twenty an hour stand by themselves, and the others are counted`() {
        var tally = ClockWatch.Tally()
        let begin = MonotonicTime(nanoseconds: 5)
        #expect((0..<25).map { tally.mayRecord(begin + .seconds($0)) } == (0..<25).map { $0 < 20 })
        #expect(tally.unrecorded == 5)
        #expect(!tally.mayRecord(begin + .seconds(3599)) && tally.mayRecord(begin + .seconds(3600)) && tally.unrecorded == 6)
    }

    @Test func `a clock that is believed at last is on record, and the wrong time is in no lane any more`() async throws {
        let watched = Watched()
        let wrong = WallTime(nanoseconds: watched.raw.now().wall.nanoseconds + 400 * 86_400_000_000_000)
        watched.clock.learn(wrong)
        var store = try await watched.open()
        for lane in Lane.allCases { try await store.lane(lane).close(now: watched.clock.now()) }
        store.release()
        store = try await watched.open()
        #expect(store.trustedTime == wrong && watched.clock.now().clock == .unsynced)
        try await watched.watch(store, until: 1) {
            watched.raw.advance(by: .seconds(86_400))
            #expect(watched.clock.now().clock == .synced)
        }
        #expect(watched.records.count == 1 && watched.records[0].contains(#""action":"clock.believe""#))
        #expect(watched.records[0].contains(#""seen_before":"\#(wrong.rfc3339)""#))
        for lane in Lane.allCases { await store.lane(lane).letGo() }
        store.release()
        store = try await watched.open()
        #expect(store.trustedTime == WallTime(nanoseconds: watched.raw.now().wall.nanoseconds))
        for lane in Lane.allCases { try await store.lane(lane).close(now: watched.clock.now()) }
        store.release()
    }
}
