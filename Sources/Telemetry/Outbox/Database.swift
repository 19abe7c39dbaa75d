// SQLite as this product needs it: one connection, one thread, prepared statements, typed errors. Nothing else of it is shown.
import CSQLite

/// A value bound to a statement.
enum SQLValue {
    case integer(Int64)
    case text(String)
    case blob([UInt8])
    case null
}

/// One connection. Not Sendable: the lane's actor owns it, and its one thread is the only one that comes here,
/// which is what SQLITE_OPEN_NOMUTEX demands (sqlite.org, Using SQLite in Multi-Threaded Applications).
final class Database {
    private let handle: OpaquePointer
    let name: String
    private var statements: [String: OpaquePointer] = [:]
    private var isClosed = false
    /// Bytes of a page of a file that is made here.
    static let pageBytes = 1024
    /// Bytes of a page: no file that is open changes them. Asked once, because each PRAGMA is parsed anew whenever it runs.
    private var knownPageSize: Int64 = 0

    /// What is opened.
    enum Access {
        /// The file, made when it is missing; everybody else is kept out of it.
        case file
        /// A file that must not be changed, and need not be locked: it is not used by anybody.
        case readOnly
        /// A file that nobody can change, not even to tell others that it is read; its log is not looked at.
        case immutable
        /// None: everything is gone when it is closed.
        case memory
        /// A new file that nobody relies on before it is whole. It has no journal: on a disk with little room there is none for
        /// the same once more, and what goes wrong takes the file with it.
        case making
    }

    /// Opens the database and sets what the outbox relies on; refuses when the setting did not take.
    init(path: String, access: Access = .file) throws(StoreError) {
        name = path
        var opened: OpaquePointer?
        let isReadOnly = access == .readOnly || access == .immutable
        let flags = isReadOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
        let code = sqlite3_open_v2(
            Self.address(path, access), &opened, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_URI, nil)
        guard code == SQLITE_OK, let opened else {
            sqlite3_close_v2(opened)
            throw StoreError(kind: Self.kind(code), operation: "open", code: code, detail: path)
        }
        handle = opened
        sqlite3_extended_result_codes(handle, 1)
        sqlite3_busy_timeout(handle, 2000)
        if isReadOnly { sqlite3_keep_log_on_close(handle) }
        do throws(StoreError) {
            // The file is ours alone: then the index of its log is memory of ours and no mapped file. That would be written
            // as well, cannot be had on a read-only disk, and a page of it without a block ends the process (SIGBUS).
            if access != .immutable, access != .memory { try execute("PRAGMA locking_mode=EXCLUSIVE") }
            guard !isReadOnly else { return }
            // Both take in a new file only, and must come before everything else. A commit writes whole pages, a few of them in
            // any case: with small ones that is much less (measured, docs/adr/0002).
            try execute("PRAGMA page_size=\(Self.pageBytes)")
            try execute("PRAGMA auto_vacuum=INCREMENTAL")
            try execute("PRAGMA cell_size_check=ON")
            guard access != .memory else { return }
            let mode = try text("PRAGMA journal_mode=\(access == .making ? "OFF" : "WAL")")
            try execute("PRAGMA synchronous=FULL")
            guard access == .file else { return }
            let synchronous = try integer("PRAGMA synchronous")
            guard mode == "wal", synchronous == 2 else {
                throw StoreError(
                    kind: .unsafe, operation: "open",
                    detail: "\(path): journal_mode is \(mode ?? "unknown") and synchronous \(synchronous), wal and 2 are needed")
            }
            try execute("PRAGMA wal_autocheckpoint=1024")
            try execute("PRAGMA journal_size_limit=4194304")
            try execute("PRAGMA temp_store=MEMORY")
        } catch {
            close()
            throw error
        }
    }

    /// As a URI (sqlite.org, Uniform Resource Identifiers), so that no sign of the path means something else.
    private static func address(_ path: String, _ access: Access) -> String {
        guard access != .memory else { return ":memory:" }
        let plain = path.utf8.map { byte in
            let isPlain =
                byte == UInt8(ascii: "/") || (byte < 128 && (Character(Unicode.Scalar(byte)).isLetter || byte < 58 && byte > 44))
            return isPlain ? String(Unicode.Scalar(byte)) : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined()
        let how =
            switch access {
            case .readOnly: "?vfs=unix-none"
            case .immutable: "?immutable=1"
            case .file, .making, .memory: ""
            }
        return "file:\(plain)\(how)"
    }

    /// A lane that could not be had after its file was opened is let go: the file, its descriptors and its lock with it.
    deinit { close() }

    /// Finishes the statements and closes the file; whatever comes after throws.
    func close() {
        guard !isClosed else { return }
        isClosed = true
        for statement in statements.values { sqlite3_finalize(statement) }
        statements = [:]
        sqlite3_close_v2(handle)
    }

    /// Runs a statement that gives no rows, or whose rows do not matter.
    func execute(_ sql: String, _ values: [SQLValue] = []) throws(StoreError) {
        try query(sql, values) { _ in true }
    }

    /// Runs one statement for each row of values; it is looked up once.
    func execute(_ sql: String, rows: some Sequence<[SQLValue]>) throws(StoreError) {
        let statement = try prepared(sql)
        for values in rows { try run(statement, sql, values) { _ in true } }
    }

    /// Runs a statement and hands each row over until the closure says stop.
    func query(_ sql: String, _ values: [SQLValue] = [], row: (Row) -> Bool) throws(StoreError) {
        try run(try prepared(sql), sql, values, row: row)
    }

    private func run(_ statement: OpaquePointer, _ sql: String, _ values: [SQLValue], row: (Row) -> Bool) throws(StoreError) {
        defer {
            sqlite3_reset(statement)
            sqlite3_clear_bindings(statement)
        }
        for (index, value) in values.enumerated() { bind(value, to: statement, at: Int32(index + 1)) }
        while true {
            let code = sqlite3_step(statement)
            if code == SQLITE_DONE { return }
            guard code == SQLITE_ROW else { throw failure(sql) }
            if !row(Row(statement: statement)) { return }
        }
    }

    /// The first column of the first row as a number; 0 when there is none.
    func integer(_ sql: String, _ values: [SQLValue] = []) throws(StoreError) -> Int64 {
        var result: Int64 = 0
        try query(sql, values) { row in
            result = row.integer(0)
            return false
        }
        return result
    }

    /// The first column of the first row as text.
    func text(_ sql: String, _ values: [SQLValue] = []) throws(StoreError) -> String? {
        var result: String?
        try query(sql, values) { row in
            result = row.text(0)
            return false
        }
        return result
    }

    /// Runs the body in one transaction: all of it stands on the medium when this returns, or nothing of it.
    func transaction<Result>(_ body: () throws(StoreError) -> Result) throws(StoreError) -> Result {
        try execute("BEGIN IMMEDIATE")
        do throws(StoreError) {
            let result = try body()
            try execute("COMMIT")
            return result
        } catch {
            if !isClosed { sqlite3_exec(handle, "ROLLBACK", nil, nil, nil) }
            throw error
        }
    }

    /// Rows changed by the last statement.
    var changes: Int64 { isClosed ? 0 : sqlite3_changes64(handle) }

    /// Bytes of the file that hold something.
    func usedBytes() throws(StoreError) -> Int64 {
        let pages = try integer("PRAGMA page_count") - integer("PRAGMA freelist_count")
        return pages * (try pageSize())
    }

    /// Bytes of the whole file.
    func fileBytes() throws(StoreError) -> Int64 { try integer("PRAGMA page_count") * pageSize() }

    private func pageSize() throws(StoreError) -> Int64 {
        if knownPageSize == 0 { knownPageSize = try integer("PRAGMA page_size") }
        return knownPageSize
    }

    /// Looks whether all pages hang together.
    func check() throws(StoreError) {
        let found = try text("PRAGMA quick_check(1)") ?? "no answer"
        guard found != "ok" else { return }
        // A page that the medium did not give ("… error code=266") is not a damaged one.
        let code = found.split(separator: "=").last.flatMap { Int32($0) } ?? 0
        let kind: StoreError.Kind = found.contains("error code=") && code & 0xFF == SQLITE_IOERR ? .inputOutput : .damaged
        throw StoreError(kind: kind, operation: "check", detail: "\(name): \(found)")
    }

    /// Gives pages at the end of the file that hold nothing back to the disk: a step of so many, in the running transaction.
    /// Only where it is worth it: what is free is used again anyway.
    func shrink(pages step: Int64) throws(StoreError) {
        let free = try integer("PRAGMA freelist_count")
        guard free > 1024, try free > integer("PRAGMA page_count") / 4 else { return }
        try execute("PRAGMA incremental_vacuum(\(step))")
    }

    /// Gives so much at the end of the file back to the disk, in the running transaction.
    func giveBack(bytes: Int64) throws(StoreError) {
        try execute("PRAGMA incremental_vacuum(\(bytes / (try pageSize())))")
    }

    /// Makes a file that was being made one like all others.
    func finishMaking() throws(StoreError) {
        let mode = try text("PRAGMA journal_mode=WAL")
        guard mode == "wal" else {
            throw StoreError(kind: .unsafe, operation: "open", detail: "\(name): journal_mode is \(mode ?? "unknown"), not wal")
        }
    }

    /// Leaves the log as it is when the connection is closed: nothing of a damaged file is put in order.
    func keepLog() { sqlite3_keep_log_on_close(handle) }

    /// Brings the log into the file, as far as nobody reads.
    func checkpoint() throws(StoreError) { try execute("PRAGMA wal_checkpoint(TRUNCATE)") }

    private func prepared(_ sql: String) throws(StoreError) -> OpaquePointer {
        guard !isClosed else { throw StoreError(kind: .other, operation: "use after close", detail: name) }
        if let known = statements[sql] { return known }
        var statement: OpaquePointer?
        guard sqlite3_prepare_v3(handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &statement, nil) == SQLITE_OK, let statement
        else {
            throw failure(sql)
        }
        statements[sql] = statement
        return statement
    }

    private func bind(_ value: SQLValue, to statement: OpaquePointer, at index: Int32) {
        // SQLITE_TRANSIENT: SQLite copies before the call returns.
        let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
        switch value {
        case .integer(let number): sqlite3_bind_int64(statement, index, number)
        case .text(let text): sqlite3_bind_text(statement, index, text, -1, transient)
        case .blob(let bytes):
            if bytes.isEmpty {
                sqlite3_bind_zeroblob(statement, index, 0)
            } else {
                bytes.withUnsafeBytes { _ = sqlite3_bind_blob(statement, index, $0.baseAddress, Int32($0.count), transient) }
            }
        case .null: sqlite3_bind_null(statement, index)
        }
    }

    private func failure(_ sql: String) -> StoreError {
        let code = sqlite3_extended_errcode(handle)
        return StoreError(
            kind: Self.kind(code), operation: sql.split(separator: " ").prefix(3).joined(separator: " "), code: code,
            detail: "\(name): \(String(cString: sqlite3_errmsg(handle)))")
    }

    /// The one place where SQLite's result codes become ours.
    private static func kind(_ code: Int32) -> StoreError.Kind {
        // SQLITE_IOERR_SHMSIZE: no room for the index of the log.
        if code == 4874 { return .full }
        return switch code & 0xFF {
        // A number that is given out once and stands there already is none that was written.
        case SQLITE_CORRUPT, SQLITE_NOTADB, SQLITE_CONSTRAINT: .damaged
        case SQLITE_FULL: .full
        case SQLITE_READONLY, SQLITE_PERM: .readOnly
        case SQLITE_IOERR, SQLITE_CANTOPEN: .inputOutput
        case SQLITE_BUSY, SQLITE_LOCKED: .inUse
        default: .other
        }
    }
}

/// The row a statement stands on; valid only inside the closure it is handed to.
struct Row {
    fileprivate let statement: OpaquePointer

    func integer(_ column: Int32) -> Int64 { sqlite3_column_int64(statement, column) }

    func text(_ column: Int32) -> String? { sqlite3_column_text(statement, column).map { String(cString: $0) } }

    func blob(_ column: Int32) -> [UInt8] {
        guard let start = sqlite3_column_blob(statement, column) else { return [] }
        return Array(UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(statement, column))))
    }
}
