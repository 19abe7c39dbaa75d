// One lane of the outbox: numbered records in, selections out, freed when every uplink has delivered them.
// Limits and losses: bounded by `maxBytes`, less or more what readings lend to alarms (OutboxLane+Loan), and by the file as it is
// while the disk is full; then the oldest records make room and a gap stands in their place, counted.
import Platform
import SensorModel
import Synchronization

/// One lane: an SQLite file, and the thread that waits for its medium.
public actor OutboxLane {
    /// Where a lane keeps its records.
    public enum Place: Sendable, Equatable {
        /// In this file.
        case file(String)
        /// In memory only, until the end of the process.
        case memory
    }

    /// Readings or alarms.
    public nonisolated let lane: Lane
    /// Where it keeps its records.
    public nonisolated let place: Place
    /// The numbers this run may use first.
    public nonisolated let firstBlock: SequenceBlock
    /// The lane's share of the store: the bound of its content, when no room is lent.
    public nonisolated let maxBytes: Int64
    /// What was found in the file.
    let opening: LaneOpening
    /// The latest time that an earlier run has known to have passed; nil when there was none.
    nonisolated var foundTrustedTime: WallTime? {
        // A number that no time can have was written by nobody.
        let (time, isNone) = opening.lastTrusted.multipliedReportingOverflow(by: 1_000_000)
        return time > 0 && !isNone ? WallTime(nanoseconds: time) : nil
    }

    nonisolated let shared = Mutex(LaneCondition())
    private let executor: any SerialExecutor
    let boot: String
    private let blockSize: Int64
    let retention: Duration
    let alarmRoom: AlarmRoom
    private let floor: ClockFloor
    /// What stands in the file of it, ms since 1970.
    var lastTrusted: Int64
    var database: Database
    var storeID: String?
    var bootReference: Int64
    var lastSeq: Int64
    /// Up to here numbers may stand for nothing: they were delivered and freed. And what the file says of it.
    var freedThrough: Int64, freedStored: Int64
    /// What the database has reserved, and how much of it the mark vouches for.
    var reservedThrough: Int64, granted: Int64
    var cursors: [String: Int64] = [:]
    /// What uplinks have delivered beyond their cursors.
    var islands: [String: [ClosedRange<Int64>]] = [:]
    var deliveredSinceCommit: Set<String> = [] {
        didSet { tell(isDiskFull, isOpen: !deliveredSinceCommit.isEmpty) }
    }
    /// States that go with the next commit, each key once. Limit and loss: 4,096; the oldest give way.
    var keptStates: [StateChange] = []
    /// Since when a delivery waits for its commit; where nobody has said it, known from the first look at it.
    var deliveryWaits: MonotonicTime?
    var freeing = Freeing()
    /// A delivery waits for its commit, or the lane for room on the disk.
    nonisolated let hasOpenEnds = Atomic<Bool>(false)
    /// Bytes of the file that held something, at the last look.
    var usedBytes: Int64 = 0
    /// So far below the bound a commit without states cannot reach it: what it takes beside its records is a few pages.
    private static let far: Int64 = 256 << 10
    /// Of alarms: room is or was borrowed, and has not all gone back.
    var isLoanOpen = false
    var statistics = Statistics()
    var mark: LaneMark?
    /// Of a lane in memory: whether it began with all states of its file, and whether what it holds has been handed on.
    var hasAllStates = false, isLeft = false
    /// Of a lane in memory: the states that have changed since its file was read.
    var changed: Set<String> = []
    var room: DiskRoom?
    /// Damage that was met, while the file that takes the place of the damaged one is not open yet; and what was set aside.
    var damage: (cause: StoreError, files: [String])?
    /// Bytes that a commit needs beside those of its records while the disk is full; grows when it was not enough.
    var shortage: Int64 = 16 << 10
    var isDiskFull = false {
        didSet { tell(isDiskFull, isOpen: !deliveredSinceCommit.isEmpty) }
    }

    /// How it is; asks nobody's thread.
    public nonisolated var condition: LaneCondition { shared.withLock { $0 } }

    /// Remembers what was wrong.
    nonisolated func note(_ finding: StoreFinding) { shared.withLock { $0.note(finding) } }

    /// The lane's thread.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// Opens or makes the lane.
    /// - Parameters:
    ///   - boot: this boot's id: new records belong to it.
    ///   - maxBytes: the lane's share of the store.
    ///   - block: how many numbers are reserved at a time.
    ///   - retention: how long records stay after they were delivered, to be sent again on request.
    ///   - logDamaged: whether the file's write-ahead log has lost commits.
    ///   - left: what a lane in memory has left: it is put behind what is there, in the transaction that opens it.
    ///   - alarmRoom: where the alarms ask the readings for room.
    ///   - floor: the latest time that is known to have passed: each commit keeps it for the next run.
    ///   - executor: the thread to work on.
    public init(
        lane: Lane, place: Place, boot: String, maxBytes: Int64, block: Int64, retention: Duration = .zero,
        logDamaged: Bool = false, left: LaneLeft? = nil, alarmRoom: AlarmRoom = AlarmRoom(), floor: ClockFloor = ClockFloor(),
        executor: any SerialExecutor
    ) throws(StoreError) {
        (self.lane, self.place, self.boot, self.maxBytes) = (lane, place, boot, maxBytes)
        (self.executor, self.retention, self.alarmRoom, self.floor) = (executor, retention, alarmRoom, floor)
        blockSize = block
        let database: Database
        switch place {
        case .file(let path):
            database = try Database(path: path)
            mark = LaneMark(path: path + ".mark")
        case .memory: database = try Database(path: lane.rawValue, access: .memory)
        }
        do throws(StoreError) {
            opening = try LaneSchema.open(
                database, boot: boot, block: block, mark: try mark?.read(), logDamaged: logDamaged, left: left)
        } catch {
            database.close()
            throw error
        }
        self.database = database
        (bootReference, storeID, lastTrusted) = (opening.bootReference, opening.storeID, opening.lastTrusted)
        (freedThrough, freedStored) = (opening.freedThrough, opening.freedThrough)
        if place == .memory { changed = Set(left?.states.map(\.key) ?? []) }
        firstBlock = opening.block
        (lastSeq, reservedThrough, granted) = (firstBlock.last, firstBlock.reservedThrough, firstBlock.reservedThrough)
        statistics.corrupt = UInt64(opening.lost?.count ?? 0)
        do throws(StoreError) {
            let fileBytes = try database.fileBytes()
            // A higher mark than the file is right only when it is there after the file's commit.
            let code = mark?.write(.init(reserved: reservedThrough, store: storeID), everywhere: true) ?? 0
            if code != 0 { throw StoreError(errno: code, operation: "mark", path: mark?.path ?? "") }
            if case .file(let path) = place {
                room = DiskRoom(path: path + ".reserve", bytes: min(8 << 20, max(128 << 10, maxBytes / 8)))
                isDiskFull = room?.isHeld == false
            }
            (usedBytes, isLoanOpen) = (try database.usedBytes(), lane == .alarms && fileBytes > maxBytes)
        } catch {
            database.close()
            var error = error
            error.isOpened = true
            throw error
        }
        // Observers do not see what an initializer sets.
        let (isDiskFull, usedBytes) = (isDiskFull, usedBytes)
        tell(isDiskFull, isOpen: false)
        takeUpLoan(usedBytes)
        for remedy in opening.doubts { note(StoreFinding(lane: lane, remedy: remedy)) }
    }

    /// Looks whether the file hangs together; when it does not, what can be read moves into a fresh one.
    /// - Parameter limit: a larger file is not looked at: it would take too long, and its damage shows when it is met.
    func examine(upTo limit: Int64) throws(StoreError) {
        do throws(StoreError) {
            if try database.fileBytes() <= limit { try database.check() }
        } catch  where error.kind == .damaged {
            try beginAnew(because: error)
        }
    }

    /// Commits records, states and what was delivered meanwhile in one transaction. When this returns, a power cut
    /// takes nothing of it. A damaged file and a full disk are met here; what cannot be met is thrown, and nothing is committed.
    /// - Parameters:
    ///   - lost: numbers the caller had to give up before they could be committed.
    /// - Returns: up to which number the caller may number records now.
    @discardableResult
    public func append(_ records: [NumberedRecord], lost: [Gap] = [], states: [StateChange] = [], now: Timestamp)
        throws(StoreError) -> Int64
    {
        try goOn()
        lookForRoom(now.monotonic)
        giveRoomIfWanted()
        do throws(StoreError) {
            return try commit(records, lost, states, now)
        } catch {
            freeing.failed()
            try meet(error)
        }
        do throws(StoreError) {
            return try commit(records, lost, states, now)
        } catch {
            freeing.failed()
            throw error
        }
    }

    private func commit(
        _ records: [NumberedRecord], _ lost: [Gap], _ states: [StateChange], _ now: Timestamp
    ) throws(StoreError) -> Int64 {
        let newLast = max(lastSeq, records.last?.seq ?? 0, lost.map(\.to).max() ?? 0)
        let newReserved = newLast + blockSize / 2 > reservedThrough ? newLast + blockSize : reservedThrough
        // It falls only where it was found to be wrong.
        let trusted = floor.isCorrected ? floor.milliseconds : max(lastTrusted, floor.milliseconds)
        try keepLogShort()
        let lent = self.lent
        let (evicted, loan) = try database.transaction { () throws(StoreError) -> (Int64, Loan) in
            // First what goes: what comes then takes its pages, and each is written once.
            try storeCursors()
            try freeDelivered(besides: records.count, now: now)
            var evicted = isDiskFull ? try makeWay(for: records) : 0
            // A burst takes the place of the oldest: the file does not grow by it first.
            let coming = records.reduce(0) { $0 + Int64($1.body.count) }
            evicted += try keepBound(lent, for: coming)
            let most = usedBytes + 2 * coming + Int64(records.count + lost.count) * 256 + Self.far
            let isFar = most < (lane == .readings ? maxBytes - lent : maxBytes) && (states + keptStates).isEmpty
            try insert(records, now)
            for gap in lost { try insert(gap) }
            for state in states { try KeptRows.put(state, into: database) }
            if newLast != lastSeq { try LaneSchema.setMeta(database, "last_seq", .integer(newLast)) }
            if newReserved != reservedThrough { try LaneSchema.setMeta(database, "reserved_through", .integer(newReserved)) }
            if trusted != lastTrusted { try LaneSchema.setMeta(database, "last_trusted", .integer(trusted)) }
            if !isFar { evicted += try keepBound(lent) }
            try storeFreed()
            try shrink(lent)
            return (evicted, try self.loan(evicted: evicted))
        }
        book(loan, lent: lent)
        (lastSeq, reservedThrough, lastTrusted, freedStored) = (newLast, newReserved, trusted, freedThrough)
        // They have found room.
        if lane == .alarms { alarmRoom.isWanted.store(false, ordering: .relaxed) }
        settled(states)
        statistics.committed += UInt64(records.count)
        statistics.evicted += UInt64(evicted) + UInt64(lost.reduce(0) { $0 + $1.count })
        return grant()
    }

    private func insert(_ records: [NumberedRecord], _ now: Timestamp) throws(StoreError) {
        // A time that nobody vouches for says nothing about age: 0 until a trusted clock has seen the record.
        let (boot, stored) = (bootReference, now.clock == .unsynced ? 0 : now.wall.milliseconds)
        if stored == 0 { freeing.hasUndated = true }
        try database.execute(
            "INSERT INTO records (seq, boot, stored, crc, body) VALUES (?, ?, ?, ?, ?)",
            rows: records.lazy.map { record in
                let crc = Checksum.record(seq: record.seq, boot: boot, body: record.body)
                return [.integer(record.seq), .integer(boot), .integer(stored), .integer(crc), .blob(record.body)]
            })
    }

    /// What the database has reserved may be used as soon as the mark says so, too.
    func grant() -> Int64 {
        guard granted < reservedThrough else { return granted }
        let code = mark?.write(.init(reserved: reservedThrough, store: storeID)) ?? 0
        if code == 0 { granted = reservedThrough }
        let failure = code == 0 ? nil : StoreError(errno: code, operation: "mark", path: mark?.path ?? "")
        shared.withLock { $0.unreserved = failure }
        return granted
    }

    /// What was kept with `StateChange`, as far as it is what was written.
    public func states() throws(StoreError) -> [(key: String, body: [UInt8])] {
        let states = try KeptRows.states(of: database)
        for state in states.wrong { note(StoreFinding(lane: lane, remedy: .stateSetAside(key: state.key))) }
        return states.right
    }

    /// Commits what is open, gives unused numbers back, and closes the file. The lane must not be used after.
    /// - Parameter numbered: the highest number the caller has shown to anybody, if it may not have been committed;
    ///   it is not given back. What an uplink has delivered is not given back in any case.
    public func close(now: Timestamp, numbered: Int64 = 0) throws(StoreError) {
        defer { database.close() }
        try append([], now: now)
        let shown = max(lastSeq, numbered, cursors.values.max() ?? 0)
        // Where the mark goes on saying more, the file must as well: the next start would take what is between for lost records.
        let isGivenBack = (mark?.write(.init(reserved: shown, store: storeID), everywhere: true) ?? 0) == 0
        if isGivenBack { try LaneSchema.setMeta(database, "reserved_through", .integer(shown)) }
        let waiting = place == .memory ? try currentStatistics().uplinks.values.map(\.waiting).max() ?? 0 : 0
        shared.withLock { $0.end = isLeft ? .left : place == .memory ? .memory(undelivered: waiting) : .committed }
    }
}
