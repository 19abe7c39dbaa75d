// `gatewayctl outbox stats` and `uplink status` for people.
import DiagnosticsProtocol

extension Renderer {
    /// What the outbox holds, and how far each uplink is.
    public func text(_ report: OutboxReport) -> String {
        guard !report.lanes.isEmpty else { return words("没有待发送通道。\n", "The outbox has no lanes.\n") }
        var lanes = Table(
            words, ("通道", "LANE"), (">最早", ">FIRST"), (">最新", ">LAST"), (">待发送", ">WAITING"), (">占用磁盘", ">ON DISK"),
            (">上限", ">AT MOST"), (">已舍弃", ">EVICTED"), (">损坏", ">CORRUPT"), (">已提交", ">COMMITTED"), (">未提交丢失", ">DROPPED"))
        var cursors = Table(words, ("上行", "UPLINK"), ("通道", "LANE"), (">已送达至", ">DELIVERED TO"), (">待发送", ">WAITING"))
        for lane in report.lanes {
            lanes.add(
                Table.Cell(words.lane(lane.lane)), Table.Cell(Self.number(lane.firstSeq)), Table.Cell(Self.number(lane.lastSeq)),
                "\(lane.waiting)",
                Table.Cell(Words.bytes(lane.bytes)), Table.Cell(Words.bytes(lane.maxBytes)),
                Table.Cell("\(lane.evicted)", lane.evicted > 0 ? .bad : .plain),
                Table.Cell("\(lane.corrupt)", lane.corrupt > 0 ? .bad : .plain), "\(lane.committed)",
                Table.Cell("\(lane.dropped)", lane.dropped > 0 ? .bad : .plain))
            for uplink in lane.uplinks {
                cursors.add(
                    Table.Cell(uplink.id), Table.Cell(words.lane(lane.lane)), Table.Cell(Self.number(uplink.deliveredSeq)),
                    "\(uplink.waiting)")
            }
        }
        let hasCursors = report.lanes.contains { !$0.uplinks.isEmpty }
        return words("存储 ", "store ") + Words.printable(report.store) + "\n" + render(lanes) + "\n"
            + (hasCursors ? render(cursors) : noUplinks)
    }

    /// Whether the lanes are what was written, and from which record on not.
    public func text(_ lanes: [OutboxVerification]) -> String {
        lanes.map { lane in
            let name = words.lane(lane.lane)
            let seen = words(
                "记录 \(lane.records) 条，缺口 \(lane.gaps) 个",
                "\(Words.count(lane.records, "record")), \(Words.count(lane.gaps, "gap"))")
            guard let fault = lane.fault else {
                let good = Paint.good.apply(to: words("完好", "OK"), colour: colour)
                return words("\(name)：\(good)：\(seen)\n", "\(name): \(good): \(seen)\n")
            }
            let (bad, message) = (Paint.bad.apply(to: words("损坏", "BROKEN"), colour: colour), Words.printable(fault.message))
            guard fault.seq > 0 else { return words("\(name)：\(bad)：\(message)\n", "\(name): \(bad): \(message)\n") }
            return words(
                "\(name)：记录 \(fault.seq) 处\(bad)：\(fault.kind)：\(message)（之前的\(seen)均正确）\n",
                "\(name): \(bad) at record \(fault.seq): \(fault.kind): \(message) (\(seen) before it are right)\n")
        }.joined()
    }

    private var noUplinks: String { words("没有配置上行。\n", "No uplinks are configured.\n") }

    private static func number(_ sequence: Int64?) -> String { sequence.map { "\($0)" } ?? "–" }

    /// How each uplink does: those that are not connected first.
    public func text(_ report: UplinkReport) -> String {
        guard !report.uplinks.isEmpty else { return noUplinks }
        var table = Table(
            words, ("上行", "UPLINK"), ("状态", "STATE"), ("链路", "LINK"), ("自 (UTC)", "SINCE (UTC)"), (">已发送", ">SENT"),
            (">已确认", ">ACKNOWLEDGED"), (">被拒", ">REFUSED"), (">重连", ">RECONNECTS"), (">在途", ">IN FLIGHT"),
            (">窗口", ">WINDOW"), ("最近确认 (UTC)", "LAST ACK (UTC)"), (">重试", ">NEXT TRY IN"))
        let sorted = report.uplinks.sorted { (Self.rank($0), $0.id) < (Self.rank($1), $1.id) }
        var notes = ""
        for uplink in sorted {
            table.add(
                Table.Cell(uplink.id), Table.Cell(words.uplink(uplink.state), uplink.state == "connected" ? .good : .bad),
                Table.Cell(uplink.link ?? "–"),
                Table.Cell(Words.time(uplink.since)), "\(uplink.sent)", "\(uplink.acknowledged)",
                Table.Cell("\(uplink.refused)", uplink.refused > 0 ? .bad : .plain), "\(uplink.reconnects)",
                Table.Cell(Words.bytes(Int64(uplink.inflightBytes))), Table.Cell(Words.bytes(Int64(uplink.windowBytes))),
                Table.Cell(Words.time(uplink.lastAck)), Table.Cell(uplink.nextAttemptInSeconds.map { Words.age($0) } ?? ""))
            let said =
                [uplink.problem, uplink.commandsReceived + uplink.receiptsAwaited > 0 ? commands(uplink) : nil].compactMap(\.self)
                + uplink.nobodyListening.map(words.unheard)
            for text in said { notes += Words.printable("  - \(uplink.id)\(words("：", ": "))\(text)") + "\n" }
        }
        return render(table) + notes
    }

    /// What came from the platform, in a line.
    private func commands(_ uplink: UplinkRow) -> String {
        var parts = [
            words("平台命令 \(uplink.commandsReceived) 条", "\(Words.count(uplink.commandsReceived, "command")) from the platform"),
            words("拒绝 \(uplink.commandsRefused) 条", "\(uplink.commandsRefused) refused"),
        ]
        if uplink.receipts > 0 {
            parts.append(words("报警回执 \(uplink.receipts) 条", "\(Words.count(uplink.receipts, "receipt")) for alarms"))
        }
        if uplink.receiptsAwaited > 0 {
            parts.append(
                words("等待回执 \(uplink.receiptsAwaited) 条", "\(Words.count(uplink.receiptsAwaited, "receipt")) awaited"))
        }
        if uplink.repliesDropped > 0 {
            parts.append(words("答复丢失 \(uplink.repliesDropped) 条", "\(uplink.repliesDropped) replies lost"))
        }
        return parts.joined(separator: words("，", ", "))
    }

    private static func rank(_ uplink: UplinkRow) -> Int {
        uplink.state != "connected" ? 0 : uplink.problem != nil || !uplink.nobodyListening.isEmpty ? 1 : 2
    }
}

extension Vocabulary {
    /// That the broker has no subscriber for a topic.
    package func unheard(_ topic: String) -> String {
        self("主题 \(topic) 无人订阅；其记录保留", "nobody listens to \(topic); its records are kept")
    }
}
