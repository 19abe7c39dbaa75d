// `when` of an alarm rule: comparisons, what is lost, reasons, silence, and what they are joined to.
import Alarms
import SensorModel

/// Reads conditions.
enum ConditionReader {
    /// Reads `when`; the delays stand beside it in the rule.
    static func read(_ section: Section) -> RuleCondition? {
        if section.written("all") != nil { return all(section).map { RuleCondition(scope: .cover, groups: [$0]) } }
        if let any = section.written("any") {
            guard let entries = any.list() else { return nil }
            let groups = entries.map(choice)
            return groups.contains { $0 == nil } ? nil : RuleCondition(scope: .cover, groups: groups.compactMap { $0 })
        }
        if let reasons = section.written("reasons") {
            guard let words = reasons.list()?.map({ $0.choice() as String? }), !words.contains(nil) else { return nil }
            let known = words.compactMap { $0 }
            let set = ReasonSet(
                bad: Set(known.compactMap(BadReason.init)), uncertain: Set(known.compactMap(UncertainReason.init)))
            return RuleCondition(scope: .sensor, groups: [[.reasons(set)]])
        }
        if let periods = section.written("silent_periods") {
            return periods.integer().map { RuleCondition(scope: .sensor, groups: [[.silent(periods: $0)]]) }
        }
        if let gateway = section.written("gateway") {
            let word: String? = gateway.choice()
            return word.map { _ in RuleCondition(scope: .gateway, groups: []) }
        }
        return comparison(section).map(RuleCondition.init)
    }

    private static func all(_ section: Section) -> [RulePart]? {
        guard let entries = section.written("all")?.list() else { return nil }
        let parts = entries.map { $0.section().flatMap(part) }
        return parts.contains { $0 == nil } ? nil : parts.compactMap { $0 }
    }

    private static func choice(_ field: Field) -> [RulePart]? {
        guard let section = field.section() else { return nil }
        return section.written("all") != nil ? all(section) : part(section).map { [$0] }
    }

    private static func part(_ section: Section) -> RulePart? {
        if let lost = section.written("lost") { return lost.choice(Quantity.self).map { .lost($0) } }
        return comparison(section).map { .comparison($0) }
    }

    private static func comparison(_ section: Section) -> Comparison? {
        let quantity: Quantity? = section["quantity"]?.choice()
        let direction: Comparison.Direction = section["above"] != nil ? .above : .below
        let clear = section[direction == .above ? "clear_below" : "clear_above"]
        let origin: Comparison.Origin? = section.written("from").map { $0.choice() } ?? .zero
        guard let quantity, let limit = section[direction.rawValue], let measure = measure(section) else { return nil }
        let threshold = limit.value(of: quantity)
        let clearThreshold = clear?.value(of: quantity)
        guard let threshold, let clear, let clearThreshold, let origin else { return nil }
        guard direction == .above ? clearThreshold < threshold : clearThreshold > threshold else {
            let side = direction == .above ? "below the 'above'" : "above the 'below'"
            return clear.expected("a value \(side) value \(limit.found)")
        }
        if origin != .zero, !Self.hasHeight(quantity, origin) {
            return section.written("from")?.expected(
                "zero for \(quantity.rawValue), only water and distances are counted from the rim, and water from a float")
        }
        return Comparison(
            quantity: quantity, measure: measure, direction: direction, threshold: threshold, clearThreshold: clearThreshold,
            origin: origin)
    }

    private static func hasHeight(_ quantity: Quantity, _ origin: Comparison.Origin) -> Bool {
        quantity == .waterDepth || quantity == .waterLevel || quantity == .displacement && origin == .rim
    }

    private static func measure(_ section: Section) -> Comparison.Measure? {
        switch (section.written("rise_within"), section.written("fall_within")) {
        case (nil, nil): .value
        case (let rise?, nil): rise.duration().map { .rise(within: $0) }
        case (nil, let fall?): fall.duration().map { .fall(within: $0) }
        case (_, let fall?):
            fall.expected("'rise_within' or 'fall_within', not both")
        }
    }
}
