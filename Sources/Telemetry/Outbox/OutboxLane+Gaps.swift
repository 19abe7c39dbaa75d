// Records that will not come, and the gaps that stand in their place.
import SensorModel

extension OutboxLane {
    /// The most gaps in one selection.
    static let mostGaps = 64

    func gaps(after cursor: Int64, before end: Int64) throws(StoreError) -> [LaneElement] {
        var found: [LaneElement] = []
        try database.query(
            "SELECT first, last, count, reason FROM gaps WHERE last > ? AND first < ? ORDER BY first LIMIT ?",
            [.integer(cursor), .integer(end), .integer(Int64(Self.mostGaps))]
        ) { row in
            let reason = row.text(3).flatMap(Gap.Reason.init) ?? .corrupt
            found.append(.gap(Gap(from: row.integer(0), to: row.integer(1), count: row.integer(2), reason: reason)))
            return true
        }
        return found
    }

    func insert(_ gap: Gap) throws(StoreError) {
        try database.execute(
            "INSERT OR REPLACE INTO gaps (first, last, count, reason) VALUES (?, ?, ?, ?)",
            [.integer(gap.from), .integer(gap.to), .integer(gap.count), .text(gap.reason.rawValue)])
    }

    /// Sets damaged rows aside (the last thousand are kept to be looked at) and puts a gap in their place.
    /// - Throws: `damaged` when a row cannot be found by its number.
    func quarantine(_ damaged: [Int64]) throws(StoreError) {
        try database.transaction { () throws(StoreError) in
            for seq in damaged {
                try database.execute(
                    "INSERT OR REPLACE INTO quarantine SELECT seq, boot, crc, body FROM records WHERE seq = ?", [.integer(seq)])
                try database.execute("DELETE FROM records WHERE seq = ?", [.integer(seq)])
                guard database.changes == 1 else { throw disorder("record \(seq) cannot be found by its number") }
                try insert(Gap(from: seq, to: seq, count: 1, reason: .corrupt))
            }
            try database.execute("DELETE FROM quarantine WHERE seq <= (SELECT max(seq) FROM quarantine) - 1000")
        }
        statistics.corrupt += UInt64(damaged.count)
    }

    /// The file hangs together for SQLite, and does not say what was written.
    func disorder(_ words: String) -> StoreError {
        StoreError(kind: .damaged, operation: "order", detail: "\(database.name): \(words)")
    }

    /// Inside a transaction: gives up the oldest records until the content fits into the bound; one gap for neighbours.
    /// - Parameter onlyDelivered: ends where an uplink has not delivered.
    /// - Returns: how many records were given up.
    func evictOldest(to bound: Int64, onlyDelivered: Bool = false) throws(StoreError) -> Int64 {
        var evicted: Int64 = 0
        while true {
            usedBytes = try database.usedBytes()
            guard usedBytes > bound else { return evicted }
            let delivered = cursors.values.min() ?? 0
            let (first, end) = try oldest(bytes: max(4096, maxBytes / 50))
            // What was delivered goes first, and by itself: it is no loss, and may be enough.
            let last = onlyDelivered || first <= delivered ? min(end, delivered) : end
            guard last > 0, last >= first else { return evicted }
            try database.execute("DELETE FROM records WHERE seq <= ?", [.integer(last)])
            let count = database.changes
            guard count > 0 else { throw disorder("the oldest records cannot be found by their numbers") }
            // Neighbouring gaps, and those in between, become one with it; delivered records need no gap and are no loss.
            guard last > delivered else {
                freedThrough = max(freedThrough, last)
                continue
            }
            evicted += count
            let touching = "first <= ?2 + 1 AND last >= ?1 - 1 AND (reason = 'evicted' OR (first > ?1 AND last < ?2))"
            let from = try database.integer(
                "SELECT min(?1, coalesce(min(first), ?1)) FROM gaps WHERE \(touching)", [.integer(first), .integer(last)])
            let to = try database.integer(
                "SELECT max(?2, coalesce(max(last), ?2)) FROM gaps WHERE \(touching)", [.integer(first), .integer(last)])
            let absorbed = try database.integer(
                "SELECT coalesce(sum(count), 0) FROM gaps WHERE \(touching)", [.integer(first), .integer(last)])
            try database.execute("DELETE FROM gaps WHERE \(touching)", [.integer(first), .integer(last)])
            try insert(Gap(from: from, to: to, count: count + absorbed, reason: .evicted))
        }
    }

    /// The first and last number of the oldest records that fill so many bytes; zeros when there are none. Counted in
    /// bytes and not in numbers: after many restarts a few records may lie hundreds of thousands of numbers apart.
    private func oldest(bytes: Int64) throws(StoreError) -> (first: Int64, last: Int64) {
        var (first, last, room, isInOrder) = (Int64(0), Int64(0), bytes, true)
        try database.query("SELECT seq, length(body) FROM records ORDER BY seq") { row in
            isInOrder = row.integer(0) > last
            if first == 0 { first = row.integer(0) }
            last = row.integer(0)
            room -= row.integer(1)
            return isInOrder && room > 0
        }
        guard isInOrder else { throw disorder("record \(last) is not where its number belongs") }
        return (first, last)
    }
}
