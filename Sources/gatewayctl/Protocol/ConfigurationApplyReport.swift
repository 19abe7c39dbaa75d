// Another configuration: what is wrong with it, what it changes, what came of it. Answer of the routes below /v1/config.

/// How a change of the configuration stands.
public struct ConfigurationApplyReport: Codable, Sendable, Equatable {
    /// Something that is another than in the configuration in force.
    public struct Change: Codable, Sendable, Equatable {
        /// `section`, `bus`, `cover`, `sensor`, `model`, `rule`, `output` or `uplink`.
        public var about: String
        /// Its id; of a sensor `COVER/SENSOR`.
        public var subject: String
        /// `added`, `removed` or `changed`.
        public var change: String
        /// Of a sensor that is added or removed: its points.
        public var points: [String]
        /// Of what has changed, value by value.
        public var values: [Value]

        /// - Parameters: as the properties.
        public init(about: String, subject: String, change: String, points: [String] = [], values: [Value] = []) {
            self.about = about
            self.subject = subject
            self.change = change
            self.points = points
            self.values = values
        }
    }

    /// A value that is another.
    public struct Value: Codable, Sendable, Equatable {
        /// The key below its subject.
        public var key: String
        /// What is in force, or null.
        @Nullable public var before: String?
        /// What would be, or null.
        @Nullable public var after: String?

        /// - Parameters: as the properties.
        public init(key: String, before: String? = nil, after: String? = nil) {
            self.key = key
            self.before = before
            self.after = after
        }
    }

    /// `good` (may be applied), `unchanged`, `refused` (has errors), `trial`, `confirmed`, `rolled-back`, or `none`.
    public var outcome: String
    /// The file that the daemon was given.
    public var path: String
    /// `sha256:…` of what it is about; null where that has errors.
    @Nullable public var hash: String?
    /// `sha256:…` of what is in force, or was before.
    public var before: String
    /// All errors, `FILE:LINE:COL: error: KEY: message`.
    public var errors: [String]
    /// What it changes.
    public var changes: [Change]
    /// Who applied it.
    @Nullable public var by: String?
    /// Why it was taken back.
    @Nullable public var problem: String?
    /// How long it has left to prove itself.
    @Nullable public var remainingSeconds: Double?
    /// What worked before and does not work yet, one sentence each.
    public var waitsFor: [String]

    private enum CodingKeys: String, CodingKey {
        case outcome, path, hash, before, errors, changes, by, problem
        case remainingSeconds = "remaining_seconds"
        case waitsFor = "waits_for"
    }

    /// - Parameters: as the properties; the others are empty.
    public init(outcome: String, path: String, before: String) {
        self.outcome = outcome
        self.path = path
        self.before = before
        (errors, changes, waitsFor) = ([], [], [])
    }
}
