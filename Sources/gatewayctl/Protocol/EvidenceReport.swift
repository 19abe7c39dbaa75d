// An alarm's evidence, handed out and put on record: GET /v1/evidence.

/// Answer of `GET /v1/evidence`.
public struct EvidenceReport: Codable, Sendable, Equatable {
    /// The record of the audit log that says that the document was handed out.
    public struct Record: Codable, Sendable, Equatable {
        /// Its number.
        public var seq: Int64
        /// Its hash.
        public var hash: String

        /// - Parameters: as the properties.
        public init(seq: Int64, hash: String) {
            self.seq = seq
            self.hash = hash
        }
    }

    /// The alarm's id.
    public var alarm: String
    /// False while readings after the alarm are still being gathered, or when gathering was cut short.
    public var complete: Bool
    /// The document's length.
    public var bytes: Int
    /// SHA-256 of the document's bytes: 64 lower-case hexadecimal digits; the audit log's record has the same.
    public var sha256: String
    /// Where the audit log says that it was handed out.
    public var audit: Record
    /// The document, JSON as text: its bytes are what the hash is of; null where it is too long for the way it was asked by.
    @Nullable public var document: String?
    /// Where the document is to be had when it is not here.
    @Nullable public var fetch: String?

    /// - Parameters: as the properties.
    public init(
        alarm: String, complete: Bool, bytes: Int, sha256: String, audit: Record, document: String?, fetch: String? = nil
    ) {
        self.alarm = alarm
        self.complete = complete
        self.bytes = bytes
        self.sha256 = sha256
        self.audit = audit
        self.document = document
        self.fetch = fetch
    }
}
