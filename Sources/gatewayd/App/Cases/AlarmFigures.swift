// Lines of the history into a month's figures. Pure.
import DiagnosticsProtocol
import SensorModel

/// What the history says of the alarms that were raised in a month.
struct AlarmFigures {
    private typealias Distribution = AlarmFiguresReport.Distribution

    /// One alarm of the month.
    private struct Case {
        var rule: String
        var severity: Int
        var raises = 0
        var isEscalated = false
        var isClosed = false
        var isFalse = false
        /// The raising row that nobody has acknowledged.
        var waiting: AlarmHistoryRow?
        /// The raising row that has not returned.
        var standing: AlarmHistoryRow?
        /// Times in s; nil for those that cannot be told.
        var acknowledged: [Double?] = []
        var cleared: [Double?] = []
    }

    /// Alarms, those closed, those closed as false.
    let alarms: Int, closed: Int, falseAlarms: Int
    /// Alarms of test gas, and what authorised work made a note.
    let tests: Int, notes: Int
    /// By rule, the most frequent first; by severity, danger first.
    let kinds: [AlarmFiguresReport.Kind], severities: [AlarmFiguresReport.Kind]

    /// - Parameters:
    ///   - rows: of the month and of what came after it, oldest first.
    ///   - texts: the rules' words.
    init(_ rows: [AlarmHistoryRow], raisedIn month: Month, texts: [String: String] = [:]) {
        var cases: [String: Case] = [:]
        var tests: Set<String> = []
        var notes: Set<String> = []
        for row in rows {
            let isRaise = row.cause == "raised"
            let isInMonth = WallTime(rfc3339: row.time).map(month.contains) ?? false
            if isRaise, isInMonth, row.test { tests.insert(row.alarm) }
            if isRaise, isInMonth, row.to == "out-of-service" { notes.insert(row.alarm) }
            guard !row.test else { continue }
            if isRaise {
                guard isInMonth, row.to != "out-of-service" else { continue }
                Self.raise(row, &cases[row.alarm, default: Case(rule: row.rule, severity: row.severity)])
            } else if cases[row.alarm] != nil {
                Self.step(row, &cases[row.alarm, default: Case(rule: row.rule, severity: row.severity)])
            }
        }
        let all = Array(cases.values)
        alarms = all.count
        closed = all.count(where: \.isClosed)
        falseAlarms = all.count(where: \.isFalse)
        self.tests = tests.count
        self.notes = notes.subtracting(cases.keys).count
        kinds = Dictionary(grouping: all, by: \.rule).map { rule, cases in
            Self.kind(cases, rule: rule, text: texts[rule], severity: cases.map(\.severity).max() ?? 0)
        }.sorted { ($1.alarms, $1.severity, $0.rule ?? "") < ($0.alarms, $0.severity, $1.rule ?? "") }
        severities = Dictionary(grouping: all, by: \.severity).map { Self.kind($1, rule: nil, text: nil, severity: $0) }
            .sorted { $0.severity > $1.severity }
    }

    private static func raise(_ row: AlarmHistoryRow, _ one: inout Case) {
        one.raises += 1
        one.severity = max(one.severity, row.severity)
        // Whoever acknowledges knows of every time it was raised since they did the last time.
        if row.to == "unacknowledged" { one.waiting = one.waiting ?? row }
        one.standing = one.standing ?? row
    }

    private static func step(_ row: AlarmHistoryRow, _ one: inout Case) {
        one.severity = max(one.severity, row.severity)
        if row.cause == "escalated" { one.isEscalated = true }
        if row.cause == "acknowledged" || row.cause == "closed", let raised = one.waiting {
            one.acknowledged.append(seconds(from: raised, to: row))
            one.waiting = nil
        }
        if row.cause == "returned", let raised = one.standing {
            one.cleared.append(seconds(from: raised, to: row))
            one.standing = nil
        }
        guard row.cause == "closed" else { return }
        one.isClosed = true
        one.isFalse = row.falseAlarm == true
    }

    /// Nil when the clock cannot tell.
    private static func seconds(from raised: AlarmHistoryRow, to row: AlarmHistoryRow) -> Double? {
        guard raised.clock != "unsynced", row.clock != "unsynced", let from = WallTime(rfc3339: raised.time),
            let to = WallTime(rfc3339: row.time), from <= to
        else { return nil }
        return Double(to.milliseconds - from.milliseconds) / 1000
    }

    private static func kind(_ cases: [Case], rule: String?, text: String?, severity: Int) -> AlarmFiguresReport.Kind {
        func distribution(_ times: [Double?]) -> Distribution {
            Distribution(times.compactMap(\.self), untimed: times.count { $0 == nil })
        }
        return AlarmFiguresReport.Kind(
            rule: rule, text: text, severity: severity, alarms: cases.count, raises: cases.reduce(0) { $0 + $1.raises },
            escalated: cases.count(where: \.isEscalated), falseAlarms: cases.count(where: \.isFalse),
            waiting: cases.count { $0.waiting != nil }, standing: cases.count { $0.standing != nil },
            acknowledge: distribution(cases.flatMap(\.acknowledged)), clear: distribution(cases.flatMap(\.cleared)))
    }
}
