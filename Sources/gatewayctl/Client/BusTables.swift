// `gatewayctl bus stats` for people.
import DiagnosticsProtocol

extension Renderer {
    /// Traffic of the buses: those with a problem first, and in them the units with the most faults. Columns that are zero
    /// everywhere are left out.
    public func text(_ report: BusReport) -> String {
        guard !report.buses.isEmpty else { return "No buses are configured.\n" }
        let sorted = report.buses.sorted { (Self.rank($0), $0.id) < (Self.rank($1), $1.id) }
        return sorted.map(text).joined(separator: "\n")
    }

    private func text(_ bus: BusRow) -> String {
        let state =
            bus.connected
            ? Paint.good.apply(to: "connected", colour: colour) : Paint.bad.apply(to: "not connected", colour: colour)
        var result = "\(Words.printable(bus.id)) (\(Words.printable(bus.kind)), \(Words.printable(bus.address))) \(state)"
        if bus.kind == "gpio" {
            return result + ", its lines: gatewayctl gpio\n" + (bus.problem.map { "  - \(Words.printable($0))\n" } ?? "")
        }
        result += ", \(Words.number((bus.utilisation * 1000).rounded() / 10)) % used since the daemon started, "
        result += "opened \(Words.count(bus.connects, "time")), \(Words.count(bus.strayBytes, "stray byte"))\n"
        if bus.missedPolls > 0 {
            let words = "\(Words.count(bus.missedPolls, "poll")) left out: the line was busy beyond their period"
            result += "  - \(Paint.warning.apply(to: words, colour: colour)); gatewayd check shows what it can carry\n"
        }
        if let problem = bus.problem { result += "  - \(Words.printable(problem))\n" }
        for unit in bus.units where bus.connected {
            if let silence = Words.silence(unit) {
                result += "  - unit \(unit.unit): \(Paint.warning.apply(to: silence, colour: colour))\n"
            }
        }
        guard !bus.units.isEmpty else { return result + "No sensors on this bus.\n" }
        return result + units(bus.units, connected: bus.connected).render(colour: colour)
    }

    /// Without a connection nothing is known of how the units are now.
    private func units(_ units: [BusRow.Unit], connected: Bool) -> Table {
        var table = Table(
            ">UNIT", ">SENT", ">BELIEVED", ">TIME-OUTS", ">CHECKSUM", ">MISMATCH", ">EXCEPTION", ">PROBES", ">P50 ms", ">P99 ms",
            ">MAX ms", "STATE", "SENSORS")
        func count(_ unit: BusRow.Unit, _ path: KeyPath<BusRow.Unit, Int>, isFault: Bool = true) -> Table.Cell {
            guard units.contains(where: { $0[keyPath: path] > 0 }) else { return "" }
            let value = unit[keyPath: path]
            return Table.Cell("\(value)", isFault && value > 0 ? .warning : .plain)
        }
        let isInStep = connected && units.allSatisfy { !$0.resynchronising && $0.silences == 0 }
        for unit in units.sorted(by: { (Self.faults($1), $0.unit) < (Self.faults($0), $1.unit) }) {
            let state: Table.Cell =
                !connected
                ? "–"
                : unit.silences > 0
                    ? Table.Cell("silent", .warning)
                    : unit.resynchronising ? Table.Cell("resynchronising", .warning) : "in step"
            table.add(
                "\(unit.unit)", "\(unit.transactions)", "\(unit.replies)", count(unit, \.timeouts), count(unit, \.checksumErrors),
                count(unit, \.mismatches), count(unit, \.exceptions), count(unit, \.probes, isFault: false),
                Table.Cell(Words.milliseconds(unit.latencyP50Ms)), Table.Cell(Words.milliseconds(unit.latencyP99Ms)),
                Table.Cell(Words.milliseconds(unit.latencyMaxMs)), isInStep ? "" : state,
                Table.Cell(unit.sensors.joined(separator: " ")))
        }
        return table
    }

    private static func rank(_ bus: BusRow) -> Int { !bus.connected ? 0 : bus.problem != nil ? 1 : 2 }

    private static func faults(_ unit: BusRow.Unit) -> Int {
        unit.timeouts + unit.checksumErrors + unit.mismatches + unit.exceptions
    }
}

extension Words {
    /// How long a unit has been silent, and when it is asked again; nil when it answered last.
    package static func silence(_ unit: BusRow.Unit) -> String? {
        guard unit.silences > 0 else { return nil }
        let times = "silent \(unit.silences)×"
        return unit.quarantineSeconds.map { "\(times), asked again in \(Words.age($0.rounded(.up)))" } ?? times
    }

    /// A time in milliseconds with three digits that count; `–` for none.
    package static func milliseconds(_ value: Double?) -> String {
        guard let value else { return number(nil) }
        return number(value >= 100 ? value.rounded() : value >= 10 ? (value * 10).rounded() / 10 : (value * 100).rounded() / 100)
    }
}
