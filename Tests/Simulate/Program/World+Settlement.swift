// The end of a story: everything is healed and quiet, and the platform must have the same picture as the gateway.
import MemoryDisk
import Outbox
import SensorModel

extension World {
    /// While the last life still runs.
    func judgeSettled() {
        guard let life, let message = broker.retained["manhole/v1/\(Street.gateway)/state"] else {
            return complain("there is no retained state")
        }
        let state = JSONObject(bytes: message[...])
        if state.member("online").map({ !$0.elementsEqual("true".utf8) }) ?? true { complain("the retained state is not online") }
        if state.text("boot") != bootID {
            complain("the retained state is of boot \(state.text("boot") ?? "none"), not of \(bootID)")
        }
        if !ledger.lanes.keys.contains(where: { $0.store == state.text("store") && $0.lane == .readings }) {
            complain("the retained state names a store that nothing came from")
        }
        for words in desk.judge(state) { complain(words) }
        guard isStoreWhole else { return }
        let disagreements = oracle.disagreements(in: life.number) { store, seq in
            ledger.lanes[.init(store: store, lane: .alarms)]?.gaps.contains {
                $0.reason == .unused && $0.from <= seq && seq <= $0.to
            } ?? false
        }
        for words in disagreements { complain(words) }
        // What was read while everything went wrong may have been given up, and stands in gaps.
        let (from, to) = (max(life.began, end) + 60 * Self.second, time.now - 60 * Self.second)
        for (point, walls) in field.said.sorted(by: { $0.key < $1.key }) {
            let waiting = walls.values.joined().filter {
                !$0.isDelivered && $0.life == life.number && from <= $0.moment && $0.moment < to
            }
            guard let first = waiting.map(\.moment).min() else { continue }
            complain("\(point): \(waiting.count) readings since \(first / Self.second) s wait, and everything is well")
        }
    }

    /// When the last life has ended: nothing waits in the store, and nothing is taken as delivered that is not here.
    func judgeStore() {
        guard isStoreWhole else { return }
        memory_disk_go_on()
        Task { [self] in
            do {
                let settings = Store.Settings(path: Street.folder, maxBytes: Int64(story.storeSize) << 20, boot: "judge")
                let store = try await Store.open(settings, executor: { _ in time.actors }, makeID: { "judge" })
                for lane in Lane.allCases {
                    try await judge(store.lane(lane), of: store.id)
                    try await store.lane(lane).close(now: clock.now())
                }
                store.release()
            } catch { complain("the store cannot be opened at the end: \(error)") }
        }
        time.drain()
        memory_disk_end_process()
    }

    private func judge(_ lane: OutboxLane, of store: String) async throws {
        let delivered = try await lane.register(uplinks: [Street.uplink])[Street.uplink] ?? 0
        let arrived = ledger.lanes[.init(store: store, lane: lane.lane)]?.highest ?? 0
        if delivered > arrived {
            complain("\(lane.lane): noted as delivered up to \(delivered), here are those up to \(arrived)")
        }
        let waiting = try await lane.select(after: delivered, records: 1000, bytes: .max, withTrailingGap: false)
        for case .record(let seq, let body) in waiting?.elements ?? [] {
            let record = JSONObject(bytes: ([UInt8(ascii: "{")] + body + [UInt8(ascii: "}")])[...])
            let made = (record.text("time") ?? record.text("detected")).flatMap(milliseconds) ?? 0
            // What was made shortly before the stop had no time to go.
            guard made < (Story.begin + end + Self.healing - 75 * Self.second) / 1_000_000 else { continue }
            return complain("\(lane.lane): \(seq) waits in the store, and everything was well")
        }
    }
}
