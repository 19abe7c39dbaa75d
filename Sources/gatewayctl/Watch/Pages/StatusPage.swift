// Everything that is wrong, in full; and what the keys do.
import DiagnosticsClient
import DiagnosticsProtocol

extension PageBuilder {
    /// All problems in full, then the facts.
    func status(_ snapshot: GatewaySnapshot) -> Body {
        var body = Body()
        if snapshot.status.problems.isEmpty {
            body.add([StyledText(words("网关自身正常。", "The gateway itself is well."), isOld ? .quiet : .good)])
            let alarms = snapshot.status.alarms.active
            if alarms > 0 {
                let text = words(
                    "井盖处有 \(alarms) 起报警未恢复：按 a。", "\(Words.count(alarms, "alarm")) active at the covers: press a.")
                body.add([StyledText(text, isOld ? .quiet : .bad)])
            }
        }
        for (index, problem) in snapshot.status.problems.enumerated() {
            let lines = StyledText.wrapped(problem, .bad, to: rowWidth - 2, lines: 6)
            body.rows += lines.enumerated().map { line, text in
                line == 0 ? Body.Row(id: "\(index)", line: StyledText("! ", .bad) + text) : Body.Row(id: nil, line: "    " + text)
            }
        }
        body.add([StyledText()])
        var noProblems = snapshot.status
        noProblems.problems = []
        noProblems.healthy = true
        for (index, line) in Renderer(colour: false, language: words.language).text(noProblems).split(separator: "\n").dropFirst()
            .enumerated()
        {
            body.rows.append(Body.Row(id: "fact \(index)", line: StyledText(String(line))))
        }
        return body
    }

    /// What the keys do and how to read the screen.
    var help: Body {
        let keys = [
            ("↑ ↓ j k", words("移动；也可用 PgUp PgDn Home End", "move; PgUp PgDn Home End too")),
            ("→ Enter", words("打开：井盖、传感器、测点；报警则为其测点", "open: cover, sensor, point; of an alarm its point")),
            ("← Esc Backspace", words("返回", "back")),
            ("a", words("报警，最紧急的在前", "alarms, the most urgent first")),
            ("b", words("总线：占用率和各设备的故障", "buses: load and faults by unit")),
            ("o", words("待发送和上行", "outbox and uplinks")),
            ("s", words("状态：所有问题的全文", "status: all problems in full")),
            ("q Ctrl-C", words("退出；Ctrl-L 重画；Ctrl-Z 暂停（fg 继续）", "quit;  Ctrl-L draw anew;  Ctrl-Z stop (fg goes on)")),
        ]
        let columns = [
            (words("数值", "VALUE"), words("最近读数；无效时为 –：此时没有数值", "last reading; – when it is bad: there is no value then")),
            (
                words("质量", "QUALITY"),
                words(
                    "可信；存疑：原因；无效：原因。旧值：网关程序无应答",
                    "good, uncertain: reason, or bad: reason; old: the daemon is silent")
            ),
            (
                words("历史", "HISTORY"),
                words(
                    "自打开本页面起，右端为当前；x 为没有数值；",
                    "since this screen was opened, now at the right; x without a value;")
            ),
            ("", words("每行各有刻度，数值不变时为一条低线", "every line has its own scale, a constant value is a low line")),
            (words("已过", "AGE"), words("读数已过多久；刚刚：不到 3 s", "how old the reading is; now: less than 3 s")),
        ]
        let lines =
            keys.map { $0.0.padding(to: 17) + $0.1 } + [""] + columns.map { $0.0.padding(to: 9) + $0.1 }
        var body = Body()
        body.rows = lines.enumerated().map { Body.Row(id: "\($0.offset)", line: StyledText($0.element)) }
        return body
    }
}
