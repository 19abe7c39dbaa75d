// Alarm rules as data, as they stand in gateway.yaml and in the rule packs.
import SensorModel

extension Shapes {
    static let alarms = SectionShape(
        "alarms", [Key("rules", .list(.section(rule)), "Rules beside the shipped ones; the same id replaces the whole rule.")])

    /// A file of boards/rules.
    static let rulePack = SectionShape(
        "rule pack", [schema, Key("rules", .list(.section(packRule)), needed: "a list of alarm rules", "The rules of the pack.")])

    static let rule = SectionShape("alarm rule", ruleKeys + [Key("source", ruleSource, ruleSourceMeaning)])

    static let packRule = SectionShape(
        "alarm rule of a pack",
        ruleKeys + [
            Key(
                "source", ruleSource, needed: "the standard and clause, or the manual and page, of the numbers", ruleSourceMeaning
            )
        ])

    private static let ruleKeys = [
        Key("id", .id, needed: "the rule's id", "The rule's name, once in the list."),
        Key(
            "when", .section(condition), needed: "the condition, like {quantity: methane, above: 20 %LEL, clear_below: 15 %LEL}",
            "The condition."),
        Key(
            "severity", .integer(1...3, "1 (notice), 2 (warning) or 3 (danger)"), needed: "1 (notice), 2 (warning) or 3 (danger)",
            "How urgent: 1 notice, 2 warning, 3 danger."),
    ]
    private static let ruleSource = Shape.text("the standard and clause, or the manual and page, of the numbers")
    private static let ruleSourceMeaning = "Where the numbers come from; must be there in a pack."

    static let condition = SectionShape(
        "condition of an alarm rule",
        [
            Key(
                "quantity", .choice(of: Quantity.self), needed: "what the rule watches, like methane",
                "What is watched, at every point."),
            Key("above", .valueOfQuantity, "Raises at this value or above it."),
            Key("below", .valueOfQuantity, "Raises at this value or below it."),
            Key(
                "for", .duration(.zero ... .seconds(86_400)), or: "0 s",
                "How long the value must stay at or beyond the threshold first."),
            Key("clear_below", .valueOfQuantity, "With `above`, and smaller: returns strictly below this value."),
            Key("clear_above", .valueOfQuantity, "With `below`, and greater: returns strictly above this value."),
        ]
    ).adding { section in
        func clear(_ lead: String) -> String { "the value at which the alarm may return, on the safe side of '\(lead)'" }
        section.ways = [
            .init(lead: "above", with: [("clear_below", clear("above"))]),
            .init(lead: "below", with: [("clear_above", clear("below"))]),
        ]
        section.noWay = "'above' or 'below' with the value that raises the alarm"
        section.twoWays = ", write two rules"
    }
}
