// Damage that is met in a lane: a fresh file under the same store and with numbers that go on, with all that can be read.
import SensorModel

extension OutboxLane {
    /// Meets a damaged file and a full disk; after that the same can be tried once more. What cannot be met is thrown.
    func meet(_ failure: StoreError) throws(StoreError) {
        switch failure.kind {
        case .damaged: try beginAnew(because: failure)
        case .full: try makeRoom(because: failure)
        default: throw failure
        }
    }

    /// Sets the file aside and goes on in a fresh one: same store, same uplinks, numbers that go on. What was not delivered and
    /// can be read moves along; gaps stand for the rest.
    func beginAnew(because cause: StoreError) throws(StoreError) {
        guard case .file(let path) = place else { throw cause }
        // A file that cannot be read is not a damaged one, and may be read again.
        if let failure = Medium.failure(of: path) { throw failure }
        if cursors.isEmpty { take(readableCursors()) }
        let moved = try Carriage.Order(
            store: storeID, predecessor: opening.predecessor, boot: boot, last: lastSeq, reserved: reservedThrough,
            freed: max(freedThrough, cursors.values.min() ?? 0), lastTrusted: lastTrusted,
            cursors: reached, states: keptStates, keepsDelivered: retention > .zero
        ).carryOut(from: database, to: path) { giveBackRoom(path) }
        // From now on the fresh file is the lane's, also for a start that comes before it is in its place.
        database.keepLog()
        database.close()
        bootReference = moved.bootReference
        freedThrough = max(freedThrough, cursors.values.min() ?? 0)
        freedStored = freedThrough
        statistics.corrupt += UInt64(moved.lost)
        settled([])
        defer { for key in moved.statesAside { note(StoreFinding(lane: lane, remedy: .stateSetAside(key: key))) } }
        damage = (cause, [])
        try goOn()
    }

    /// Puts the fresh file into the place of the damaged one, which is closed, and opens it. What does not succeed is tried again
    /// before the next commit.
    func goOn() throws(StoreError) {
        guard let met = damage, case .file(let path) = place else { return }
        let limit = isDiskFull ? SetAside.least : SetAside.limit(of: maxBytes)
        if let files = try Replacement.takePlace(of: path, keeping: limit) { damage?.files = files }
        database = try Database(path: path)
        note(StoreFinding(lane: lane, cause: met.cause.description, remedy: .carriedOver, files: damage?.files ?? []))
        damage = nil
    }

    /// The disk has no room for what can be carried over: the reserve goes, and what was set aside before.
    private func giveBackRoom(_ path: String) {
        SetAside.giveUp(path)
        room?.release()
        isDiskFull = true
    }

    /// Before uplinks are registered the file says how far they are.
    private func readableCursors() -> [String: Delivered] {
        (try? KeptRows.cursors(of: database))?.delivered.filter { $0.value.through <= lastSeq } ?? [:]
    }
}
