// `gatewayctl bus scan` for people: the line while it runs, what was found, the table at the end.
import DiagnosticsProtocol

extension Renderer {
    /// One line: what is asked now, how much remains.
    public func progress(_ report: BusScanReport) -> String {
        let now = report.now.isEmpty ? "begins" : Words.printable(report.now)
        return "\(now) · \(report.devices.count) found · \(Words.count(report.remaining, "question")) left, at most "
            + Words.age(report.remainingSeconds)
    }

    /// One line for a device.
    public func text(_ device: BusScanReport.Device) -> String {
        let settings = device.settings.map { " at \($0)" } ?? ""
        let models = device.profiles.isEmpty ? "no installed model recognised" : device.profiles.joined(separator: " or ")
        return Words.printable("found unit \(device.unit)\(settings): \(models)")
    }

    /// How long a scan at other settings takes the bus away from its sensors. Rounded up: a crew that stays so long is enough.
    public func warning(_ report: BusScanReport) -> String {
        "The sensors of bus \(Words.printable(report.bus)) will not be read for up to "
            + "\(Words.number(report.blindSeconds.rounded(.up))) s, and up to a few seconds more for each device that is found."
    }

    /// What was found.
    public func text(_ report: BusScanReport) -> String {
        let asked = "\(Words.count(report.asked, "question")) asked"
        let end =
            report.state == "done"
            ? "Scan of \(Words.printable(report.bus)) done"
            : "Scan of \(Words.printable(report.bus)) "
                + Words.printable(report.state)
        var result = "\(end): \(asked), \(Words.count(report.devices.count, "device")) found.\n"
        if let problem = report.problem { result += "  - \(Words.printable(problem))\n" }
        guard !report.devices.isEmpty else { return result }
        var table = Table(">UNIT", "SETTINGS", "MODEL", "SENSORS", "SEEN")
        for device in report.devices {
            table.add(
                "\(device.unit)", Table.Cell(device.settings ?? ""),
                Table.Cell(
                    device.profiles.isEmpty ? "–" : device.profiles.joined(separator: " or "),
                    device.profiles.isEmpty ? .warning : .good),
                Table.Cell(device.sensors.isEmpty ? "–" : device.sensors.joined(separator: " ")), Table.Cell(device.seen))
        }
        return result + table.render(colour: colour)
    }
}
