// Everything that is wrong, worst first, with its remedies: GET /v1/doctor.

/// Answer of `GET /v1/doctor`.
public struct DoctorReport: Codable, Sendable, Equatable {
    /// One finding.
    public struct Finding: Codable, Sendable, Equatable {
        /// `danger`, `warning` or `notice`.
        public var severity: String
        /// What kind, a word of docs/doctor.md.
        public var code: String
        /// What it is about: gateway, bus, unit, sensor, cover, alarm, output, uplink, lane, rule or profile.
        public var kind: String
        /// The id of that; empty for the gateway as a whole.
        public var subject: String
        /// The cover's code, where it concerns one.
        @Nullable public var cover: String?
        /// What people call the cover.
        @Nullable public var coverName: String?
        /// Where the cover is, in words.
        @Nullable public var place: String?
        /// What is wrong, in the report's language.
        public var wrong: String
        /// What to do, in the report's language.
        public var remedy: String

        private enum CodingKeys: String, CodingKey {
            case severity, code, kind, subject, cover, place, wrong, remedy
            case coverName = "cover_name"
        }

        /// - Parameters: as the properties.
        public init(
            severity: String, code: String, kind: String, subject: String, cover: String? = nil, coverName: String? = nil,
            place: String? = nil, wrong: String, remedy: String
        ) {
            self.severity = severity
            self.code = code
            self.kind = kind
            self.subject = subject
            self.cover = cover
            self.coverName = coverName
            self.place = place
            self.wrong = wrong
            self.remedy = remedy
        }
    }

    /// The gateway's id; null when the daemon did not answer.
    @Nullable public var gateway: String?
    /// When it was examined, RFC 3339, UTC; null when the daemon did not answer.
    @Nullable public var time: String?
    /// `zh` or `en`: of the texts.
    public var language: String
    /// Whether there is neither danger nor warning.
    public var well: Bool
    /// How many there are, in words.
    public var summary: String
    /// Worst first.
    public var findings: [Finding]

    /// - Parameters: as the properties.
    public init(
        gateway: String? = nil, time: String? = nil, language: String, well: Bool, summary: String, findings: [Finding]
    ) {
        self.gateway = gateway
        self.time = time
        self.language = language
        self.well = well
        self.summary = summary
        self.findings = findings
    }
}
