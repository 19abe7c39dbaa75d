// A month of alarms in figures, as an auditor asks for them: GET /v1/alarms/figures.

/// Answer of `GET /v1/alarms/figures`.
public struct AlarmFiguresReport: Codable, Sendable, Equatable {
    /// How long something took, over many alarms.
    public struct Distribution: Codable, Sendable, Equatable {
        /// How many times are known.
        public var count: Int
        /// Half of them took at most so long, s; null when none is known.
        @Nullable public var medianSeconds: Double?
        /// Nine of ten took at most so long, s.
        @Nullable public var p90Seconds: Double?
        /// The longest, s.
        @Nullable public var maxSeconds: Double?
        /// How many took at most 5 minutes.
        public var within5Min: Int
        /// More than that, and at most 30 minutes.
        public var within30Min: Int
        /// More than that, and at most 2 hours.
        public var within2H: Int
        /// More than that, and at most a day.
        public var within1D: Int
        /// More than a day.
        public var longer: Int
        /// How many cannot be told, because the clock was not synchronised or was set meanwhile.
        public var untimed: Int

        private enum CodingKeys: String, CodingKey {
            case count, longer, untimed
            case medianSeconds = "median_seconds"
            case p90Seconds = "p90_seconds"
            case maxSeconds = "max_seconds"
            case within5Min = "within_5_min"
            case within30Min = "within_30_min"
            case within2H = "within_2_h"
            case within1D = "within_1_d"
        }

        /// The distribution of times in s.
        public init(_ seconds: [Double], untimed: Int) {
            let sorted = seconds.sorted()
            count = sorted.count
            self.untimed = untimed
            // Nearest rank: a time that there was, and not one between two.
            func rank(_ tenths: Int) -> Double? {
                sorted.isEmpty ? nil : sorted[(sorted.count * tenths + 9) / 10 - 1]
            }
            _medianSeconds = Nullable(wrappedValue: rank(5))
            _p90Seconds = Nullable(wrappedValue: rank(9))
            _maxSeconds = Nullable(wrappedValue: sorted.last)
            within5Min = sorted.count { $0 <= 300 }
            within30Min = sorted.count { $0 > 300 && $0 <= 1800 }
            within2H = sorted.count { $0 > 1800 && $0 <= 7200 }
            within1D = sorted.count { $0 > 7200 && $0 <= 86_400 }
            longer = sorted.count { $0 > 86_400 }
        }
    }

    /// The alarms of one kind.
    public struct Kind: Codable, Sendable, Equatable {
        /// Id of the rule; null in a row for a severity.
        @Nullable public var rule: String?
        /// The rule's words, in the gateway's language.
        @Nullable public var text: String?
        /// 1 notice, 2 warning, 3 danger: as it became by escalation.
        public var severity: Int
        /// How many alarms.
        public var alarms: Int
        /// How often they were raised: one that comes and goes is one alarm.
        public var raises: Int
        /// How many became more urgent because nobody acknowledged them.
        public var escalated: Int
        /// How many were closed as false.
        public var falseAlarms: Int
        /// How many nobody has acknowledged yet.
        public var waiting: Int
        /// How many have not returned yet.
        public var standing: Int
        /// From being raised to being acknowledged.
        public var acknowledge: Distribution
        /// From being raised to having returned.
        public var clear: Distribution

        private enum CodingKeys: String, CodingKey {
            case rule, text, severity, alarms, raises, escalated, waiting, standing, acknowledge, clear
            case falseAlarms = "false_alarms"
        }

        /// - Parameters: as the properties.
        public init(
            rule: String?, text: String? = nil, severity: Int, alarms: Int, raises: Int, escalated: Int, falseAlarms: Int,
            waiting: Int, standing: Int, acknowledge: Distribution, clear: Distribution
        ) {
            self.rule = rule
            self.text = text
            self.severity = severity
            self.alarms = alarms
            self.raises = raises
            self.escalated = escalated
            self.falseAlarms = falseAlarms
            self.waiting = waiting
            self.standing = standing
            self.acknowledge = acknowledge
            self.clear = clear
        }
    }

    /// How much of the month a sensor gave values to be believed.
    public struct Uptime: Codable, Sendable, Equatable {
        /// `COVER/SENSOR`.
        public var sensor: String
        /// What people call the cover.
        @Nullable public var coverName: String?
        /// How long the daemon watched it, s.
        public var observedSeconds: Double
        /// How long its worst channel gave good values, s.
        public var goodSeconds: Double
        /// Their ratio, 0 to 1; null when it was not watched.
        @Nullable public var ratio: Double?

        private enum CodingKeys: String, CodingKey {
            case sensor, ratio
            case coverName = "cover_name"
            case observedSeconds = "observed_seconds"
            case goodSeconds = "good_seconds"
        }

        /// - Parameters: as the properties.
        public init(sensor: String, coverName: String?, observedSeconds: Double, goodSeconds: Double) {
            self.sensor = sensor
            self.coverName = coverName
            self.observedSeconds = observedSeconds
            self.goodSeconds = goodSeconds
            self.ratio = observedSeconds > 0 ? goodSeconds / observedSeconds : nil
        }
    }

    /// A cover marked high-risk at which no sensor gives a good value now.
    public struct Blind: Codable, Sendable, Equatable {
        /// The cover's code.
        public var cover: String
        /// What people call it.
        @Nullable public var coverName: String?
        /// Its risks, as configured.
        public var risk: [String]

        private enum CodingKeys: String, CodingKey {
            case cover, risk
            case coverName = "cover_name"
        }

        /// - Parameters: as the properties.
        public init(cover: String, coverName: String?, risk: [String]) {
            self.cover = cover
            self.coverName = coverName
            self.risk = risk
        }
    }

    /// The month, in UTC: `2026-11`.
    public var month: String
    /// `field` or `simulated`.
    public var origin: String
    /// The language of words for people: zh or en.
    public var language: String
    /// The gateway's id.
    public var gateway: String
    /// How many alarms were raised in the month; tests and notes are not among them.
    public var alarms: Int
    /// How many of them have been closed.
    public var closed: Int
    /// How many of them were closed as false.
    public var falseAlarms: Int
    /// Alarms raised by test gas.
    public var tests: Int
    /// What a crew's authorised work at the cover made a note.
    public var notes: Int
    /// By rule, the most frequent first.
    public var kinds: [Kind]
    /// By severity, danger first.
    public var severities: [Kind]
    /// Sensors of the configuration, the worst first.
    public var uptime: [Uptime]
    /// Covers marked high-risk without a live sensor now, whatever the month.
    public var blind: [Blind]
    /// How many lines of the history cannot be read.
    public var unreadable: Int
    /// Steps that could not be kept since the daemon's start, because the medium hung or was full.
    public var lost: Int

    private enum CodingKeys: String, CodingKey {
        case month, origin, language, gateway, alarms, closed, tests, notes, kinds, severities, uptime, blind, unreadable, lost
        case falseAlarms = "false_alarms"
    }

    /// - Parameters: as the properties.
    public init(
        month: String, origin: String, language: String, gateway: String, alarms: Int, closed: Int, falseAlarms: Int, tests: Int,
        notes: Int, kinds: [Kind], severities: [Kind], uptime: [Uptime], blind: [Blind], unreadable: Int, lost: Int
    ) {
        self.month = month
        self.origin = origin
        self.language = language
        self.gateway = gateway
        self.alarms = alarms
        self.closed = closed
        self.falseAlarms = falseAlarms
        self.tests = tests
        self.notes = notes
        self.kinds = kinds
        self.severities = severities
        self.uptime = uptime
        self.blind = blind
        self.unreadable = unreadable
        self.lost = lost
    }
}
