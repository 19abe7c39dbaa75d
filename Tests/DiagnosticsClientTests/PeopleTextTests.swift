// What the tool says of alarms that people have set aside, of crews at work and of tests of sensors.
import DiagnosticsProtocol
import Testing

@testable import DiagnosticsClient

/// Rows for tests.
enum People {
    static let crew = MaintenanceRow(
        cover: "C1", coverName: "人民路56号井", order: "W-17", crew: "B2", reason: "pump", by: "chen",
        since: "2026-11-21T04:00:00.000Z", until: "2026-11-21T06:00:00.000Z")
    static let test = SensorTestRow(
        point: "C1/ch4/gas", coverName: "人民路56号井", quantity: "methane", reason: "bump test", by: "chen",
        since: "2026-11-21T04:00:00.000Z", until: "2026-11-21T04:30:00.000Z")
    static let threshold = ThresholdRow(
        rule: "methane-high", unit: "%LEL", threshold: 10, clearThreshold: 8, configuredThreshold: 20,
        configuredClearThreshold: 15, by: "王伟 via city", since: "2026-11-21T04:00:00.000Z")
    static let sampling = SamplingRow(
        cover: "C1", coverName: "人民路56号井", everySeconds: 2, sensors: ["ch4", "tilt"], by: "王伟 via city",
        since: "2026-11-21T04:00:00.000Z", until: "2026-11-21T05:00:00.000Z")
    static let done = CalibrationRow(
        point: "C1/ch4/gas", coverName: "人民路56号井", serial: "XCD-1", unit: "%LEL", by: "chen", reason: "bump test",
        start: "2026-11-21T04:00:00.000Z", end: "2026-11-21T04:10:00.000Z", clock: "synced", endedBy: "chen", readings: 9,
        lowest: 0, highest: 49.5, last: 48.5, applied: 50, deviation: -1.5, passed: true)

    /// Every row and request, by its schema.
    static var rows: [(String, any Encodable)] {
        [
            ("AlarmReport", AlarmReport(alarms: [])), ("AlarmSetAside", AlarmRow.SetAside(by: "b", reason: "r", until: "u")),
            ("AckReply", AckReply(alarm: "a", state: "acknowledged", acknowledgedBy: "b")),
            ("CloseRequest", CloseRequest(alarm: "a", note: "n", falseAlarm: nil)),
            ("CloseReply", CloseReply(alarm: "a", state: "closed", closedBy: "b")),
            ("ShelveRequest", ShelveRequest(alarm: "a", reason: "r", seconds: 1)),
            ("ShelveReply", ShelveReply(alarm: "a", state: "shelved", by: "b", until: "u")),
            ("MaintenanceRequest", MaintenanceRequest(cover: "c", order: "o", crew: "c", reason: "r", seconds: 1)),
            ("MaintenanceStop", MaintenanceStop(cover: "c")), ("MaintenanceRow", crew), ("SensorTestRow", test),
            ("ThresholdRow", threshold), ("SamplingRow", sampling),
            ("MaintenanceReport", MaintenanceReport(maintenance: [], tests: [])),
            ("CalibrationRequest", CalibrationRequest(point: "p", reason: "r", seconds: 1)),
            ("CalibrationStop", CalibrationStop(point: "p")), ("CalibrationRow", done),
            ("CalibrationReport", CalibrationReport(tests: [], unreadable: 0)),
            ("CalibrationDueRow", CalibrationDueReport.Row(point: "p", state: "never")),
            ("CalibrationDueReport", CalibrationDueReport(intervalDays: 180, source: "s", points: [])),
        ]
    }
}

@Suite struct PeopleTextTests {
    private let plain = Renderer(colour: false)

    @Test(
        arguments: [
            ("2h", 7200), ("2 h", 7200), ("90 min", 5400), ("30min", 1800), ("30m", 1800), ("45 s", 45), ("0.5 h", 1800),
            ("9h", 32_400),
        ])
    func `a duration has a number and a unit, as in the configuration`(text: String, seconds: Int) {
        #expect(DurationText.seconds(text) == seconds)
    }

    @Test(arguments: ["", "2", "h", "-2h", "2 hours", "2h 30min", "1e3 s", "∞ h", "1e9d", "99999999999 d", "٢ h"])
    func `what is no duration is none`(text: String) { #expect(DurationText.seconds(text) == nil) }

    @Test func `the list says how often, in which words, and until when an alarm is set aside`() {
        let shelved = AlarmRow(
            alarm: "a1", rule: "water-high", severity: 2, state: "shelved", cover: "C1", point: "C1/level/depth", value: 3.1,
            unit: "m", raised: "2026-11-21T04:00:00.000Z", changed: "2026-11-21T04:00:00.000Z", text: "Water is high", count: 3,
            setAside: AlarmRow.SetAside(by: "chen", reason: "pump works", until: "2026-11-21T06:00:00.000Z"))
        let over = AlarmRow(
            alarm: "a2", rule: "methane-high", severity: 2, state: "normal", raised: "2026-11-21T04:00:00.000Z",
            changed: "2026-11-21T04:00:00.000Z", acknowledgedBy: "li", test: true)
        let text = plain.text(AlarmReport(alarms: [shelved], cases: [over]))
        #expect(text.contains("until 2026-11-21 06:00:00 by chen: pump works"))
        #expect(text.contains("COUNT") && text.contains("Water is high"))
        #expect(text.contains("Over, to be closed") && text.contains("normal (test)"))
        #expect(plain.text(AlarmReport(alarms: [], cases: [over])).hasPrefix("No alarms.\n\nOver"))
    }

    @Test func `maintenance says what it does not mute, and its end that alarms are alarms again`() {
        #expect(
            plain.text(People.crew)
                == "Maintenance at 人民路56号井 C1 is on until 2026-11-21 06:00:00 UTC: order W-17, crew B2.\n"
                + "Gas and oxygen are not muted: their alarms come as always.\n")
        var ended = People.crew
        ended.active = false
        #expect(plain.text(ended).contains("is over") && plain.text(ended).contains("an alarm again"))
        #expect(plain.text(MaintenanceReport(maintenance: [], tests: [])) == "No maintenance, and no sensor under test.\n")
        let list = plain.text(MaintenanceReport(maintenance: [People.crew], tests: [People.test]))
        #expect(list.contains("W-17") && list.contains("NOT WATCHED") && list.contains("methane"))
    }

    @Test func `a test says what its cover is not watched for, then what came of it`() {
        #expect(plain.text(People.test).contains("not watched for methane"))
        #expect(
            plain.text(People.done)
                == "人民路56号井 C1/ch4/gas: passed, 9 readings; 0 to 49.5 %LEL, last 48.5 %LEL; applied 50 %LEL, "
                + "deviation -1.5 %LEL\n")
        let log = plain.text(CalibrationReport(tests: [People.done], unreadable: 1))
        #expect(log.contains("-1.5") && log.contains("1 line of calibration.jsonl cannot be read."))
        let due = CalibrationDueReport(
            intervalDays: 180, source: "site practice", points: [.init(point: "C1/ch4/gas", state: "never")])
        #expect(plain.text(due).contains("never") && plain.text(due).contains("counts for 180 days (site practice)"))
    }
}
