// The samples of one scrape, kept by family: together in the text, each set of labels once, nothing that is no number.

/// Collects samples and writes them down.
struct MetricSet {
    private struct Sample {
        var labels: [String]
        var value: Double
    }

    private var samples: [String: [Sample]] = [:]

    /// Adds a sample; nil and what is not finite says nothing and is left out.
    /// - Parameter labels: values in the order of the family's labels.
    mutating func add(_ family: MetricFamily, _ labels: [String] = [], value: Double?) {
        precondition(labels.count == family.labels.count, "\(family.name) has the labels \(family.labels)")
        guard let value, value.isFinite else { return }
        samples[family.name, default: []].append(Sample(labels: labels, value: value))
    }

    /// Adds a count.
    mutating func add(_ family: MetricFamily, _ labels: [String] = [], count: some BinaryInteger) {
        add(family, labels, value: Double(count))
    }

    /// Adds 1 for yes and 0 for no.
    mutating func add(_ family: MetricFamily, _ labels: [String] = [], isTrue: Bool) {
        add(family, labels, value: isTrue ? 1 : 0)
    }

    /// Adds a sample for each word of a closed list: 1 for the one that holds, 0 for the others.
    mutating func add(_ family: MetricFamily, _ labels: [String] = [], one word: String, of words: [String]) {
        for each in words { add(family, labels + [each], isTrue: each == word) }
    }

    /// The text format, version 0.0.4: families in the order of the groups, samples in the order of their labels.
    /// Source: Prometheus documentation, "Exposition formats", "Text-based format".
    func text(of groups: [MetricGroup]) -> String {
        var text = ""
        for family in groups.flatMap(\.families) {
            guard let unordered = samples[family.name] else { continue }
            text += "# HELP \(family.name) \(Self.escaped(family.meaning, quotes: false))\n"
            text += "# TYPE \(family.name) \(family.kind.rawValue)\n"
            var previous: [String]?
            for sample in unordered.sorted(by: { $0.labels.lexicographicallyPrecedes($1.labels) })
            where sample.labels != previous {
                previous = sample.labels
                text += family.name + Self.braces(family.labels, sample.labels) + " \(Self.number(sample.value))\n"
            }
        }
        return text
    }

    private static func braces(_ names: [String], _ values: [String]) -> String {
        guard !names.isEmpty else { return "" }
        return "{" + zip(names, values).map { "\($0)=\"\(escaped($1, quotes: true))\"" }.joined(separator: ",") + "}"
    }

    /// A backslash, a newline and, in a label, a quotation mark have a form of their own; all else is UTF-8 as it is.
    private static func escaped(_ text: String, quotes: Bool) -> String {
        guard text.utf8.contains(where: { $0 == 0x5C || $0 == 0x0A || $0 == 0x22 }) else { return text }
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\"" where quotes: result += "\\\""
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// Whole numbers without a fraction, as far as a double holds them exactly.
    private static func number(_ value: Double) -> String {
        abs(value) <= 0x1p53 && value == value.rounded() ? "\(Int64(value))" : "\(value)"
    }
}
