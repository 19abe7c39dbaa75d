// What a lane in memory holds that nobody has yet: it goes along when the store can be had in its files again.
import SensorModel

/// What is left in a lane in memory at its end.
///
/// Numbers of a store in memory are of an id of their own, and its file has numbers of its own: so what nobody has seen under the
/// one is numbered anew behind what waits in the other.
public struct LaneLeft: Sendable {
    /// What waits, in order.
    enum Element: Sendable, Equatable {
        /// A record, as it is in its row.
        case record(boot: String, stored: Int64, body: [UInt8])
        /// Records that were given up.
        case gap(count: Int64, reason: Gap.Reason)
    }

    /// What waits, in order.
    var elements: [Element] = []
    /// What has to survive beside the records: all of it, or what has changed in memory; without a body where it is no more.
    var states: [StateChange] = []
    /// Whether those are all: the lane began with what stood in its file.
    var hasAllStates = false
    /// As in `LaneOpening`.
    var lastTrusted: Int64 = 0

    /// Records among them.
    public var records: Int {
        elements.count { if case .record = $0 { true } else { false } }
    }

    /// Inside the transaction that opens a lane.
    /// - Parameter last: the number behind which it is put.
    /// - Returns: the last number that it has taken.
    func put(into database: Database, after last: Int64) throws(StoreError) -> Int64 {
        var next = last + 1
        for element in elements {
            switch element {
            case .record(let boot, let stored, let body):
                try database.execute("INSERT OR IGNORE INTO boots (boot) VALUES (?)", [.text(boot)])
                let reference = try database.integer("SELECT id FROM boots WHERE boot = ?", [.text(boot)])
                let crc = Checksum.record(seq: next, boot: reference, body: body)
                try database.execute(
                    "INSERT INTO records (seq, boot, stored, crc, body) VALUES (?, ?, ?, ?, ?)",
                    [.integer(next), .integer(reference), .integer(stored), .integer(crc), .blob(body)])
                next += 1
            case .gap(let count, let reason):
                try database.execute(
                    "INSERT INTO gaps (first, last, count, reason) VALUES (?, ?, ?, ?)",
                    [.integer(next), .integer(next + count - 1), .integer(count), .text(reason.rawValue)])
                next += count
            }
        }
        if hasAllStates { try database.execute("DELETE FROM states") }
        for state in states { try KeptRows.put(state, into: database) }
        return next - 1
    }
}

extension OutboxLane {
    /// What no uplink has delivered, and what has to survive, of a lane in memory; nil of a lane in a file, which keeps it. To be
    /// asked when nobody appends or delivers any more, before `close`.
    public func leave() throws(StoreError) -> LaneLeft? {
        guard place == .memory else { return nil }
        try flush()
        var left = LaneLeft()
        left.hasAllStates = hasAllStates
        left.lastTrusted = try LaneSchema.meta(database, "last_trusted")
        let states = try states().map { StateChange(key: $0.key, body: $0.body) }
        // What was only read from a file without its log may be older than what stands in the log.
        left.states =
            hasAllStates
            ? states
            : changed.sorted().map { key in
                states.first { $0.key == key } ?? StateChange(key: key, body: nil)
            }
        let delivered = cursors.values.min() ?? 0
        var found: [(seq: Int64, element: LaneLeft.Element)] = []
        try database.query(
            "SELECT r.seq, b.boot, r.stored, r.body FROM records r JOIN boots b ON b.id = r.boot WHERE r.seq > ? ORDER BY r.seq",
            [.integer(delivered)]
        ) { row in
            found.append((row.integer(0), .record(boot: row.text(1) ?? boot, stored: row.integer(2), body: row.blob(3))))
            return true
        }
        try database.query(
            "SELECT first, count, reason FROM gaps WHERE last > ? AND reason != 'unused' ORDER BY first", [.integer(delivered)]
        ) { row in
            let reason = row.text(2).flatMap(Gap.Reason.init) ?? .corrupt
            found.append((row.integer(0), .gap(count: row.integer(1), reason: reason)))
            return true
        }
        left.elements = found.sorted { $0.seq < $1.seq }.map(\.element)
        isLeft = true
        return left
    }
}
