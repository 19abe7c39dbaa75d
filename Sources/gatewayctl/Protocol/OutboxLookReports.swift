// Looking into the outbox, page by page: POST /v1/outbox/export, GET /v1/outbox/verify.

/// Body of `POST /v1/outbox/export`: what is wanted, or the next page of it.
public struct OutboxExportRequest: Codable, Sendable, Equatable {
    /// `readings` or `alarms`.
    public var lane: String
    /// Only of this cover.
    @Nullable public var cover: String?
    /// Only from this time on, UTC, RFC 3339; it may be cut off behind any part.
    @Nullable public var from: String?
    /// Only before this time.
    @Nullable public var to: String?
    /// The export that is continued, with the same wishes; null begins one, which goes on record.
    @Nullable public var export: Int?
    /// Where the page begins: `next` of the page before.
    @Nullable public var after: Int64?

    /// - Parameters: as the properties.
    public init(
        lane: String, cover: String? = nil, from: String? = nil, to: String? = nil, export: Int? = nil, after: Int64? = nil
    ) {
        self.lane = lane
        self.cover = cover
        self.from = from
        self.to = to
        self.export = export
        self.after = after
    }
}

/// Answer of `POST /v1/outbox/export`.
public struct OutboxExportPage: Codable, Sendable, Equatable {
    /// The export's number, for the next page.
    public var export: Int
    /// The number of the audit log's record that says that it was handed out.
    public var audit: Int64
    /// One JSON object a line: a record as it is sent, with store, lane, boot and seq before it, or a gap.
    public var lines: String
    /// Records that were left out because their checksum is wrong.
    public var corrupt: Int
    /// Where the next page begins; null when this was the last one.
    @Nullable public var next: Int64?

    /// - Parameters: as the properties.
    public init(export: Int, audit: Int64, lines: String, corrupt: Int, next: Int64? = nil) {
        self.export = export
        self.audit = audit
        self.lines = lines
        self.corrupt = corrupt
        self.next = next
    }
}

/// Answer of `GET /v1/outbox/verify`, of a part of a lane; `gatewayctl` adds the parts up.
public struct OutboxVerification: Codable, Sendable, Equatable {
    /// What is wrong.
    public struct Fault: Codable, Sendable, Equatable {
        /// The number of the record.
        public var seq: Int64
        /// `checksum`, `missing` or `unreadable` of a record; `cursor` or `state` beside them, with the number 0.
        public var kind: String
        /// In words.
        public var message: String

        /// - Parameters: as the properties.
        public init(seq: Int64, kind: String, message: String) {
            self.seq = seq
            self.kind = kind
            self.message = message
        }
    }

    /// `readings` or `alarms`.
    public var lane: String
    /// Whether all that was looked at is what was written.
    public var ok: Bool
    /// Records that were looked at.
    public var records: Int
    /// Gaps that were looked at.
    public var gaps: Int
    /// The first fault; null when there is none.
    @Nullable public var fault: Fault?
    /// Where the next part begins; null when this was the last one.
    @Nullable public var next: Int64?

    /// - Parameters: as the properties.
    public init(lane: String, ok: Bool, records: Int, gaps: Int, fault: Fault? = nil, next: Int64? = nil) {
        self.lane = lane
        self.ok = ok
        self.records = records
        self.gaps = gaps
        self.fault = fault
        self.next = next
    }

    /// Takes the next part of the same lane.
    public mutating func add(_ part: OutboxVerification) {
        records += part.records
        gaps += part.gaps
        (ok, fault, next) = (part.ok, part.fault, part.next)
    }
}
