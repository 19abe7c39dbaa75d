// Rules beside the site they are laid over: what can never be raised, and what may fall between two readings.
import Alarms
import SensorModel

extension Configuration {
    /// What the alarm engine has to know of the site.
    public var alarmSite: AlarmSite {
        AlarmSite(
            channels: covers.flatMap { cover in
                cover.sensors.flatMap { sensor in
                    sensor.channels.map { channel in
                        AlarmSite.Channel(
                            point: Point(cover: cover.code, sensor: sensor.id, channel: channel.name), quantity: channel.quantity,
                            period: sensor.every, reportsChanges: sensor.profile == nil, mounted: sensor.mounted,
                            kind: cover.kind, rimElevation: cover.location?.rimElevation, range: channel.range)
                    }
                }
            })
    }

    /// What is said of each rule's alarms, in the gateway's language; its id where it has no words of its own.
    public var ruleTexts: [String: String] {
        Dictionary(
            rules.map { rule in (rule.id, rule.text.map { gateway.language == .zh ? $0.zh : $0.en } ?? rule.id) },
            uniquingKeysWith: { first, _ in first })
    }

    /// Refuses a rule that the site has written for itself and that nothing here gives data for.
    func checkRules(_ own: [(AlarmRule, Field)], pack: [AlarmRule]) {
        let idle = Set(AlarmLayout(rules: rules, site: alarmSite).rulesWithoutData)
        let shipped = Set(pack.map(\.id))
        let known = rules.map(\.id)
        for (rule, field) in own {
            for other in rule.suppresses where !known.contains(other) {
                field.refuse("'suppresses' names the rule '\(other)', which there is not")
            }
            guard idle.contains(rule.id), !shipped.contains(rule.id) else { continue }
            let quantities = rule.condition.quantities.map(\.rawValue).sorted().joined(separator: " and ")
            field.refuse(
                "no cover gives this rule what it watches (\(quantities.isEmpty ? "any sensor" : quantities)), so it could never "
                    + "be raised; add the sensors, with 'mounted' where it counts from the rim or a float, or remove the rule")
        }
    }

    /// What a person should know of the rules: which are idle here, and which events are too short to be seen for sure.
    public var ruleSummary: [String] {
        let layout = AlarmLayout(rules: rules, site: alarmSite)
        let idle = layout.rulesWithoutData
        let watched = rules.count - idle.count
        let without = idle.isEmpty ? "" : "; without: \(idle.joined(separator: ", "))"
        var lines = ["\(watched) of \(rules.count) rules have data here\(without)"]
        lines += layout.tooRare.map { rare in
            "warning: rule \(rare.rule): events of \(Field.words(rare.event)) may be missed at \(rare.point), which is read "
                + "every \(Field.words(rare.period)); read it at least every \(Field.words(rare.event / 2))"
        }
        return lines
    }
}
