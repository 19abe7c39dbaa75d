// A full disk: the lane lives in the file that it has, the oldest make room, and it looks for more by itself.
import SensorModel

extension OutboxLane {
    /// The disk is full. The reserve is given back, and from now on the file does not grow.
    /// - Throws: the cause, when all that was done before; the alarms then ask the readings for room.
    func makeRoom(because cause: StoreError) throws(StoreError) {
        guard var room, room.isHeld || !isDiskFull else {
            if lane == .alarms { alarmRoom.isWanted.store(true, ordering: .relaxed) }
            throw cause
        }
        room.release()
        self.room = room
        isDiskFull = true
        // The log's pages go into the file, and its room can be used anew.
        try? database.checkpoint()
    }

    /// Looks once a minute whether the disk has room again.
    func lookForRoom(_ now: MonotonicTime) {
        guard isDiskFull, var room else { return }
        if let next = room.lookAgain, now < next { return }
        // The first look comes a minute after the disk was found full.
        if room.lookAgain != nil { room.take() }
        room.lookAgain = room.isHeld ? nil : now + .seconds(60)
        isDiskFull = !room.isHeld
        self.room = room
    }

    /// Readings give way to alarms: a fiftieth of them, at least 256 KiB, goes back to the disk.
    func giveRoom() throws(StoreError) {
        let share = max(256 << 10, try database.usedBytes() / 50)
        let evicted = try database.transaction { () throws(StoreError) -> Int64 in
            let evicted = try evictOldest(to: try database.usedBytes() - share)
            try database.giveBack(bytes: share)
            return evicted
        }
        statistics.evicted += UInt64(evicted)
        try database.checkpoint()
    }
}
