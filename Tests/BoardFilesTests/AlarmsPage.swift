// docs/alarms.md, made from the shipped rules and scenarios: the page cannot say anything else than they do.
import Alarms
import DeviceHALSimulated
import SensorModel

/// The page.
enum AlarmsPage {
    /// Where it stands in the repository.
    static let path = "docs/alarms.md"

    /// Each rule by itself, at its limits: the least that shows it.
    static let common = "every shipped rule is raised after its delay and not before, and returns when it is seen to be over"

    /// Tests that show a rule besides, by their names.
    static let tests: [String: [String]] = [
        "cover-missing": [
            "a lid that is stolen or overturned is missing within three seconds, at severity 3",
            "a lid that is open while its sensor is not heard twice is gone, at once; it needs both",
            "a sensor that is read fast is not lost because it is silent for a moment",
        ],
        "cover-open": [
            "a lid lifted for exactly three seconds is found every time",
            "a lid that somebody opens for three seconds by its hinge is found every time",
            "lid switch and tilt are one alarm with two pieces of evidence",
        ],
        "cover-tilted": ["a frame that sinks on one side is a tilted cover and nothing else"],
        "methane-high": ["gas that builds up is high before it is dangerous, and over when the chamber is aired"],
        "methane-danger": ["gas that builds up is high before it is dangerous, and over when the chamber is aired"],
        "water-high": ["a flood is found mark after mark, and is over when the water has run off"],
        "water-critical": ["a flood is found mark after mark, and is over when the water has run off"],
        "water-overflow": ["a flood is found mark after mark, and is over when the water has run off"],
        "water-at-float": ["a flood is found mark after mark, and is over when the water has run off"],
        "communication-lost": ["a sensor that is not heard for three periods is an alarm of its own, and any reply ends it"],
        "sensor-stale": ["no reading at all is noticed by time alone"],
        "calibration-due": ["a gas sensor whose test is due by the log is an alarm after its delay, and a passed test ends it"],
    ]

    /// The whole page.
    static func text(of rules: [AlarmRule], _ scenarios: [Scenario]) -> String {
        let rows = rules.map { row($0, scenarios) }
        return ([head] + rows + ["", traces(scenarios)]).joined(separator: "\n")
    }

    private static let head = """
        # Alarms

        <!-- made from boards/rules and boards/simulated: `make documents` -->

        One row for each shipped rule. A site's file adds rules, and replaces one by its id
        ([configuration.md](configuration.md)). What a rule is about stands in `boards/rules`; each number names where it comes
        from.

        A condition holds at its value and beyond, for the on-delay. It is over when good readings are beyond the second value for
        the off-delay: a bad reading neither raises nor clears, and an uncertain one may raise and never clears. When a reading
        may be believed, and each reason why not, stands in [validity.md](validity.md): a row for each reason with its limit, its
        source and its test. Severity 1 is a notice, 2 a warning, 3 danger. `→ 3 after 5 min` is what becomes of an alarm that
        nobody acknowledges.

        The last column names what shows a rule: tests by name, and scenarios, which are played below. Each is shown at its
        limits by the test «\(common)».

        | rule | text | condition | on, off | severity | source | shown by |
        |---|---|---|---|---|---|---|
        """

    private static func row(_ rule: AlarmRule, _ scenarios: [Scenario]) -> String {
        let text = rule.text.map { "\($0.zh)<br>\($0.en)" } ?? ""
        let escalation = rule.escalation.map { " → \($0.severity.rawValue) after \(words($0.after))" } ?? ""
        let played = scenarios.filter { scenario in
            scenario.expectations.contains { $0.sight == .raised(rule.id) && !$0.never }
        }
        let shown = ["[at its limits](#alarms)"] + (tests[rule.id] ?? []) + played.map { "[\($0.name)](#\($0.name))" }
        let cells = [
            "`\(rule.id)`", text, RuleWords.condition(of: rule),
            "\(RuleWords.onDelay(of: rule)), \(words(rule.offDelay))", "\(rule.severity.rawValue)\(escalation)", rule.source,
            shown.joined(separator: "<br>"),
        ]
        return "| " + cells.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ") + " |"
    }

    /// How every trace is played again.
    private static func traces(_ scenarios: [Scenario]) -> String {
        var lines = [
            "## Traces", "",
            """
            A trace is what a plant that knows physics, and no thresholds, makes of a story. `--seed N` makes another one of the
            same story; with `--once` the exit code says whether all was seen that must be seen, and nothing that must not
            ([simulation.md](simulation.md)). The property tests (`Tests/TraceTests`) play stories with a fresh seed in each run,
            and a failure says which: `TRACE_SEED=N swift test --filter TraceTests` plays that run again, `TRACES=long` plays
            more of it.
            """, "",
        ]
        for scenario in scenarios {
            let raised = scenario.expectations.compactMap { expectation -> String? in
                guard case .raised(let rule?) = expectation.sight, !expectation.never else { return nil }
                return "`\(rule)`"
            }
            let rules = raised.reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
            lines += [
                "### \(scenario.name)", "", scenario.about, "",
                rules.isEmpty ? "Raises nothing that is looked for." : "Raises \(rules.joined(separator: ", ")).", "",
                "```sh",
                "gatewayd run --config boards/simulated/street.yaml "
                    + "--simulate boards/simulated/\(scenario.name).yaml --speed 0 --once", "```", "",
            ]
        }
        return lines.joined(separator: "\n")
    }

    /// A duration as people write it.
    static func words(_ duration: Duration) -> String {
        let milliseconds = duration.components.seconds * 1000 + duration.components.attoseconds / 1_000_000_000_000_000
        for (unit, size) in [("d", Int64(86_400_000)), ("h", 3_600_000), ("min", 60_000), ("s", 1000)]
        where milliseconds % size == 0 && (milliseconds != 0 || size == 1000) {
            return "\(milliseconds / size) \(unit)"
        }
        return "\(milliseconds) ms"
    }
}
