// Metrics of buses, of the units on them and of contacts.
import DiagnosticsProtocol

/// Buses, units, contacts.
enum BusMetrics {
    /// Stands for all units that the configuration does not name, so that a scan of the bus makes no new labels.
    static let otherUnits = "other"
    private static let unitLabels = ["bus", "unit_address"]

    static let info = MetricFamily.gauge("gatewayd_bus_info", by: ["bus", "kind"], "Always 1; the kind of the bus.")
    static let connected = MetricFamily.gauge(
        "gatewayd_bus_connected", by: ["bus"], "1 while the port, connection or chip is open.")
    static let busy = MetricFamily.counter(
        "gatewayd_bus_busy_seconds_total", unit: "seconds", by: ["bus"],
        "Time spent in transactions since the daemon started; its rate is the bus's load, 0 to 1.")
    static let opens = MetricFamily.counter(
        "gatewayd_bus_opens_total", by: ["bus"], "How often the bus was opened since the daemon started.")
    static let stray = MetricFamily.counter(
        "gatewayd_bus_stray_bytes_total", unit: "bytes", by: ["bus"], "Bytes that came and belonged to no believed reply.")
    static let transactions = MetricFamily.counter(
        "gatewayd_bus_unit_transactions_total", by: unitLabels,
        "Requests sent to the unit, probes included; `other` stands for all units that the configuration does not name.")
    static let replies = MetricFamily.counter("gatewayd_bus_unit_replies_total", by: unitLabels, "Replies believed.")
    static let timeouts = MetricFamily.counter(
        "gatewayd_bus_unit_timeouts_total", by: unitLabels, "Requests without a reply within their deadline.")
    static let checksumErrors = MetricFamily.counter(
        "gatewayd_bus_unit_checksum_errors_total", by: unitLabels, "Replies with a wrong checksum.")
    static let mismatches = MetricFamily.counter(
        "gatewayd_bus_unit_mismatches_total", by: unitLabels, "Replies of another unit, function or length.")
    static let exceptions = MetricFamily.counter("gatewayd_bus_unit_exceptions_total", by: unitLabels, "Modbus exceptions.")
    static let probes = MetricFamily.counter(
        "gatewayd_bus_unit_probes_total", by: unitLabels, "Probes sent to find back into step with the unit.")
    static let replyTime = MetricFamily.counter(
        "gatewayd_bus_unit_reply_seconds_total", unit: "seconds", by: unitLabels,
        "Sum of the times from request to believed reply; divided by the replies it is their mean.")
    static let longest = MetricFamily.gauge(
        "gatewayd_bus_unit_reply_max_seconds", unit: "seconds", by: unitLabels,
        "The longest time from request to believed reply since the daemon started; missing before the first.")
    static let resynchronising = MetricFamily.gauge(
        "gatewayd_bus_unit_resynchronising", by: unitLabels, "1 while the unit is not believed until a probe was answered.")
    static let quarantined = MetricFamily.gauge(
        "gatewayd_bus_quarantined_units", by: ["bus"],
        "Units of the bus that are asked less often because they do not answer; bad readings stand for those that are left out.")
    static let lostEdges = MetricFamily.counter(
        "gatewayd_gpio_lost_edges_total", by: ["bus", "cover", "sensor"], "Edges of a contact that are known to be lost.")

    static let group = MetricGroup(
        title: "Buses",
        families: [
            info, connected, busy, opens, stray, transactions, replies, timeouts, checksumErrors, mismatches, exceptions, probes,
            replyTime, longest, resynchronising, quarantined, lostEdges,
        ])

    static func add(_ figures: MetricsFigures, to set: inout MetricSet) {
        for bus in figures.buses?.buses ?? [] {
            set.add(info, [bus.id, bus.kind], isTrue: true)
            set.add(connected, [bus.id], isTrue: bus.connected)
            guard bus.kind != "gpio" else { continue }
            set.add(busy, [bus.id], value: bus.busySeconds)
            set.add(opens, [bus.id], count: bus.connects)
            set.add(stray, [bus.id], count: bus.strayBytes)
            set.add(quarantined, [bus.id], count: bus.units.count { $0.quarantineSeconds != nil })
            for unit in bus.units where !unit.sensors.isEmpty { add([bus.id, "\(unit.unit)"], [unit], to: &set) }
            let others = bus.units.filter(\.sensors.isEmpty)
            if !others.isEmpty { add([bus.id, otherUnits], others, to: &set) }
        }
        for each in figures.lostEdges { set.add(lostEdges, [each.bus, each.cover, each.sensor], count: each.count) }
    }

    /// One sample of each family for these units together.
    private static func add(_ labels: [String], _ units: [BusRow.Unit], to set: inout MetricSet) {
        let counters = [
            (transactions, \BusRow.Unit.transactions), (replies, \.replies), (timeouts, \.timeouts),
            (checksumErrors, \.checksumErrors), (mismatches, \.mismatches), (exceptions, \.exceptions), (probes, \.probes),
        ]
        for (family, count) in counters { set.add(family, labels, count: units.reduce(0) { $0 + $1[keyPath: count] }) }
        set.add(replyTime, labels, value: units.reduce(0) { $0 + ($1.latencyTotalMs ?? 0) } / 1000)
        set.add(longest, labels, value: units.compactMap(\.latencyMaxMs).max().map { $0 / 1000 })
        set.add(resynchronising, labels, isTrue: units.contains(where: \.resynchronising))
    }
}
