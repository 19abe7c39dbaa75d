// A whole picture: what every page has in common (who, how, what is wrong, what keys do) around the page's own lines.
import DiagnosticsClient
import DiagnosticsProtocol

extension WatchState {
    /// The picture of this state.
    public func frame(_ size: ScreenSize, at now: Moment) -> Frame { PageBuilder(self, size: size, now: now).frame }
}

/// Draws a state for a size.
struct PageBuilder {
    /// A page's own lines.
    struct Body {
        struct Row {
            /// What can be selected; nil for a line between.
            var id: String?
            var line: StyledText
        }

        /// Stay where they are.
        var head: [StyledText] = []
        /// Move so that the selected one can be seen.
        var rows: [Row] = []
        /// Where Enter leads.
        var targets: [String: WatchState.Page] = [:]

        var selectable: [String] { rows.compactMap(\.id) }

        mutating func add(_ lines: [StyledText]) { rows += lines.map { Row(id: nil, line: $0) } }
    }

    let state: WatchState
    let size: ScreenSize
    let now: Moment
    /// Covers with what belongs to them, the worst first.
    let covers: [CoverView]
    /// Words in the gateway's language, and how things look in them.
    let words: Vocabulary, look: Look

    init(_ state: WatchState, size: ScreenSize, now: Moment? = nil) {
        self.state = state
        self.size = size
        self.now = now ?? state.seen
        covers = state.snapshot.map(CoverView.all) ?? []
        words = state.words
        look = Look(words: words)
    }

    /// The present moment in the time of readings and alarms: a simulated field has its own.
    var fieldNow: Moment {
        state.snapshot?.status.simulation.map { Moment(seconds: now.seconds, utc: $0.time) } ?? now
    }

    var width: Int { size.columns }
    var isOld: Bool { state.silence != nil }
    /// How long ago the shown values came.
    var staleness: Double { isOld ? max(0, now.seconds - state.seen.seconds) : 0 }

    /// Rows that are left for the page.
    var room: Int { max(0, size.rows - top.count - bottom.count) }

    var frame: Frame {
        guard size.rows >= 4, size.columns >= 20 else {
            let text = words("太小：至少 20 列 4 行。", "Too small: 20 columns and 4 rows at least.")
            return Frame(size, StyledText.wrapped(text, to: size.columns, lines: size.rows))
        }
        let body = body
        let listed = max(0, room - body.head.count)
        var lines = top + body.head.prefix(room)
        let (window, position) = visible(body, rows: listed)
        lines += window
        lines += [StyledText](repeating: StyledText(), count: max(0, size.rows - bottom.count - lines.count))
        lines += bottom.dropLast()
        lines.append(keys(position))
        return Frame(size, lines)
    }

    /// The page's own lines.
    var body: Body {
        guard let snapshot = state.snapshot else { return Body() }
        switch state.page {
        case .overview: return overview(snapshot)
        case .cover(let code): return cover(code)
        case .sensor(let place): return sensor(place, snapshot)
        case .point(let point): return self.point(point, snapshot)
        case .alarms: return alarms(snapshot)
        case .buses: return buses(snapshot)
        case .transport: return transport(snapshot)
        case .status: return status(snapshot)
        case .help: return help
        }
    }

    /// Columns of a row's own text: two in front show which one is selected.
    var rowWidth: Int { width - 2 }

    private func visible(_ body: Body, rows: Int) -> (lines: [StyledText], position: String) {
        let ids = body.selectable
        let selected = ids.isEmpty ? nil : ids[state.selectedIndex(of: ids)]
        let place = selected.flatMap { id in body.rows.firstIndex { $0.id == id } } ?? 0
        // Half a screen before the selected row, but never blank lines at the end.
        let first = ids.isEmpty || place < rows / 2 ? 0 : max(0, min(place - rows / 2, body.rows.count - rows))
        let lines = body.rows.dropFirst(first).prefix(rows).map { row -> StyledText in
            guard row.id != nil else { return row.line }
            guard row.id == selected else { return "  " + row.line }
            return (StyledText("> ") + row.line).padded(to: width).styled { $0.reverse = true }
        }
        let isWhole = body.rows.count <= rows
        return (lines, isWhole ? "" : "\(place + 1)/\(body.rows.count)")
    }

    private var top: [StyledText] {
        var lines = [header]
        if let silence = state.silence {
            let since = Look.clock(silence.since.utc, now: now)
            let reason = silence.failure.text(in: words)
            let text = words(
                "自 \(since) UTC 起无应答，以下均为旧值：\(reason)", "NO ANSWER since \(since) UTC, what is shown is old: \(reason)")
            lines += StyledText.wrapped(text, .bad, to: width, lines: size.rows < 16 ? 2 : 3)
        } else if let status = state.snapshot?.status, state.page != .status {
            let most = size.rows < 16 ? 1 : size.rows < 30 ? 2 : 5
            let shown = status.problems.count > most ? most - 1 : most
            for problem in status.problems.prefix(max(1, shown)) {
                lines += StyledText.wrapped("! \(problem)", .bad, to: width, lines: size.rows < 16 ? 1 : 2)
            }
            let more = status.problems.count - max(1, shown)
            if more > 0, most > 1 {
                let text = words("还有 \(more) 个问题：按 s", "\(Words.count(more, "more problem")): press s")
                lines.append(StyledText("! \(text)", .bad))
            }
        }
        return lines
    }

    private var header: StyledText {
        guard let snapshot = state.snapshot else { return StyledText() }
        let status = snapshot.status
        let word =
            isOld ? words("无应答", "NO ANSWER") : status.healthy ? words("正常", "HEALTHY") : words("异常", "UNHEALTHY")
        let style = isOld ? Style.bad : status.healthy ? Style.good : Style.bad
        let isSynced = status.clock == "synced"
        let moment = String(Words.time(fieldNow.utc).suffix(8))
        let time = status.simulation == nil ? moment : words("模拟时间 \(moment)", "simulated \(moment)")
        let clock = words("时钟 \(words.clock(status.clock))", "clock \(status.clock)")
        let simulated = words("模拟", "SIMULATED")
        let origin = status.simulation == nil ? [] : [simulated]
        let scenario = status.simulation.map { ["\(simulated) \($0.scenario)"] } ?? []
        let wide = scenario + [clock, time + " UTC"]
        // What is left out first where it is narrow; that it is no real street never.
        let choices = [
            wide, origin + [clock, time + " UTC"], origin + [clock, time], origin + [isSynced ? time : clock], origin,
        ]
        let left = StyledText(" \(status.gateway)  ", .title) + StyledText(word, style)
        let right = choices.first { left.width + 2 + DisplayWidth.of($0.joined(separator: "  ")) <= width } ?? []
        let end = StyledText(right.joined(separator: "  "))
        return (left.padded(to: max(0, width - end.width - 1)) + end + " ").padded(to: width).styled { $0.reverse = true }
    }

    private var bottom: [StyledText] {
        let strip = state.page == .overview && size.rows >= 12 ? state.snapshot.map { transportStrip($0) } ?? [] : []
        return strip + [StyledText()]
    }

    private func keys(_ position: String) -> StyledText {
        let (isDeep, move) = (state.pages.count > 1, words("↑↓ 移动", "↑↓ move"))
        let keys = [
            words("q 退出", "q quit"), words("? 帮助", "? help"), isDeep ? words("← 返回", "← back") : move,
            isDeep ? move : words("→ 打开", "→ open"), words("a 报警", "a alarms"), words("b 总线", "b buses"),
            words("o 待发送和上行", "o outbox, uplinks"), words("s 状态", "s status"),
        ]
        var line = StyledText()
        let end = position.isEmpty ? 0 : position.utf8.count + 2
        for word in keys {
            let next = StyledText(line.isEmpty ? " " : "  ") + StyledText(word)
            guard line.width + next.width + end <= width else { break }
            line += next
        }
        guard !position.isEmpty else { return line.styled { $0.dim = true } }
        return line.padded(to: max(0, width - end + 1)).styled { $0.dim = true } + StyledText(position)
    }
}
