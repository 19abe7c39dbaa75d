// A full disk: the lane lives in the file that it has, the oldest make room, and it looks for more by itself.
import Platform
import SensorModel

extension OutboxLane {
    /// Whether `settle` has something to wait for: a delivery without a commit, numbers that could not be reserved, or room on
    /// the disk or for the alarms. Until then a look now and then is enough. Asks nobody's thread.
    public nonisolated var isUnsettled: Bool {
        hasOpenEnds.load(ordering: .relaxed) || alarmRoom.isShort.load(ordering: .relaxed)
            || alarmRoom.isWanted.load(ordering: .relaxed) || alarmRoom.isOwed || condition.unreserved != nil
    }

    /// Says how it is to whoever asks without the lane's thread.
    nonisolated func tell(_ isDiskFull: Bool, isOpen: Bool) {
        shared.withLock { $0.isDiskFull = isDiskFull }
        hasOpenEnds.store(isDiskFull || isOpen, ordering: .relaxed)
        if lane == .alarms { alarmRoom.isShort.store(isDiskFull, ordering: .relaxed) }
    }

    /// The disk is full. The reserve is given back, and from now on the file does not grow. Alarms ask the readings for room.
    /// - Throws: the cause, when all that was done before.
    func makeRoom(because cause: StoreError) throws(StoreError) {
        if lane == .alarms { alarmRoom.isWanted.store(true, ordering: .relaxed) }
        guard var room, room.isHeld || !isDiskFull else {
            shortage = min(shortage * 2, max(shortage, maxBytes / 4))
            throw cause
        }
        room.release()
        self.room = room
        isDiskFull = true
        // The log's pages go into the file, and its room can be used anew.
        try? database.checkpoint()
    }

    /// A longer log is one that SQLite cannot bring into the file by itself any more: 4 MiB are kept, and a commit may come.
    private static let longestLog: Int64 = 5 << 20

    /// Tries to bring a log that has grown too long into the file. On a medium that does not let it, nothing more is committed:
    /// the log would grow until the disk is full.
    func keepLogShort() throws(StoreError) {
        guard case .file(let path) = place, LineFile.size(path + "-wal") > Self.longestLog else { return }
        try database.checkpoint()
        let bytes = LineFile.size(path + "-wal")
        guard bytes > Self.longestLog else { return }
        throw StoreError(
            kind: .inputOutput, operation: "checkpoint", detail: "\(path): \(bytes >> 10) KiB of its log do not go into the file")
    }

    /// Inside a transaction on a full disk: what comes takes the place of what goes. Of alarms only those make way that all have
    /// delivered: the others get the reserve, and the room that readings give.
    /// - Returns: how many records were given up.
    func makeWay(for records: [NumberedRecord]) throws(StoreError) -> Int64 {
        let coming = records.reduce(shortage) { $0 + Int64($1.body.count) + 64 }
        // Of what alarms have borrowed a step, for the log of it needs room, too.
        let bound = lane == .alarms ? max(maxBytes, usedBytes - step) : maxBytes - lent
        return try evictOldest(to: min(bound, try database.fileBytes()) - coming, onlyDelivered: lane == .alarms)
    }

    /// Looks once a minute whether the disk has room again.
    func lookForRoom(_ now: MonotonicTime) {
        guard isDiskFull, var room else { return }
        if let next = room.lookAgain, now < next { return }
        // The first look comes a minute after the disk was found full.
        if room.lookAgain != nil { room.take() }
        room.lookAgain = room.isHeld ? nil : now + .seconds(60)
        isDiskFull = !room.isHeld
        if !isDiskFull { shortage = 16 << 10 }
        self.room = room
    }

    /// Readings give way to alarms that wait for room on the disk; what does not succeed is wanted still.
    func giveRoomIfWanted() {
        guard lane == .readings, alarmRoom.isWanted.exchange(false, ordering: .relaxed) else { return }
        do throws(StoreError) { try giveRoom() } catch { alarmRoom.isWanted.store(true, ordering: .relaxed) }
    }

    /// A fiftieth of the readings, at least 256 KiB, goes back to the disk.
    private func giveRoom() throws(StoreError) {
        let share = max(256 << 10, try database.usedBytes() / 50)
        let evicted = try database.transaction { () throws(StoreError) -> Int64 in
            // What was delivered goes without a gap: that it was must be as durable as that it is gone.
            try storeCursors()
            let evicted = try evictOldest(to: try database.usedBytes() - share)
            try storeFreed()
            try database.giveBack(bytes: share)
            return evicted
        }
        freedStored = freedThrough
        statistics.evicted += UInt64(evicted)
        try database.checkpoint()
    }
}
