// A month with one of everything, for tests of its form and its text.
import DiagnosticsProtocol

enum CaseSamples {
    static let step = AlarmHistoryRow(
        time: "2026-11-21T04:00:00.000Z", occurred: "2026-11-21T03:59:50.000Z", clock: "synced", seq: 7, alarm: "A1",
        rule: "methane-high", severity: 3, cause: "closed", from: "normal", to: "closed", cover: "C1", point: "C1/ch4/gas",
        value: 30, unit: "%LEL", threshold: 20, actor: "li", note: "vented", falseAlarm: true)
    static let times = AlarmFiguresReport.Distribution([60, 600, 90_000], untimed: 1)
    static let kind = AlarmFiguresReport.Kind(
        rule: "methane-high", text: "甲烷浓度高", severity: 3, alarms: 3, raises: 4, escalated: 1, falseAlarms: 1, waiting: 1,
        standing: 0, acknowledge: times, clear: times)
    static let uptime = AlarmFiguresReport.Uptime(
        sensor: "C1/ch4", coverName: "人民路56号井", observedSeconds: 86_400, goodSeconds: 43_200)
    static let blind = AlarmFiguresReport.Blind(cover: "C2", coverName: "井 2", risk: ["crowded"])
    static let evidence = EvidenceReport(
        alarm: "A1", complete: false, bytes: 2048, sha256: "00ff", audit: .init(seq: 9, hash: "aa"), document: "{}")

    static func history(_ language: String) -> AlarmHistoryReport {
        AlarmHistoryReport(
            month: "2026-11", origin: "field", language: language, steps: [step], leftOut: 2, unreadable: 1)
    }

    static func figures(_ language: String, origin: String = "field") -> AlarmFiguresReport {
        AlarmFiguresReport(
            month: "2026-11", origin: origin, language: language, gateway: "gw-1", alarms: 3, closed: 2, falseAlarms: 1, tests: 1,
            notes: 2, kinds: [kind], severities: [kind], uptime: [uptime], blind: [blind], unreadable: 0, lost: 4)
    }

    static var rows: [(String, any Encodable)] {
        [
            ("AlarmHistoryRow", step), ("AlarmHistoryReport", history("en")), ("FiguresTimes", times), ("FiguresKind", kind),
            ("FiguresUptime", uptime), ("FiguresBlind", blind), ("AlarmFiguresReport", figures("en")),
            ("EvidenceRecord", evidence.audit), ("EvidenceReport", evidence),
        ]
    }
}
