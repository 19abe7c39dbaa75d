// `gatewayctl outbox stats` and `uplink status` for people.
import DiagnosticsProtocol

extension Renderer {
    /// What the outbox holds, and how far each uplink is.
    public func text(_ report: OutboxReport) -> String {
        guard !report.lanes.isEmpty else { return "The outbox has no lanes.\n" }
        var lanes = Table(
            "LANE", ">FIRST", ">LAST", ">WAITING", ">ON DISK", ">AT MOST", ">EVICTED", ">CORRUPT", ">COMMITTED", ">DROPPED")
        var cursors = Table("UPLINK", "LANE", ">DELIVERED TO", ">WAITING")
        for lane in report.lanes {
            lanes.add(
                Table.Cell(lane.lane), Table.Cell(Self.number(lane.firstSeq)), Table.Cell(Self.number(lane.lastSeq)),
                "\(lane.waiting)",
                Table.Cell(Words.bytes(lane.bytes)), Table.Cell(Words.bytes(lane.maxBytes)),
                Table.Cell("\(lane.evicted)", lane.evicted > 0 ? .bad : .plain),
                Table.Cell("\(lane.corrupt)", lane.corrupt > 0 ? .bad : .plain), "\(lane.committed)",
                Table.Cell("\(lane.dropped)", lane.dropped > 0 ? .bad : .plain))
            for uplink in lane.uplinks {
                cursors.add(
                    Table.Cell(uplink.id), Table.Cell(lane.lane), Table.Cell(Self.number(uplink.deliveredSeq)),
                    "\(uplink.waiting)")
            }
        }
        let hasCursors = report.lanes.contains { !$0.uplinks.isEmpty }
        return "store \(Words.printable(report.store))\n" + render(lanes) + "\n"
            + (hasCursors ? render(cursors) : "No uplinks are configured.\n")
    }

    /// Whether the lanes are what was written, and from which record on not.
    public func text(_ lanes: [OutboxVerification]) -> String {
        lanes.map { lane in
            let seen = "\(Words.count(lane.records, "record")), \(Words.count(lane.gaps, "gap"))"
            guard let fault = lane.fault else { return "\(lane.lane): \(Paint.good.apply(to: "OK", colour: colour)): \(seen)\n" }
            return "\(lane.lane): \(Paint.bad.apply(to: "BROKEN", colour: colour)) at record \(fault.seq): "
                + "\(fault.kind): \(Words.printable(fault.message)) (\(seen) before it are right)\n"
        }.joined()
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
            if uplink.commandsReceived > 0 {
                notes += "  - \(Words.printable(uplink.id)): \(commands(uplink))\n"
            }
            for topic in uplink.nobodyListening {
                notes += "  - \(Words.printable(uplink.id)): nobody listens to \(Words.printable(topic)); its records are kept\n"
            }
        }
        return render(table) + notes
    }

    /// What came from the platform, in a line.
    private func commands(_ uplink: UplinkRow) -> String {
        var parts = ["\(uplink.commandsReceived) commands from the platform", "\(uplink.commandsRefused) refused"]
        if uplink.receipts > 0 { parts.append("\(uplink.receipts) receipts for alarms") }
        if uplink.repliesDropped > 0 { parts.append("\(uplink.repliesDropped) replies lost") }
        return parts.joined(separator: ", ")
    }

    private static func rank(_ uplink: UplinkRow) -> Int {
        uplink.state != "connected" ? 0 : uplink.problem != nil || !uplink.nobodyListening.isEmpty ? 1 : 2
    }
}
