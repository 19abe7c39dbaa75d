// Everything that is wrong, in full; and what the keys do.
import DiagnosticsClient
import DiagnosticsProtocol

extension PageBuilder {
    /// All problems in full, then the facts.
    func status(_ snapshot: GatewaySnapshot) -> Body {
        var body = Body()
        if snapshot.status.problems.isEmpty {
            body.add([StyledText("The gateway itself is well.", isOld ? .quiet : .good)])
            let alarms = snapshot.status.alarms.active
            if alarms > 0 {
                body.add([StyledText("\(Words.count(alarms, "alarm")) active at the covers: press a.", isOld ? .quiet : .bad)])
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
        for (index, line) in Renderer(colour: false).text(noProblems).split(separator: "\n").dropFirst().enumerated() {
            body.rows.append(Body.Row(id: "fact \(index)", line: StyledText(String(line))))
        }
        return body
    }

    /// What the keys do and how to read the screen.
    var help: Body {
        let lines = [
            "↑ ↓ j k          move; PgUp PgDn Home End too",
            "→ Enter          open: cover, sensor, point; of an alarm its point",
            "← Esc Backspace  back",
            "a                alarms, the most urgent first",
            "b                buses: load and faults by unit",
            "o                outbox and uplinks",
            "s                status: all problems in full",
            "q Ctrl-C         quit;  Ctrl-L draw anew;  Ctrl-Z stop (fg goes on)",
            "",
            "VALUE    last reading; – when it is bad: there is no value then",
            "QUALITY  good, uncertain: reason, or bad: reason; old: the daemon is silent",
            "HISTORY  since this screen was opened, now at the right; x without a value;",
            "         every line has its own scale, a constant value is a low line",
            "AGE      how old the reading is; now: less than 3 s",
        ]
        var body = Body()
        body.rows = lines.enumerated().map { Body.Row(id: "\($0.offset)", line: StyledText($0.element)) }
        return body
    }
}
