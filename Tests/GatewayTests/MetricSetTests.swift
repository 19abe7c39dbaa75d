// The rules of the text format, one by one.
import Testing

@testable import Gateway

@Suite struct MetricSetTests {
    private let plain = MetricFamily.gauge("a_plain", "Plain.")
    private let labelled = MetricFamily.counter("b_odd_total", by: ["name", "place"], "Odd \\ names\nand \"marks\".")
    private var groups: [MetricGroup] {
        [MetricGroup(title: "One", families: [plain]), MetricGroup(title: "Two", families: [labelled])]
    }

    private func lines(_ fill: (inout MetricSet) -> Void) -> [Substring] {
        var set = MetricSet()
        fill(&set)
        return set.text(of: groups).split(separator: "\n")
    }

    @Test func `help and type stand once before the samples of their metric, which stand together and in order`() {
        let lines = lines { set in
            set.add(labelled, ["z", "1"], count: 3)
            set.add(plain, value: 0.5)
            set.add(labelled, ["a", "2"], count: 1)
        }
        #expect(
            lines == [
                "# HELP a_plain Plain.", "# TYPE a_plain gauge", "a_plain 0.5",
                "# HELP b_odd_total Odd \\\\ names\\nand \"marks\".", "# TYPE b_odd_total counter",
                "b_odd_total{name=\"a\",place=\"2\"} 1", "b_odd_total{name=\"z\",place=\"1\"} 3",
            ])
    }

    @Test func `the text ends with a newline, and a metric without samples leaves nothing`() {
        var set = MetricSet()
        #expect(set.text(of: groups) == "")
        set.add(plain, isTrue: true)
        #expect(set.text(of: groups).hasSuffix("a_plain 1\n"))
    }

    @Test(arguments: [
        ("back\\slash", "back\\\\slash"), ("\"quoted\"", "\\\"quoted\\\""), ("two\nlines", "two\\nlines"),
        ("人民路56号井", "人民路56号井"), ("\\\"\n", "\\\\\\\"\\n"), ("{a=\"b\"} 1", "{a=\\\"b\\\"} 1"), ("", ""), ("\r\n", "\r\\n"),
    ])
    func `odd label values are escaped and cannot break out`(value: String, written: String) {
        let lines = lines { $0.add(labelled, [value, "x"], count: 1) }
        #expect(lines.last == "b_odd_total{name=\"\(written)\",place=\"x\"} 1")
    }

    @Test(arguments: [Double.nan, .infinity, -.infinity, nil])
    func `what is no number is not written`(value: Double?) {
        var set = MetricSet()
        set.add(plain, value: value)
        #expect(set.text(of: groups) == "")
    }

    @Test(arguments: [
        (0, "0"), (-0.5, "-0.5"), (3, "3"), (1_763_712_000.125, "1763712000.125"), (1e21, "1e+21"), (1e-7, "1e-07"),
        (9_007_199_254_740_992, "9007199254740992"), (-17, "-17"),
    ])
    func `numbers are written shortly and exactly`(value: Double, written: String) {
        #expect(lines { $0.add(plain, value: value) }.last == "a_plain \(written)")
    }

    @Test func `a set of labels stands once: a scraper refuses the whole text otherwise`() {
        let lines = lines { set in
            for _ in 0..<3 { set.add(labelled, ["a", "b"], count: 7) }
            set.add(labelled, ["a", "c"], count: 8)
        }
        #expect(lines.filter { $0.hasPrefix("b_odd_total{") }.count == 2)
    }

    @Test func `of a closed list one is 1 and the others are 0`() {
        let state = MetricFamily.gauge("s", by: ["state"], "State.")
        var set = MetricSet()
        set.add(state, one: "on", of: ["off", "on"])
        let text = set.text(of: [MetricGroup(title: "One", families: [state])])
        #expect(text.hasSuffix("s{state=\"off\"} 0\ns{state=\"on\"} 1\n"))
    }
}
