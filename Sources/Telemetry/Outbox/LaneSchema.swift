// The file of a lane: its tables, its version, and how it is found again after whatever happened before.
import SensorModel

/// What was found in a lane's file, or made when there was none.
struct LaneOpening {
    var block: SequenceBlock
    var bootReference: Int64
    var storeID: String?
    var predecessor: String?
    /// The latest time by a clock that could be trusted, ms since 1970; 0 when there was none.
    var lastTrusted: Int64
}

/// Tables and their version. Rows are records as they are sent; nothing is decoded here.
enum LaneSchema {
    /// Version in `PRAGMA user_version`.
    static let version: Int64 = 1

    private static let tables = [
        "CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID",
        "CREATE TABLE IF NOT EXISTS boots (id INTEGER PRIMARY KEY, boot TEXT NOT NULL UNIQUE)",
        """
        CREATE TABLE IF NOT EXISTS records (seq INTEGER PRIMARY KEY, boot INTEGER NOT NULL, stored INTEGER NOT NULL, \
        crc INTEGER NOT NULL, body BLOB NOT NULL)
        """,
        """
        CREATE TABLE IF NOT EXISTS gaps (first INTEGER PRIMARY KEY, last INTEGER NOT NULL, count INTEGER NOT NULL, \
        reason TEXT NOT NULL)
        """,
        "CREATE TABLE IF NOT EXISTS cursors (uplink TEXT PRIMARY KEY, delivered INTEGER NOT NULL) WITHOUT ROWID",
        "CREATE TABLE IF NOT EXISTS states (key TEXT PRIMARY KEY, body BLOB NOT NULL) WITHOUT ROWID",
        "CREATE TABLE IF NOT EXISTS quarantine (seq INTEGER PRIMARY KEY, boot INTEGER, crc INTEGER, body BLOB)",
    ]

    /// Makes the tables where they are missing, turns numbers that an earlier run reserved and did not use into a gap,
    /// and reserves the first block of this run: all in one transaction.
    static func open(_ database: Database, boot: String, block: Int64) throws(StoreError) -> LaneOpening {
        let found = try database.integer("PRAGMA user_version")
        guard found <= version else {
            throw StoreError(
                kind: .newer, operation: "open",
                detail: "made by a newer gatewayd (store version \(found), this one knows \(version)); install that version again"
            )
        }
        return try database.transaction { () throws(StoreError) in
            for table in tables { try database.execute(table) }
            try database.execute("PRAGMA user_version = \(version)")
            try database.execute("INSERT OR IGNORE INTO boots (boot) VALUES (?)", [.text(boot)])
            let last = try meta(database, "last_seq")
            let reserved = try meta(database, "reserved_through")
            // Restart after restart without a record: one gap, not many.
            try database.execute(
                "UPDATE gaps SET last = ?2, count = count + ?2 - ?1 WHERE last = ?1 AND reason = 'unused' AND ?2 > ?1",
                [.integer(last), .integer(reserved)])
            if reserved > last, database.changes == 0 {
                try database.execute(
                    "INSERT OR REPLACE INTO gaps (first, last, count, reason) VALUES (?, ?, ?, ?)",
                    [.integer(last + 1), .integer(reserved), .integer(reserved - last), .text(Gap.Reason.unused.rawValue)])
            }
            let used = max(last, reserved)
            try setMeta(database, "last_seq", .integer(used))
            try setMeta(database, "reserved_through", .integer(used + block))
            // Damage in these must show now, while the file can still be set aside.
            for table in ["gaps", "cursors", "states"] { try database.query("SELECT * FROM \(table)") { _ in true } }
            return LaneOpening(
                block: SequenceBlock(next: used + 1, reservedThrough: used + block),
                bootReference: try database.integer("SELECT id FROM boots WHERE boot = ?", [.text(boot)]),
                storeID: try database.text("SELECT value FROM meta WHERE key = 'store'"),
                predecessor: try database.text("SELECT value FROM meta WHERE key = 'predecessor'"),
                lastTrusted: try meta(database, "last_trusted"))
        }
    }

    static func meta(_ database: Database, _ key: String) throws(StoreError) -> Int64 {
        try database.integer("SELECT value FROM meta WHERE key = ?", [.text(key)])
    }

    static func setMeta(_ database: Database, _ key: String, _ value: SQLValue) throws(StoreError) {
        try database.execute("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", [.text(key), value])
    }
}
