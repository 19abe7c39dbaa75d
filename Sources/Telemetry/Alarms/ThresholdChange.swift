// The thresholds of a rule that a command has changed while the gateway runs.
import SensorModel

/// Both thresholds of a rule with a single comparison, in its quantity's unit and from its origin.
public struct Thresholds: Sendable, Equatable {
    /// Raised at or beyond it.
    public var raise: Double
    /// Over strictly beyond it, on the safe side.
    public var clear: Double

    /// - Parameters: as the properties.
    public init(raise: Double, clear: Double) {
        self.raise = raise
        self.clear = clear
    }
}

/// A rule whose thresholds are not those of the configuration.
public struct ThresholdChange: Sendable, Equatable {
    /// The rule's id.
    public var rule: String
    /// What is in force.
    public var inForce: Thresholds
    /// What the configuration says: when it says something else, the change is over.
    public var configured: Thresholds
    /// Who wanted it.
    public var by: String
    /// Since when.
    public var since: Timestamp

    /// - Parameters: as the properties.
    public init(rule: String, inForce: Thresholds, configured: Thresholds, by: String, since: Timestamp) {
        self.rule = rule
        self.inForce = inForce
        self.configured = configured
        self.by = by
        self.since = since
    }
}

/// Why the thresholds of a rule stay as they are.
public enum ThresholdRefusal: Equatable, Sendable {
    /// There is no such rule.
    case noRule
    /// The rule has none, or more than one of each.
    case notSingle
    /// Nothing at the site gives the rule data.
    case noData
    /// The alarm would be over where it is raised.
    case notOrdered(Comparison.Direction)
    /// An alarm that lives depend on would come later, or end earlier, than by the configuration.
    case looser(than: Thresholds)
    /// The sensor at the point never shows a value that raises the alarm, or none that ends it.
    case outOfReach(Point, ClosedRange<Double>)
    /// What the sensor at the point can show is not known: looser ones might never raise the alarm.
    case noRange(Point)
}

extension Comparison {
    /// Both thresholds.
    public var thresholds: Thresholds { Thresholds(raise: threshold, clear: clearThreshold) }

    /// The same with other thresholds.
    func with(_ thresholds: Thresholds) -> Comparison {
        var copy = self
        (copy.threshold, copy.clearThreshold) = (thresholds.raise, thresholds.clear)
        return copy
    }

    /// Whether an alarm would come later, or end earlier, by these.
    func isStricter(than other: Thresholds) -> Bool {
        direction == .above
            ? other.raise > threshold || other.clear > clearThreshold : other.raise < threshold || other.clear < clearThreshold
    }

    /// Whether a value of the range raises the alarm, and one ends it.
    func isReachable(in range: ClosedRange<Double>) -> Bool {
        guard case .value = measure else {
            // What rises or falls does so by more than nothing, and by no more than all there is.
            return clearThreshold > 0 && threshold <= range.upperBound - range.lowerBound
        }
        return direction == .above
            ? threshold <= range.upperBound && clearThreshold > range.lowerBound
            : threshold >= range.lowerBound && clearThreshold < range.upperBound
    }
}
