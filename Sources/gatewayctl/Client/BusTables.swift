// `gatewayctl bus stats` for people.
import DiagnosticsProtocol

extension Renderer {
    /// Traffic of the buses: those with a problem first, and in them the units with the most faults. Columns that are zero
    /// everywhere are left out.
    public func text(_ report: BusReport) -> String {
        guard !report.buses.isEmpty else { return words("没有配置总线。\n", "No buses are configured.\n") }
        let sorted = report.buses.sorted { (Self.rank($0), $0.id) < (Self.rank($1), $1.id) }
        return sorted.map(text).joined(separator: "\n") + places(report.covers)
    }

    /// Names and places of the covers whose codes stand above; nothing when there are none.
    func places(_ covers: [BusCover]) -> String {
        guard !covers.isEmpty else { return "" }
        let lines = covers.map { "  \(Words.printable(words.title($0.cover, name: $0.coverName, place: $0.place)))\n" }
        return words("\n井盖：\n", "\nCovers:\n") + lines.joined()
    }

    private func text(_ bus: BusRow) -> String {
        let state =
            bus.connected
            ? Paint.good.apply(to: words("已连接", "connected"), colour: colour)
            : Paint.bad.apply(to: words("未连接", "not connected"), colour: colour)
        var result = "\(Words.printable(bus.id)) (\(Words.printable(bus.kind)), \(Words.printable(bus.address))) \(state)"
        if bus.kind == "gpio" {
            return result + words("，线路见 gatewayctl gpio\n", ", its lines: gatewayctl gpio\n")
                + (bus.problem.map { "  - \(Words.printable($0))\n" } ?? "")
        }
        let used = Words.number((bus.utilisation * 1000).rounded() / 10)
        result += words(
            "，启动以来占用 \(used) %，打开 \(bus.connects) 次，杂散字节 \(bus.strayBytes) 个\n",
            ", \(used) % used since the daemon started, opened \(Words.count(bus.connects, "time")), "
                + "\(Words.count(bus.strayBytes, "stray byte"))\n")
        if bus.missedPolls > 0 {
            let missed = words(
                "漏掉 \(bus.missedPolls) 次读取：线路忙，超过了读取周期",
                "\(Words.count(bus.missedPolls, "poll")) left out: the line was busy beyond their period")
            result += "  - \(Paint.warning.apply(to: missed, colour: colour))"
            result += words("；gatewayd check 可显示总线的承载能力\n", "; gatewayd check shows what it can carry\n")
        }
        if let problem = bus.problem { result += "  - \(Words.printable(problem))\n" }
        for unit in bus.units where bus.connected {
            guard let silence = words.silence(unit) else { continue }
            let sensors = unit.sensors.isEmpty ? "" : " (\(Words.printable(unit.sensors.joined(separator: " "))))"
            let text = Paint.warning.apply(to: silence, colour: colour)
            result += words("  - 设备 \(unit.unit)\(sensors)：\(text)\n", "  - unit \(unit.unit)\(sensors): \(text)\n")
        }
        guard !bus.units.isEmpty else { return result + words("此总线上没有传感器。\n", "No sensors on this bus.\n") }
        return result + render(units(bus.units, connected: bus.connected))
    }

    /// Without a connection nothing is known of how the units are now.
    private func units(_ units: [BusRow.Unit], connected: Bool) -> Table {
        var table = Table(
            words, (">设备", ">UNIT"), (">请求", ">SENT"), (">可信应答", ">BELIEVED"), (">超时", ">TIME-OUTS"), (">校验错误", ">CHECKSUM"),
            (">应答不符", ">MISMATCH"), (">异常应答", ">EXCEPTION"), (">试探", ">PROBES"), (">P50 ms", ">P50 ms"), (">P99 ms", ">P99 ms"),
            (">最大 ms", ">MAX ms"), ("状态", "STATE"), ("传感器", "SENSORS"))
        func count(_ unit: BusRow.Unit, _ path: KeyPath<BusRow.Unit, Int>, isFault: Bool = true) -> Table.Cell {
            guard units.contains(where: { $0[keyPath: path] > 0 }) else { return "" }
            let value = unit[keyPath: path]
            return Table.Cell("\(value)", isFault && value > 0 ? .warning : .plain)
        }
        let isInStep = connected && units.allSatisfy { !$0.resynchronising && $0.silences == 0 }
        for unit in units.sorted(by: { (Self.faults($1), $0.unit) < (Self.faults($0), $1.unit) }) {
            table.add(
                "\(unit.unit)", "\(unit.transactions)", "\(unit.replies)", count(unit, \.timeouts), count(unit, \.checksumErrors),
                count(unit, \.mismatches), count(unit, \.exceptions), count(unit, \.probes, isFault: false),
                Table.Cell(Words.milliseconds(unit.latencyP50Ms)), Table.Cell(Words.milliseconds(unit.latencyP99Ms)),
                Table.Cell(Words.milliseconds(unit.latencyMaxMs)), isInStep ? "" : state(unit, connected: connected),
                Table.Cell(unit.sensors.joined(separator: " ")))
        }
        return table
    }

    private func state(_ unit: BusRow.Unit, connected: Bool) -> Table.Cell {
        guard connected else { return "–" }
        if unit.silences > 0 { return Table.Cell(words("无应答", "silent"), .warning) }
        return unit.resynchronising
            ? Table.Cell(words("重新同步", "resynchronising"), .warning) : Table.Cell(words("同步", "in step"))
    }

    private static func rank(_ bus: BusRow) -> Int { !bus.connected ? 0 : bus.problem != nil ? 1 : 2 }

    private static func faults(_ unit: BusRow.Unit) -> Int {
        unit.timeouts + unit.checksumErrors + unit.mismatches + unit.exceptions
    }
}

extension Vocabulary {
    /// How long a unit has been silent, and when it is asked again; nil when it answered last.
    package func silence(_ unit: BusRow.Unit) -> String? {
        guard unit.silences > 0 else { return nil }
        let times = self("连续 \(unit.silences) 次无应答", "silent \(unit.silences)×")
        return unit.quarantineSeconds.map { seconds in
            let left = Words.age(seconds.rounded(.up))
            return self("\(times)，\(left) 后再试", "\(times), asked again in \(left)")
        } ?? times
    }
}

extension Words {
    /// A time in milliseconds with three digits that count; `–` for none.
    package static func milliseconds(_ value: Double?) -> String {
        guard let value else { return number(nil) }
        return number(value >= 100 ? value.rounded() : value >= 10 ? (value * 10).rounded() / 10 : (value * 100).rounded() / 100)
    }
}
