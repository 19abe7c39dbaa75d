// A rule's condition in words.
import Alarms
import SensorModel

/// What a rule looks for, as a sentence without a verb.
enum RuleWords {
    /// Its groups, joined by «or», their parts by «and».
    static func condition(of rule: AlarmRule) -> String {
        let groups = rule.condition.groups.map { group in group.map(part).joined(separator: " and ") }
        let whole = groups.isEmpty ? "the gateway finds it" : groups.joined(separator: "; or ")
        let kinds = rule.kinds.isEmpty ? "" : " (covers of kind \(rule.kinds.joined(separator: ", ")))"
        let storm = rule.storm.map { "; more than \($0) at once are one alarm" } ?? ""
        return whole + kinds + storm
    }

    /// How long it must hold.
    static func onDelay(of rule: AlarmRule) -> String {
        rule.onPeriods == 0 ? AlarmsPage.words(rule.onDelay) : "\(rule.onPeriods) periods"
    }

    private static func part(_ part: RulePart) -> String {
        switch part {
        case .comparison(let comparison): words(comparison)
        case .lost(let quantity): "\(quantity.rawValue) not heard, twice in a row and for 1.5 s"
        case .reasons(let reasons):
            "a reading that is "
                + (reasons.bad.map(\.rawValue).sorted() + reasons.uncertain.map(\.rawValue).sorted()).map { "`\($0)`" }
                .joined(separator: ", ")
                + (reasons.uncertain.contains(.calibrationOverdue) ? ", or a gas sensor that is due by the gateway's log" : "")
        case .silent(let periods): "no reading for \(periods) periods, and for 10 s"
        }
    }

    private static func words(_ comparison: Comparison) -> String {
        let quantity = comparison.quantity
        guard quantity.unit != .one || comparison.measure != .value else {
            return "\(quantity.rawValue) is \(comparison.direction == .above ? 1 : 0)"
        }
        let origin =
            switch comparison.origin {
            case .zero: ""
            case .rim: " from the rim"
            case .float: " from the float"
            }
        let limits =
            "\(comparison.direction == .above ? "≥" : "≤") \(amount(comparison.threshold, quantity))\(origin), over "
            + "\(comparison.direction == .above ? "<" : ">") \(amount(comparison.clearThreshold, quantity))"
        return switch comparison.measure {
        case .value: "\(quantity.rawValue) \(limits)"
        case .rise(let span): "\(quantity.rawValue) risen within \(AlarmsPage.words(span)) by \(limits)"
        case .fall(let span): "\(quantity.rawValue) fallen within \(AlarmsPage.words(span)) by \(limits)"
        }
    }

    private static func amount(_ value: Double, _ quantity: Quantity) -> String {
        let number = value == value.rounded() ? "\(Int(value))" : "\(value)"
        return quantity.unit == .one ? number : "\(number) \(quantity.unit.rawValue)"
    }
}
