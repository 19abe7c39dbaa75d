// What the fixed sensors let one say before somebody enters a manhole: GET /v1/entry-advice.

/// Answer of `GET /v1/entry-advice`. It is no permit, and says so.
public struct EntryAdviceReport: Codable, Sendable, Equatable {
    /// One finding of the twelve steps.
    public struct Finding: Codable, Sendable, Equatable {
        /// The step, 1 to 12.
        public var step: Int
        /// `stop`, `caution`, or `no-objection` for a note.
        public var verdict: String
        /// What kind, a word of docs/entry-advice.md.
        public var code: String
        /// The sentence, in the report's language.
        public var text: String
        /// `COVER/SENSOR/CHANNEL` of what it is about.
        public var points: [String]
        /// What is measured there.
        @Nullable public var quantity: String?
        /// Gases that nothing measures: oxygen, flammable, hydrogen-sulfide, carbon-monoxide.
        public var missing: [String]
        /// The value, in `unit`.
        @Nullable public var value: Double?
        /// The limit it passes, in `unit`.
        @Nullable public var limit: Double?
        /// Unit of value and limit.
        @Nullable public var unit: String?
        /// Why a reading is not good, a word of the reason vocabulary.
        @Nullable public var reason: String?
        /// An age, or how long something is known, in seconds.
        @Nullable public var seconds: Double?
        /// The alarm's rule.
        @Nullable public var rule: String?
        /// When the alarm began, or a check was due or made, RFC 3339, UTC.
        @Nullable public var since: String?

        /// - Parameters: as the properties.
        public init(
            step: Int, verdict: String, code: String, text: String, points: [String] = [], quantity: String? = nil,
            missing: [String] = [], value: Double? = nil, limit: Double? = nil, unit: String? = nil, reason: String? = nil,
            seconds: Double? = nil, rule: String? = nil, since: String? = nil
        ) {
            self.step = step
            self.verdict = verdict
            self.code = code
            self.text = text
            self.points = points
            self.quantity = quantity
            self.missing = missing
            self.value = value
            self.limit = limit
            self.unit = unit
            self.reason = reason
            self.seconds = seconds
            self.rule = rule
            self.since = since
        }
    }

    /// One gas's lowest and highest value in the last 24 h.
    public struct Day: Codable, Sendable, Equatable {
        /// `COVER/SENSOR/CHANNEL`.
        public var point: String
        /// Word of the quantity vocabulary.
        public var quantity: String
        /// The quantity's canonical unit.
        public var unit: String
        /// The lowest value; null when there was none.
        @Nullable public var lowest: Double?
        /// The highest value; null when there was none.
        @Nullable public var highest: Double?
        /// For how many seconds the daemon has seen values of it, 86,400 at most.
        public var seenSeconds: Double
        /// Hours of these without any value.
        public var emptyHours: Int
        /// The sentence, in the report's language.
        public var text: String

        private enum CodingKeys: String, CodingKey {
            case point, quantity, unit, lowest, highest, text
            case seenSeconds = "seen_seconds"
            case emptyHours = "empty_hours"
        }

        /// - Parameters: as the properties.
        public init(
            point: String, quantity: String, unit: String, lowest: Double?, highest: Double?, seenSeconds: Double,
            emptyHours: Int, text: String
        ) {
            self.point = point
            self.quantity = quantity
            self.unit = unit
            self.lowest = lowest
            self.highest = highest
            self.seenSeconds = seenSeconds
            self.emptyHours = emptyHours
            self.text = text
        }
    }

    /// The cover's code.
    public var cover: String
    /// What people call it.
    @Nullable public var coverName: String?
    /// Where it is, in words.
    @Nullable public var place: String?
    /// When it was judged, RFC 3339, UTC; null when the daemon did not answer.
    @Nullable public var time: String?
    /// `synced`, `holdover` or `unsynced`; null when the daemon did not answer.
    @Nullable public var clock: String?
    /// `field` or `simulated`; null when the daemon did not answer.
    @Nullable public var origin: String?
    /// What is to be known beside the findings: that the field is simulated.
    @Nullable public var note: String?
    /// `zh` or `en`: of the texts.
    public var language: String
    /// `stop`, `caution` or `no-objection`: the worst finding's.
    public var verdict: String
    /// The verdict in words, with those of English in both languages.
    public var answer: String
    /// Code of the first of the worst findings.
    @Nullable public var headline: String?
    /// Everything that was found, in the order of the steps.
    public var findings: [Finding]
    /// The gases' last 24 h.
    public var day: [Day]
    /// The heading of that, in the report's language.
    public var dayHeading: String
    /// That it is no permit, and what to test with the portable instrument.
    public var sentence: String

    private enum CodingKeys: String, CodingKey {
        case cover, place, time, clock, origin, note, language, verdict, answer, headline, findings, day, sentence
        case coverName = "cover_name"
        case dayHeading = "day_heading"
    }

    /// - Parameters: as the properties.
    public init(
        cover: String, coverName: String? = nil, place: String? = nil, time: String? = nil, clock: String? = nil,
        origin: String? = nil, note: String? = nil, language: String, verdict: String, answer: String, headline: String? = nil,
        findings: [Finding], day: [Day] = [], dayHeading: String = "", sentence: String
    ) {
        self.cover = cover
        self.coverName = coverName
        self.place = place
        self.time = time
        self.clock = clock
        self.origin = origin
        self.note = note
        self.language = language
        self.verdict = verdict
        self.answer = answer
        self.headline = headline
        self.findings = findings
        self.day = day
        self.dayHeading = dayHeading
        self.sentence = sentence
    }
}
