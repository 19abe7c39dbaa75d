// What the durable queue holds: GET /v1/outbox.

/// Answer of `GET /v1/outbox`.
public struct OutboxReport: Codable, Sendable, Equatable {
    /// One lane of the outbox.
    public struct Lane: Codable, Sendable, Equatable {
        /// How far an uplink is in the lane.
        public struct Cursor: Codable, Sendable, Equatable {
            /// The uplink's id.
            public var id: String
            /// All up to this one is delivered or given up; null before the first.
            @Nullable public var deliveredSeq: Int64?
            /// Records after it.
            public var waiting: Int

            private enum CodingKeys: String, CodingKey {
                case id, waiting
                case deliveredSeq = "delivered_seq"
            }

            /// - Parameters: as the properties.
            public init(id: String, deliveredSeq: Int64? = nil, waiting: Int) {
                self.id = id
                self.deliveredSeq = deliveredSeq
                self.waiting = waiting
            }
        }

        /// `alarms` or `readings`.
        public var lane: String
        /// Oldest record kept; null when there is none.
        @Nullable public var firstSeq: Int64?
        /// Newest record kept; null when there is none.
        @Nullable public var lastSeq: Int64?
        /// Records that some uplink has not delivered.
        public var waiting: Int
        /// Bytes the lane takes on disk.
        public var bytes: Int64
        /// Bytes it may take now: readings lend to alarms.
        public var maxBytes: Int64
        /// Records given up to stay below `max_bytes`, each covered by a gap.
        public var evicted: Int
        /// Records that could not be read back as they were written, since the daemon started, each covered by a gap.
        public var corrupt: Int
        /// Records made durable since the daemon started.
        public var committed: Int
        /// Readings lost before they were durable, since the daemon started.
        public var dropped: Int
        /// How far each uplink is.
        public var uplinks: [Cursor]

        private enum CodingKeys: String, CodingKey {
            case lane, waiting, bytes, evicted, corrupt, committed, dropped, uplinks
            case firstSeq = "first_seq"
            case lastSeq = "last_seq"
            case maxBytes = "max_bytes"
        }

        /// - Parameters: as the properties.
        public init(
            lane: String, firstSeq: Int64? = nil, lastSeq: Int64? = nil, waiting: Int, bytes: Int64, maxBytes: Int64,
            evicted: Int, corrupt: Int = 0, committed: Int, dropped: Int, uplinks: [Cursor]
        ) {
            self.lane = lane
            self.firstSeq = firstSeq
            self.lastSeq = lastSeq
            self.waiting = waiting
            self.bytes = bytes
            self.maxBytes = maxBytes
            self.evicted = evicted
            self.corrupt = corrupt
            self.committed = committed
            self.dropped = dropped
            self.uplinks = uplinks
        }
    }

    /// Id of the store.
    public var store: String
    /// `alarms` and `readings`.
    public var lanes: [Lane]

    /// - Parameters: as the properties.
    public init(store: String, lanes: [Lane]) {
        self.store = store
        self.lanes = lanes
    }
}
