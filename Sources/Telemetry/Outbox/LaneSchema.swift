// The file of a lane: its tables, its version, and how it is found again after whatever happened before.
import SensorModel

/// What was found in a lane's file, or made when there was none.
struct LaneOpening {
    var block: SequenceBlock
    var bootReference: Int64
    var storeID: String?
    var predecessor: String?
    /// The latest time that is known to have passed, ms since 1970; 0 when there is none.
    var lastTrusted: Int64
    /// Up to here numbers may stand for nothing.
    var freedThrough: Int64
    /// What beside the records was not what was written.
    var doubts: [StoreFinding.Remedy]
    /// Numbers whose records were committed and are gone, because the file has gone back.
    var lost: Gap?
}

/// Tables and their version. Rows are records as they are sent; nothing is decoded here.
enum LaneSchema {
    /// Version in `PRAGMA user_version`; 2 has `application_id`, 3 has checksums in `cursors` and `states`,
    /// and islands in `cursors`.
    static let version: Int64 = 3
    /// `PRAGMA application_id`: "gwyd".
    static let application: Int64 = 0x6777_7964

    /// The key in `meta` under which stands up to where numbers may stand for nothing: they were delivered and freed.
    static let freed = "freed_through"

    /// The tables, each with the columns that are read. What a version has added to them comes in `makeTables`.
    private static let tables: [(name: String, columns: String, making: String)] = [
        ("meta", "key, value", "key TEXT PRIMARY KEY, value) WITHOUT ROWID"),
        ("boots", "id, boot", "id INTEGER PRIMARY KEY, boot TEXT NOT NULL UNIQUE)"),
        (
            "records", "seq, boot, stored, crc, body",
            "seq INTEGER PRIMARY KEY, boot INTEGER NOT NULL, stored INTEGER NOT NULL, crc INTEGER NOT NULL, body BLOB NOT NULL)"
        ),
        (
            "gaps", "first, last, count, reason",
            "first INTEGER PRIMARY KEY, last INTEGER NOT NULL, count INTEGER NOT NULL, reason TEXT NOT NULL)"
        ),
        (
            "cursors", "uplink, delivered, islands, crc",
            "uplink TEXT PRIMARY KEY, delivered INTEGER NOT NULL, islands TEXT NOT NULL DEFAULT '', crc INTEGER) WITHOUT ROWID"
        ),
        ("states", "key, body, crc", "key TEXT PRIMARY KEY, body BLOB NOT NULL, crc INTEGER) WITHOUT ROWID"),
        ("quarantine", "seq, boot, crc, body", "seq INTEGER PRIMARY KEY, boot INTEGER, crc INTEGER, body BLOB)"),
    ]

    /// Whether a number of a file may be a record's: whole numbers up to there are exact in JSON.
    static func isNumber(_ number: Int64) -> Bool { (0...1 << 53).contains(number) }

    /// Makes the tables where they are missing, brings a file of an earlier version up to this one, turns numbers that an
    /// earlier run reserved and did not use into a gap, and reserves the first block of this run: all in one transaction.
    /// - Parameters:
    ///   - mark: what stands beside the file about numbers that were given out.
    ///   - logDamaged: whether the write-ahead log has lost commits.
    ///   - left: what a lane in memory has left; it is numbered behind all that.
    static func open(
        _ database: Database, boot: String, block: Int64, mark: LaneMark.Content? = nil, logDamaged: Bool = false,
        left: LaneLeft? = nil
    ) throws(StoreError) -> LaneOpening {
        let isFresh = try identify(database)
        return try database.transaction { () throws(StoreError) in
            try makeTables(database)
            let doubts = try KeptRows.heal(database)
            try database.execute("INSERT OR IGNORE INTO boots (boot) VALUES (?)", [.text(boot)])
            let (last, reserved) = (try meta(database, "last_seq"), try meta(database, "reserved_through"))
            let given = isFresh ? 0 : mark?.reserved ?? 0
            try refuseNonsense(database, last: last, reserved: reserved)
            let used = max(last, reserved, given)
            var lost: Gap?
            if !isFresh, logDamaged || given > reserved, used > last {
                lost = Gap(from: last + 1, to: used, count: used - last, reason: .corrupt)
            }
            try nameUnused(database, last: last, used: used, reason: lost == nil ? .unused : .corrupt)
            let taken = try left?.put(into: database, after: used) ?? used
            if let left, try left.lastTrusted > meta(database, "last_trusted") {
                try setMeta(database, "last_trusted", .integer(left.lastTrusted))
            }
            let freed =
                isFresh
                ? 0
                : min(
                    used,
                    try database.integer(
                        "SELECT coalesce((SELECT value FROM meta WHERE key = ?), ?)", [.text(freed), .integer(used)]))
            try setMeta(database, Self.freed, .integer(freed))
            try setMeta(database, "last_seq", .integer(taken))
            try setMeta(database, "reserved_through", .integer(taken + block))
            return LaneOpening(
                block: SequenceBlock(next: taken + 1, reservedThrough: taken + block),
                bootReference: try database.integer("SELECT id FROM boots WHERE boot = ?", [.text(boot)]),
                storeID: try database.text("SELECT value FROM meta WHERE key = 'store'"),
                predecessor: try database.text("SELECT value FROM meta WHERE key = 'predecessor'"),
                lastTrusted: try meta(database, "last_trusted"), freedThrough: freed, doubts: doubts, lost: lost)
        }
    }

    /// Whether the file is one of ours, and not of a newer version.
    /// - Returns: true when it is empty.
    private static func identify(_ database: Database) throws(StoreError) -> Bool {
        let found = try database.integer("PRAGMA user_version")
        let application = try database.integer("PRAGMA application_id")
        let tables = try database.integer("SELECT count(*) FROM sqlite_schema")
        if tables == 0, found == 0 { return true }
        guard application == Self.application || (application == 0 && found == 1) else {
            throw StoreError(
                kind: .damaged, operation: "open", detail: "a database of another program (application id \(application))")
        }
        guard found <= version else { throw newer(found, database.name) }
        return false
    }

    /// A file of a newer version is known by its header, without being opened: it stays as it is.
    /// Source: sqlite.org, Database File Format, section 1.3: `user_version` at byte 60, `application_id` at byte 68.
    static func newer(_ path: String) throws(StoreError) -> StoreError? {
        guard let header = try Medium.head(path, bytes: 72) else { return nil }
        let number = { (at: Int) in header[at..<at + 4].reduce(Int64(0)) { $0 << 8 | Int64($1) } }
        return number(68) == application && number(60) > version ? newer(number(60), path) : nil
    }

    private static func newer(_ found: Int64, _ path: String) -> StoreError {
        StoreError(
            kind: .newer, operation: "open",
            detail: "\(path) was made by a newer gatewayd (store version \(found), this one knows \(version))")
    }

    /// Inside a transaction.
    private static func makeTables(_ database: Database) throws(StoreError) {
        for table in tables { try database.execute("CREATE TABLE IF NOT EXISTS \(table.name) (\(table.making)") }
        try KeptRows.bringUp(database)
        for table in tables {
            // Another table of this name shows now, while the file can still be set aside.
            try database.query("SELECT \(table.columns) FROM \(table.name) LIMIT 1") { _ in false }
        }
        try database.execute("PRAGMA application_id = \(application)")
        try database.execute("PRAGMA user_version = \(version)")
    }

    /// Numbers that cannot be are damage as well: nothing may be counted with them.
    private static func refuseNonsense(_ database: Database, last: Int64, reserved: Int64) throws(StoreError) {
        var right = isNumber(last) && isNumber(reserved)
        try database.query("SELECT (SELECT max(seq) FROM records), (SELECT min(seq) FROM records)") { row in
            right = right && row.integer(0) <= last && row.integer(1) >= 0
            return false
        }
        let most = max(last, reserved)
        try database.query("SELECT first, last, count FROM gaps") { row in
            let (from, to, count) = (row.integer(0), row.integer(1), row.integer(2))
            right = right && from > 0 && from <= to && to <= most && count > 0 && count <= to - from + 1
            return right
        }
        try database.query("SELECT delivered FROM cursors") { row in
            right = right && row.integer(0) >= 0 && row.integer(0) <= most
            return right
        }
        guard right else { throw StoreError(kind: .damaged, operation: "open", detail: "numbers that cannot be") }
    }

    /// Numbers that nobody will use become a gap. Restart after restart without a record: one gap, not many.
    private static func nameUnused(
        _ database: Database, last: Int64, used: Int64, reason: Gap.Reason
    ) throws(StoreError) {
        guard used > last else { return }
        try database.execute(
            "UPDATE gaps SET last = ?2, count = count + ?2 - ?1 WHERE last = ?1 AND reason = ?3",
            [.integer(last), .integer(used), .text(reason.rawValue)])
        guard database.changes == 0 else { return }
        try database.execute(
            "INSERT OR REPLACE INTO gaps (first, last, count, reason) VALUES (?, ?, ?, ?)",
            [.integer(last + 1), .integer(used), .integer(used - last), .text(reason.rawValue)])
    }

    static func meta(_ database: Database, _ key: String) throws(StoreError) -> Int64 {
        try database.integer("SELECT value FROM meta WHERE key = ?", [.text(key)])
    }

    static func setMeta(_ database: Database, _ key: String, _ value: SQLValue) throws(StoreError) {
        try database.execute("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", [.text(key), value])
    }
}
