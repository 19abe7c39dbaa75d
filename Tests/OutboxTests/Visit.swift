// A store of a test: opened, looked at, closed, and let go of.
import Outbox
import Platform
import SensorModel
import TestSupport

/// Opens a store as often as a test likes, each time as a new run.
struct Visit {
    let path: String
    let clock: ManualClock
    var maxBytes: Int64 = 8 << 20
    var floor = ClockFloor()

    func visit(_ id: String, left: [Lane: LaneLeft] = [:], _ look: (Store) async throws -> Void = { _ in }) async throws {
        let threads = Lane.allCases.map { ThreadExecutor(name: "test-\($0.rawValue)") }
        defer { for thread in threads { thread.shutdown() } }
        let store = try await Store.open(
            .init(path: path, maxBytes: maxBytes, boot: "boot-1"), left: left, floor: floor,
            executor: { $0 == Lane.allCases[0] ? threads[0] : threads[1] }, makeID: { id })
        try await look(store)
        for lane in Lane.allCases { try await store.lane(lane).close(now: clock.now()) }
    }
}
