// `gatewayctl alarms history` and `alarms figures` for people, in the gateway's language.
import DiagnosticsProtocol

extension Renderer {
    /// The steps of a month, oldest first.
    public func text(_ report: AlarmHistoryReport) -> String {
        let words = Vocabulary(word: report.language)
        var result = words.simulated(report.origin)
        if report.leftOut > 0 {
            result += words("前面还有 \(report.leftOut) 条未列出。\n", "\(report.leftOut) older steps are left out.\n")
        }
        guard !report.steps.isEmpty else {
            return result + words("\(report.month) 没有报警记录。\n", "No alarms in \(report.month).\n")
                + words.unreadable(report.unreadable, zh: "历史记录", en: "the history")
        }
        let titles =
            words.language == .zh
            ? ["判定时间 (UTC)", "报警", "级别", "规则", "原因", "状态", "测点", ">数值", "人员", "备注"]
            : ["DETECTED (UTC)", "ALARM", "SEVERITY", "RULE", "CAUSE", "STATE", "POINT", ">VALUE", "BY", "NOTE"]
        var table = Table(titles.map(Table.column))
        for step in report.steps {
            let test = step.test ? words("（测试）", " (test)") : ""
            let isFalse = step.falseAlarm == true ? words("误报：", "false alarm: ") : ""
            table.add(
                Table.Cell(Words.time(step.time) + (step.clock == "synced" ? "" : " \(words.clock(step.clock))")),
                Table.Cell(step.alarm),
                Table.Cell(words.severity(step.severity), step.severity >= 3 ? .bad : step.severity == 2 ? .warning : .plain),
                Table.Cell(step.rule + test), Table.Cell(words.cause(step.cause)),
                Table.Cell("\(words.state(step.from)) → \(words.state(step.to))"),
                Table.Cell(step.point ?? step.cover ?? words("网关", "gateway")),
                Table.Cell(step.value == nil ? "" : Words.quantity(step.value, step.unit)), Table.Cell(step.actor ?? ""),
                Table.Cell(isFalse + (step.note ?? "")))
        }
        return result + render(table) + words.unreadable(report.unreadable, zh: "历史记录", en: "the history")
    }

    /// A month in figures.
    public func text(_ report: AlarmFiguresReport) -> String {
        let words = Vocabulary(word: report.language)
        var result = words.simulated(report.origin)
        result += words(
            "网关 \(Words.printable(report.gateway))，\(report.month)（UTC）：报警 \(report.alarms) 起，已关闭 \(report.closed) 起，"
                + "其中误报 \(report.falseAlarms) 起；另有测试 \(report.tests) 起，授权作业记录 \(report.notes) 起\n",
            "Gateway \(Words.printable(report.gateway)), \(report.month) (UTC): \(Words.count(report.alarms, "alarm")), "
                + "\(report.closed) closed, \(report.falseAlarms) of them false; beside them "
                + "\(Words.count(report.tests, "test")) and \(Words.count(report.notes, "note")) of authorised work\n")
        if !report.kinds.isEmpty {
            result += words("\n按规则\n", "\nBy rule\n") + kinds(report.kinds, words)
            result += words("\n按级别\n", "\nBy severity\n") + kinds(report.severities, words)
            result += words("\n确认用时（从报警到确认）\n", "\nTime to acknowledge\n")
            result += times(report, \.acknowledge, words)
            result += words("\n解除用时（从报警到恢复正常）\n", "\nTime to clear\n") + times(report, \.clear, words)
        }
        result += words("\n传感器在线率\n", "\nSensor uptime\n") + uptime(report.uptime, words)
        if !report.blind.isEmpty {
            result += words("\n高风险井盖，目前没有任何传感器有效：\n", "\nHigh-risk covers without a live sensor now:\n")
            for cover in report.blind {
                let place = [cover.cover, cover.coverName].compactMap(\.self).joined(separator: " ")
                let line = "  \(Words.printable(place)) (\(Words.printable(cover.risk.joined(separator: ", "))))"
                result += Paint.bad.apply(to: line, colour: colour) + "\n"
            }
        }
        if report.lost > 0 {
            result += words("有 \(report.lost) 步未能保存。\n", "\(Words.count(report.lost, "step")) could not be kept.\n")
        }
        return result + words.unreadable(report.unreadable, zh: "历史记录", en: "the history")
    }

    private func kinds(_ kinds: [AlarmFiguresReport.Kind], _ words: Vocabulary) -> String {
        let titles =
            words.language == .zh
            ? ["规则", "级别", ">报警", ">触发次数", ">升级", ">误报", ">未确认", ">未恢复", "说明"]
            : ["RULE", "SEVERITY", ">ALARMS", ">RAISES", ">ESCALATED", ">FALSE", ">WAITING", ">STANDING", "TEXT"]
        var table = Table(titles.map(Table.column))
        for kind in kinds {
            table.add(
                Table.Cell(kind.rule ?? ""), Table.Cell(words.severity(kind.severity)), Table.Cell("\(kind.alarms)"),
                Table.Cell("\(kind.raises)"), Table.Cell("\(kind.escalated)"), Table.Cell("\(kind.falseAlarms)"),
                Table.Cell("\(kind.waiting)"), Table.Cell("\(kind.standing)"), Table.Cell(kind.text ?? ""))
        }
        return render(table)
    }

    private func times(
        _ report: AlarmFiguresReport, _ path: KeyPath<AlarmFiguresReport.Kind, AlarmFiguresReport.Distribution>,
        _ words: Vocabulary
    ) -> String {
        let titles =
            words.language == .zh
            ? ["级别", ">次数", ">中位", ">90 %", ">最长", ">≤5 min", ">≤30 min", ">≤2 h", ">≤1 d", ">更长", ">时间不明"]
            : [
                "SEVERITY", ">COUNT", ">MEDIAN", ">90 %", ">LONGEST", ">≤5 min", ">≤30 min", ">≤2 h", ">≤1 d", ">LONGER",
                ">UNTIMED",
            ]
        var table = Table(titles.map(Table.column))
        for kind in report.severities {
            let times = kind[keyPath: path]
            table.add(
                Table.Cell(words.severity(kind.severity)), Table.Cell("\(times.count)"),
                Table.Cell(Words.age(times.medianSeconds)),
                Table.Cell(Words.age(times.p90Seconds)), Table.Cell(Words.age(times.maxSeconds)),
                Table.Cell("\(times.within5Min)"), Table.Cell("\(times.within30Min)"), Table.Cell("\(times.within2H)"),
                Table.Cell("\(times.within1D)"), Table.Cell("\(times.longer)"), Table.Cell("\(times.untimed)"))
        }
        return render(table)
    }

    private func uptime(_ rows: [AlarmFiguresReport.Uptime], _ words: Vocabulary) -> String {
        let titles =
            words.language == .zh ? ["传感器", "名称", ">在线率", ">有效时间", ">观测时间"] : ["SENSOR", "NAME", ">UPTIME", ">GOOD", ">WATCHED"]
        var table = Table(titles.map(Table.column))
        for row in rows {
            let share = row.ratio.map { "\(Words.number(($0 * 10_000).rounded() / 100)) %" } ?? "–"
            table.add(
                Table.Cell(row.sensor), Table.Cell(row.coverName ?? ""),
                Table.Cell(share, row.ratio.map { $0 < 0.9 } ?? true ? .warning : .plain), Table.Cell(Words.age(row.goodSeconds)),
                Table.Cell(Words.age(row.observedSeconds)))
        }
        return render(table)
    }

    /// What became of an export.
    public func text(_ report: EvidenceReport, file: String) -> String {
        var lines = [
            "\(Words.printable(file)): \(Words.bytes(Int64(report.bytes))), SHA-256 \(Words.printable(report.sha256))",
            words("审计记录 ", "audit record ") + "\(report.audit.seq)" + words("，", ", ") + Words.printable(report.audit.hash)
                + words("；核对方法：docs/evidence.md", "; to check: docs/evidence.md"),
        ]
        if !report.complete {
            lines.append(
                Paint.warning.apply(
                    to: words(
                        "不完整：报警之后的读数仍在收集，或已中断；请一分钟后再试",
                        "not complete: readings after the alarm are still gathered, or were cut short; ask again in a minute"),
                    colour: colour))
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
