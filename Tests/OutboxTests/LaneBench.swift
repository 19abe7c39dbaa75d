// A lane on a test's own folder: opened, crashed and looked at from outside as often as a test likes.
import Platform
import SensorModel
import TestSupport

@testable import Outbox

/// Opens lanes and plays the power cut: what the medium holds is copied away, and the next opening finds only the copy.
final class LaneBench {
    let folder = TemporaryFolder()
    let clock = ManualClock()
    private let executor = ThreadExecutor(name: "test-lane")
    private(set) var path: String
    private var crashes = 0

    init() { path = folder.file("lane-0.db") }

    deinit { executor.shutdown() }

    func open(
        boot: String = "boot-1", maxBytes: Int64 = 1 << 30, block: Int64 = 100, retention: Duration = .zero
    ) throws(StoreError) -> OutboxLane {
        try OutboxLane(
            lane: .readings, place: .file(path), boot: boot, maxBytes: maxBytes, block: block, retention: retention,
            executor: executor)
    }

    /// The power goes: only what stands in the files now is there next time.
    func crash(_ lane: OutboxLane) async {
        crashes += 1
        let copy = folder.file("lane-\(crashes).db")
        copyFiles(to: copy)
        await lane.abandon()
        path = copy
    }

    private func copyFiles(to copy: String) {
        for suffix in ["", "-wal", ".mark"] {
            guard let content = TextFile.bytes(path + suffix, atMost: 1 << 30) else { continue }
            _ = TextFile.replace(copy + suffix, with: content)
        }
    }

    /// A number from what is committed: the lane lets nobody into its file, so a copy is asked.
    func number(_ sql: String) throws(StoreError) -> Int64 {
        let folder = TemporaryFolder()
        copyFiles(to: folder.file("copy.db"))
        let database = try Database(path: folder.file("copy.db"))
        defer { database.close() }
        return try database.integer(sql)
    }

    /// Appends records with the numbers of the range; each body names its number.
    func append(_ range: ClosedRange<Int64>, to lane: OutboxLane, bodyLength: Int = 0) async throws(StoreError) {
        let records = range.map { NumberedRecord(seq: $0, body: Self.body($0, length: bodyLength)) }
        try await lane.append(records, now: clock.now())
    }

    static func body(_ seq: Int64, length: Int = 0) -> [UInt8] {
        let text = Array("\"value\":\(seq)".utf8)
        return text + [UInt8](repeating: UInt8(ascii: " "), count: max(0, length - text.count))
    }
}

extension OutboxLane {
    /// Lets go of the file as a killed process does: nothing is tidied up.
    func abandon() { database.close() }

    /// Changes the file behind the lane's back.
    func edit(_ sql: String, _ values: [SQLValue] = []) throws(StoreError) { try database.execute(sql, values) }

    /// Gives up the oldest until the content fits.
    func evict(to bound: Int64) throws(StoreError) -> Int64 {
        try database.transaction { () throws(StoreError) in try evictOldest(to: bound) }
    }

    /// A number the lane's own connection gives.
    func number(_ sql: String) throws(StoreError) -> Int64 { try database.integer(sql) }

    /// A text the lane's own connection gives.
    func text(_ sql: String) throws(StoreError) -> String? { try database.text(sql) }

    /// Everything after a number, in one selection of one boot.
    func everything(after cursor: Int64) throws(StoreError) -> [LaneElement] {
        try select(after: cursor, records: 1_000_000, bytes: .max, withTrailingGap: true)?.elements ?? []
    }
}

extension LaneElement {
    var gap: Gap? { if case .gap(let gap) = self { gap } else { nil } }
    var seq: Int64? { if case .record(let seq, _) = self { seq } else { nil } }
    var body: [UInt8]? { if case .record(_, let body) = self { body } else { nil } }
}
