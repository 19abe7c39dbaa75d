// What of a damaged file can be read, moved into a fresh one. Nothing is looked up by its number before it was read from end to
// end: where a bit of a number has flipped, SQLite looks past rows that are well.
import SensorModel

/// Moves what can be read of a damaged file into a fresh one, row by row: from the front, from the end, and into whatever is
/// missing in between. Pages of the damaged file may stand in the place of others, so rows may come twice and out of order: a row
/// counts by its checksum, once, and what is missing is counted in the fresh file.
/// Limit and loss: 64 MiB of records, so that it is done within seconds, and what the disk has room for; gaps stand for the rest.
struct Carriage {
    /// What the fresh file says of itself.
    struct Order {
        var store: String?, predecessor: String?
        var boot: String
        var last: Int64, reserved: Int64, freed: Int64, lastTrusted: Int64
        var cursors: [String: Delivered]
        /// What had to be committed with the cursors.
        var states: [StateChange] = []
        /// Whether what is delivered is kept for a time, and moves along, too.
        var keepsDelivered = false

        /// Makes a whole file beside the lane's own, synced and closed. On a disk that has no room for all there is as much in it
        /// as has.
        /// - Parameter makingRoom: gives back what of the disk can be given back; asked once.
        /// - Returns: what has become of it.
        func carryOut(
            from old: Database, to path: String, makingRoom: () -> Void
        ) throws(StoreError) -> Carriage {
            var mostBytes: Int64 = 64 << 20
            var hasMadeRoom = false
            while true {
                var moved = Carriage(from: old, order: self, mostBytes: mostBytes)
                do throws(StoreError) {
                    try write(path, &moved)
                    try Replacement.finish(path)
                    return moved
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
                try LaneSchema.setMeta(fresh, LaneSchema.freed, .integer(freed))
                for (uplink, cursor) in cursors { try KeptRows.put(cursor: cursor, of: uplink, into: fresh) }
                try moved.carry(into: fresh, boot: boot)
                for state in states { try KeptRows.put(state, into: fresh) }
            }
            try fresh.finishMaking()
        }
    }

    /// Parts that are looked into once more. Each costs a few pages, and a damaged page needs about a dozen.
    private static let mostParts = 4096
    private static let mostGaps = 10_000

    let old: Database
    /// Nothing up to this number is missed, and it is wanted last.
    let delivered: Int64
    private let keepsDelivered: Bool
    /// Numbers that are wanted now.
    private var wanted: ClosedRange<Int64>
    /// Nothing up to this number is missed.
    let freed: Int64
    let last: Int64
    private let mostBytes: Int64
    /// Bytes of records that were moved.
    private(set) var carried: Int64 = 0
    /// What this boot is called by in the fresh file.
    private(set) var bootReference: Int64 = 0
    /// Records that are lost.
    private(set) var lost: Int64 = 0
    /// Keys of states that are not what was written.
    private(set) var statesAside: [String] = []
    /// Gaps that stood in the damaged file, in order.
    private var gaps: [Gap] = []
    /// No further record has room.
    private var isFull = false

    private init(from old: Database, order: Order, mostBytes: Int64) {
        (self.old, delivered, freed) = (old, order.cursors.values.map(\.through).min() ?? 0, order.freed)
        (last, keepsDelivered, self.mostBytes) = (order.last, order.keepsDelivered, mostBytes)
        wanted = delivered + 1...max(delivered + 1, order.last)
    }

    private mutating func carry(into fresh: Database, boot: String) throws(StoreError) {
        // The same references: the checksums go over them.
        try fresh.execute("DELETE FROM boots")
        try copy("SELECT id, boot FROM boots ORDER BY id", into: fresh, "INSERT OR IGNORE INTO boots (id, boot) VALUES (?, ?)") {
            [.integer($0.integer(0)), $0.text(1).map { .text($0) } ?? .null]
        }
        try fresh.execute("INSERT OR IGNORE INTO boots (boot) VALUES (?)", [.text(boot)])
        bootReference = try fresh.integer("SELECT id FROM boots WHERE boot = ?", [.text(boot)])
        try carryStates(into: fresh)
        try readGaps()
        try carryRecords(into: fresh)
        if keepsDelivered, delivered > 0 { try carryDelivered(into: fresh) }
        try nameMissing(in: fresh)
    }

    /// Goes through rows until one is damaged. What the medium does not give ends everything: it is not lost.
    /// - Returns: whether it came to the end.
    private func read(_ query: String, _ values: [SQLValue] = [], row: (Row) -> Bool) throws(StoreError) -> Bool {
        do throws(StoreError) {
            try old.query(query, values, row: row)
            return true
        } catch  where error.kind == .inputOutput {
            throw error
        } catch {
            // The rows behind a damaged one: from the other end, or in a gap.
            return false
        }
    }

    /// Copies rows from the front until one is damaged, then from the end; what cannot be written is thrown.
    /// - Parameter query: ends with what it is ordered by.
    private func copy(
        _ query: String, into fresh: Database, _ insert: String, _ values: (Row) -> [SQLValue]
    ) throws(StoreError) {
        for query in [query, query + " DESC"] {
            var failure: StoreError?
            let isWhole = try read(query) { row in
                do throws(StoreError) { try fresh.execute(insert, values(row)) } catch { failure = error }
                return failure == nil
            }
            if let failure { throw failure }
            if isWhole { return }
        }
    }

    /// States that are what was written move along; the others stand aside under another key.
    private mutating func carryStates(into fresh: Database) throws(StoreError) {
        var states = KeptRows.States()
        for order in ["", " DESC"] {
            let isWhole = try read("SELECT key, body, crc FROM states ORDER BY key" + order) { row in
                states.take(row)
                return true
            }
            if isWhole { break }
        }
        for state in states.wrong {
            try KeptRows.put(StateChange(key: KeptRows.aside + state.key, body: state.body), into: fresh)
        }
        for state in states.right { try KeptRows.put(StateChange(key: state.key, body: state.body), into: fresh) }
        statesAside = Set(states.wrong.map(\.key)).sorted()
    }

    // MARK: records

    private mutating func carryRecords(into fresh: Database) throws(StoreError) {
        if try !carry("ORDER BY seq", into: fresh) {
            // Rows in their order fill the fresh file; from the end they would leave half of each page empty.
            if let first = try firstBehindDamage() {
                _ = try carry("WHERE seq >= ? ORDER BY seq", [.integer(first)], into: fresh)
            }
            _ = try carry("ORDER BY seq DESC", into: fresh)
        }
        // What is missing now may stand between two damaged pages: the largest parts first, each halved as long as it cannot be
        // read.
        var (parts, next) = (try missing(in: fresh), 0)
        while next < parts.count, next < Self.mostParts, !isFull {
            let part = parts[next]
            next += 1
            let place = "WHERE seq BETWEEN ? AND ? ORDER BY seq"
            let numbers: [SQLValue] = [.integer(part.lowerBound), .integer(part.upperBound)]
            if try carry(place, numbers, into: fresh) { continue }
            if try carry(place + " DESC", numbers, into: fresh) || part.count == 1 { continue }
            let middle = part.lowerBound + (part.upperBound - part.lowerBound) / 2
            parts += [part.lowerBound...middle, middle + 1...part.upperBound]
        }
    }

    /// What is delivered and kept for a time, as far as there is room when all else has moved: no gap stands for the rest.
    private mutating func carryDelivered(into fresh: Database) throws(StoreError) {
        guard !isFull else { return }
        wanted = 1...delivered
        let (place, numbers) = ("WHERE seq <= ? ORDER BY seq", [SQLValue.integer(delivered)])
        if try !carry(place, numbers, into: fresh) { _ = try carry(place + " DESC", numbers, into: fresh) }
    }

    /// The number of the last row that can be read from the end; nil when there is none.
    private func firstBehindDamage() throws(StoreError) -> Int64? {
        var number: Int64?
        _ = try read("SELECT seq FROM records ORDER BY seq DESC") { row in
            number = row.integer(0)
            return true
        }
        return number
    }

    /// Carries records, as far as they are what was written, in whatever order they come.
    /// - Parameter place: which, and from which end.
    /// - Returns: whether no damaged page was met.
    private mutating func carry(_ place: String, _ numbers: [SQLValue] = [], into fresh: Database) throws(StoreError) -> Bool {
        var failure: StoreError?
        let isWhole = try read("SELECT seq, boot, stored, crc, body FROM records \(place)", numbers) { row in
            do throws(StoreError) { try carry(row, into: fresh) } catch { failure = error }
            return failure == nil && !isFull
        }
        if let failure { throw failure }
        return isWhole
    }

    private mutating func carry(_ row: Row, into fresh: Database) throws(StoreError) {
        let (seq, boot, crc, body) = (row.integer(0), row.integer(1), row.integer(3), row.blob(4))
        guard wanted.contains(seq), seq <= last, crc == Checksum.record(seq: seq, boot: boot, body: body) else { return }
        isFull = carried + Int64(body.count) > mostBytes
        guard !isFull else { return }
        try fresh.execute(
            "INSERT OR IGNORE INTO records (seq, boot, stored, crc, body) VALUES (?, ?, ?, ?, ?)",
            [.integer(seq), .integer(boot), .integer(row.integer(2)), .integer(crc), .blob(body)])
        if fresh.changes > 0 { carried += Int64(body.count) }
    }

    // MARK: gaps

    private mutating func readGaps() throws(StoreError) {
        var found: [Int64: Gap] = [:]
        let (delivered, last) = (delivered, last)
        for order in ["", " DESC"] {
            let isWhole = try read("SELECT first, last, count, reason FROM gaps ORDER BY first" + order) { row in
                // What was delivered of it is over; the rest cannot be more than it has numbers.
                let (from, to) = (max(row.integer(0), delivered + 1), row.integer(1))
                guard row.integer(0) > 0, from <= to, to <= last, row.integer(2) > 0 else { return true }
                let reason = row.text(3).flatMap(Gap.Reason.init) ?? .corrupt
                found[from] = Gap(from: from, to: to, count: min(row.integer(2), to - from + 1), reason: reason)
                return found.count < Self.mostGaps
            }
            if isWhole { break }
        }
        gaps = found.values.sorted { $0.from < $1.from }
    }

    /// Numbers without a record: gaps that stood in the damaged file, as far as they hold no record, and between them what is
    /// lost.
    /// - Parameter use: is given what is lost, and the gaps that stood there.
    private func holes(
        in fresh: Database, use: (_ gap: Gap, _ stoodThere: Bool) throws(StoreError) -> Void
    ) throws(StoreError) {
        var (expected, gap) = (delivered + 1, 0)
        func pass(to end: Int64) throws(StoreError) {
            var next = expected
            while gap < gaps.count {
                // One that begins before holds a record, or came twice.
                if gaps[gap].from >= next {
                    guard gaps[gap].to <= end else { break }
                    try lose(next, gaps[gap].from - 1)
                    try use(gaps[gap], true)
                    next = gaps[gap].to + 1
                }
                gap += 1
            }
            try lose(next, end)
        }
        // What was freed is not lost.
        func lose(_ first: Int64, _ last: Int64) throws(StoreError) {
            let first = max(first, freed + 1)
            guard first <= last else { return }
            try use(Gap(from: first, to: last, count: last - first + 1, reason: .corrupt), false)
        }
        var failure: StoreError?
        try fresh.query("SELECT seq FROM records ORDER BY seq") { row in
            let seq = row.integer(0)
            guard seq > delivered else { return true }
            if seq > expected { do throws(StoreError) { try pass(to: seq - 1) } catch { failure = error } }
            expected = seq + 1
            return failure == nil
        }
        if let failure { throw failure }
        try pass(to: last)
    }

    /// What no gap stands for, the largest parts first.
    private func missing(in fresh: Database) throws(StoreError) -> [ClosedRange<Int64>] {
        var found: [ClosedRange<Int64>] = []
        try holes(in: fresh) { (gap, stoodThere) throws(StoreError) in
            if !stoodThere, found.count < Self.mostGaps { found.append(gap.from...gap.to) }
        }
        return found.sorted { ($0.count, $1.lowerBound) > ($1.count, $0.lowerBound) }
    }

    private mutating func nameMissing(in fresh: Database) throws(StoreError) {
        var lost: Int64 = 0
        try holes(in: fresh) { (gap, stoodThere) throws(StoreError) in
            if !stoodThere { lost += gap.count }
            try fresh.execute(
                "INSERT OR REPLACE INTO gaps (first, last, count, reason) VALUES (?, ?, ?, ?)",
                [.integer(gap.from), .integer(gap.to), .integer(gap.count), .text(gap.reason.rawValue)])
        }
        self.lost = lost
    }
}
