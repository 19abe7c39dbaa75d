// Metrics of alarms: how many of which severity in which state, never which one.
import Alarms

/// Alarms.
enum AlarmMetrics {
    static let alarms = MetricFamily.gauge(
        "gatewayd_alarms", by: ["severity", "state"],
        "Alarms that are not normal or closed, by severity (1 notice, 2 warning, 3 danger) and state.")
    static let transitions = MetricFamily.counter(
        "gatewayd_alarm_transitions_total", by: ["severity", "state"],
        "Alarm transitions since the daemon started, by severity and the state they led to.")

    static let group = MetricGroup(title: "Alarms", families: [alarms, transitions])

    static func add(_ figures: MetricsFigures, to set: inout MetricSet) {
        for severity in Severity.allCases {
            for state in AlarmState.allCases {
                let labels = ["\(severity.rawValue)", state.rawValue]
                set.add(
                    transitions, labels, count: figures.transitions[AlarmStep(severity: severity, to: state), default: 0])
                guard state != .normal, state != .closed, let report = figures.alarms else { continue }
                set.add(
                    alarms, labels,
                    count: report.alarms.count { $0.severity == severity.rawValue && $0.state == state.rawValue })
            }
        }
    }
}
