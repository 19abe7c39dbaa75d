// All metrics: (figures) → text. Pull only: nothing is kept here, and nothing runs between two scrapes.

/// The metrics of the daemon.
enum Metrics {
    /// In the order in which they are written.
    static let groups = [
        GatewayMetrics.group, PointMetrics.group, AlarmMetrics.group, BusMetrics.group, OutboxMetrics.group,
        UplinkMetrics.group, ProcessMetrics.group,
    ]

    /// The answer of `GET /metrics`.
    static func text(of figures: MetricsFigures) -> String {
        var set = MetricSet()
        GatewayMetrics.add(figures, to: &set)
        PointMetrics.add(figures, to: &set)
        AlarmMetrics.add(figures, to: &set)
        BusMetrics.add(figures, to: &set)
        OutboxMetrics.add(figures, to: &set)
        UplinkMetrics.add(figures, to: &set)
        ProcessMetrics.add(figures, to: &set)
        return set.text(of: groups)
    }
}
