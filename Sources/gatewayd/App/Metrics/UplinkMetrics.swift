// Metrics of the uplinks.

/// Uplinks.
enum UplinkMetrics {
    private static let states = ["connected", "connecting", "waiting", "stopped"]
    private static let labels = ["uplink"]

    static let info = MetricFamily.gauge(
        "gatewayd_uplink_info", by: ["uplink", "kind", "format"], "Always 1; how the uplink speaks.")
    static let connected = MetricFamily.gauge("gatewayd_uplink_connected", by: labels, "1 while the connection stands.")
    static let state = MetricFamily.gauge(
        "gatewayd_uplink_state", by: ["uplink", "state"],
        "1 for the present state, 0 for the others: connected, connecting, waiting (for the next attempt), stopped.")
    static let sent = MetricFamily.counter(
        "gatewayd_uplink_sent_messages_total", unit: "messages", by: labels, "Messages sent since the daemon started.")
    static let acknowledged = MetricFamily.counter(
        "gatewayd_uplink_acknowledged_messages_total", unit: "messages", by: labels, "Messages acknowledged as delivered.")
    static let refused = MetricFamily.counter(
        "gatewayd_uplink_refused_messages_total", unit: "messages", by: labels,
        "Messages the broker refused or nobody subscribes to.")
    static let commands = MetricFamily.counter(
        "gatewayd_uplink_commands_total", unit: "commands", by: labels, "Commands from the platform since the daemon started.")
    static let refusedCommands = MetricFamily.counter(
        "gatewayd_uplink_refused_commands_total", unit: "commands", by: labels,
        "Commands from the platform that were not carried out.")
    static let receipts = MetricFamily.counter(
        "gatewayd_uplink_receipts_total", unit: "receipts", by: labels, "The platform's receipts for alarms.")
    static let receiptsAwaited = MetricFamily.gauge(
        "gatewayd_uplink_awaited_receipts", unit: "receipts", by: labels,
        "Alarms that the broker has acknowledged and the platform has not, where it gives receipts.")
    static let alarmsSentAgain = MetricFamily.counter(
        "gatewayd_uplink_alarms_sent_again_total", by: labels,
        "Times an alarm was sent again because its receipt had not come.")
    static let receiptsGivenUp = MetricFamily.counter(
        "gatewayd_uplink_given_up_receipts_total", unit: "receipts", by: labels,
        "Alarms whose receipt never came and is no longer waited for.")
    static let reconnects = MetricFamily.counter(
        "gatewayd_uplink_reconnects_total", by: labels, "Connections that stood, after the first.")
    static let inFlightMessages = MetricFamily.gauge(
        "gatewayd_uplink_inflight_messages", unit: "messages", by: labels, "Messages sent and not acknowledged.")
    static let inFlightBytes = MetricFamily.gauge(
        "gatewayd_uplink_inflight_bytes", unit: "bytes", by: labels, "Bytes sent and not acknowledged.")
    static let window = MetricFamily.gauge(
        "gatewayd_uplink_window_bytes", unit: "bytes", by: labels, "The most unacknowledged bytes allowed at present.")
    static let lastAcknowledgement = MetricFamily.gauge(
        "gatewayd_uplink_last_acknowledgement_timestamp_seconds", unit: "seconds", by: labels,
        "When a message was acknowledged last, in seconds since 1970, by the gateway's clock; missing before the first.")
    static let nextAttempt = MetricFamily.gauge(
        "gatewayd_uplink_next_attempt_seconds", unit: "seconds", by: labels,
        "Time until the next attempt to connect; only while the uplink waits for it.")
    static let unheard = MetricFamily.gauge(
        "gatewayd_uplink_unheard_topics", unit: "topics", by: labels,
        "Topics for which the broker said that nobody subscribes; their records are kept.")

    static let group = MetricGroup(
        title: "Uplinks",
        families: [
            info, connected, state, sent, acknowledged, refused, commands, refusedCommands, receipts, receiptsAwaited,
            alarmsSentAgain, receiptsGivenUp, reconnects, inFlightMessages, inFlightBytes, window, lastAcknowledgement,
            nextAttempt, unheard,
        ])

    static func add(_ figures: MetricsFigures, to set: inout MetricSet) {
        for uplink in figures.uplinks?.uplinks ?? [] {
            let labels = [uplink.id]
            set.add(info, [uplink.id, uplink.kind, uplink.format], isTrue: true)
            set.add(connected, labels, isTrue: uplink.state == "connected")
            set.add(state, labels, one: uplink.state, of: states)
            set.add(sent, labels, count: uplink.sent)
            set.add(acknowledged, labels, count: uplink.acknowledged)
            set.add(refused, labels, count: uplink.refused)
            set.add(commands, labels, count: uplink.commandsReceived)
            set.add(refusedCommands, labels, count: uplink.commandsRefused)
            set.add(receipts, labels, count: uplink.receipts)
            set.add(receiptsAwaited, labels, count: uplink.receiptsAwaited)
            set.add(alarmsSentAgain, labels, count: uplink.alarmsSentAgain)
            set.add(receiptsGivenUp, labels, count: uplink.receiptsGivenUp)
            set.add(reconnects, labels, count: uplink.reconnects)
            set.add(inFlightMessages, labels, count: uplink.inflightMessages)
            set.add(inFlightBytes, labels, count: uplink.inflightBytes)
            set.add(window, labels, count: uplink.windowBytes)
            set.add(lastAcknowledgement, labels, value: figures.acknowledged[uplink.id])
            set.add(nextAttempt, labels, value: uplink.nextAttemptInSeconds)
            set.add(unheard, labels, count: uplink.nobodyListening.count)
        }
    }
}
