// Alarms that nobody has fill their share of the store: readings give up their oldest for them, and have the room back after.
import SensorModel

extension OutboxLane {
    /// What is lent, and goes back, at a time: a 64th of the store, 64 KiB to 1 MiB, so that no commit is long by it.
    nonisolated var step: Int64 { min(1 << 20, max(64 << 10, maxBytes / (lane == .readings ? 56 : 8))) }

    /// Of this lane's bound, or on top of it.
    nonisolated var lent: Int64 { alarmRoom.lent }

    /// What the content may take at this moment.
    nonisolated var presentBound: Int64 { lane == .readings ? maxBytes - lent : maxBytes + lent }

    /// At the opening: what the readings have to lend, or what the alarms have borrowed in an earlier run.
    nonisolated func takeUpLoan(_ usedBytes: Int64) {
        guard lane == .alarms else {
            alarmRoom.given.store(0, ordering: .relaxed)
            return alarmRoom.offered.store(maxBytes / 7 * 6, ordering: .relaxed)
        }
        alarmRoom.taken.store(usedBytes > maxBytes ? inSteps(usedBytes - maxBytes) : 0, ordering: .relaxed)
    }

    /// Inside a transaction: the oldest go until what comes has room below the bound. Alarms that all have delivered go first,
    /// down to the lane's own share, a step of them at a time; the others have what the readings give at most, given yet or
    /// not: no alarm waits for that.
    /// - Parameter lent: what the readings lend.
    /// - Returns: how many records were given up.
    func keepBound(_ lent: Int64, for coming: Int64 = 0) throws(StoreError) -> Int64 {
        guard lane == .alarms else { return try evictOldest(to: maxBytes - lent - coming) }
        // On a full disk they have made way already.
        if !isDiskFull { _ = try evictOldest(to: max(maxBytes, usedBytes - step) - coming, onlyDelivered: true) }
        return try evictOldest(to: mostBytes - coming)
    }

    /// The alarms' share with all that readings give.
    private var mostBytes: Int64 { maxBytes + alarmRoom.offered.load(ordering: .relaxed) }

    /// How the loan stands when a commit is through.
    struct Loan {
        fileprivate var taken: Int64 = 0
        fileprivate var isOverfull = false
    }

    /// Inside a transaction, at its end: what the alarms need, a step ahead of them, so that the readings have given it when it
    /// is used.
    /// - Parameter evicted: how many records this transaction has given up.
    func loan(evicted: Int64) throws(StoreError) -> Loan {
        var loan = Loan()
        guard lane == .alarms, usedBytes > maxBytes - step else { return loan }
        // Delivered ones make room by themselves.
        let isUndelivered = try oldestRecord() > cursors.values.min() ?? 0
        if usedBytes > maxBytes || isUndelivered {
            loan.taken = min(alarmRoom.offered.load(ordering: .relaxed), inSteps(usedBytes - maxBytes + step))
        }
        loan.isOverfull = isUndelivered && (evicted > 0 || condition.isOverfull && usedBytes > mostBytes - step)
        return loan
    }

    /// After a commit.
    /// - Parameter lent: what the readings have given with it.
    func book(_ loan: Loan, lent: Int64) {
        guard lane == .alarms else { return alarmRoom.given.store(lent, ordering: .relaxed) }
        alarmRoom.taken.store(loan.taken, ordering: .relaxed)
        shared.withLock { $0.isOverfull = loan.isOverfull }
        if loan.taken > 0 || loan.isOverfull { isLoanOpen = true }
    }

    /// Whether room has to change hands though nothing comes that has to be committed: readings owe some, or alarms were
    /// delivered that stand in what was lent.
    func hasRoomToGive() throws(StoreError) -> Bool {
        guard lane == .alarms else { return alarmRoom.isOwed }
        guard isLoanOpen else { return false }
        usedBytes = try database.usedBytes()
        isLoanOpen = usedBytes > maxBytes || lent > 0 || condition.isOverfull
        let oldest = isLoanOpen ? try oldestRecord() : 0
        if oldest > 0, oldest <= cursors.values.min() ?? 0 { return true }
        let isLong = try database.fileBytes() >= max(maxBytes, usedBytes) + step
        if isLong { isLoanOpen = true }
        return isLong
    }

    /// Inside a transaction: gives what is free at the end of the file back to the disk. Where room changes hands it is more than
    /// what is worth it otherwise: both files together must not take more than the store may.
    func shrink(_ lent: Int64) throws(StoreError) {
        if lane == .alarms ? isLoanOpen : lent > 0 {
            let over = try database.fileBytes() - (lane == .alarms ? max(maxBytes, usedBytes) : maxBytes - lent)
            // Each statement is kept: the same one, a few times.
            for _ in 0..<min(8, max(0, over / step)) { try database.giveBack(bytes: step) }
            if over >= step { return }
        }
        try database.shrink(pages: 256)
    }

    private func oldestRecord() throws(StoreError) -> Int64 { try database.integer("SELECT min(seq) FROM records") }

    private nonisolated func inSteps(_ bytes: Int64) -> Int64 { (bytes + step - 1) / step * step }
}
