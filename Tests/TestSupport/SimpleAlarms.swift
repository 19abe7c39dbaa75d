// Rules with one threshold and sites without depths: what most tests of alarms need.
import Alarms
import SensorModel

extension AlarmRule {
    /// A threshold on every point of a quantity.
    public init(
        id: String, quantity: Quantity, direction: Comparison.Direction, threshold: Double, clearThreshold: Double,
        onDelay: Duration = .zero, offDelay: Duration = .zero, severity: Severity, source: String = ""
    ) {
        self.init(
            id: id,
            condition: RuleCondition(
                Comparison(quantity: quantity, direction: direction, threshold: threshold, clearThreshold: clearThreshold)),
            onDelay: onDelay, offDelay: offDelay, severity: severity, source: source)
    }
}

extension AlarmSite {
    /// Points that are read with a period.
    public init(_ points: [(Point, Quantity)], period: Duration = .zero) {
        self.init(channels: points.map { Channel(point: $0, quantity: $1, period: period) })
    }
}
