// What the daemon says of its store at the end: only what is committed is said to be.
import Outbox
import Platform
import SensorModel
import TestSupport
import Testing

@testable import Gateway

@Suite struct StoreEndTests {
    private let folder = TemporaryFolder()
    private let clock = ManualClock()

    private func left(at path: String, unwritten: [String?] = [nil, nil], _ life: (Store) async throws -> Void) async throws
        -> [String]
    {
        let threads = Lane.allCases.map { ThreadExecutor(name: "test-\($0.rawValue)") }
        defer { for thread in threads { thread.shutdown() } }
        let store = try await Store.open(
            .init(path: path, maxBytes: 8 << 20, boot: "boot-1"),
            executor: { $0 == Lane.allCases[0] ? threads[0] : threads[1] }, makeID: { "one" })
        for lane in Lane.allCases { _ = try await store.lane(lane).register(uplinks: ["city"]) }
        try await life(store)
        return GatewayApplication.left(in: store, unwritten: unwritten)
    }

    private func records(_ range: ClosedRange<Int64>) -> [NumberedRecord] { range.map { NumberedRecord(seq: $0, body: [65]) } }

    @Test func `everything is committed only when both lanes were closed in their files, and nothing waits to be written`()
        async throws
    {
        let path = folder.file("store")
        let all = try await left(at: path) { store in
            try await store.alarms.append(records(1...3), now: clock.now())
            for lane in Lane.allCases { try await store.lane(lane).close(now: clock.now()) }
        }
        #expect(all == [])
        let unwritten = try await left(at: path, unwritten: [nil, "disk gone"]) { store in
            for lane in Lane.allCases { try await store.lane(lane).close(now: clock.now()) }
        }
        #expect(unwritten == ["what came last to the readings lane is not committed and lost: disk gone"])
        // The last one: nobody else can open what is not closed.
        let unclosed = try await left(at: path) { try await $0.readings.close(now: clock.now()) }
        #expect(unclosed == ["the alarms lane did not close: the next start takes up what it has committed"])
    }

    @Test func `a lane in memory says at its end how much of it nobody has`() async throws {
        folder.write("store", "a file where the folder should be")
        let memory = try await left(at: folder.file("store")) { store in
            try await store.alarms.append(records(1...3), now: clock.now())
            await store.alarms.delivered("city", through: 1)
            for lane in Lane.allCases { try await store.lane(lane).close(now: clock.now()) }
        }
        #expect(
            memory == [
                "the alarms lane was in memory only, 2 of its records were not delivered and are lost",
                "the readings lane was in memory only, everything in it was delivered",
            ])
    }
}
