// How far uplinks are: who has to deliver a record before it is freed, and what was delivered.
import SensorModel

extension OutboxLane {
    /// Names the uplinks that have to deliver a record before it is freed; others are forgotten, new ones begin with what
    /// is there.
    /// - Parameter keepingOthers: others go on holding back what they have not delivered, until `forget` or the next `register`.
    public func register(uplinks: [String], keepingOthers: Bool = false) throws(StoreError) -> [String: Int64] {
        let known = try database.transaction { () throws(StoreError) in
            var known = try KeptRows.cursors(of: database).delivered
            for gone in known.keys where !keepingOthers && !uplinks.contains(gone) {
                try database.execute("DELETE FROM cursors WHERE uplink = ?", [.text(gone)])
                known[gone] = nil
            }
            for new in uplinks where known[new] == nil {
                try KeptRows.put(cursor: Delivered(), of: new, into: database)
                known[new] = Delivered()
            }
            return known
        }
        take(known)
        return cursors
    }

    func take(_ known: [String: Delivered]) {
        (cursors, islands) = (known.mapValues(\.through), known.mapValues(\.islands))
    }

    /// How far all uplinks are.
    var reached: [String: Delivered] { Dictionary(uniqueKeysWithValues: cursors.keys.map { ($0, reached(by: $0)) }) }

    /// How far an uplink is.
    func reached(by uplink: String) -> Delivered { Delivered(through: cursors[uplink] ?? 0, islands: islands[uplink] ?? []) }

    /// Forgets every other uplink: nobody delivers for it any more, and it holds nothing back.
    public func forget(allBut uplinks: [String]) throws(StoreError) {
        let gone = cursors.keys.filter { !uplinks.contains($0) }
        guard !gone.isEmpty else { return }
        try database.transaction { () throws(StoreError) in
            for uplink in gone { try database.execute("DELETE FROM cursors WHERE uplink = ?", [.text(uplink)]) }
        }
        for uplink in gone { (cursors[uplink], islands[uplink]) = (nil, nil) }
        deliveredSinceCommit.subtract(gone)
    }

    /// Notes that an uplink has delivered everything up to a number. It is freed with the next commit.
    /// - Parameters:
    ///   - islands: what it has delivered beyond that number: known to the next run, and freed when the number has passed it.
    ///   - now: since when it waits for its commit; nil for the next look at it.
    public func delivered(
        _ uplink: String, through seq: Int64, islands beyond: [ClosedRange<Int64>] = [], now: MonotonicTime? = nil
    ) {
        guard let known = cursors[uplink], seq > known || seq == known && beyond != islands[uplink] ?? [] else { return }
        (cursors[uplink], islands[uplink]) = (seq, beyond)
        deliveryWaits = deliveryWaits ?? now
        deliveredSinceCommit.insert(uplink)
    }

    /// Keeps states with the next commit, like what was delivered: what an uplink says of its alarms is as durable as that they
    /// are delivered.
    /// - Parameter now: since when they wait for their commit; nil for the next look at it.
    public func keep(_ states: [StateChange], now: MonotonicTime? = nil) {
        for state in states {
            keptStates.removeAll { $0.key == state.key }
            keptStates.append(state)
        }
        if keptStates.count > 4096 { keptStates.removeFirst(keptStates.count - 4096) }
        deliveryWaits = deliveryWaits ?? now
        deliveredSinceCommit.formUnion(cursors.keys)
    }

    /// Commits what was delivered since the last commit, if that has waited for so long: a commit of records that comes
    /// meanwhile takes it along. Nothing is freed here but for what was lent; that is part of the next commit of records.
    /// - Returns: up to which number the caller may number records now.
    @discardableResult
    public func settle(after patience: Duration = .seconds(5), now: Timestamp) throws(StoreError) -> Int64 {
        try goOn()
        lookForRoom(now.monotonic)
        giveRoomIfWanted()
        if try hasRoomToGive() { try append([], now: now) }
        if !deliveredSinceCommit.isEmpty {
            let since = deliveryWaits ?? now.monotonic
            deliveryWaits = since
            if now.monotonic - since >= patience { try flush() }
        }
        return grant()
    }

    /// Commits what was delivered since the last commit.
    public func flush() throws(StoreError) {
        guard !deliveredSinceCommit.isEmpty else { return }
        try database.transaction { () throws(StoreError) in try storeCursors() }
        settled([])
    }

    /// Cursors and states are committed.
    func settled(_ states: [StateChange]) {
        if place == .memory { changed.formUnion((states + keptStates).lazy.map(\.key)) }
        (deliveredSinceCommit, keptStates, deliveryWaits) = ([], [], nil)
    }

    func storeCursors() throws(StoreError) {
        for uplink in deliveredSinceCommit { try KeptRows.put(cursor: reached(by: uplink), of: uplink, into: database) }
        for state in keptStates { try KeptRows.put(state, into: database) }
    }
}
