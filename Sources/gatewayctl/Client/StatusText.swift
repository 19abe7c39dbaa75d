// `gatewayctl status` for people: first whether all is well, then what is not and what to do, then the figures.
import DiagnosticsProtocol

/// Renders reports as text for a terminal.
public struct Renderer: Sendable {
    /// Whether the output takes colour.
    let colour: Bool

    /// - Parameter colour: whether the output takes colour.
    public init(colour: Bool) { self.colour = colour }

    /// The text with control characters replaced, so that what the daemon says cannot drive the terminal.
    public static func printable(_ text: String) -> String { Words.printable(text) }

    /// The state of the gateway.
    public func text(_ status: StatusReport) -> String {
        let gateway = Words.printable(status.gateway)
        var lines: [String] = []
        if status.healthy {
            lines.append("\(gateway) \(Paint.good.apply(to: "HEALTHY", colour: colour))")
        } else {
            let problems = status.problems.isEmpty ? "" : ": \(Words.count(status.problems.count, "problem"))"
            lines.append("\(gateway) \(Paint.bad.apply(to: "UNHEALTHY", colour: colour))\(problems)")
        }
        lines += status.problems.map { "  - \(Words.printable($0))" }
        if status.configuration.state != "current" {
            lines.append("  refused: \(Words.printable(status.configuration.path))")
            lines += status.configuration.errors.map { "    \(Words.printable($0))" }
        }
        lines.append("")
        let connectedBuses = status.buses.count { $0.connected }
        let uplinks = status.uplinks.map { "\($0.id) \($0.state)" }.joined(separator: ", ")
        let sensors = status.sensors
        let uncertain = sensors.total - sensors.good - sensors.bad
        var facts = [
            ("version", status.version),
            ("up", "\(Words.age(status.uptimeSeconds)), since \(Words.time(status.started)) UTC"),
            ("clock", status.clock),
            (
                "field",
                status.simulation.map {
                    "SIMULATED: \(Words.printable($0.scenario)), seed \($0.seed), speed \($0.speed), "
                        + "at \(Words.time($0.time)) UTC"
                } ?? "real sensors"
            ),
            (
                "configuration",
                "\(status.configuration.path), \(status.configuration.state), \(status.configuration.hash.prefix(19))"
            ),
            ("buses", status.buses.isEmpty ? "none configured" : "\(connectedBuses) of \(status.buses.count) connected"),
            (
                "points",
                "\(sensors.total): \(sensors.good) good, \(sensors.bad) bad, \(uncertain) uncertain or not read yet"
            ),
            ("alarms", "\(status.alarms.active) active, \(status.alarms.unacknowledged) unacknowledged"),
            (
                "outbox",
                "waiting: \(Words.count(status.outbox.alarmsWaiting, "alarm")), "
                    + Words.count(status.outbox.readingsWaiting, "reading")
            ),
            ("uplinks", uplinks.isEmpty ? "none configured" : uplinks),
            ("store", status.store),
            ("boot", status.boot),
        ]
        facts += status.maintenance.map { ("maintenance", Self.words($0)) }
        facts += status.tests.map { ("under test", Self.words($0)) }
        facts += status.thresholds.map { ("threshold", Self.words($0)) }
        facts += status.sampling.map { ("sampling", Self.words($0)) }
        let width = facts.map(\.0.count).max() ?? 0
        lines += facts.map { name, value in
            name + String(repeating: " ", count: width - name.count + 2) + Words.printable(value)
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func words(_ row: MaintenanceRow) -> String {
        "\([row.coverName, row.cover].compactMap(\.self).joined(separator: " ")) until \(Words.time(row.until)) UTC, "
            + "order \(row.order), crew \(row.crew)"
    }

    private static func words(_ row: SamplingRow) -> String {
        "\([row.coverName, row.cover].compactMap(\.self).joined(separator: " ")) every \(Words.number(row.everySeconds)) s until "
            + "\(Words.time(row.until)) UTC: \(row.sensors.joined(separator: ", ")); by \(row.by)"
    }

    private static func words(_ row: ThresholdRow) -> String {
        "\(row.rule) raised at \(Words.quantity(row.threshold, row.unit)), over beyond "
            + "\(Words.quantity(row.clearThreshold, row.unit)); the configuration has "
            + "\(Words.number(row.configuredThreshold)) and \(Words.number(row.configuredClearThreshold)); by \(row.by ?? "")"
    }

    private static func words(_ row: SensorTestRow) -> String {
        "\([row.coverName, row.point].compactMap(\.self).joined(separator: " ")) until \(Words.time(row.until)) UTC, "
            + "\(row.quantity) is not watched"
    }
}
