// Damage that is met in a lane: a fresh file under the same store and with numbers that go on, with all that can be read.
import Glibc
import SensorModel

extension OutboxLane {
    /// Sets the file aside and goes on in a fresh one: same store, same uplinks, numbers that go on. What was not delivered and
    /// can be read moves along; gaps stand for the rest.
    func beginAnew(because cause: StoreError) throws(StoreError) {
        guard case .file(let path) = place else { throw cause }
        // A file that cannot be read is not a damaged one, and may be read again.
        if let failure = Medium.failure(of: path) { throw failure }
        if cursors.isEmpty { cursors = readableCursors() }
        let temporary = path + ".fresh"
        let moved = try Carriage.Order(
            store: storeID, predecessor: opening.predecessor, boot: boot, last: lastSeq, reserved: reservedThrough,
            lastTrusted: opening.lastTrusted, cursors: cursors
        ).carryOut(from: database, to: temporary)
        let files = try SetAside.move(path, atMost: .max)
        // It takes the names of its journals along: it must be closed before another file has them.
        database.close()
        SetAside.cut(files, to: SetAside.limit(of: maxBytes))
        guard rename(temporary, path) == 0 else { throw StoreError(errno: errno, operation: "begin anew", path: path) }
        database = try Database(path: path)
        bootReference = moved.bootReference
        statistics.corrupt += UInt64(moved.lost)
        deliveredSinceCommit = []
        note(StoreFinding(lane: lane, cause: cause.description, remedy: .carriedOver, files: files))
    }

    /// Before uplinks are registered the file says how far they are.
    private func readableCursors() -> [String: Int64] {
        var found: [String: Int64] = [:]
        try? database.query("SELECT uplink, delivered FROM cursors") { row in
            if let uplink = row.text(0), row.integer(1) >= 0 { found[uplink] = min(row.integer(1), lastSeq) }
            return true
        }
        return found
    }
}
