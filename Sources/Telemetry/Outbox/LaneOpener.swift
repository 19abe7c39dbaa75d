// How a lane is had, whatever stands in its place: from its file, from a fresh one, or in memory.
import Glibc
import Platform
import SensorModel

/// Opens one lane, which remembers what was wrong.
struct LaneOpener {
    /// A larger file is not looked at from end to end at the start.
    private static let mostExamined: Int64 = 64 << 20
    /// Bytes of a lane in memory.
    private static let memory: [Lane: Int64] = [.readings: 8 << 20, .alarms: 2 << 20]

    let lane: Lane
    let folder: String
    let boot: String
    let maxBytes: Int64
    /// What a lane in memory has left, which goes into this one.
    private var whole: LaneLeft?
    /// The same, without the records once they stand in the file: whatever fails after that must not put them anywhere again.
    private var left: LaneLeft?
    /// Where alarms ask readings for room: of lanes in files, and of lanes in memory.
    let rooms: (file: AlarmRoom, memory: AlarmRoom)
    let floor: ClockFloor
    let executor: any SerialExecutor
    /// The store that a file belonged to which is not in use any more.
    private(set) var formerID: String?
    /// Damaged files whose place another one has taken just now: the run before has ended while it did that.
    private var replaced: [String]?
    /// Commits that its file had lost: a gap stands for them since it was opened first.
    private var named: StoreFinding?

    init(
        lane: Lane, folder: String, boot: String, maxBytes: Int64, left: LaneLeft? = nil,
        rooms: (file: AlarmRoom, memory: AlarmRoom), floor: ClockFloor, executor: any SerialExecutor
    ) {
        (self.lane, self.folder, self.boot, self.maxBytes, whole, self.left) = (lane, folder, boot, maxBytes, left, left)
        (self.rooms, self.floor, self.executor) = (rooms, floor, executor)
    }

    private var path: String { "\(folder)/\(lane.rawValue).db" }

    /// The lane in its file, in a fresh one when that is damaged, or in memory when neither can be had.
    mutating func open() async throws(StoreError) -> OutboxLane {
        let log: [UInt8]
        do throws(StoreError) {
            formerID = try LaneMark(path: path + ".mark").read()?.store
            if let newer = try LaneSchema.newer(path) { throw newer }
            replaced = try Replacement.takePlace(of: path, keeping: SetAside.limit(of: maxBytes))
            log = try Medium.bytes(path + "-wal", atMost: 64 << 20) ?? []
        } catch {
            return try await inMemory(because: error)
        }
        let isLogDamaged = WriteAheadLog.isDamaged(log)
        let kept = isLogDamaged ? SetAside.keepLog(log, of: path, atMost: SetAside.limit(of: maxBytes)) : nil
        do throws(StoreError) {
            return try await openFile(isLogDamaged, kept)
        } catch {
            switch error.kind {
            case .inUse: throw error
            // Once the first commit stands, what the log had lost is named.
            case .full: return try await openWithoutReserve(isLogDamaged && !error.isOpened, kept)
            case _ where error.isOfContent || !isFile:
                // What is in a file that cannot be read waits until it can be.
                if let failure = Medium.failure(of: path) { return try await inMemory(because: failure) }
                return try await openFresh(because: error)
            // A fresh file could not be had either, and the medium may heal.
            default: return try await inMemory(because: error)
            }
        }
    }

    /// Whether a file stands in the place, or nothing.
    private var isFile: Bool {
        var information = stat()
        return stat(path, &information) != 0 || information.st_mode & S_IFMT == S_IFREG
    }

    /// The lane is had, and with it what was left.
    mutating func forgetRecords() {
        whole = nil
        left?.elements = []
    }

    private mutating func openFile(_ isLogDamaged: Bool, _ log: String?) async throws(StoreError) -> OutboxLane {
        let made: OutboxLane
        do throws(StoreError) {
            made = try make(.file(path), maxBytes, isLogDamaged)
        } catch {
            if error.isOpened { left?.elements = [] }
            throw error
        }
        left?.elements = []
        if let lost = made.opening.lost {
            let cause = isLogDamaged ? "its write-ahead log is damaged" : "its file is older than its mark, commits are missing"
            named = StoreFinding(lane: lane, cause: cause, remedy: .named(lost), files: [log].compactMap(\.self))
        }
        if let named {
            made.note(named)
        } else if made.opening.storeID == nil, formerID != nil {
            made.note(StoreFinding(lane: lane, cause: "its file is gone, or empty", remedy: .begunAnew))
        }
        if let replaced {
            let cause = "it was damaged, and gatewayd ended while it met that"
            made.note(StoreFinding(lane: lane, cause: cause, remedy: .carriedOver, files: replaced))
        }
        do throws(StoreError) {
            try await made.examine(upTo: isLogDamaged ? .max : Self.mostExamined)
        } catch {
            var error = error
            error.isOpened = true
            throw error
        }
        return made
    }

    /// A disk so full that not even the first commit has room.
    private mutating func openWithoutReserve(_ isLogDamaged: Bool, _ log: String?) async throws(StoreError) -> OutboxLane {
        unlink(path + ".reserve")
        SetAside.cut(setsOf: path)
        do throws(StoreError) {
            return try await openFile(isLogDamaged, log)
        } catch { return try await inMemory(because: error) }
    }

    private mutating func openFresh(because cause: StoreError) async throws(StoreError) -> OutboxLane {
        do throws(StoreError) {
            let files = try SetAside.move(path, atMost: SetAside.limit(of: maxBytes))
            left = whole
            let made: OutboxLane
            do throws(StoreError) {
                made = try make(.file(path), maxBytes)
            } catch {
                if error.isOpened { left?.elements = [] }
                throw error
            }
            left?.elements = []
            made.note(StoreFinding(lane: lane, cause: cause.description, remedy: .begunAnew, files: files))
            return made
        } catch {
            return try await inMemory(because: cause)
        }
    }

    /// A lane without a file. Its store has an id of its own each time, so no number stands for two contents.
    mutating func inMemory(because cause: StoreError) async throws(StoreError) -> OutboxLane {
        // Where not even the mark can be read, nobody knows who came before.
        if formerID == nil { formerID = (try? LaneMark(path: path + ".mark").read())?.store }
        let bytes = min(maxBytes, Self.memory[lane] ?? 0)
        let made = try make(.memory, bytes)
        let remedy: StoreFinding.Remedy = cause.kind == .newer ? .leftAlone(bytes: bytes) : .memory(bytes: bytes)
        made.note(StoreFinding(lane: lane, cause: cause.description, remedy: remedy))
        if left?.hasAllStates == true {
            await made.began(withAllStates: true)
        } else {
            try await made.takeUp(statesOf: Replacement.current(path))
        }
        return made
    }

    private func make(
        _ place: OutboxLane.Place, _ bytes: Int64, _ isLogDamaged: Bool = false
    ) throws(StoreError) -> OutboxLane {
        try OutboxLane(
            lane: lane, place: place, boot: boot, maxBytes: bytes, block: lane == .readings ? 10_000 : 1024,
            retention: lane == .readings ? .zero : .seconds(7 * 86_400), logDamaged: isLogDamaged, left: left,
            alarmRoom: place == .memory ? rooms.memory : rooms.file, floor: floor, executor: executor)
    }
}

extension OutboxLane {
    /// What survives a restart besides the records, from a file that must not be changed, as far as it can be read.
    func takeUp(statesOf path: String) throws(StoreError) {
        let hasLog = Glibc.access(path + "-wal", F_OK) == 0
        let all = Self.states(of: path, hasLog ? .readOnly : .immutable)
        // Where the log cannot be opened, what stands in the file alone: it may be older than what was committed last.
        let found = all ?? Self.states(of: path, .immutable) ?? KeptRows.States()
        // What there is already is newer.
        let known = Set(try states().map(\.key)).union(changed)
        try database.transaction { () throws(StoreError) in
            for state in found.right where !known.contains(state.key) {
                try KeptRows.put(StateChange(key: state.key, body: state.body), into: database)
            }
        }
        for state in found.wrong { note(StoreFinding(lane: lane, remedy: .stateSetAside(key: state.key))) }
        began(withAllStates: all != nil)
    }

    /// Whether all states are there that its file has.
    func began(withAllStates: Bool) { hasAllStates = withAllStates }

    private static func states(of path: String, _ access: Database.Access) -> KeptRows.States? {
        do throws(StoreError) {
            let file = try Database(path: path, access: access)
            defer { file.close() }
            return try KeptRows.states(ofUnchanged: file)
        } catch {
            return nil
        }
    }
}
