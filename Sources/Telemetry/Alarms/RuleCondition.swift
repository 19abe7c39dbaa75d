// When a rule holds, as data: comparisons of values and statements about quality, joined by «all» and «any».
import SensorModel

/// A value beside a threshold, with hysteresis.
public struct Comparison: Sendable, Hashable {
    /// Which side of the threshold is the dangerous one.
    public enum Direction: String, CaseIterable, Sendable {
        case above, below
    }

    /// What of a point is compared.
    public enum Measure: Sendable, Hashable {
        /// The value itself.
        case value
        /// How far the value has risen above its lowest within a time.
        case rise(within: Duration)
        /// How far the value has fallen below its highest within a time.
        case fall(within: Duration)
    }

    /// From where thresholds are counted upwards.
    public enum Origin: String, CaseIterable, Sendable {
        /// From the quantity's own zero.
        case zero
        /// From the cover's rim; −1 m is one metre below it. For water, and distances to the lid, where the sensor's mounting
        /// depth or the rim's elevation is known.
        case rim
        /// From the float at the same cover, where its mounting depth is known.
        case float
    }

    /// The quantity it looks at.
    public var quantity: Quantity
    /// What of it.
    public var measure: Measure
    /// The dangerous side.
    public var direction: Direction
    /// Holds at or beyond this value (canonical unit, from `origin`).
    public var threshold: Double
    /// Holds no more strictly beyond this value on the safe side; on it is not enough.
    public var clearThreshold: Double
    /// From where the two are counted.
    public var origin: Origin

    /// - Parameters: as the properties.
    public init(
        quantity: Quantity, measure: Measure = .value, direction: Direction, threshold: Double, clearThreshold: Double,
        origin: Origin = .zero
    ) {
        self.quantity = quantity
        self.measure = measure
        self.direction = direction
        self.threshold = threshold
        self.clearThreshold = clearThreshold
        self.origin = origin
    }

    /// True when the value is at or beyond the threshold on the dangerous side; NaN is not.
    public func isRaised(by value: Double) -> Bool {
        direction == .above ? value >= threshold : value <= threshold
    }

    /// True when the value is beyond the clear threshold on the safe side; NaN is not.
    public func isCleared(by value: Double) -> Bool {
        direction == .above ? value < clearThreshold : value > clearThreshold
    }

    /// The same, counted from the quantity's zero.
    func shifted(by height: Double) -> Comparison {
        var copy = self
        copy.threshold += height
        copy.clearThreshold += height
        copy.origin = .zero
        return copy
    }
}

/// Reasons why readings are not good.
public struct ReasonSet: Sendable, Hashable {
    /// Reasons of readings without a value.
    public var bad: Set<BadReason>
    /// Reasons of readings with a doubtful value.
    public var uncertain: Set<UncertainReason>

    /// - Parameters: as the properties.
    public init(bad: Set<BadReason> = [], uncertain: Set<UncertainReason> = []) {
        self.bad = bad
        self.uncertain = uncertain
    }

    /// What says that the device is not heard at all.
    public static let unheard: Set<BadReason> = [.timeout, .disconnected, .corruptReply]

    /// True when the reading has one of them.
    public func contains(_ measurement: Measurement) -> Bool {
        switch measurement {
        case .good: false
        case .uncertain(_, let reason): uncertain.contains(reason)
        case .bad(let reason): bad.contains(reason)
        }
    }

    /// True when the reading proves that none of them holds: a value, or, where all are about not being heard, any reply.
    public func isRefuted(by measurement: Measurement) -> Bool {
        guard !contains(measurement) else { return false }
        guard case .bad(let reason) = measurement else { return true }
        return uncertain.isEmpty && bad.isSubset(of: Self.unheard) && !Self.unheard.contains(reason)
    }
}

/// One statement of a condition.
public enum RulePart: Sendable, Hashable {
    /// A value beside a threshold.
    case comparison(Comparison)
    /// A sensor of the quantity is not heard, twice in a row and for 1.5 s.
    case lost(Quantity)
    /// A reading of any quantity has one of the reasons.
    case reasons(ReasonSet)
    /// No reading at all for so many of the sensor's periods.
    case silent(periods: Int)

    /// The quantity it looks at; nil for any.
    public var quantity: Quantity? {
        switch self {
        case .comparison(let comparison): comparison.quantity
        case .lost(let quantity): quantity
        case .reasons, .silent: nil
        }
    }
}

/// When a rule holds: when all parts of one of its groups do.
public struct RuleCondition: Sendable, Hashable {
    /// What one alarm of the rule is about.
    public enum Scope: Sendable, Hashable {
        /// Each point of the quantity has its own.
        case point
        /// Each sensor has its own, whatever number of channels it has.
        case sensor
        /// Each cover has one, with all its sensors as evidence.
        case cover
        /// The gateway itself, which raises and clears it.
        case gateway
    }
    /// What one alarm is about.
    public var scope: Scope
    /// Any of these groups, all parts of which hold at one cover.
    public var groups: [[RulePart]]

    /// - Parameters: as the properties.
    public init(scope: Scope, groups: [[RulePart]]) {
        self.scope = scope
        self.groups = groups
    }

    /// One comparison, on every point of its quantity.
    public init(_ comparison: Comparison) { self.init(scope: .point, groups: [[.comparison(comparison)]]) }

    /// The comparison of a rule that has only one; nil for combined rules and rules about quality.
    public var comparison: Comparison? {
        guard groups.count == 1, groups[0].count == 1, case .comparison(let comparison) = groups[0][0] else { return nil }
        return comparison
    }

    /// Every quantity it looks at.
    public var quantities: Set<Quantity> { Set(groups.flatMap { $0 }.compactMap(\.quantity)) }
}
