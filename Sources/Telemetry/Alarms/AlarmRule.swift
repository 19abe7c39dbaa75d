// An alarm rule: when it is an alarm, how urgent, and what is said about it.
import SensorModel

/// One rule of the pack or of the site; the same id in the site's file replaces the pack's rule.
public struct AlarmRule: Sendable, Equatable {
    /// What becomes of an alarm that nobody acknowledges.
    public struct Escalation: Sendable, Equatable {
        /// After this time without an acknowledgement.
        public var after: Duration
        /// It becomes this urgent.
        public var severity: Severity

        /// - Parameters: as the properties.
        public init(after: Duration, severity: Severity) {
            self.after = after
            self.severity = severity
        }
    }

    /// What a person reads.
    public struct Text: Sendable, Equatable {
        /// Chinese.
        public var zh: String
        /// English.
        public var en: String

        /// - Parameters: as the properties.
        public init(zh: String, en: String) {
            self.zh = zh
            self.en = en
        }
    }

    /// The rule's id.
    public var id: String
    /// Kinds of covers that it is for; empty for all.
    public var kinds: [String]
    /// When it holds.
    public var condition: RuleCondition
    /// How long it must hold before the alarm is raised.
    public var onDelay: Duration
    /// The same in periods of the sensor that is read most rarely; the longer of the two counts.
    public var onPeriods: Int
    /// How long it must be seen not to hold, by good readings only, before the alarm returns.
    public var offDelay: Duration
    /// How urgent.
    public var severity: Severity
    /// What happens when nobody acknowledges.
    public var escalation: Escalation?
    /// Rules that raise nothing at a cover while this one's alarm stands there: they would say the same.
    public var suppresses: [String]
    /// More alarms than this of the rule at one time are one alarm with a count; nil for rules whose every alarm counts.
    public var storm: Int?
    /// What a person reads; nil when the rule has no words of its own.
    public var text: Text?
    /// Where the numbers come from: standard and clause, or manual and page; empty for a site's own rule.
    public var source: String

    /// - Parameters: as the properties.
    public init(
        id: String, condition: RuleCondition, onDelay: Duration = .zero, onPeriods: Int = 0, offDelay: Duration = .zero,
        severity: Severity, escalation: Escalation? = nil, suppresses: [String] = [], storm: Int? = nil, text: Text? = nil,
        source: String = "", kinds: [String] = []
    ) {
        self.id = id
        self.condition = condition
        self.onDelay = onDelay
        self.onPeriods = onPeriods
        self.offDelay = offDelay
        self.severity = severity
        self.escalation = escalation
        self.suppresses = suppresses
        self.storm = storm
        self.text = text
        self.source = source
        self.kinds = kinds
    }

    /// Whether it looks at a gas or at oxygen: nothing may mute it.
    public var isAboutGas: Bool { !condition.quantities.isDisjoint(with: Quantity.gases) }
}

extension Quantity {
    /// What can kill whoever opens or enters; alarms about them are never shelved and not muted by maintenance.
    public static let gases: Set<Quantity> = [.methane, .combustible, .hydrogenSulfide, .carbonMonoxide, .oxygen]
}
