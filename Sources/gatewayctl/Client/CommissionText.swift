// `gatewayctl commission zero` and `bindings` for people.
import DiagnosticsProtocol

extension Renderer {
    /// What the new zero has changed.
    public func text(_ report: CommissionZeroReport) -> String {
        var table = Table("CHANNEL", ">BEFORE", ">AFTER", ">SCATTER", "STANDS", "DEVICE")
        for change in report.changes {
            table.add(
                Table.Cell(change.zero.channel), Table.Cell(Words.quantity(change.before, "deg")),
                Table.Cell(Words.quantity(change.after, "deg")), Table.Cell(Words.quantity(change.zero.scatter, "deg")),
                Table.Cell(Self.stand(change.zero)), Table.Cell(change.zero.serial ?? "without serial"))
        }
        return render(table) + Words.printable(report.notice) + "\n"
    }

    /// Which device sat where.
    public func text(_ report: BindingReport) -> String {
        guard !report.bindings.isEmpty else {
            return "No device with a serial number was ever configured here: give the sensors `serial`.\n"
        }
        var table = Table("SENSOR", "NAME", "DEVICE", "MODEL", "FROM (UTC)", "CLOCK", "TO (UTC)", "CLOCK")
        for row in report.bindings {
            table.add(
                Table.Cell(row.sensor), Table.Cell(row.coverName ?? ""), Table.Cell(row.serial), Table.Cell(row.profile ?? ""),
                Table.Cell(Words.time(row.from)), Table.Cell(row.fromClock),
                Table.Cell(row.to.map { Words.time($0) } ?? "sits there"), Table.Cell(row.toClock ?? ""))
        }
        return render(table)
    }

    /// Gravity along the axes, or the angle.
    static func stand(_ zero: TiltZeroRow) -> String {
        if let axes = zero.axes { return axes.map { Words.number($0) }.joined(separator: " ") }
        return Words.quantity(zero.angle, "deg")
    }
}
