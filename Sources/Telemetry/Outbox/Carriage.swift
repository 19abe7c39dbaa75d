// What of a damaged file can be read, moved into a fresh one.
import SensorModel

/// Moves what can be read of a damaged file into a fresh one, row by row: from the front until it goes no further, then from the
/// end.
/// Limit and loss: 64 MiB of records, so that it is done within seconds, and what the disk has room for; gaps stand for the rest.
struct Carriage {
    /// What the fresh file says of itself.
    struct Order {
        var store: String?, predecessor: String?
        var boot: String
        var last: Int64, reserved: Int64, lastTrusted: Int64
        var cursors: [String: Int64]

        /// Makes a whole file beside the lane's own, synced and closed. On a disk that has no room for all there is as much in it
        /// as has.
        /// - Parameter makingRoom: gives back what of the disk can be given back; asked once.
        /// - Returns: what this boot is called by in it, and how many records are lost.
        func carryOut(
            from old: Database, to path: String, makingRoom: () -> Void
        ) throws(StoreError) -> (bootReference: Int64, lost: Int64) {
            var mostBytes: Int64 = 64 << 20
            var hasMadeRoom = false
            while true {
                var moved = Carriage(from: old, after: cursors.values.min() ?? 0, to: last, mostBytes: mostBytes)
                do throws(StoreError) {
                    try write(path, &moved)
                    try Replacement.finish(path)
                    return (moved.bootReference, moved.lost)
                } catch {
                    Replacement.clear(path)
                    guard error.kind == .full, mostBytes > 0 || !hasMadeRoom else { throw error }
                    guard hasMadeRoom else {
                        makingRoom()
                        hasMadeRoom = true
                        continue
                    }
                    // A part of what had room has to be left for the gaps, which come last.
                    mostBytes = max(0, moved.carried - max(4096, moved.carried / 16))
                }
            }
        }

        private func write(_ path: String, _ moved: inout Carriage) throws(StoreError) {
            Replacement.clear(path)
            let fresh = try Database(path: Replacement.unfinished(path), access: .making)
            defer { fresh.close() }
            _ = try LaneSchema.open(fresh, boot: boot, block: 0)
            try fresh.transaction { () throws(StoreError) in
                try LaneSchema.setMeta(fresh, "store", store.map { .text($0) } ?? .null)
                try LaneSchema.setMeta(fresh, "predecessor", predecessor.map { .text($0) } ?? .null)
                try LaneSchema.setMeta(fresh, "last_seq", .integer(last))
                try LaneSchema.setMeta(fresh, "reserved_through", .integer(reserved))
                try LaneSchema.setMeta(fresh, "last_trusted", .integer(lastTrusted))
                for (uplink, cursor) in cursors {
                    try fresh.execute(
                        "INSERT INTO cursors (uplink, delivered) VALUES (?, ?)", [.text(uplink), .integer(cursor)])
                }
                try moved.carry(into: fresh, boot: boot)
            }
            try fresh.finishMaking()
        }
    }

    let old: Database
    /// Nothing up to this number is wanted.
    let delivered: Int64
    let last: Int64
    private let mostBytes: Int64
    /// Bytes of records that were moved.
    private(set) var carried: Int64 = 0
    /// What this boot is called by in the fresh file.
    private(set) var bootReference: Int64 = 0
    /// Records that are lost.
    private(set) var lost: Int64 = 0
    private var gaps: [Gap] = []

    init(from old: Database, after delivered: Int64, to last: Int64, mostBytes: Int64) {
        (self.old, self.delivered, self.last, self.mostBytes) = (old, delivered, last, mostBytes)
    }

    mutating func carry(into fresh: Database, boot: String) throws(StoreError) {
        // The same references: the checksums go over them.
        try fresh.execute("DELETE FROM boots")
        try copy("SELECT id, boot FROM boots", into: fresh, "INSERT OR IGNORE INTO boots (id, boot) VALUES (?, ?)") {
            [.integer($0.integer(0)), $0.text(1).map { .text($0) } ?? .null]
        }
        try fresh.execute("INSERT OR IGNORE INTO boots (boot) VALUES (?)", [.text(boot)])
        bootReference = try fresh.integer("SELECT id FROM boots WHERE boot = ?", [.text(boot)])
        try copy("SELECT key, body FROM states", into: fresh, "INSERT OR REPLACE INTO states (key, body) VALUES (?, ?)") {
            [$0.text(0).map { .text($0) } ?? .null, .blob($0.blob(1))]
        }
        try readGaps()
        var (low, high) = (delivered, last + 1)
        try rows("SELECT seq, boot, stored, crc, body FROM records WHERE seq > ? ORDER BY seq", after: low, into: fresh) {
            (carriage, seq) throws(StoreError) in
            try carriage.name(low + 1, seq - 1, in: fresh)
            low = seq
        }
        try rows("SELECT seq, boot, stored, crc, body FROM records WHERE seq > ? ORDER BY seq DESC", after: low, into: fresh) {
            (carriage, seq) throws(StoreError) in
            try carriage.name(seq + 1, high - 1, in: fresh)
            high = seq
        }
        try name(low + 1, high - 1, in: fresh)
    }

    /// Goes through rows until one is damaged. What the medium does not give ends everything: it is not lost.
    private func read(_ query: String, _ values: [SQLValue] = [], row: (Row) -> Bool) throws(StoreError) {
        do throws(StoreError) {
            try old.query(query, values, row: row)
        } catch  where error.kind == .inputOutput {
            throw error
        } catch {
            // The rows behind a damaged one: from the other end, or in a gap.
        }
    }

    /// Copies rows until one is damaged; what cannot be written is thrown.
    private func copy(
        _ query: String, into fresh: Database, _ insert: String, _ values: (Row) -> [SQLValue]
    ) throws(StoreError) {
        var failure: StoreError?
        try read(query) { row in
            do throws(StoreError) { try fresh.execute(insert, values(row)) } catch { failure = error }
            return failure == nil
        }
        if let failure { throw failure }
    }

    /// The same for records, each as far as it is what was written.
    private mutating func rows(
        _ query: String, after number: Int64, into fresh: Database,
        _ passed: (inout Self, Int64) throws(StoreError) -> Void
    ) throws(StoreError) {
        var failure: StoreError?
        try read(query, [.integer(number)]) { row in
            let (seq, boot, crc, body) = (row.integer(0), row.integer(1), row.integer(3), row.blob(4))
            guard seq <= last, crc == Checksum.record(seq: seq, boot: boot, body: body) else { return true }
            guard carried + Int64(body.count) <= mostBytes else { return false }
            do throws(StoreError) {
                try fresh.execute(
                    "INSERT INTO records (seq, boot, stored, crc, body) VALUES (?, ?, ?, ?, ?)",
                    [.integer(seq), .integer(boot), .integer(row.integer(2)), .integer(crc), .blob(body)])
                carried += Int64(body.count)
                try passed(&self, seq)
            } catch { failure = error }
            return failure == nil
        }
        if let failure { throw failure }
    }

    private mutating func readGaps() throws(StoreError) {
        var found: [Gap] = []
        let (delivered, last) = (delivered, last)
        try read("SELECT first, last, count, reason FROM gaps ORDER BY first") { row in
            let gap = Gap(
                from: row.integer(0), to: row.integer(1), count: row.integer(2),
                reason: row.text(3).flatMap(Gap.Reason.init) ?? .corrupt)
            let isWhole = gap.from > delivered && gap.from <= gap.to && gap.to <= last
            if isWhole, gap.count > 0, gap.count <= gap.to - gap.from + 1 { found.append(gap) }
            return found.count < 10_000
        }
        gaps = found
    }

    /// Numbers without a record: gaps that stood there before, and what is lost now.
    private mutating func name(_ first: Int64, _ last: Int64, in fresh: Database) throws(StoreError) {
        guard first <= last else { return }
        var next = first
        for gap in gaps where gap.from >= next && gap.to <= last {
            try insert(Gap(from: next, to: gap.from - 1, count: gap.from - next, reason: .corrupt), into: fresh)
            try insert(gap, into: fresh)
            next = gap.to + 1
        }
        try insert(Gap(from: next, to: last, count: last - next + 1, reason: .corrupt), into: fresh)
    }

    private mutating func insert(_ gap: Gap, into fresh: Database) throws(StoreError) {
        guard gap.count > 0 else { return }
        if gap.reason == .corrupt { lost += gap.count }
        try fresh.execute(
            "INSERT OR REPLACE INTO gaps (first, last, count, reason) VALUES (?, ?, ?, ?)",
            [.integer(gap.from), .integer(gap.to), .integer(gap.count), .text(gap.reason.rawValue)])
    }
}
