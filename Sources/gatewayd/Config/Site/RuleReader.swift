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
        let when = section["when"]?.section()
        let condition = when.flatMap(ConditionReader.read)
        let onDelay = when?["for"]?.duration()
        let onPeriods = when?["for_periods"]?.integer()
        let severity = severity(section)
        let offDelay = section["clear_for"]?.duration()
        let escalation = section.written("escalate").map(readEscalation)
        let text = section.written("text").map(readText)
        let suppresses = section.written("suppresses").map { $0.list()?.map { $0.id() } ?? [nil] } ?? []
        let kinds = section.written("kinds").map { $0.list()?.map { $0.choice() as String? } ?? [nil] } ?? []
        let storm = section.written("storm").map { $0.integer() }
        let source = section["source"]?.text()
        guard let condition, let onDelay, let onPeriods, let severity, let offDelay, let id, escalation != .some(nil),
            text != .some(nil), storm != .some(nil), !suppresses.contains(nil),
            !kinds.contains(nil)
        else { return nil }
        return AlarmRule(
            id: id, condition: condition, onDelay: onDelay, onPeriods: onPeriods, offDelay: offDelay, severity: severity,
            escalation: escalation ?? nil, suppresses: suppresses.compactMap { $0 }, storm: storm ?? nil, text: text ?? nil,
            source: source ?? "", kinds: kinds.compactMap { $0 })
    }

    private static func severity(_ section: Section) -> Severity? {
        section["severity"]?.integer().flatMap(Severity.init(rawValue:))
    }

    private static func readEscalation(_ field: Field) -> AlarmRule.Escalation? {
        guard let section = field.section() else { return nil }
        let after = section["after"]?.duration()
        let severity = severity(section)
        guard let after, let severity else { return nil }
        return AlarmRule.Escalation(after: after, severity: severity)
    }

    private static func readText(_ field: Field) -> AlarmRule.Text? {
        guard let section = field.section() else { return nil }
        let zh = section["zh"]?.text()
        let en = section["en"]?.text()
        guard let zh, let en else { return nil }
        return AlarmRule.Text(zh: zh, en: en)
    }
}
