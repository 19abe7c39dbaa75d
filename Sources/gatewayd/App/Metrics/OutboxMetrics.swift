// Metrics of the durable queue.

/// The outbox, by lane: `alarms` and `readings`.
enum OutboxMetrics {
    static let waiting = MetricFamily.gauge(
        "gatewayd_outbox_waiting_records", unit: "records", by: ["lane", "uplink"],
        "Records of the lane that the uplink has not delivered.")
    static let size = MetricFamily.gauge(
        "gatewayd_outbox_size_bytes", unit: "bytes", by: ["lane"], "What the lane takes on disk, without its journal.")
    static let limit = MetricFamily.gauge(
        "gatewayd_outbox_limit_bytes", unit: "bytes", by: ["lane"], "What the lane may take now: readings lend to alarms.")
    static let committed = MetricFamily.counter(
        "gatewayd_outbox_committed_records_total", unit: "records", by: ["lane"],
        "Records made durable since the daemon started.")
    static let evicted = MetricFamily.counter(
        "gatewayd_outbox_evicted_records_total", unit: "records", by: ["lane"],
        "Records given up since the daemon started because the store was full; a gap stands for them.")
    static let corrupt = MetricFamily.counter(
        "gatewayd_outbox_corrupt_records_total", unit: "records", by: ["lane"],
        "Records that could not be read back as they were written, since the daemon started; a gap stands for them.")
    static let dropped = MetricFamily.counter(
        "gatewayd_outbox_dropped_records_total", unit: "records", by: ["lane"],
        "Records lost since the daemon started before they were durable, because the medium hung; a gap stands for them.")

    static let group = MetricGroup(title: "Outbox", families: [waiting, size, limit, committed, evicted, corrupt, dropped])

    static func add(_ figures: MetricsFigures, to set: inout MetricSet) {
        for lane in figures.outbox?.lanes ?? [] {
            for uplink in lane.uplinks { set.add(waiting, [lane.lane, uplink.id], count: uplink.waiting) }
            set.add(size, [lane.lane], count: lane.bytes)
            set.add(limit, [lane.lane], count: lane.maxBytes)
            set.add(committed, [lane.lane], count: lane.committed)
            set.add(evicted, [lane.lane], count: lane.evicted)
            set.add(corrupt, [lane.lane], count: lane.corrupt)
            set.add(dropped, [lane.lane], count: lane.dropped)
        }
    }
}
