// The list of scenarios in docs/simulation.md, made from the files: the page cannot say anything else than they do.
import DeviceHALSimulated
import SensorModel

/// The part of the page between its two marks.
enum ScenariosPage {
    /// Where it stands in the repository.
    static let path = "docs/simulation.md"
    static let (begin, end) = ("<!-- scenarios -->\n", "<!-- end of scenarios -->")

    /// The list, each scenario with what must be seen of it.
    static func text(of scenarios: [Scenario]) -> String {
        scenarios.map(section).joined(separator: "\n") + "\n"
    }

    private static func section(_ scenario: Scenario) -> String {
        let must = scenario.expectations.filter { !$0.never }
        let never = scenario.expectations.filter(\.never)
        var lines = [
            "### [\(scenario.name)](../boards/simulated/\(scenario.name).yaml) (\(words(scenario.duration)))", "", scenario.about,
            "",
        ]
        if !must.isEmpty { lines += ["Must be seen:", ""] + must.map { "- \(words($0))" } + [""] }
        if !never.isEmpty { lines += ["Must never be seen:", ""] + never.map { "- \(words($0))" } + [""] }
        return lines.joined(separator: "\n")
    }

    private static func words(_ expectation: Expectation) -> String {
        let place =
            switch expectation.cover {
            case .all: "at every cover"
            case .number(let number): "at cover \(number)"
            case .code(let code): "at cover \(code)"
            }
        let time = expectation.within.map { ", from \(words($0.lowerBound)) to \(words($0.upperBound))" } ?? ""
        return "\(words(expectation.sight)) \(expectation.never && expectation.cover == .all ? "at any cover" : place)\(time)"
    }

    private static func words(_ sight: Expectation.Sight) -> String {
        switch sight {
        case .above(let quantity, let value): "\(quantity.rawValue) of \(amount(value, quantity)) or more"
        case .below(let quantity, let value): "\(quantity.rawValue) of \(amount(value, quantity)) or less"
        case .reason(let quantity, let reason): "\(quantity?.rawValue ?? "anything") not believed: `\(reason)`"
        case .raised(let rule): rule.map { "`\($0)` is raised" } ?? "any alarm"
        case .returned(let rule): "`\(rule)` returns"
        }
    }

    private static func amount(_ value: Double, _ quantity: Quantity) -> String {
        let number = value == value.rounded() ? "\(Int(value))" : "\(value)"
        return quantity.unit == .one ? number : "\(number) \(quantity.unit.rawValue)"
    }

    private static func words(_ duration: Duration) -> String {
        let seconds = duration.components.seconds
        for (unit, size) in [("h", Int64(3600)), ("min", 60)] where seconds != 0 && seconds % size == 0 {
            return "\(seconds / size) \(unit)"
        }
        return "\(seconds) s"
    }
}
