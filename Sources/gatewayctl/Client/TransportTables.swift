// `gatewayctl bus stats`, `outbox stats` and `uplink status` for people.
import DiagnosticsProtocol

extension Renderer {
    /// Traffic of the buses: those with a problem first, and in them the units with the most faults.
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
        result += ", "
        result += "\(Words.number((bus.utilisation * 1000).rounded() / 10)) % used, opened \(Words.count(bus.connects, "time")), "
        result += "\(Words.count(bus.strayBytes, "stray byte"))\n"
        if let problem = bus.problem { result += "  - \(Words.printable(problem))\n" }
        guard !bus.units.isEmpty else { return result + "No sensors on this bus.\n" }
        var table = Table(
            ">UNIT", ">SENT", ">BELIEVED", ">TIME-OUTS", ">CHECKSUM", ">MISMATCH", ">EXCEPTION", ">PROBES", ">MEAN ms", ">MAX ms",
            "STATE",
            "SENSORS")
        for unit in bus.units.sorted(by: { (Self.faults($1), $0.unit) < (Self.faults($0), $1.unit) }) {
            table.add(
                "\(unit.unit)", "\(unit.transactions)", "\(unit.replies)", "\(unit.timeouts)", "\(unit.checksumErrors)",
                "\(unit.mismatches)", "\(unit.exceptions)", "\(unit.probes)", Table.Cell(Words.number(unit.latencyMeanMs)),
                Table.Cell(Words.number(unit.latencyMaxMs)),
                unit.resynchronising ? Table.Cell("resynchronising", .warning) : Table.Cell("in step"),
                Table.Cell(unit.sensors.joined(separator: " ")))
        }
        return result + table.render(colour: colour)
    }

    private static func rank(_ bus: BusRow) -> Int { !bus.connected ? 0 : bus.problem != nil ? 1 : 2 }

    private static func faults(_ unit: BusRow.Unit) -> Int {
        unit.timeouts + unit.checksumErrors + unit.mismatches + unit.exceptions
    }

    /// What the outbox holds, and how far each uplink is.
    public func text(_ report: OutboxReport) -> String {
        guard !report.lanes.isEmpty else { return "The outbox has no lanes.\n" }
        var lanes = Table("LANE", ">FIRST", ">LAST", ">WAITING", ">ON DISK", ">AT MOST", ">EVICTED", ">COMMITTED", ">DROPPED")
        var cursors = Table("UPLINK", "LANE", ">DELIVERED TO", ">WAITING")
        for lane in report.lanes {
            lanes.add(
                Table.Cell(lane.lane), Table.Cell(Self.number(lane.firstSeq)), Table.Cell(Self.number(lane.lastSeq)),
                "\(lane.waiting)",
                Table.Cell(Words.bytes(lane.bytes)), Table.Cell(Words.bytes(lane.maxBytes)),
                Table.Cell("\(lane.evicted)", lane.evicted > 0 ? .bad : .plain), "\(lane.committed)",
                Table.Cell("\(lane.dropped)", lane.dropped > 0 ? .bad : .plain))
            for uplink in lane.uplinks {
                cursors.add(
                    Table.Cell(uplink.id), Table.Cell(lane.lane), Table.Cell(Self.number(uplink.deliveredSeq)),
                    "\(uplink.waiting)")
            }
        }
        let hasCursors = report.lanes.contains { !$0.uplinks.isEmpty }
        return "store \(Words.printable(report.store))\n" + lanes.render(colour: colour) + "\n"
            + (hasCursors ? cursors.render(colour: colour) : "No uplinks are configured.\n")
    }

    private static func number(_ sequence: Int64?) -> String { sequence.map { "\($0)" } ?? "–" }

    /// How each uplink does: those that are not connected first.
    public func text(_ report: UplinkReport) -> String {
        guard !report.uplinks.isEmpty else { return "No uplinks are configured.\n" }
        var table = Table(
            "UPLINK", "STATE", "LINK", "SINCE (UTC)", ">SENT", ">ACKNOWLEDGED", ">REFUSED", ">RECONNECTS", ">IN FLIGHT",
            ">WINDOW",
            "LAST ACK (UTC)", ">NEXT TRY IN")
        let sorted = report.uplinks.sorted { (Self.rank($0), $0.id) < (Self.rank($1), $1.id) }
        var notes = ""
        for uplink in sorted {
            table.add(
                Table.Cell(uplink.id), Table.Cell(uplink.state, uplink.state == "connected" ? .good : .bad),
                Table.Cell(uplink.link ?? "–"),
                Table.Cell(Words.time(uplink.since)), "\(uplink.sent)", "\(uplink.acknowledged)",
                Table.Cell("\(uplink.refused)", uplink.refused > 0 ? .bad : .plain), "\(uplink.reconnects)",
                Table.Cell(Words.bytes(Int64(uplink.inflightBytes))), Table.Cell(Words.bytes(Int64(uplink.windowBytes))),
                Table.Cell(Words.time(uplink.lastAck)), Table.Cell(uplink.nextAttemptInSeconds.map { Words.age($0) } ?? ""))
            if let problem = uplink.problem { notes += "  - \(Words.printable(uplink.id)): \(Words.printable(problem))\n" }
            for topic in uplink.nobodyListening {
                notes += "  - \(Words.printable(uplink.id)): nobody listens to \(Words.printable(topic)); its records are kept\n"
            }
        }
        return table.render(colour: colour) + notes
    }

    private static func rank(_ uplink: UplinkRow) -> Int {
        uplink.state != "connected" ? 0 : uplink.problem != nil || !uplink.nobodyListening.isEmpty ? 1 : 2
    }
}
