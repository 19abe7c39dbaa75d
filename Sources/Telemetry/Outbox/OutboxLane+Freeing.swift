// What was delivered goes: a bounded part of it with each commit.
import SensorModel

extension OutboxLane {
    /// How far that is.
    struct Freeing {
        /// The most that goes with one commit: days that were delivered within seconds must not make one transaction of their
        /// size, which would go through the log once more and keep others waiting. Alarms are longer than readings.
        fileprivate static func most(of lane: Lane) -> Int { lane == .alarms ? 1_000 : 10_000 }
        /// The log of what goes needs room as well, and a full disk has little.
        fileprivate static let mostOnFullDisk = 64

        /// Up to which number nothing is left to free.
        fileprivate var through: Int64 = 0
        /// When what was kept long enough was freed last.
        fileprivate var purged: MonotonicTime?
        /// Whether there may be records that no trusted clock has seen.
        var hasUndated = true

        /// The transaction failed: whatever it freed is there again. What is kept for a time can wait another minute.
        mutating func failed() { (through, hasUndated) = (0, true) }
    }

    /// Inside a transaction: frees some of what all uplinks have delivered.
    /// - Parameter coming: how many records come with the same commit; more than those go in any case.
    func freeDelivered(besides coming: Int, now: Timestamp) throws(StoreError) {
        guard let delivered = cursors.values.min() else { return }
        let count = max(isDiskFull ? Freeing.mostOnFullDisk : Freeing.most(of: lane), 2 * coming)
        if retention > .zero { return try purge(delivered, atMost: count, now) }
        guard delivered > freeing.through else { return }
        var through = delivered
        if delivered - freeing.through > Int64(count) {
            try database.query("SELECT seq FROM records ORDER BY seq LIMIT 1 OFFSET ?", [.integer(Int64(count) - 1)]) { row in
                through = min(delivered, row.integer(0))
                return false
            }
        }
        try database.execute("DELETE FROM records WHERE seq <= ?", [.integer(through)])
        try database.execute("DELETE FROM gaps WHERE last <= ?", [.integer(through)])
        freedThrough = max(freedThrough, through)
        // What is delivered before its commit goes with the next one.
        freeing.through = min(through, lastSeq)
    }

    /// Inside a transaction: says in the file up to where numbers may stand for nothing. An uplink that is new begins at the
    /// front, and must not take them for lost.
    func storeFreed() throws(StoreError) {
        if freedThrough != freedStored { try LaneSchema.setMeta(database, LaneSchema.freed, .integer(freedThrough)) }
    }

    /// Frees what was delivered and has been kept long enough; once a minute, and by a trusted clock only.
    private func purge(_ delivered: Int64, atMost count: Int, _ now: Timestamp) throws(StoreError) {
        try database.execute("DELETE FROM gaps WHERE last <= ?", [.integer(delivered)])
        if database.changes > 0 { freedThrough = max(freedThrough, delivered) }
        guard now.clock != .unsynced else { return }
        if let purged = freeing.purged, now.monotonic - purged < .seconds(60) { return }
        // Before it is done: a disk that has no room for it must not stop each commit.
        freeing.purged = now.monotonic
        let (wall, most) = (now.wall.milliseconds, SQLValue.integer(Int64(count)))
        if freeing.hasUndated {
            try database.execute(
                "UPDATE records SET stored = ? WHERE seq IN (SELECT seq FROM records WHERE stored = 0 ORDER BY seq LIMIT ?)",
                [.integer(wall), most])
            freeing.hasUndated = database.changes >= count
        }
        try database.execute(
            """
            DELETE FROM records WHERE seq IN \
            (SELECT seq FROM records WHERE seq <= ? AND stored > 0 AND stored < ? ORDER BY seq LIMIT ?)
            """,
            [.integer(delivered), .integer(wall - retention.milliseconds), most])
        if database.changes > 0 { freedThrough = max(freedThrough, delivered) }
        // What was too much for one commit goes on with the next.
        if freeing.hasUndated || database.changes >= count { freeing.purged = nil }
    }
}
