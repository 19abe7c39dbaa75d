// Alarm rules as data, as they stand in gateway.yaml and in the rule packs.
import Alarms
import SensorModel

extension Shapes {
    static let alarms = SectionShape(
        "alarms", [Key("rules", .list(.section(rule)), "Rules beside the shipped ones; the same id replaces the whole rule.")])

    /// A file of boards/rules.
    static let rulePack = SectionShape(
        "rule pack", [schema, Key("rules", .list(.section(packRule)), needed: "a list of alarm rules", "The rules of the pack.")])

    static let rule = SectionShape(
        "alarm rule", ruleKeys + [Key("text", .section(ruleText), textMeaning), Key("source", ruleSource, ruleSourceMeaning)])

    static let packRule = SectionShape(
        "alarm rule of a pack",
        ruleKeys + [
            Key("text", .section(ruleText), needed: "the words in zh and en", textMeaning),
            Key(
                "source", ruleSource, needed: "the standard and clause, or the manual and page, of the numbers", ruleSourceMeaning
            ),
        ])

    private static let delay = Shape.duration(.zero ... .seconds(86_400))
    private static let severity = Shape.integer(1...3, "1 (notice), 2 (warning) or 3 (danger)")

    private static let ruleKeys = [
        Key("id", .id, needed: "the rule's id", "The rule's name, once in the list."),
        Key(
            "when", .section(condition), needed: "the condition, like {quantity: methane, above: 20 %LEL, clear_below: 15 %LEL}",
            "The condition."),
        Key("severity", severity, needed: "1 (notice), 2 (warning) or 3 (danger)", "How urgent: 1 notice, 2 warning, 3 danger."),
        Key(
            "clear_for", delay, or: "0 s",
            "How long good readings must say that the condition has gone before the alarm returns."),
        Key("kinds", .list(coverKind), otherwise: "all", "Kinds of covers that the rule is for."),
        Key("escalate", .section(escalation), "What becomes of an alarm that nobody acknowledges."),
        Key("suppresses", .list(.id), "Rules that raise nothing at a cover while an alarm of this one stands there."),
        Key(
            "storm", .integer(1...1000),
            "More alarms of this rule than that at one time are one alarm with a count; every alarm counts without it."),
    ]
    private static let ruleSource = Shape.text("the standard and clause, or the manual and page, of the numbers")
    private static let ruleSourceMeaning = "Where the numbers come from; must be there in a pack."
    private static let textMeaning = "What a person reads; must be there in a pack."

    static let ruleText = SectionShape(
        "words of a rule",
        [
            Key("zh", .text("the words in Chinese"), needed: "the words in Chinese", "In Chinese."),
            Key("en", .text("the words in English"), needed: "the words in English", "In English."),
        ])

    static let escalation = SectionShape(
        "escalation",
        [
            Key(
                "after", .duration(.seconds(10) ... .seconds(86_400)), needed: "a time, like 5 min",
                "When nobody has acknowledged it for this long …"),
            Key("severity", severity, needed: "the severity that it then gets", "… it becomes this urgent."),
        ])

    // MARK: conditions

    private static let values = [
        Key("quantity", .choice(of: Quantity.self), "What is watched, at every point."),
        Key("above", .valueOfQuantity, "Holds at this value or above it."),
        Key("below", .valueOfQuantity, "Holds at this value or below it."),
        Key("clear_below", .valueOfQuantity, "With `above`, and smaller: holds no more strictly below this value."),
        Key("clear_above", .valueOfQuantity, "With `below`, and greater: holds no more strictly above this value."),
        Key(
            "from", .choice(of: Comparison.Origin.self), otherwise: "zero",
            """
            From where the values are counted upwards: the quantity's own zero; the cover's rim (`-1 m` is one metre below \
            it) or the float there, for water and for distances to the lid, where `mounted` or `rim_elevation` says how high \
            things sit.
            """),
        Key("rise_within", span, "Looks at how far the value has risen within this time."),
        Key("fall_within", span, "Looks at how far the value has fallen within this time."),
    ]
    private static let span = Shape.duration(.seconds(10) ... .seconds(86_400))
    private static let lost = Key(
        "lost", .choice(of: Quantity.self), "Holds when a sensor of this quantity is not heard twice in a row, and for 1.5 s.")

    private static let byValue: [SectionShape.Way] = {
        func clear(_ lead: String) -> String { "the value at which the alarm may return, on the safe side of '\(lead)'" }
        let quantity = (key: "quantity", what: "what the rule watches, like methane")
        let may = ["from", "rise_within", "fall_within"]
        return [
            .init(lead: "above", with: [("clear_below", clear("above")), quantity], may: may),
            .init(lead: "below", with: [("clear_above", clear("below")), quantity], may: may),
        ]
    }()

    /// One part of a combined condition.
    static let conditionPart = SectionShape("part of a condition", values + [lost]).adding { section in
        section.ways = byValue + [.init(lead: "lost")]
        section.noWay = "'above' or 'below' with a value, or 'lost' with a quantity"
        section.twoWays = ", write two parts"
    }

    /// One of several conditions.
    static let conditionChoice = SectionShape("one of several conditions", values + [lost, all]).adding { section in
        section.ways = byValue + [.init(lead: "lost"), .init(lead: "all")]
        section.noWay = "'above' or 'below' with a value, 'lost' with a quantity, or 'all' with a list"
        section.twoWays = ", write two entries"
    }

    private static let all = Key(
        "all", .list(.section(conditionPart), count: 2...8, what: "a list of two to eight parts"),
        "Holds when all of these do at one cover.")

    static let condition = SectionShape(
        "condition of an alarm rule",
        values + [
            all,
            Key(
                "any", .list(.section(conditionChoice), count: 1...8, what: "a list of one to eight conditions"),
                "Holds when any of these does at one cover: one alarm, with all of them as evidence."),
            Key(
                "reasons",
                .list(
                    .choice(BadReason.allCases.map(\.rawValue) + UncertainReason.allCases.map(\.rawValue)), count: 1...40,
                    what: "a list of reasons of readings"),
                "Holds while a sensor's readings have one of these reasons: one alarm for the sensor."),
            Key(
                "silent_periods", .integer(2...1000),
                "Holds when a sensor has given no reading at all for so many of its periods, and for 10 s at least."),
            Key(
                "gateway", .choice(["configuration-refused", "safe-mode", "storage-failed"]),
                "Holds when the gateway says so itself: it runs with the last good configuration; it ended unexpectedly again "
                    + "and again, or its store is of a newer version; its store was damaged, cannot be written, or is full of "
                    + "alarms."),
            Key("for", delay, or: "0 s", "How long it must hold first."),
            Key(
                "for_periods", .integer(0...1000), or: "0",
                "The same in periods of the sensor that is read most rarely; the longer of the two counts."),
        ]
    ).adding { section in
        section.ways =
            byValue + ["all", "any", "reasons", "silent_periods", "gateway"].map { SectionShape.Way(lead: $0) }
        section.noWay =
            "'above' or 'below' with the value that raises the alarm, 'all', 'any', 'reasons', 'silent_periods' or 'gateway'"
        section.twoWays = ", write two rules"
    }
}
