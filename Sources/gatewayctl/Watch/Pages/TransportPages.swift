// The ways in and out: buses, and outbox with uplinks; in two lines under the overview and as pages.
import DiagnosticsClient
import DiagnosticsProtocol

extension PageBuilder {
    /// Buses in one line, outbox and uplinks in the next; whatever is not as it should be comes first and in colour.
    func transportStrip(_ snapshot: GatewaySnapshot) -> [StyledText] {
        let buses = sorted(snapshot.buses.buses).map { bus in
            let recent = recentFaults(bus)
            let faults = recent > 0 ? StyledText(", \(Words.count(recent, "new fault"))", .warning) : StyledText()
            return bus.connected
                ? StyledText("\(bus.id) \(load(bus))") + faults : StyledText("\(bus.id) NOT CONNECTED", .bad)
        }
        var outbox = StyledText()
        for lane in snapshot.outbox.lanes {
            outbox += StyledText(outbox.isEmpty ? "" : ", ") + StyledText(Words.count(lane.waiting, Self.noun(lane.lane)))
        }
        outbox += " waiting"
        let lost = snapshot.outbox.lanes.reduce(0) { $0 + Self.lost($1) }
        outbox += lost > 0 ? StyledText(", \(lost) lost", .bad) : ", none lost"
        let uplinks = snapshot.uplinks.uplinks.sorted { Self.rank($0) < Self.rank($1) }.map { uplink in
            StyledText("\(uplink.id) ") + Self.state(uplink)
        }
        return [
            StyledText("buses   ", .quiet) + Self.joined(buses, none: "none configured"),
            StyledText("uplinks ", .quiet) + Self.joined(uplinks, none: "none configured") + StyledText("  outbox ", .quiet)
                + outbox,
        ].map { line in isOld ? line.styled { $0 = .quiet } : line }
    }

    /// Traffic of the buses, those with a problem first.
    func buses(_ snapshot: GatewaySnapshot) -> Body {
        guard !snapshot.buses.buses.isEmpty else { return Body(head: ["No buses are configured."]) }
        var body = Body()
        for bus in sorted(snapshot.buses.buses) {
            let state = bus.connected ? StyledText("connected", .good) : StyledText("NOT CONNECTED", .bad)
            var title = StyledText(bus.id, .title) + "  " + state
            if bus.kind != "gpio" { title += StyledText("  \(load(bus)) used, \(Words.count(bus.faults, "fault"))") }
            if recentFaults(bus) > 0 { title += StyledText(" (\(recentFaults(bus)) \(recentTime(bus)))", .warning) }
            if bus.strayBytes > 0 { title += StyledText(", \(Words.count(bus.strayBytes, "stray byte"))", .warning) }
            body.rows.append(Body.Row(id: bus.id, line: title + StyledText("  \(bus.kind) \(bus.address)", .quiet)))
            if let problem = bus.problem { body.add(indented("! \(problem)", .bad)) }
            let silent = bus.units.compactMap { unit in Vocabulary(word: "en").silence(unit).map { "unit \(unit.unit): \($0)" } }
            if !silent.isEmpty { body.add(indented("! \(silent.joined(separator: "; "))", .warning)) }
            guard !bus.units.isEmpty else { continue }
            let units = bus.units.sorted {
                ($1.timeouts + $1.checksumErrors, $0.unit) < ($0.timeouts + $0.checksumErrors, $1.unit)
            }
            let grid = unitGrid(units)
            body.add(["    " + grid.header])
            for (index, unit) in units.enumerated() {
                let id = "\(bus.id) \(unit.unit)"
                body.rows.append(Body.Row(id: id, line: "  " + grid.line(index)))
                if let sensor = unit.sensors.first { body.targets[id] = .sensor(sensor) }
            }
        }
        return body
    }

    private func unitGrid(_ units: [BusRow.Unit]) -> Grid {
        func number(_ value: Int, bad: Bool = false) -> Grid.Cell {
            .text(StyledText("\(value)", bad && value > 0 ? .warning : .plain))
        }
        let rows = units.map { unit -> [Grid.Cell] in
            [
                number(unit.unit), number(unit.transactions), number(unit.replies), number(unit.timeouts, bad: true),
                number(unit.checksumErrors, bad: true), number(unit.mismatches, bad: true), number(unit.exceptions, bad: true),
                .text(StyledText(Words.number(unit.latencyMeanMs))), .text(StyledText(Words.number(unit.latencyMaxMs))),
                .text(Self.state(unit)),
                .text(StyledText(unit.sensors.joined(separator: " "))),
            ]
        }
        return Grid(
            [
                .init(title: "UNIT", least: 4, right: true), .init(title: "SENT", least: 6, rank: 1, right: true),
                .init(title: "BELIEVED", least: 8, rank: 6, right: true), .init(title: "TIME-OUTS", least: 9, right: true),
                .init(title: "CHECKSUM", least: 8, rank: 2, right: true),
                .init(title: "MISMATCH", least: 8, rank: 4, right: true),
                .init(title: "EXCEPTION", least: 9, rank: 3, right: true),
                .init(title: "MEAN ms", least: 7, rank: 5, right: true),
                .init(title: "MAX ms", least: 7, rank: 8, right: true), .init(title: "STATE", least: 7, most: 15, rank: 7),
                .init(title: "SENSORS", least: 12, most: 60, rank: 9),
            ], rows, width: width - 4)
    }

    /// What waits and what was lost, and how each uplink does.
    func transport(_ snapshot: GatewaySnapshot) -> Body {
        var body = Body()
        for uplink in snapshot.uplinks.uplinks.sorted(by: { Self.rank($0) < Self.rank($1) }) {
            let since = uplink.since.map { " since \(Look.clock($0, now: now))" } ?? ""
            let next = uplink.nextAttemptInSeconds.map { ", next try in \(Words.age($0.rounded(.up)))" } ?? ""
            let title = StyledText(uplink.id, .title) + "  " + Self.state(uplink) + StyledText("\(since)\(next)")
            body.rows.append(Body.Row(id: uplink.id, line: title + StyledText("  \(uplink.link ?? "")", .quiet)))
            if let problem = uplink.problem { body.add(indented("! \(problem)", .bad)) }
            for topic in uplink.nobodyListening {
                body.add(indented("! nobody listens to \(topic); its records are kept", .warning))
            }
            let facts = [
                "\(uplink.sent) sent, \(uplink.acknowledged) acknowledged", "\(uplink.refused) refused",
                "\(uplink.inflightMessages) in flight (\(Words.bytes(Int64(uplink.inflightBytes))))",
                Words.count(uplink.reconnects, "reconnect"), "last acknowledged \(Look.clock(uplink.lastAck, now: now))",
            ]
            body.add(indented(facts.joined(separator: ", "), .plain))
        }
        if snapshot.uplinks.uplinks.isEmpty { body.add(["No uplinks are configured."]) }
        body.add([StyledText(), "  " + laneGrid(snapshot.outbox.lanes).header])
        let grid = laneGrid(snapshot.outbox.lanes)
        for (index, lane) in snapshot.outbox.lanes.enumerated() {
            body.rows.append(Body.Row(id: "lane \(lane.lane)", line: grid.line(index)))
        }
        return body
    }

    private func indented(_ text: String, _ style: Style) -> [StyledText] {
        StyledText.wrapped(text, style, to: width - 4, lines: 3).map { "    " + $0 }
    }

    private func laneGrid(_ lanes: [OutboxReport.Lane]) -> Grid {
        let rows = lanes.map { lane -> [Grid.Cell] in
            let lost = Self.lost(lane)
            return [
                .text(StyledText(lane.lane)), .text(StyledText("\(lane.waiting)", .title)),
                .text(StyledText("\(lost)", lost > 0 ? .bad : .plain)),
                .text(StyledText("\(Words.bytes(lane.bytes)) of \(Words.bytes(lane.maxBytes))")),
                .text(StyledText("\(lane.committed)")),
            ]
        }
        return Grid(
            [
                .init(title: "OUTBOX", least: 8), .init(title: "WAITING", least: 8, right: true),
                .init(title: "LOST", least: 6, right: true), .init(title: "ON DISK", least: 20, most: 30, rank: 1, right: true),
                .init(title: "COMMITTED", least: 9, rank: 2, right: true),
            ], rows, width: rowWidth)
    }

    private func load(_ bus: BusRow) -> String {
        bus.kind == "gpio" ? "open" : "\(Words.number((bus.utilisation * 100).rounded())) %"
    }

    /// Cells of a history that count as recent.
    private static let recentCells = 24

    private func recentTime(_ bus: BusRow) -> String {
        let cells = state.histories[WatchState.faultsName(bus.id)]?.cells.count ?? 0
        guard cells >= Self.recentCells else { return "since this screen opened" }
        return "in the last \(Words.age(Double(Self.recentCells) * state.secondsInCell))"
    }

    /// Faults that came in the last cells of its history.
    private func recentFaults(_ bus: BusRow) -> Int {
        let cells = state.histories[WatchState.faultsName(bus.id)]?.columns(Self.recentCells, all: false).cells ?? []
        guard let seen = HistoryScale(cells, unit: "").seen else { return 0 }
        return Int(seen.upperBound - seen.lowerBound)
    }

    private func sorted(_ buses: [BusRow]) -> [BusRow] {
        func rank(_ bus: BusRow) -> Int { !bus.connected ? 0 : bus.problem != nil ? 1 : recentFaults(bus) > 0 ? 2 : 3 }
        return buses.enumerated().sorted { (rank($0.element), $0.offset) < (rank($1.element), $1.offset) }.map(\.element)
    }

    private static func rank(_ uplink: UplinkRow) -> Int { uplink.state != "connected" ? 0 : uplink.problem != nil ? 1 : 2 }

    private static func state(_ uplink: UplinkRow) -> StyledText {
        StyledText(uplink.state, uplink.state == "connected" ? .good : .bad)
    }

    private static func lost(_ lane: OutboxReport.Lane) -> Int { lane.evicted + lane.dropped }

    private static func noun(_ lane: String) -> String { lane.hasSuffix("s") ? String(lane.dropLast()) : lane }

    private static func joined(_ parts: [StyledText], none: String) -> StyledText {
        parts.isEmpty ? StyledText(none) : parts.dropFirst().reduce(parts[0]) { $0 + StyledText(" · ", .quiet) + $1 }
    }

    /// Whether a unit answers, and whether what it says is believed.
    private static func state(_ unit: BusRow.Unit) -> StyledText {
        if unit.silences > 0 { return StyledText("silent", .warning) }
        return unit.resynchronising ? StyledText("resynchronising", .warning) : "in step"
    }

    /// The faults of a unit by kind, or that there are none.
    static func faults(_ unit: BusRow.Unit) -> String {
        let kinds = [
            (unit.timeouts, "time-out"), (unit.checksumErrors, "checksum error"), (unit.mismatches, "mismatch"),
            (unit.exceptions, "exception"),
        ].filter { $0.0 > 0 }.map { count, noun in
            noun == "mismatch" && count != 1 ? "\(count) mismatches" : Words.count(count, noun)
        }
        return kinds.isEmpty ? "no faults" : kinds.joined(separator: ", ")
    }
}
