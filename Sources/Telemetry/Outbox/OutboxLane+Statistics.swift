// What a lane has been through, and how it is.
import SensorModel

extension OutboxLane {
    /// What a lane has been through.
    public struct Statistics: Sendable, Equatable {
        /// Lowest and highest number in the file; 0 when it is empty.
        public var firstSeq: Int64 = 0, lastSeq: Int64 = 0
        /// Bytes in use and their bound, of which readings lend some to alarms at times.
        public var usedBytes: Int64 = 0, maxBytes: Int64 = 0
        /// Records committed since start.
        public var committed: UInt64 = 0
        /// Records given up because the store was full, since start.
        public var evicted: UInt64 = 0
        /// Records that could not be read back as they were written, since start.
        public var corrupt: UInt64 = 0
        /// By uplink's id.
        public var uplinks: [String: Progress] = [:]

        /// All zero.
        public init() {}
    }

    /// How far one uplink has come.
    public struct Progress: Sendable, Equatable {
        /// Everything up to this number is delivered.
        public var delivered: Int64
        /// Records still to go.
        public var waiting: Int64
    }

    /// The present figures.
    public func currentStatistics() throws(StoreError) -> Statistics {
        var current = statistics
        current.firstSeq = try database.integer("SELECT min(seq) FROM records")
        current.lastSeq = lastSeq
        current.usedBytes = try database.usedBytes()
        current.maxBytes = presentBound
        // What lies before the first record was freed or is a gap: nobody waits for it, also not an uplink that is new.
        let freed = current.firstSeq > 0 ? current.firstSeq - 1 : lastSeq
        for (uplink, cursor) in cursors {
            let delivered = max(cursor, freed)
            let inGaps = try database.integer(
                "SELECT coalesce(sum(last - max(first, ?1 + 1) + 1), 0) FROM gaps WHERE last > ?1", [.integer(delivered)])
            current.uplinks[uplink] = Progress(delivered: cursor, waiting: max(0, lastSeq - delivered - inGaps))
        }
        return current
    }
}
