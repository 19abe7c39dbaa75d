// Metrics of the gateway as a whole: who it is, whether it is well, what it knows of the time.
import SensorModel

/// The gateway itself.
enum GatewayMetrics {
    static let build = MetricFamily.gauge("gatewayd_build_info", by: ["version"], "Always 1; the label is the daemon's version.")
    static let identity = MetricFamily.gauge(
        "gatewayd_gateway_info", by: ["gateway", "boot", "store"],
        "Always 1; the labels are the gateway's id, the id of this boot of the kernel and the id of the store.")
    static let started = MetricFamily.gauge(
        "gatewayd_start_time_seconds", unit: "seconds",
        "When the daemon started, in seconds since 1970, as its clock said then.")
    static let uptime = MetricFamily.gauge(
        "gatewayd_uptime_seconds", unit: "seconds", "Time since the daemon started, on the monotonic clock.")
    static let healthy = MetricFamily.gauge(
        "gatewayd_healthy", "1 when nothing needs a person, as `gatewayctl status` says; alarms do not count.")
    static let problems = MetricFamily.gauge("gatewayd_problems", "How many problems `gatewayctl status` names.")
    static let clockSynced = MetricFamily.gauge(
        "gatewayd_clock_synced", "1 while the clock's state is synced.")
    static let clockState = MetricFamily.gauge(
        "gatewayd_clock_state", by: ["state"], "1 for the clock's present state, 0 for the others: synced, holdover, unsynced.")
    static let clockSteps = MetricFamily.counter(
        "gatewayd_clock_steps_total", "How often the wall clock was stepped by more than 2 s.")
    static let configuration = MetricFamily.gauge(
        "gatewayd_configuration_info", by: ["hash"], "Always 1; the label is the hash of the configuration in force.")
    static let isCurrent = MetricFamily.gauge(
        "gatewayd_configuration_current",
        "1 when the file is in force; 0 when it was refused and the last good one from the store is.")
    static let simulated = MetricFamily.gauge(
        "gatewayd_simulated", "1 when a scenario stands in for the sensors: then no value here was measured.")
    static let reports = MetricFamily.gauge(
        "gatewayd_report_available", by: ["report"],
        "1 when the part of the daemon that gives this report answered; with 0 the metrics made from it are missing.")

    static let group = MetricGroup(
        title: "Gateway",
        families: [
            build, identity, started, uptime, healthy, problems, clockSynced, clockState, clockSteps, configuration,
            isCurrent, simulated, reports,
        ])

    static func add(_ figures: MetricsFigures, to set: inout MetricSet) {
        set.add(build, [figures.version], isTrue: true)
        set.add(started, value: figures.started)
        set.add(uptime, value: figures.uptime)
        set.add(clockSynced, isTrue: figures.clock == .synced)
        set.add(clockState, one: figures.clock.rawValue, of: ClockState.allCases.map(\.rawValue))
        set.add(clockSteps, count: figures.clockSteps)
        let parts = [
            ("status", figures.status != nil), ("sensors", figures.sensors != nil), ("alarms", figures.alarms != nil),
            ("buses", figures.buses != nil), ("outbox", figures.outbox != nil), ("uplinks", figures.uplinks != nil),
        ]
        for (report, isThere) in parts { set.add(reports, [report], isTrue: isThere) }
        guard let status = figures.status else { return }
        set.add(identity, [status.gateway, status.boot, status.store], isTrue: true)
        set.add(healthy, isTrue: status.healthy)
        set.add(simulated, isTrue: status.simulation != nil)
        set.add(problems, count: status.problems.count)
        set.add(configuration, [status.configuration.hash], isTrue: true)
        set.add(isCurrent, isTrue: status.configuration.state == "current")
    }
}
