// One lane of the outbox: numbered records in, selections out, freed when every uplink has delivered them.
// Limits and losses: bounded by `maxBytes`; when full the oldest records make room and a gap stands in their place, counted.
import Platform
import SensorModel

/// One lane: an SQLite file, and the thread that waits for its medium.
public actor OutboxLane {
    /// What a lane has been through.
    public struct Statistics: Sendable, Equatable {
        /// Lowest and highest number in the file; 0 when it is empty.
        public var firstSeq: Int64 = 0, lastSeq: Int64 = 0
        /// Bytes in use and their bound.
        public var usedBytes: Int64 = 0, maxBytes: Int64 = 0
        /// Records committed since start.
        public var committed: UInt64 = 0
        /// Records given up because the store was full, since start.
        public var evicted: UInt64 = 0
        /// Records whose checksum was wrong, since start.
        public var corrupt: UInt64 = 0
        /// By uplink's id.
        public var uplinks: [String: Progress] = [:]

        /// All zero.
        public init() {}
    }

    /// How far one uplink has come.
    public struct Progress: Sendable, Equatable {
        /// Everything up to this number is delivered.
        public var delivered: Int64
        /// Records still to go.
        public var waiting: Int64
    }

    /// Readings or alarms.
    public nonisolated let lane: Lane
    /// The numbers this run may use first.
    public nonisolated let firstBlock: SequenceBlock
    /// Bound of the file's content.
    public nonisolated let maxBytes: Int64
    /// The store id found in the file; nil in a fresh file.
    let foundStoreID: String?
    let foundPredecessor: String?
    /// The latest time that an earlier run has committed by a clock that could be trusted; nil when there was none.
    let foundTrustedTime: WallTime?

    private let executor: any SerialExecutor
    let database: Database
    private let bootReference: Int64
    private let blockSize: Int64
    private let retention: Duration
    private var lastSeq: Int64
    private var reservedThrough: Int64
    private var cursors: [String: Int64] = [:]
    private var deliveredSinceCommit: Set<String> = []
    private var purgedAt: MonotonicTime?
    private var statistics = Statistics()

    /// The lane's thread.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// Opens or makes the lane's file.
    /// - Parameters:
    ///   - path: the file.
    ///   - boot: this boot's id: new records belong to it.
    ///   - maxBytes: bound of the file's content.
    ///   - block: how many numbers are reserved at a time.
    ///   - retention: how long records stay after they were delivered, to be sent again on request.
    ///   - executor: the thread to work on.
    public init(
        lane: Lane, path: String, boot: String, maxBytes: Int64, block: Int64, retention: Duration = .zero,
        executor: any SerialExecutor
    ) throws(StoreError) {
        self.lane = lane
        self.executor = executor
        self.maxBytes = maxBytes
        self.retention = retention
        blockSize = block
        let database = try Database(path: path)
        do throws(StoreError) {
            let opening = try LaneSchema.open(database, boot: boot, block: block)
            firstBlock = opening.block
            bootReference = opening.bootReference
            foundStoreID = opening.storeID
            foundPredecessor = opening.predecessor
            foundTrustedTime =
                opening.lastTrusted > 0 ? WallTime(nanoseconds: opening.lastTrusted * 1_000_000) : nil
            lastSeq = opening.block.last
            reservedThrough = opening.block.reservedThrough
        } catch {
            database.close()
            throw error
        }
        self.database = database
    }

    /// Names the uplinks that have to deliver a record before it is freed; others are forgotten, new ones begin with what
    /// is there.
    public func register(uplinks: [String]) throws(StoreError) -> [String: Int64] {
        cursors = try database.transaction { () throws(StoreError) in
            var known: [String: Int64] = [:]
            try database.query("SELECT uplink, delivered FROM cursors") { row in
                if let uplink = row.text(0) { known[uplink] = row.integer(1) }
                return true
            }
            for gone in known.keys where !uplinks.contains(gone) {
                try database.execute("DELETE FROM cursors WHERE uplink = ?", [.text(gone)])
                known[gone] = nil
            }
            for new in uplinks where known[new] == nil {
                try database.execute("INSERT INTO cursors (uplink, delivered) VALUES (?, 0)", [.text(new)])
                known[new] = 0
            }
            return known
        }
        return cursors
    }

    /// Commits records, states and what was delivered meanwhile in one transaction. When this returns, a power cut
    /// takes nothing of it.
    /// - Parameters:
    ///   - lost: numbers the caller had to give up before they could be committed.
    /// - Returns: up to which number the caller may number records now.
    @discardableResult
    public func append(_ records: [NumberedRecord], lost: [Gap] = [], states: [StateChange] = [], now: Timestamp)
        throws(StoreError) -> Int64
    {
        let newLast = max(lastSeq, records.last?.seq ?? 0, lost.map(\.to).max() ?? 0)
        let newReserved = newLast + blockSize / 2 > reservedThrough ? newLast + blockSize : reservedThrough
        let evicted = try database.transaction { () throws(StoreError) -> Int64 in
            // A time that nobody vouches for says nothing about age: 0 until a trusted clock has seen the record.
            let (boot, stored) = (bootReference, now.clock == .unsynced ? 0 : now.wall.milliseconds)
            try database.execute(
                "INSERT INTO records (seq, boot, stored, crc, body) VALUES (?, ?, ?, ?, ?)",
                rows: records.lazy.map { record in
                    let crc = Checksum.record(seq: record.seq, boot: boot, body: record.body)
                    return [.integer(record.seq), .integer(boot), .integer(stored), .integer(crc), .blob(record.body)]
                })
            for gap in lost { try insert(gap) }
            for state in states { try apply(state) }
            if newLast != lastSeq { try LaneSchema.setMeta(database, "last_seq", .integer(newLast)) }
            if newReserved != reservedThrough { try LaneSchema.setMeta(database, "reserved_through", .integer(newReserved)) }
            // The holdover of a boot is as good as its last synchronisation.
            if stored > 0 { try LaneSchema.setMeta(database, "last_trusted", .integer(stored)) }
            try storeCursors()
            try freeDelivered(now: now)
            return try evictOldest()
        }
        lastSeq = newLast
        reservedThrough = newReserved
        deliveredSinceCommit = []
        statistics.committed += UInt64(records.count)
        statistics.evicted += UInt64(evicted) + UInt64(lost.reduce(0) { $0 + $1.count })
        return reservedThrough
    }

    /// Notes that an uplink has delivered everything up to a number. It is freed with the next commit.
    public func delivered(_ uplink: String, through seq: Int64) {
        guard let known = cursors[uplink], seq > known else { return }
        cursors[uplink] = seq
        deliveredSinceCommit.insert(uplink)
    }

    /// Commits what was delivered since the last commit, if anything was.
    public func flush(now: Timestamp) throws(StoreError) {
        if !deliveredSinceCommit.isEmpty { try append([], now: now) }
    }

    /// The records after a number, for one message or several.
    /// - Parameters:
    ///   - cursor: what was selected before.
    ///   - end: nothing from this number on.
    ///   - records: the most records, at least 1.
    ///   - bytes: the most bytes of bodies; the first record is taken in any case.
    ///   - withTrailingGap: whether a gap with no record behind it is selected; otherwise it waits for its record.
    public func select(
        after cursor: Int64, before end: Int64 = .max, records: Int, bytes: Int, withTrailingGap: Bool
    ) throws(StoreError) -> Selection? {
        var found: [LaneElement] = []
        var boot: Int64?
        var total = 0
        var corrupt: [Int64] = []
        try database.query(
            "SELECT seq, boot, crc, body FROM records WHERE seq > ? AND seq < ? ORDER BY seq LIMIT ?",
            [.integer(cursor), .integer(end), .integer(Int64(records))]
        ) { row in
            let (seq, rowBoot, body) = (row.integer(0), row.integer(1), row.blob(3))
            guard row.integer(2) == Checksum.record(seq: seq, boot: rowBoot, body: body) else {
                corrupt.append(seq)
                return true
            }
            if let boot, boot != rowBoot || total + body.count > bytes { return false }
            boot = rowBoot
            total += body.count
            found.append(.record(seq: seq, body: body))
            return true
        }
        if !corrupt.isEmpty {
            try quarantine(corrupt)
            return try select(after: cursor, before: end, records: records, bytes: bytes, withTrailingGap: withTrailingGap)
        }
        let gaps = try self.gaps(after: cursor, before: min(end, found.last.map { $0.last } ?? (withTrailingGap ? end : cursor)))
        // So many gaps that they fill a message of their own: what stands behind them comes with the next one.
        if gaps.count == Self.mostGaps, let last = gaps.last { found.removeAll { $0.first > last.last } }
        guard !found.isEmpty || !gaps.isEmpty else { return nil }
        let bootName = try database.text("SELECT boot FROM boots WHERE id = ?", [.integer(boot ?? bootReference)]) ?? ""
        return Selection(
            after: cursor, elements: (found + gaps).sorted { $0.first < $1.first }, boot: bootName, bytes: total)
    }

    /// What was kept with `StateChange`.
    public func states() throws(StoreError) -> [(key: String, body: [UInt8])] {
        var found: [(key: String, body: [UInt8])] = []
        try database.query("SELECT key, body FROM states ORDER BY key") { row in
            if let key = row.text(0) { found.append((key, row.blob(1))) }
            return true
        }
        return found
    }

    /// The present figures.
    public func currentStatistics() throws(StoreError) -> Statistics {
        var current = statistics
        current.firstSeq = try database.integer("SELECT min(seq) FROM records")
        current.lastSeq = lastSeq
        current.usedBytes = try database.usedBytes()
        current.maxBytes = maxBytes
        // What lies before the first record was freed or is a gap: nobody waits for it, also not an uplink that is new.
        let freed = current.firstSeq > 0 ? current.firstSeq - 1 : lastSeq
        for (uplink, cursor) in cursors {
            let delivered = max(cursor, freed)
            let inGaps = try database.integer(
                "SELECT coalesce(sum(last - max(first, ?1 + 1) + 1), 0) FROM gaps WHERE last > ?1", [.integer(delivered)])
            current.uplinks[uplink] = Progress(delivered: cursor, waiting: max(0, lastSeq - delivered - inGaps))
        }
        return current
    }

    /// Commits what is open, gives unused numbers back, and closes the file. The lane must not be used after.
    /// - Parameter numbered: the highest number the caller has shown to anybody, if it may not have been committed;
    ///   it is not given back. What an uplink has delivered is not given back in any case.
    public func close(now: Timestamp, numbered: Int64 = 0) throws(StoreError) {
        defer { database.close() }
        try append([], now: now)
        let shown = max(lastSeq, numbered, cursors.values.max() ?? 0)
        try LaneSchema.setMeta(database, "reserved_through", .integer(shown))
    }

    private func storeCursors() throws(StoreError) {
        for uplink in deliveredSinceCommit {
            try database.execute(
                "UPDATE cursors SET delivered = ? WHERE uplink = ?", [.integer(cursors[uplink] ?? 0), .text(uplink)])
        }
    }

    private func freeDelivered(now: Timestamp) throws(StoreError) {
        guard let delivered = cursors.values.min() else { return }
        if retention > .zero { return try purge(delivered, now) }
        guard !deliveredSinceCommit.isEmpty else { return }
        try database.execute("DELETE FROM records WHERE seq <= ?", [.integer(delivered)])
        try database.execute("DELETE FROM gaps WHERE last <= ?", [.integer(delivered)])
    }

    /// Frees what was delivered and has been kept long enough; once a minute, and by a trusted clock only.
    private func purge(_ delivered: Int64, _ now: Timestamp) throws(StoreError) {
        try database.execute("DELETE FROM gaps WHERE last <= ?", [.integer(delivered)])
        guard now.clock != .unsynced else { return }
        if let purgedAt, now.monotonic - purgedAt < .seconds(60) { return }
        purgedAt = now.monotonic
        let wall = now.wall.milliseconds
        try database.execute("UPDATE records SET stored = ? WHERE stored = 0", [.integer(wall)])
        try database.execute(
            "DELETE FROM records WHERE seq <= ? AND stored < ?", [.integer(delivered), .integer(wall - retention.milliseconds)])
    }

    private func apply(_ state: StateChange) throws(StoreError) {
        if let body = state.body {
            try database.execute("INSERT OR REPLACE INTO states (key, body) VALUES (?, ?)", [.text(state.key), .blob(body)])
        } else {
            try database.execute("DELETE FROM states WHERE key = ?", [.text(state.key)])
        }
    }
}

extension OutboxLane {
    /// The most gaps in one selection.
    private static let mostGaps = 64

    private func gaps(after cursor: Int64, before end: Int64) throws(StoreError) -> [LaneElement] {
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

    private func insert(_ gap: Gap) throws(StoreError) {
        try database.execute(
            "INSERT OR REPLACE INTO gaps (first, last, count, reason) VALUES (?, ?, ?, ?)",
            [.integer(gap.from), .integer(gap.to), .integer(gap.count), .text(gap.reason.rawValue)])
    }

    /// Sets damaged rows aside (the last thousand are kept to be looked at) and puts a gap in their place.
    private func quarantine(_ damaged: [Int64]) throws(StoreError) {
        try database.transaction { () throws(StoreError) in
            for seq in damaged {
                try database.execute(
                    "INSERT OR REPLACE INTO quarantine SELECT seq, boot, crc, body FROM records WHERE seq = ?", [.integer(seq)])
                try database.execute("DELETE FROM records WHERE seq = ?", [.integer(seq)])
                try insert(Gap(from: seq, to: seq, count: 1, reason: .corrupt))
            }
            try database.execute("DELETE FROM quarantine WHERE seq <= (SELECT max(seq) FROM quarantine) - 1000")
        }
        statistics.corrupt += UInt64(damaged.count)
    }

    /// Inside a transaction: gives up the oldest records until the content fits, and leaves one gap for neighbours.
    /// - Returns: how many records were given up.
    private func evictOldest() throws(StoreError) -> Int64 {
        var evicted: Int64 = 0
        while try database.usedBytes() > maxBytes {
            let (first, last) = try oldest(bytes: max(4096, maxBytes / 50))
            guard last > 0 else { return evicted }
            try database.execute("DELETE FROM records WHERE seq <= ?", [.integer(last)])
            let count = database.changes
            evicted += count
            // Neighbouring gaps, and those in between, become one with it; delivered records need no gap.
            let delivered = cursors.values.min() ?? 0
            guard last > delivered else { continue }
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
        return evicted
    }

    /// The first and last number of the oldest records that fill so many bytes; zeros when there are none. Counted in
    /// bytes and not in numbers: after many restarts a few records may lie hundreds of thousands of numbers apart.
    private func oldest(bytes: Int64) throws(StoreError) -> (first: Int64, last: Int64) {
        var (first, last, room) = (Int64(0), Int64(0), bytes)
        try database.query("SELECT seq, length(body) FROM records ORDER BY seq") { row in
            if first == 0 { first = row.integer(0) }
            last = row.integer(0)
            room -= row.integer(1)
            return room > 0
        }
        return (first, last)
    }
}
