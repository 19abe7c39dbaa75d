// The audit log: GET /v1/audit and GET /v1/audit/verify.

/// One record.
public struct AuditRow: Codable, Sendable, Equatable {
    /// Its number, from 1.
    public var seq: Int64
    /// When it was written, RFC 3339, UTC.
    public var time: String
    /// How far the time may be trusted: synced, holdover or unsynced.
    public var clock: String
    /// Who.
    public var actor: String
    /// What: a word of docs/audit.md.
    public var action: String
    /// To what.
    public var subject: String
    /// What else belongs to it.
    public var detail: [String: String]
    /// By which way: local or platform.
    public var via: String
    /// `hash` of the record before; 64 zeros in the first.
    public var previous: String
    /// SHA-256 of the line's bytes before `,"hash"`.
    public var hash: String

    private enum CodingKeys: String, CodingKey {
        case seq, time, clock, actor, action, subject, detail, via, previous, hash
    }

    /// - Parameters: as the properties.
    public init(
        seq: Int64, time: String, clock: String, actor: String, action: String, subject: String, detail: [String: String] = [:],
        via: String, previous: String, hash: String
    ) {
        self.seq = seq
        self.time = time
        self.clock = clock
        self.actor = actor
        self.action = action
        self.subject = subject
        self.detail = detail
        self.via = via
        self.previous = previous
        self.hash = hash
    }

    /// Reads a record; `detail` is left out of the file where there is none.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        seq = try values.decode(Int64.self, forKey: .seq)
        time = try values.decode(String.self, forKey: .time)
        clock = try values.decode(String.self, forKey: .clock)
        actor = try values.decode(String.self, forKey: .actor)
        action = try values.decode(String.self, forKey: .action)
        subject = try values.decode(String.self, forKey: .subject)
        detail = try values.decodeIfPresent([String: String].self, forKey: .detail) ?? [:]
        via = try values.decode(String.self, forKey: .via)
        previous = try values.decode(String.self, forKey: .previous)
        hash = try values.decode(String.self, forKey: .hash)
    }
}

/// Answer of `GET /v1/audit`.
public struct AuditReport: Codable, Sendable, Equatable {
    /// The last records, oldest first.
    public var records: [AuditRow]
    /// How many of the lines asked for are no records: see `/v1/audit/verify`.
    public var unreadable: Int

    /// - Parameters: as the properties.
    public init(records: [AuditRow], unreadable: Int = 0) {
        self.records = records
        self.unreadable = unreadable
    }
}

/// Answer of `GET /v1/audit/verify`.
public struct AuditVerification: Codable, Sendable, Equatable {
    /// The first place where the log is not what was written.
    public struct Fault: Codable, Sendable, Equatable {
        /// altered, missing, reordered, torn or cut.
        public var kind: String
        /// The number of the first record concerned.
        public var seq: Int64
        /// The file, without its folder.
        public var file: String
        /// The line in it, from 1; 0 where nothing stands there.
        public var line: Int
        /// What was seen, in words.
        public var message: String

        /// - Parameters: as the properties.
        public init(kind: String, seq: Int64, file: String, line: Int, message: String) {
            self.kind = kind
            self.seq = seq
            self.file = file
            self.line = line
            self.message = message
        }
    }

    /// Whether the log is what was written, as far as can be told.
    public var ok: Bool
    /// The folder the files stand in.
    public var folder: String
    /// Names of the files, oldest first.
    public var files: [String]
    /// How many records were read.
    public var records: Int64
    /// The number of the oldest record that is kept; null when there is none.
    @Nullable public var first: Int64?
    /// The number of the last record; null when there is none.
    @Nullable public var seq: Int64?
    /// The `hash` of the last record: keep it elsewhere.
    @Nullable public var head: String?
    /// The first place where the log is not what was written; null when it is.
    @Nullable public var fault: Fault?

    /// - Parameters: as the properties.
    public init(
        ok: Bool, folder: String, files: [String], records: Int64, first: Int64? = nil, seq: Int64? = nil, head: String? = nil,
        fault: Fault? = nil
    ) {
        self.ok = ok
        self.folder = folder
        self.files = files
        self.records = records
        self.first = first
        self.seq = seq
        self.head = head
        self.fault = fault
    }
}
