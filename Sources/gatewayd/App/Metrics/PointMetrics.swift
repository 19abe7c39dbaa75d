// Metrics of covers, sensors and points: only what the configuration names becomes a label.
import DiagnosticsProtocol

/// Covers, sensors and points.
enum PointMetrics {
    /// In the order from best to worst.
    private static let qualities = ["good", "uncertain", "bad"]

    static let cover = MetricFamily.gauge(
        "gatewayd_cover_info", by: ["cover", "name"], "Always 1; what people call the cover, to be joined by its code.")
    static let sensor = MetricFamily.gauge(
        "gatewayd_sensor_info", by: ["cover", "sensor", "bus", "unit_address", "profile", "serial"],
        "Always 1; where the sensor is and what it is, empty where the configuration does not say.")
    static let value = MetricFamily.gauge(
        "gatewayd_point_value", by: ["cover", "sensor", "channel", "quantity", "unit"],
        "Value of the last reading, in the unit that the label names; missing while the point is bad.")
    static let quality = MetricFamily.gauge(
        "gatewayd_point_quality", by: ["cover", "sensor", "channel", "quality"],
        "1 for the quality of the last reading, 0 for the others; a point not read yet is bad.")
    static let age = MetricFamily.gauge(
        "gatewayd_point_age_seconds", unit: "seconds", by: ["cover", "sensor", "channel"],
        "Age of the last reading, on the monotonic clock: right even when the gateway does not know the time.")
    static let readings = MetricFamily.counter(
        "gatewayd_readings_total", by: ["cover", "sensor", "quality"],
        "Readings of the sensor's channels since the daemon started, by quality.")

    static let group = MetricGroup(title: "Covers, sensors, points", families: [cover, sensor, value, quality, age, readings])

    static func add(_ figures: MetricsFigures, to set: inout MetricSet) {
        for row in figures.sensors?.sensors ?? [] { add(row, to: &set) }
        for each in figures.readings {
            let counts = [each.counts.good, each.counts.uncertain, each.counts.bad]
            for (word, count) in zip(qualities, counts) { set.add(readings, [each.cover, each.sensor, word], count: count) }
        }
    }

    private static func add(_ row: SensorRow, to set: inout MetricSet) {
        if let name = row.coverName { set.add(cover, [row.cover, name], isTrue: true) }
        set.add(
            sensor,
            [
                row.cover, row.sensor, row.bus, row.unitAddress.map { "\($0)" } ?? "", row.profile ?? "",
                row.serial ?? "",
            ], isTrue: true)
        let point = [row.cover, row.sensor, row.channel]
        set.add(value, point + [row.quantity, row.unit], value: row.quality == "bad" ? nil : row.value)
        set.add(quality, point, one: row.quality, of: qualities)
        set.add(age, point, value: row.ageSeconds)
    }
}
