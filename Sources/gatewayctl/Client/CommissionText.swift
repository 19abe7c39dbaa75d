// `gatewayctl commission zero` and `bindings` for people.
import DiagnosticsProtocol

extension Renderer {
    /// What the new zero has changed.
    public func text(_ report: CommissionZeroReport) -> String {
        var table = Table(
            words, ("通道", "CHANNEL"), (">此前", ">BEFORE"), (">现在", ">AFTER"), (">离散", ">SCATTER"), ("零位", "STANDS"),
            ("设备", "DEVICE"))
        for change in report.changes {
            table.add(
                Table.Cell(change.zero.channel), Table.Cell(Words.quantity(change.before, "deg")),
                Table.Cell(Words.quantity(change.after, "deg")), Table.Cell(Words.quantity(change.zero.scatter, "deg")),
                Table.Cell(Self.stand(change.zero)), Table.Cell(change.zero.serial ?? words("无序列号", "without serial")))
        }
        return render(table) + Words.printable(report.notice) + "\n"
    }

    /// Which device sat where.
    public func text(_ report: BindingReport) -> String {
        guard !report.bindings.isEmpty else {
            return words(
                "这里从未配置过带序列号的设备：请为传感器填写 serial。\n",
                "No device with a serial number was ever configured here: give the sensors `serial`.\n")
        }
        var table = Table(
            words, ("传感器", "SENSOR"), ("名称", "NAME"), ("设备", "DEVICE"), ("型号", "MODEL"), ("自 (UTC)", "FROM (UTC)"),
            ("时钟", "CLOCK"), ("至 (UTC)", "TO (UTC)"), ("时钟", "CLOCK"))
        for row in report.bindings {
            table.add(
                Table.Cell(row.sensor), Table.Cell(row.coverName ?? ""), Table.Cell(row.serial), Table.Cell(row.profile ?? ""),
                Table.Cell(Words.time(row.from)), Table.Cell(words.clock(row.fromClock)),
                Table.Cell(row.to.map { Words.time($0) } ?? words("仍在此处", "sits there")),
                Table.Cell(row.toClock.map(words.clock) ?? ""))
        }
        return render(table)
    }

    /// Gravity along the axes, or the angle.
    static func stand(_ zero: TiltZeroRow) -> String {
        if let axes = zero.axes { return axes.map { Words.number($0) }.joined(separator: " ") }
        return Words.quantity(zero.angle, "deg")
    }
}
