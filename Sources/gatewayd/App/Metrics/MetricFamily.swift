// What a metric is, as data: the text that a scraper reads and docs/metrics.md are both made from it.

/// One metric: a name with samples that differ in their labels.
struct MetricFamily: Sendable {
    /// What the value does over time.
    enum Kind: String, Sendable {
        /// Never falls while the daemon runs, and begins at 0 with it.
        case counter
        /// Goes up and down.
        case gauge
    }

    /// The name, by the conventions of Prometheus: the unit at its end, and `_total` behind it for a counter.
    let name: String
    let kind: Kind
    /// Base unit of the value; empty for a count, a yes or no, and a value whose label says the unit.
    let unit: String
    /// Names of the labels, in the order in which samples give the values.
    let labels: [String]
    /// What it means, in one sentence.
    let meaning: String

    private init(_ name: String, _ kind: Kind, _ unit: String, _ labels: [String], _ meaning: String) {
        self.name = name
        self.kind = kind
        self.unit = unit
        self.labels = labels
        self.meaning = meaning
    }

    /// A counter.
    static func counter(_ name: String, unit: String = "", by labels: [String] = [], _ meaning: String) -> Self {
        Self(name, .counter, unit, labels, meaning)
    }

    /// A gauge.
    static func gauge(_ name: String, unit: String = "", by labels: [String] = [], _ meaning: String) -> Self {
        Self(name, .gauge, unit, labels, meaning)
    }
}

/// Metrics of one part of the daemon.
struct MetricGroup: Sendable {
    /// What they are about.
    let title: String
    let families: [MetricFamily]
}
