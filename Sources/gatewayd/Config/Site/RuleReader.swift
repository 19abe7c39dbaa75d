// Alarm rules, as they stand in the rule pack and in gateway.yaml.
import Alarms
import SensorModel

/// Reads alarm rules.
enum RuleReader {
    /// The rules of a list, each with its field; an id that stands there twice is an error.
    static func read(_ entries: [Field]) -> [(AlarmRule, Field)] {
        var lines: [String: Int] = [:]
        var rules: [(AlarmRule, Field)] = []
        for entry in entries {
            guard let section = entry.section() else { continue }
            let idField = section["id"]
            let rule = read(section, id: idField?.id())
            if let idField, let id = idField.node.text {
                if let line = lines[id] {
                    idField.refuse("the rule '\(id)' stands here twice, first at line \(line)")
                    continue
                }
                lines[id] = idField.node.mark.line
            }
            if let rule { rules.append((rule, idField ?? entry)) }
        }
        return rules
    }

    private static func read(_ section: Section, id: String?) -> AlarmRule? {
        let condition = section["when"].flatMap(condition)
        let severity = section["severity"]?.integer().flatMap(Severity.init(rawValue:))
        let source = section["source"]?.text()
        guard var rule = condition, let id, let severity else { return nil }
        rule.id = id
        rule.severity = severity
        rule.source = source ?? ""
        return rule
    }

    /// Reads `when`; id, severity and source come from around it.
    private static func condition(_ field: Field) -> AlarmRule? {
        guard let section = field.section() else { return nil }
        let quantity: Quantity? = section["quantity"]?.choice()
        let onDelay = section["for"]?.duration()
        let direction: AlarmRule.Direction = section["above"] != nil ? .above : .below
        let clear = section[direction == .above ? "clear_below" : "clear_above"]
        guard let quantity, let limit = section[direction.rawValue] else { return nil }
        let threshold = limit.value(of: quantity)
        let clearThreshold = clear?.value(of: quantity)
        guard let threshold, let clear, let clearThreshold, let onDelay else { return nil }
        guard direction == .above ? clearThreshold < threshold : clearThreshold > threshold else {
            let side = direction == .above ? "below the 'above'" : "above the 'below'"
            return clear.expected("a value \(side) value \(limit.found)")
        }
        return AlarmRule(
            id: "", quantity: quantity, direction: direction, threshold: threshold, clearThreshold: clearThreshold,
            onDelay: onDelay, severity: .notice)
    }
}
