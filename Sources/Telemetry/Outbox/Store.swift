// The folder with both lanes: one owner, one id, and a fresh lane where a damaged one was.
// Whatever is wrong with the folder or a file, there is a store: at the worst it is in memory, and says so.
import Glibc
import Platform
import SensorModel

/// An opened store.
public struct Store: Sendable {
    /// What a store is opened with.
    public struct Settings: Sendable {
        /// The folder; made when it is missing.
        public var path: String
        /// Bound of both lanes together, in bytes.
        public var maxBytes: Int64
        /// This boot's id.
        public var boot: String

        /// - Parameters: as the properties.
        public init(path: String, maxBytes: Int64, boot: String) {
            self.path = path
            self.maxBytes = maxBytes
            self.boot = boot
        }
    }

    /// Readings: freed when delivered.
    public private(set) var readings: OutboxLane
    /// Alarms: kept for seven days after delivery.
    public private(set) var alarms: OutboxLane
    /// The store's id: made when the store was made.
    public private(set) var id: String
    /// The store this one took the place of, if any.
    public private(set) var predecessor: String?
    let lock: FileLock?
    let folder: String
    /// What puts a lane into memory when its file does not bear the start.
    private var openers: [Lane: LaneOpener]

    /// Opens the store. A damaged lane is set aside and begun anew; a lane that cannot be had in a file is kept in memory: the
    /// gateway always starts.
    /// - Parameters:
    ///   - left: what lanes in memory have left, which goes into these.
    ///   - floor: the latest time that is known to have passed, to be kept for the next run.
    ///   - executor: makes the thread of each lane.
    /// - Throws: only when somebody else holds the store.
    public static func open(
        _ settings: Settings, left: [Lane: LaneLeft] = [:], floor: ClockFloor = ClockFloor(),
        executor: (Lane) -> any SerialExecutor, makeID: () -> String
    ) async throws(StoreError) -> Store {
        var lock: FileLock?
        var hindrance: StoreError?
        do throws(StoreError) {
            lock = try reach(settings.path)
        } catch {
            guard error.kind != .inUse else { throw error }
            hindrance = error
        }
        let bound = lock == nil ? settings.maxBytes : min(settings.maxBytes, share(of: settings.path))
        let rooms = (file: AlarmRoom(), memory: AlarmRoom())
        var lanes: [Lane: OutboxLane] = [:]
        var openers: [Lane: LaneOpener] = [:]
        var former: [String?] = []
        for lane in [Lane.readings, .alarms] {
            var opener = LaneOpener(
                lane: lane, folder: settings.path, boot: settings.boot,
                // An eighth of the room is the alarms': readings can never take it, and lend some of theirs.
                maxBytes: lane == .readings ? bound / 8 * 7 : bound / 8, left: left[lane], rooms: rooms, floor: floor,
                executor: executor(lane))
            if let hindrance {
                lanes[lane] = try await opener.inMemory(because: hindrance)
            } else {
                lanes[lane] = try await opener.open()
            }
            former.append(opener.formerID)
            opener.forgetRecords()
            openers[lane] = opener
        }
        guard let readings = lanes[.readings], let alarms = lanes[.alarms] else {
            throw StoreError(kind: .other, operation: "open", detail: settings.path)
        }
        let found = [readings.opening.storeID, alarms.opening.storeID]
        var store = Store(
            readings: readings, alarms: alarms, id: found[0] ?? "", predecessor: readings.opening.predecessor, lock: lock,
            folder: settings.path, openers: openers)
        if found[0] == nil || found[0] != found[1] {
            (store.id, store.predecessor) = (makeID(), (found + former).compactMap { $0 }.first)
            try await store.name(makeID)
        }
        return store
    }

    /// Writes the id into all lanes. A disk that takes not even that: the gateway starts all the same, with that lane in memory.
    private mutating func name(_ makeID: () -> String) async throws(StoreError) {
        while let (lane, failure) = await firstUnnamed() {
            // The id may stand in the file even so.
            try await keepInMemory(lane, because: failure)
            id = makeID()
        }
    }

    /// Writes the id into all lanes.
    /// - Returns: the lane in a file that did not take it, and why; nil when all have it.
    private func firstUnnamed() async -> (Lane, StoreError)? {
        for lane in Lane.allCases {
            do throws(StoreError) {
                try await self.lane(lane).name(store: id, predecessor: predecessor)
            } catch {
                if self.lane(lane).place != .memory { return (lane, error) }
            }
        }
        return nil
    }

    private mutating func keepInMemory(_ lane: Lane, because failure: StoreError) async throws(StoreError) {
        await self.lane(lane).letGo()
        guard let made = try await openers[lane]?.inMemory(because: failure) else { throw failure }
        if lane == .readings { readings = made } else { alarms = made }
    }

    /// What a start finds in a store.
    public struct Found: Sendable {
        /// How far each uplink has delivered, by lane and the uplink's id.
        public var delivered: [Lane: [String: Delivered]] = [:]
        /// What has to survive a restart besides the records.
        public var states: [(key: String, body: [UInt8])] = []
    }

    /// Names the uplinks in both lanes, and reads what has to survive. A lane that does not bear that, whatever is done about it,
    /// is kept in memory: the gateway always starts.
    /// - Parameters: as of `OutboxLane.register` and `open`.
    public mutating func begin(
        uplinks: [String], keepingOthers: Bool, makeID: () -> String
    ) async throws(StoreError) -> Found {
        var found = Found()
        for lane in Lane.allCases {
            do throws(StoreError) {
                let (delivered, states) = try await self.lane(lane).begin(uplinks, keepingOthers)
                found.delivered[lane] = delivered
                if lane == .alarms { found.states = states }
            } catch {
                guard self.lane(lane).place != .memory else { throw error }
                try await keepInMemory(lane, because: error)
                // What stands in the file has numbers of its own.
                (id, predecessor) = (makeID(), id)
                try await name(makeID)
                return try await begin(uplinks: uplinks, keepingOthers: keepingOthers, makeID: makeID)
            }
        }
        return found
    }

    /// What was wrong since it was opened; empty when nothing was.
    public var findings: [StoreFinding] { readings.condition.findings + alarms.condition.findings }

    /// What is wrong with the first file that a newer version has made; nil when there is none.
    public var newer: String? {
        findings.first { if case .leftAlone = $0.remedy { true } else { false } }?.cause
    }

    /// The latest time that an earlier run has known to have passed; nil when there was none.
    public var trustedTime: WallTime? {
        [readings.foundTrustedTime, alarms.foundTrustedTime].compactMap { $0 }.max { $0.nanoseconds < $1.nanoseconds }
    }

    /// Lets somebody else open the store; both lanes are closed by then.
    public func release() { lock?.release() }

    /// The lane by its name.
    public func lane(_ lane: Lane) -> OutboxLane { lane == .readings ? readings : alarms }

    /// What a store may take of its disk: 60 % of the file system, so that it is never the store that fills it.
    private static func share(of folder: String) -> Int64 {
        var figures = statvfs()
        guard statvfs(folder, &figures) == 0 else { return .max }
        let all = UInt64(figures.f_blocks).multipliedReportingOverflow(by: UInt64(figures.f_frsize)).partialValue
        return Int64(clamping: all / 10 * 6)
    }

    /// The folder, made where it is missing, and its lock.
    static func reach(_ folder: String) throws(StoreError) -> FileLock {
        try makeFolder(folder)
        return try takeLock(folder)
    }

    private static func takeLock(_ folder: String) throws(StoreError) -> FileLock {
        do {
            return try FileLock(path: folder + "/lock")
        } catch {
            switch error {
            case .held(let holder):
                throw StoreError(kind: .inUse, operation: "open", detail: "\(folder) is in use by \(holder); stop it first")
            case .system(let code): throw StoreError(errno: code, operation: "open", path: folder + "/lock")
            }
        }
    }

    private static func makeFolder(_ path: String) throws(StoreError) {
        var made = ""
        for part in path.split(separator: "/", omittingEmptySubsequences: true) {
            made += made.isEmpty && !path.hasPrefix("/") ? String(part) : "/" + part
            if mkdir(made, 0o750) != 0, errno != EEXIST {
                throw StoreError(errno: errno, operation: "make folder", path: made)
            }
        }
    }
}

extension OutboxLane {
    /// Writes the store's id into the lane's file.
    func name(store: String, predecessor: String?) throws(StoreError) {
        do throws(StoreError) { try write(store, predecessor) } catch {
            guard error.kind == .full else { throw error }
            try makeRoom(because: error)
            try write(store, predecessor)
        }
        storeID = store
        // Only who the predecessor of the next store is depends on it.
        _ = mark?.write(.init(reserved: reservedThrough, store: store), everywhere: true)
    }

    /// Registers the uplinks and reads the states; damage and a full disk are met.
    func begin(
        _ uplinks: [String], _ keepingOthers: Bool
    ) throws(StoreError) -> ([String: Delivered], [(key: String, body: [UInt8])]) {
        do throws(StoreError) {
            _ = try register(uplinks: uplinks, keepingOthers: keepingOthers)
            return (reached, try states())
        } catch { try meet(error) }
        _ = try register(uplinks: uplinks, keepingOthers: keepingOthers)
        return (reached, try states())
    }

    /// Closes the file on the lane's own thread, as it is: another lane takes its place.
    func letGo() { database.close() }

    private func write(_ store: String, _ predecessor: String?) throws(StoreError) {
        try database.transaction { () throws(StoreError) in
            try LaneSchema.setMeta(database, "store", .text(store))
            try LaneSchema.setMeta(database, "predecessor", predecessor.map { .text($0) } ?? .null)
        }
    }
}
