// Alarm rules, as they stand in the rule pack and in gateway.yaml.
import Alarms
import SensorModel

/// Reads alarm rules.
enum RuleReader {
    /// The rules of a list, each with its field; an id that stands there twice is an error.
    static func read(_ entries: [Field], requiresSource: Bool) -> [(AlarmRule, Field)] {
        var lines: [String: Int] = [:]
        var rules: [(AlarmRule, Field)] = []
        for entry in entries {
            guard let section = entry.section(["id", "when", "severity", "source"]) else { continue }
            let idField = section.required("id", "the rule's id")
            let rule = read(section, id: idField?.id(), requiresSource: requiresSource)
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

    private static func read(_ section: Section, id: String?, requiresSource: Bool) -> AlarmRule? {
        let condition = section.required("when", "the condition, like {quantity: methane, above: 20 %LEL, clear_below: 15 %LEL}")
            .flatMap(condition)
        let severity = section.required("severity", "1 (notice), 2 (warning) or 3 (danger)")?
            .integer(in: 1...3, "1 (notice), 2 (warning) or 3 (danger)").flatMap(Severity.init(rawValue:))
        let what = "the standard and clause, or the manual and page, of the numbers"
        let source = (requiresSource ? section.required("source", what) : section["source"])?.text(what)
        guard var rule = condition, let id, let severity else { return nil }
        rule.id = id
        rule.severity = severity
        rule.source = source ?? ""
        return rule
    }

    /// Reads `when`; id, severity and source come from around it.
    private static func condition(_ field: Field) -> AlarmRule? {
        guard let section = field.section(["quantity", "above", "below", "for", "clear_below", "clear_above"]) else { return nil }
        let quantity: Quantity? = section.required("quantity", "what the rule watches, like methane")?.choice()
        let onDelay = section["for"].map { $0.duration(in: .zero ... .seconds(86_400)) } ?? .zero
        if let above = section["above"], let below = section["below"] {
            (above.node.mark.line, above.node.mark.column) < (below.node.mark.line, below.node.mark.column)
                ? below.refuse("'above' and 'below' do not go together, write two rules")
                : above.refuse("'above' and 'below' do not go together, write two rules")
            return nil
        }
        guard let direction: AlarmRule.Direction = section["above"] != nil ? .above : section["below"] != nil ? .below : nil
        else {
            field.refuse("expected 'above' or 'below' with the value that raises the alarm, found neither")
            return nil
        }
        guard let quantity, let clear = clear(section, direction) else { return nil }
        let threshold = section[direction.rawValue]?.value(in: quantity.unit, of: quantity.rawValue)
        let clearThreshold = clear.value(in: quantity.unit, of: quantity.rawValue)
        guard let threshold, let clearThreshold, let onDelay else { return nil }
        guard direction == .above ? clearThreshold < threshold : clearThreshold > threshold else {
            let side = direction == .above ? "below the 'above'" : "above the 'below'"
            return clear.expected("a value \(side) value \(section[direction.rawValue]?.found ?? "")")
        }
        return AlarmRule(
            id: "", quantity: quantity, direction: direction, threshold: threshold, clearThreshold: clearThreshold,
            onDelay: onDelay,
            severity: .notice)
    }

    private static func clear(_ section: Section, _ direction: AlarmRule.Direction) -> Field? {
        let right = direction == .above ? "clear_below" : "clear_above"
        let wrong = direction == .above ? "clear_above" : "clear_below"
        if let field = section[wrong] {
            field.refuse("'\(wrong)' does not go with '\(direction.rawValue)', expected '\(right)'")
            return nil
        }
        return section.required(right, "the value at which the alarm may return, on the safe side of '\(direction.rawValue)'")
    }
}
