// The ways in and out: buses, and outbox with uplinks; in two lines under the overview and as pages.
import DiagnosticsClient
import DiagnosticsProtocol

extension PageBuilder {
    /// Buses in one line, outbox and uplinks in the next; whatever is not as it should be comes first and in colour.
    func transportStrip(_ snapshot: GatewaySnapshot) -> [StyledText] {
        let buses = sorted(snapshot.buses.buses).map { bus in
            let recent = recentFaults(bus)
            let new = words("，新故障 \(recent) 次", ", \(Words.count(recent, "new fault"))")
            return bus.connected
                ? StyledText("\(bus.id) \(load(bus))") + StyledText(recent > 0 ? new : "", .warning)
                : StyledText("\(bus.id) \(words("未连接", "NOT CONNECTED"))", .bad)
        }
        let waiting = snapshot.outbox.lanes.map { lane in
            words("\(words.laneName(lane.lane)) \(lane.waiting) 条", Words.count(lane.waiting, Self.noun(lane.lane)))
        }
        var outbox = StyledText(waiting.joined(separator: words("，", ", ")) + words("", " waiting"))
        let lost = snapshot.outbox.lanes.reduce(0) { $0 + Self.lost($1) }
        outbox +=
            lost > 0 ? StyledText(words("，丢失 \(lost) 条", ", \(lost) lost"), .bad) : StyledText(words("，无丢失", ", none lost"))
        let uplinks = snapshot.uplinks.uplinks.sorted { Self.rank($0) < Self.rank($1) }.map { uplink in
            StyledText("\(uplink.id) ") + self.state(uplink)
        }
        let none = words("未配置", "none configured")
        return [
            StyledText(words("总线", "buses").padding(to: 8), .quiet) + Self.joined(buses, none: none),
            StyledText(words("上行", "uplinks").padding(to: 8), .quiet) + Self.joined(uplinks, none: none)
                + StyledText(words("  待发送 ", "  outbox "), .quiet) + outbox,
        ].map { line in isOld ? line.styled { $0 = .quiet } : line }
    }

    /// Traffic of the buses, those with a problem first.
    func buses(_ snapshot: GatewaySnapshot) -> Body {
        guard !snapshot.buses.buses.isEmpty else { return Body(head: [StyledText(words("没有配置总线。", "No buses are configured."))]) }
        var body = Body()
        for bus in sorted(snapshot.buses.buses) {
            body.rows.append(Body.Row(id: bus.id, line: title(bus) + StyledText("  \(bus.kind) \(bus.address)", .quiet)))
            if let problem = bus.problem { body.add(indented("! \(problem)", .bad)) }
            let silent = bus.units.compactMap { unit in
                words.silence(unit).map { words("设备 \(unit.unit)：\($0)", "unit \(unit.unit): \($0)") }
            }
            if !silent.isEmpty { body.add(indented("! \(silent.joined(separator: words("；", "; ")))", .warning)) }
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

    /// Whether a bus stands, how busy it is, and what went wrong on it.
    private func title(_ bus: BusRow) -> StyledText {
        var title = StyledText(bus.id, .title) + "  "
        title +=
            bus.connected
            ? StyledText(words("已连接", "connected"), .good) : StyledText(words("未连接", "NOT CONNECTED"), .bad)
        if bus.kind != "gpio" {
            title += StyledText(
                words(
                    "  占用 \(load(bus))，故障 \(bus.faults) 次", "  \(load(bus)) used, \(Words.count(bus.faults, "fault"))"))
        }
        let recent = recentFaults(bus)
        if recent > 0 {
            let time = recentTime(bus)
            title += StyledText(words("（\(time) \(recent) 次）", " (\(recent) \(time))"), .warning)
        }
        if bus.strayBytes > 0 {
            let stray = words("，杂散字节 \(bus.strayBytes) 个", ", \(Words.count(bus.strayBytes, "stray byte"))")
            title += StyledText(stray, .warning)
        }
        return title
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
                .text(self.state(unit)),
                .text(StyledText(unit.sensors.joined(separator: " "))),
            ]
        }
        return Grid(
            [
                .init(title: words("设备", "UNIT"), least: 4, right: true),
                .init(title: words("请求", "SENT"), least: 6, rank: 1, right: true),
                .init(title: words("可信应答", "BELIEVED"), least: 8, rank: 6, right: true),
                .init(title: words("超时", "TIME-OUTS"), least: 9, right: true),
                .init(title: words("校验错误", "CHECKSUM"), least: 8, rank: 2, right: true),
                .init(title: words("应答不符", "MISMATCH"), least: 8, rank: 4, right: true),
                .init(title: words("异常应答", "EXCEPTION"), least: 9, rank: 3, right: true),
                .init(title: words("平均 ms", "MEAN ms"), least: 7, rank: 5, right: true),
                .init(title: words("最大 ms", "MAX ms"), least: 7, rank: 8, right: true),
                .init(title: words("状态", "STATE"), least: 7, most: 15, rank: 7),
                .init(title: words("传感器", "SENSORS"), least: 12, most: 60, rank: 9),
            ], rows, width: width - 4)
    }

    /// What waits and what was lost, and how each uplink does.
    func transport(_ snapshot: GatewaySnapshot) -> Body {
        var body = Body()
        for uplink in snapshot.uplinks.uplinks.sorted(by: { Self.rank($0) < Self.rank($1) }) {
            let since = uplink.since.map { words("，自 ", " since ") + Look.clock($0, now: now) } ?? ""
            let next = uplink.nextAttemptInSeconds.map { seconds in
                let left = Words.age(seconds.rounded(.up))
                return words("，\(left) 后重试", ", next try in \(left)")
            }
            let title = StyledText(uplink.id, .title) + "  " + self.state(uplink) + StyledText(since + (next ?? ""))
            body.rows.append(Body.Row(id: uplink.id, line: title + StyledText("  \(uplink.link ?? "")", .quiet)))
            if let problem = uplink.problem { body.add(indented("! \(problem)", .bad)) }
            for topic in uplink.nobodyListening {
                body.add(indented("! " + words.unheard(topic), .warning))
            }
            let (flying, last) = (Words.bytes(Int64(uplink.inflightBytes)), Look.clock(uplink.lastAck, now: now))
            let facts = [
                words(
                    "已发送 \(uplink.sent) 条，已确认 \(uplink.acknowledged) 条",
                    "\(uplink.sent) sent, \(uplink.acknowledged) acknowledged"),
                words("被拒 \(uplink.refused) 条", "\(uplink.refused) refused"),
                words("在途 \(uplink.inflightMessages) 条（\(flying)）", "\(uplink.inflightMessages) in flight (\(flying))"),
                words("重连 \(uplink.reconnects) 次", Words.count(uplink.reconnects, "reconnect")),
                words("最近确认 \(last)", "last acknowledged \(last)"),
            ]
            body.add(indented(facts.joined(separator: words("，", ", ")), .plain))
        }
        if snapshot.uplinks.uplinks.isEmpty { body.add([StyledText(words("没有配置上行。", "No uplinks are configured."))]) }
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
                .text(StyledText(words.laneName(lane.lane))), .text(StyledText("\(lane.waiting)", .title)),
                .text(StyledText("\(lost)", lost > 0 ? .bad : .plain)),
                .text(StyledText(disk(lane))),
                .text(StyledText("\(lane.committed)")),
            ]
        }
        return Grid(
            [
                .init(title: words("通道", "OUTBOX"), least: 8), .init(title: words("待发送", "WAITING"), least: 8, right: true),
                .init(title: words("丢失", "LOST"), least: 6, right: true),
                .init(title: words("占用磁盘", "ON DISK"), least: 20, most: 30, rank: 1, right: true),
                .init(title: words("已提交", "COMMITTED"), least: 9, rank: 2, right: true),
            ], rows, width: rowWidth)
    }

    private func disk(_ lane: OutboxReport.Lane) -> String {
        let (used, most) = (Words.bytes(lane.bytes), Words.bytes(lane.maxBytes))
        return words("\(used) / \(most)", "\(used) of \(most)")
    }

    private func load(_ bus: BusRow) -> String {
        bus.kind == "gpio" ? words("已打开", "open") : "\(Words.number((bus.utilisation * 100).rounded())) %"
    }

    /// Cells of a history that count as recent.
    private static let recentCells = 24

    private func recentTime(_ bus: BusRow) -> String {
        let cells = state.histories[WatchState.faultsName(bus.id)]?.cells.count ?? 0
        guard cells >= Self.recentCells else {
            return words("打开本页面以来", "since this screen opened")
        }
        let span = Words.age(Double(Self.recentCells) * state.secondsInCell)
        return words("最近 \(span)", "in the last \(span)")
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

    private func state(_ uplink: UplinkRow) -> StyledText {
        StyledText(words.uplink(uplink.state), uplink.state == "connected" ? .good : .bad)
    }

    private static func lost(_ lane: OutboxReport.Lane) -> Int { lane.evicted + lane.dropped }

    private static func noun(_ lane: String) -> String { lane.hasSuffix("s") ? String(lane.dropLast()) : lane }

    private static func joined(_ parts: [StyledText], none: String) -> StyledText {
        parts.isEmpty ? StyledText(none) : parts.dropFirst().reduce(parts[0]) { $0 + StyledText(" · ", .quiet) + $1 }
    }

    /// Whether a unit answers, and whether what it says is believed.
    private func state(_ unit: BusRow.Unit) -> StyledText {
        if unit.silences > 0 { return StyledText(words("无应答", "silent"), .warning) }
        return unit.resynchronising
            ? StyledText(words("重新同步", "resynchronising"), .warning) : StyledText(words("同步", "in step"))
    }

    /// The faults of a unit by kind, or that there are none.
    func faults(_ unit: BusRow.Unit) -> String {
        let kinds = [
            (unit.timeouts, "超时", "time-out"), (unit.checksumErrors, "校验错误", "checksum error"),
            (unit.mismatches, "应答不符", "mismatch"), (unit.exceptions, "异常应答", "exception"),
        ].filter { $0.0 > 0 }.map { count, zh, noun in
            let plural = noun == "mismatch" && count != 1 ? "\(count) mismatches" : Words.count(count, noun)
            return words("\(zh) \(count) 次", plural)
        }
        return kinds.isEmpty ? words("无故障", "no faults") : kinds.joined(separator: words("，", ", "))
    }
}
