// The folder with both lanes: one owner, one id, and a fresh lane where a damaged one was.
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
    public let readings: OutboxLane
    /// Alarms: kept for seven days after delivery.
    public let alarms: OutboxLane
    /// The store's id: made when the store was made.
    public let id: String
    /// The store this one took the place of, if any.
    public let predecessor: String?
    /// Files that were set aside as damaged when this store was opened.
    public let setAside: [String]
    private let lock: FileLock

    /// Opens the store; a damaged lane is set aside and begun anew, so that the gateway always starts.
    /// - Parameter executor: makes the thread of each lane.
    public static func open(
        _ settings: Settings, executor: (Lane) -> any SerialExecutor, makeID: () -> String
    ) async throws(StoreError) -> Store {
        try makeFolder(settings.path)
        let lock = try takeLock(settings.path)
        var setAside: [String] = []
        // An eighth of the room is the alarms': readings can never take it.
        let readings = try openLane(.readings, settings, settings.maxBytes / 8 * 7, executor(.readings), &setAside)
        let alarms = try openLane(.alarms, settings, settings.maxBytes / 8, executor(.alarms), &setAside)
        let found = [readings.foundStoreID, alarms.foundStoreID]
        if let id = found[0], found[0] == found[1] {
            return Store(
                readings: readings, alarms: alarms, id: id, predecessor: readings.foundPredecessor, setAside: setAside, lock: lock
            )
        }
        let id = makeID()
        let predecessor = found.compactMap { $0 }.first
        for lane in [readings, alarms] { try await lane.name(store: id, predecessor: predecessor) }
        return Store(readings: readings, alarms: alarms, id: id, predecessor: predecessor, setAside: setAside, lock: lock)
    }

    /// The latest time that an earlier run has committed by a clock that could be trusted; nil when there was none.
    public var trustedTime: WallTime? {
        [readings.foundTrustedTime, alarms.foundTrustedTime].compactMap { $0 }.max { $0.nanoseconds < $1.nanoseconds }
    }

    /// The lane by its name.
    public func lane(_ lane: Lane) -> OutboxLane { lane == .readings ? readings : alarms }

    private static func takeLock(_ folder: String) throws(StoreError) -> FileLock {
        do {
            return try FileLock(path: folder + "/lock")
        } catch {
            switch error {
            case .held(let holder):
                throw StoreError(kind: .inUse, operation: "open", detail: "\(folder) is in use by \(holder); stop it first")
            case .system(let code):
                throw StoreError(
                    kind: .inputOutput, operation: "open", code: code,
                    detail: "\(folder)/lock: \(String(cString: strerror(code)))")
            }
        }
    }

    private static func openLane(
        _ lane: Lane, _ settings: Settings, _ maxBytes: Int64, _ executor: any SerialExecutor, _ setAside: inout [String]
    ) throws(StoreError) -> OutboxLane {
        let path = "\(settings.path)/\(lane.rawValue).db"
        func open() throws(StoreError) -> OutboxLane {
            try OutboxLane(
                lane: lane, path: path, boot: settings.boot, maxBytes: maxBytes, block: lane == .readings ? 10_000 : 1024,
                retention: lane == .readings ? .zero : .seconds(7 * 86_400), executor: executor)
        }
        do {
            return try open()
        } catch  where error.kind == .damaged {
            for suffix in ["", "-wal", "-shm"] where access(path + suffix, F_OK) == 0 {
                let aside = "\(path).damaged\(suffix)"
                guard rename(path + suffix, aside) == 0 else {
                    throw StoreError(kind: .inputOutput, operation: "set aside", code: errno, detail: path + suffix)
                }
                setAside.append(aside)
            }
            return try open()
        }
    }

    private static func makeFolder(_ path: String) throws(StoreError) {
        var made = ""
        for part in path.split(separator: "/", omittingEmptySubsequences: true) {
            made += made.isEmpty && !path.hasPrefix("/") ? String(part) : "/" + part
            if mkdir(made, 0o750) != 0, errno != EEXIST {
                let remedy = "give the folder to the user that runs gatewayd, or change store.path"
                throw StoreError(
                    kind: errno == EROFS ? .readOnly : .inputOutput, operation: "make folder", code: errno,
                    detail: "\(made): \(String(cString: strerror(errno))); \(remedy)")
            }
        }
    }
}

extension OutboxLane {
    /// Writes the store's id into the lane's file.
    func name(store: String, predecessor: String?) throws(StoreError) {
        try database.transaction { () throws(StoreError) in
            try LaneSchema.setMeta(database, "store", .text(store))
            try LaneSchema.setMeta(database, "predecessor", predecessor.map { .text($0) } ?? .null)
        }
    }
}
