// What stands in a lane's file beside its records: how far each uplink is, and states. Each row has a checksum of its own, for a
// flipped bit would make a lane skip records that nobody has, or a gateway take up an alarm that never was.
import SensorModel

/// Writes and reads the rows of `cursors` and `states`. A row that is not what was written is never handed on.
enum KeptRows {
    /// What was kept with `StateChange`.
    struct States {
        var right: [(key: String, body: [UInt8])] = []
        /// Not what was written.
        var wrong: [(key: String, body: [UInt8])] = []
    }

    /// How far uplinks are.
    struct Cursors {
        /// By uplink; nothing for one that is not what was written: it delivers again from the oldest record there is.
        var delivered: [String: Delivered] = [:]
        /// Uplinks of the latter.
        var wrong: [String] = []
    }

    /// States that are not what was written stand under their key behind this.
    static let aside = "damaged/"
    /// The most states that are read of a file that is not ours to change.
    private static let most = 10_000

    // MARK: Writing

    static func put(_ state: StateChange, into database: Database) throws(StoreError) {
        guard let body = state.body else { return try database.execute("DELETE FROM states WHERE key = ?", [.text(state.key)]) }
        try database.execute(
            "INSERT OR REPLACE INTO states (key, body, crc) VALUES (?, ?, ?)",
            [.text(state.key), .blob(body), .integer(Checksum.state(key: state.key, body: body))])
    }

    static func put(cursor: Delivered, of uplink: String, into database: Database) throws(StoreError) {
        let islands = cursor.islandsText
        let crc = Checksum.cursor(uplink: uplink, delivered: cursor.through, islands: islands)
        try database.execute(
            "INSERT OR REPLACE INTO cursors (uplink, delivered, islands, crc) VALUES (?, ?, ?, ?)",
            [.text(uplink), .integer(cursor.through), .text(islands), .integer(crc)])
    }

    // MARK: Reading

    static func states(of database: Database) throws(StoreError) -> States {
        var states = States()
        try database.query("SELECT key, body, crc FROM states ORDER BY key") { row in
            states.take(row)
            return true
        }
        return states
    }

    /// The same of a file that must not be changed: one of an earlier version has no checksums.
    static func states(ofUnchanged database: Database) throws(StoreError) -> States {
        let hasChecksums = try has("crc", in: "states", of: database)
        var states = States()
        try database.query("SELECT key, body\(hasChecksums ? ", crc" : "") FROM states") { row in
            if hasChecksums { states.take(row) } else { states.right.append((row.text(0) ?? "", row.blob(1))) }
            return states.right.count < most
        }
        return states
    }

    static func cursors(of database: Database) throws(StoreError) -> Cursors {
        var cursors = Cursors()
        try database.query("SELECT uplink, delivered, islands, crc FROM cursors") { row in
            let (uplink, through, islands) = (row.text(0) ?? "", row.integer(1), row.text(2) ?? "")
            let isRight = row.integer(3) == Checksum.cursor(uplink: uplink, delivered: through, islands: islands)
            let known = isRight ? Delivered(through: through, islandsText: islands) : nil
            cursors.delivered[uplink] = known ?? Delivered()
            if known == nil { cursors.wrong.append(uplink) }
            return true
        }
        return cursors
    }

    // MARK: Opening

    /// Inside the transaction that opens a file: rows of an earlier version get what this one has, as they are.
    static func bringUp(_ database: Database) throws(StoreError) {
        if try !has("crc", in: "states", of: database) {
            try database.execute("ALTER TABLE states ADD COLUMN crc INTEGER")
            for state in try states(of: database).wrong {
                try put(StateChange(key: state.key, body: state.body), into: database)
            }
        }
        if try !has("crc", in: "cursors", of: database) {
            try database.execute("ALTER TABLE cursors ADD COLUMN islands TEXT NOT NULL DEFAULT ''")
            try database.execute("ALTER TABLE cursors ADD COLUMN crc INTEGER")
            var found: [String: Int64] = [:]
            try database.query("SELECT uplink, delivered FROM cursors") { row in
                found[row.text(0) ?? ""] = row.integer(1)
                return true
            }
            for (uplink, through) in found { try put(cursor: Delivered(through: through), of: uplink, into: database) }
        }
    }

    private static func has(_ column: String, in table: String, of database: Database) throws(StoreError) -> Bool {
        try database.integer(
            "SELECT count(*) FROM pragma_table_info(?) WHERE name = ?", [.text(table), .text(column)]) > 0
    }

    /// Inside the transaction that opens a file: cursors that are not what was written begin again, states are set aside.
    /// - Returns: what was wrong and what was done.
    static func heal(_ database: Database) throws(StoreError) -> [StoreFinding.Remedy] {
        let (cursors, states) = (try cursors(of: database), try states(of: database))
        // All are written anew: a row whose key has changed cannot be found by it.
        if !cursors.wrong.isEmpty {
            try database.execute("DELETE FROM cursors")
            for (uplink, cursor) in cursors.delivered { try put(cursor: cursor, of: uplink, into: database) }
        }
        if !states.wrong.isEmpty {
            try database.execute("DELETE FROM states")
            // Of those that were set aside before, nobody has taken care; room is bounded.
            for state in states.right where !state.key.hasPrefix(aside) {
                try put(StateChange(key: state.key, body: state.body), into: database)
            }
            for state in states.wrong { try put(StateChange(key: aside + state.key, body: state.body), into: database) }
        }
        return cursors.wrong.sorted().map { .deliversAgain(uplink: $0) } + states.wrong.map { .stateSetAside(key: $0.key) }
    }
}

extension KeptRows.States {
    /// Takes a row of key, body and checksum.
    mutating func take(_ row: Row) {
        let (key, body) = (row.text(0) ?? "", row.blob(1))
        if row.integer(2) == Checksum.state(key: key, body: body) { right.append((key, body)) } else { wrong.append((key, body)) }
    }
}
