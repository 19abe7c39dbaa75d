// What the tool says in both languages: nothing left in the other one, columns straight, and every cover with code and place.
import Alarms
import DiagnosticsProtocol
import SensorModel
import TestSupport
import Testing

@testable import DiagnosticsClient

/// A street's worth of answers, whose own data is neither Chinese nor a sentence.
enum Answers {
    static let (code, name, place) = ("3205820102048188", "RML-56", "PLACE-SE")
    static let (point, since, until) = ("\(code)/ch4/gas", "2026-11-21T04:00:00.000Z", "2026-11-21T06:00:00.000Z")

    static let crew = MaintenanceRow(
        cover: code, coverName: name, place: place, order: "W-17", crew: "B2", reason: "R1", by: "chen", since: since,
        until: until)
    static let test = SensorTestRow(
        point: point, coverName: name, place: place, quantity: "methane", reason: "R2", by: "chen", since: since, until: until)
    static let done = CalibrationRow(
        point: point, coverName: name, place: place, serial: "XCD-1", unit: "%LEL", by: "chen", reason: "R2", start: since,
        end: until, clock: "unsynced", endedBy: "chen", readings: 9, lowest: 0, highest: 49.5, last: 48.5, applied: 50,
        deviation: -1.5, passed: true)
    static let due = CalibrationDueReport(
        intervalDays: 180, source: "S1",
        points: ["never", "due", "later"].map { .init(point: point, coverName: name, place: place, state: $0) })
    static let covers = [BusCover(cover: code, coverName: name, place: place)]

    static func alarm(_ state: String, aside: Bool = false) -> AlarmRow {
        AlarmRow(
            alarm: "A-\(state)", rule: "methane-high", severity: 3, state: state, cover: code, coverName: name, place: place,
            point: point, value: 25, unit: "%LEL", threshold: 20, raised: since, changed: since, acknowledgedBy: "chen",
            count: 2, test: true, setAside: aside ? .init(by: "chen", reason: "R3", until: until) : nil)
    }

    static func status(healthy: Bool) -> StatusReport {
        StatusReport(
            gateway: "gw-1", version: "1", healthy: healthy, problems: healthy ? [] : ["P1", "P2"], started: since,
            uptimeSeconds: 99, boot: "b-1", store: "s-1", clock: healthy ? "synced" : "holdover",
            simulation: healthy ? nil : .init(scenario: "S1", seed: "7", speed: 1, begin: since, time: since),
            configuration: .init(
                path: "/etc/g.yaml", hash: "sha256:0", state: healthy ? "current" : "last-good", errors: healthy ? [] : ["E1"]),
            buses: healthy ? [] : [.init(id: "plc", connected: false)], sensors: .init(total: 9, good: 4, bad: 3),
            alarms: .init(active: 2, unacknowledged: 1), outbox: .init(readingsWaiting: 5, alarmsWaiting: 2),
            uplinks: healthy ? [] : ["connected", "connecting", "waiting", "stopped"].map { .init(id: "u-\($0)", state: $0) },
            maintenance: [crew], tests: [test])
    }

    static func buses(connected: Bool, silences: Int) -> BusReport {
        let units = [
            BusRow.Unit(
                unit: 3, sensors: ["\(code)/ch4"], transactions: 9, replies: 5, timeouts: 1, checksumErrors: 1, mismatches: 1,
                exceptions: 1, probes: 2, latencyMaxMs: 9, latencyP50Ms: 5, latencyP99Ms: 8, resynchronising: silences == 0,
                silences: silences, quarantineSeconds: silences > 0 ? 30 : nil),
            BusRow.Unit(
                unit: 4, sensors: ["\(code)/h2s"], transactions: 9, replies: 9, timeouts: 0, checksumErrors: 0, mismatches: 0,
                exceptions: 0, probes: 0, latencyMaxMs: 9, latencyP50Ms: 5, latencyP99Ms: 8, resynchronising: false),
        ]
        let box = BusRow(
            id: "box", kind: "gpio", address: "chip0", connected: true, utilisation: 0, connects: 0, strayBytes: 0, units: [])
        let bus = BusRow(
            id: "rs485-1", kind: "modbus-rtu", address: "/dev/ttyS4", connected: connected, problem: "P1", utilisation: 0.25,
            connects: 2, strayBytes: 3, missedPolls: 4, units: units)
        return BusReport(buses: [bus, box], covers: covers)
    }

    static let row = SensorRow(
        point: point, cover: code, coverName: name, place: place, sensor: "ch4", channel: "gas", quantity: "methane",
        unit: "%LEL", quality: "bad", reason: "timeout", time: since, ageSeconds: 5, bus: "rs485-1", unitAddress: 3)
    static let unread = SensorRow(
        point: "\(code)/tilt/tilt", cover: code, coverName: name, place: place, sensor: "tilt", channel: "tilt", quantity: "tilt",
        unit: "deg", quality: "bad", bus: "rs485-1")

    static let request = BusReadRequest(bus: "rs485-1", unit: 3, table: "holding", address: 0, count: 2)
    static let order = BusWriteRequest(bus: "rs485-1", unit: 3, table: "holding", address: 10, words: [5, 6])
    static let frames = [
        BusFrameRow(number: 1, time: since, kind: "request", unit: 3, hex: "030300000002c5e9", problem: ""),
        BusFrameRow(number: 2, time: since, kind: "silence", unit: 3, hex: "", problem: "D1"),
        BusFrameRow(number: 3, time: since, kind: "stray", unit: 3, hex: "00ff", problem: "D2"),
        BusFrameRow(number: 4, time: since, kind: "reply", unit: 3, hex: "0383020131", problem: ""),
        BusFrameRow(number: 5, time: since, kind: "reply", unit: 3, hex: "00ff00ff00", problem: "D3"),
    ]

    static func scan(_ state: String) -> BusScanReport {
        BusScanReport(
            bus: "rs485-1", state: state, now: "", asked: 20, remaining: 2, remainingSeconds: 9, blindSeconds: 15,
            devices: [
                .init(unit: 3, settings: "9600-8N1", profiles: ["xcd", "xrl"], sensors: ["\(code)/ch4"], seen: "0x2501"),
                .init(unit: 4, settings: nil, profiles: [], sensors: [], seen: "0x2502"),
            ], problem: "P1", covers: covers)
    }

    /// Everything that concerns a cover, in one language.
    static func ofCovers(_ renderer: Renderer) -> [String] {
        var ended = crew
        ended.active = false
        let buses = buses(connected: true, silences: 4)
        return [
            renderer.text(status(healthy: true)),
            renderer.text(AlarmReport(alarms: AlarmState.allCases.map { alarm($0.rawValue, aside: $0 == .shelved) })),
            renderer.text(AlarmReport(alarms: [], cases: [alarm("normal")])),
            renderer.text(
                AckReply(alarm: "A1", state: "acknowledged", cover: code, coverName: name, place: place, acknowledgedBy: "chen")),
            renderer.text(CloseReply(alarm: "A1", state: "closed", cover: code, coverName: name, place: place, closedBy: "chen")),
            renderer.text(
                ShelveReply(alarm: "A1", state: "shelved", cover: code, coverName: name, place: place, by: "chen", until: until)),
            renderer.text(MaintenanceReport(maintenance: [crew], tests: [])),
            renderer.text(MaintenanceReport(maintenance: [], tests: [test])), renderer.text(crew), renderer.text(ended),
            renderer.text(test), renderer.text(done), renderer.text(CalibrationReport(tests: [done], unreadable: 2)),
            renderer.text(due), renderer.text(SensorReport(sensors: [row, unread])), renderer.text(ReadReport(readings: [row])),
            renderer.text(buses), renderer.text(Self.buses(connected: false, silences: 0)), renderer.text(scan("done")),
            renderer.question(order, buses),
            renderer.text(
                BusReadReport(
                    request: request, words: [1, 2], forms: [], frames: frames, latencyMs: 5, sensors: ["\(code)/ch4"],
                    covers: covers)),
            renderer.text(BusWriteReport(request: order, confirmed: true, frames: [], sensors: ["\(code)/ch4"], covers: covers)),
        ]
    }

    /// The rest.
    static func others(_ renderer: Renderer) -> [String] {
        var follower = TraceFollower(kind: "modbus-rtu", after: 0, words: renderer.words)
        let away = BusTraceReport(bus: "rs485-1", kind: "modbus-rtu", frames: frames, last: 5, connected: false, problem: "P1")
        let news = [
            follower.take(away),
            follower.take(
                BusTraceReport(
                    bus: "rs485-1", kind: "modbus-rtu",
                    frames: [BusFrameRow(number: 9, time: since, kind: "request", unit: 3, hex: "03030000000185e8", problem: "")],
                    last: 9, connected: true)),
            follower.take(BusTraceReport(bus: "rs485-1", kind: "modbus-rtu", frames: [], last: 1, connected: true)),
        ]
        let said = news.flatMap { [$0.notice, $0.connection].compactMap(\.self) }
        let lines = zip(news[0].frames, news[0].words).dropFirst().map { renderer.line($0, words: $1, zone: { _ in 0 }) }
        let failed = BusReadReport(request: request, words: [], forms: [], frames: frames, problem: "P1")
        let bits = BusReadRequest(bus: "rs485-1", unit: 3, table: "coil", address: 0, count: 2)
        return [
            renderer.text(status(healthy: false)), renderer.text(AlarmReport(alarms: [])),
            renderer.text(MaintenanceReport(maintenance: [], tests: [])),
            renderer.text(CalibrationReport(tests: [], unreadable: 0)),
            renderer.text(CalibrationDueReport(intervalDays: 180, source: "S1", points: [])),
            renderer.text(SensorReport(sensors: [])), renderer.text(ReadReport(readings: [])),
            renderer.text(BusReport(buses: [])),
            renderer.text(
                BusReport(buses: [
                    BusRow(
                        id: "plc", kind: "modbus-tcp", address: "h:502", connected: true, utilisation: 0, connects: 1,
                        strayBytes: 0, units: [])
                ])), renderer.progress(scan("running")), renderer.warning(scan("preview")), renderer.text(scan("stopped")),
            renderer.text(scan("done").devices[0]), renderer.text(scan("done").devices[1]), renderer.question(scanOf: "rs485-1"),
            renderer.text(failed), renderer.text(BusReadReport(request: bits, words: [1, 0], forms: [], frames: [])),
            renderer.text(BusWriteReport(request: order, confirmed: false, problem: "D4", frames: [])),
            renderer.text(
                BusWriteReport(
                    request: order, confirmed: false, problem: renderer.words("未写入：D5", "not written: D5"), frames: [])),
            follower.summary, follower.heading("rs485-1"),
        ] + said + lines
    }
}

@Suite struct BothLanguagesTests {
    private func texts(_ language: EntryLanguage) -> [String] {
        let renderer = Renderer(colour: false, language: language)
        return Answers.ofCovers(renderer) + Answers.others(renderer) + Answers.ofTheGateway(renderer)
            + ConfigurationSamples.texts(renderer)
    }

    @Test func `Chinese is Chinese, and English is not`() {
        for text in texts(.en) { #expect(!Tongue.hasHan(text), "\(text)") }
        for text in texts(.zh) { #expect(Tongue.hasHan(text), "\(text)") }
    }

    @Test func `no English word is left in Chinese`() {
        let data: Set<String> = [
            "methane-high", "modbus-rtu", "modbus-tcp", "chen", "tilt", "lamp", "checksum", "libgpiod", "gpiochip", "json",
            "UINT",
            Answers.place, "raise", "altered", "pull-up", "gatewayd", "readings", "alarms", "holding", "coil", "little", "jsonl",
            "yaml", "TYPE", "Debian", "gpiod", "--note", "gpio", "chip", "check", "calibration", "when", "above",
        ]
        for text in texts(.zh) {
            for line in text.split(separator: "\n") {
                let strange = Tongue.english(String(line), besides: data).filter { word in
                    !["u-", "A-"].contains { word.hasPrefix($0) }
                }
                #expect(strange.isEmpty, "\(strange) in \(line)")
            }
        }
    }

    @Test(arguments: EntryLanguage.allCases)
    func `whatever concerns a cover says its code, name and place`(language: EntryLanguage) {
        for text in Answers.ofCovers(Renderer(colour: false, language: language)) {
            for part in [Answers.code, Answers.name, Answers.place] { #expect(text.contains(part), "\(part) in \(text)") }
        }
    }

    @Test(arguments: EntryLanguage.allCases)
    func `columns stand under their titles`(language: EntryLanguage) throws {
        let renderer = Renderer(colour: false, language: language)
        let table = renderer.text(AlarmReport(alarms: AlarmState.allCases.map { Answers.alarm($0.rawValue) }))
        let lines = table.split(separator: "\n").map(String.init)
        func column(of text: String, in line: String) throws -> Int {
            let range = try #require(line.firstRange(of: text), "\(text) in \(line)")
            return DisplayWidth.of(String(line[..<range.lowerBound]))
        }
        for (title, cell) in [
            (renderer.words("规则", "RULE"), "methane-high"), (renderer.words("测点", "POINT"), Answers.point),
            (renderer.words("位置", "PLACE"), Answers.place),
        ] {
            let wanted = try column(of: title, in: lines[0])
            for line in lines.dropFirst() { #expect(try column(of: cell, in: line) == wanted, "\(line)") }
        }
        let facts = renderer.text(Answers.status(healthy: true)).split(separator: "\n").map(String.init)
        let starts = try ["b-1", "s-1", "/etc/g.yaml"].map { part in
            try column(of: part, in: try #require(facts.first { $0.hasSuffix(part) || $0.contains(part) }))
        }
        #expect(Set(starts).count == 1, "\(facts)")
    }

    @Test(arguments: EntryLanguage.allCases)
    func `a table that is wider than the terminal is shown row by row, and fits`(language: EntryLanguage) {
        let report = AlarmReport(alarms: AlarmState.allCases.map { Answers.alarm($0.rawValue, aside: $0 == .shelved) })
        let narrow = Renderer(colour: false, language: language, width: 80).text(report)
        for line in narrow.split(separator: "\n") { #expect(DisplayWidth.of(String(line)) <= 80, "\(line)") }
        let title = Vocabulary(language)("位置", "PLACE")
        #expect(
            narrow.split(separator: "\n").count { $0.hasPrefix(title) && $0.hasSuffix(Answers.place) }
                == AlarmState.allCases.count)
        #expect(narrow.split(separator: "\n\n").count == AlarmState.allCases.count, "a blank line between alarms")
        let wide = Renderer(colour: false, language: language, width: 400).text(report)
        #expect(wide == Renderer(colour: false, language: language).text(report))
    }

    @Test(arguments: EntryLanguage.allCases)
    func `a point is one line of a narrow terminal, below its cover with code, name and place`(language: EntryLanguage) {
        var failed = Answers.row
        failed.problem = "P1"
        let report = SensorReport(sensors: [failed, Answers.unread])
        let lines = Renderer(colour: false, language: language, width: 80).text(report).split(separator: "\n").map(String.init)
        #expect(lines.count == 5, "\(lines)")
        #expect([Answers.code, Answers.name, Answers.place].allSatisfy { lines[0].contains($0) })
        #expect(lines.count { $0.hasPrefix("ch4/gas ") } == 1 && lines.count { $0.hasPrefix("tilt/tilt ") } == 1)
        #expect(lines.last?.hasSuffix("P1") == true)
        for line in lines { #expect(DisplayWidth.of(line) <= 80, "\(line)") }
    }

    @Test func `every word of the contract has its Chinese, and one that is newer stands as it is`() {
        let words = Vocabulary(.zh)
        for state in AlarmState.allCases { #expect(words.state(state.rawValue).hasSuffix(" \(state.rawValue)"), "\(state)") }
        for cause in AlarmTransition.Cause.allCases {
            #expect(words.cause(cause.rawValue).hasSuffix(" \(cause.rawValue)"), "\(cause)")
        }
        for state in ClockState.allCases { #expect(words.clock(state.rawValue).hasSuffix(" \(state.rawValue)"), "\(state)") }
        let reasons = BadReason.allCases.map(\.rawValue) + UncertainReason.allCases.map(\.rawValue)
        for reason in reasons { #expect(words.reason(reason).hasSuffix(" \(reason)"), "\(reason)") }
        for quantity in Quantity.allCases {
            #expect(!words.quantity(quantity.rawValue).contains(quantity.rawValue), "\(quantity)")
        }
        for word in ["newer", ""] {
            #expect(words.state(word) == word && words.reason(word) == word && words.quantity(word) == word)
        }
        #expect(Vocabulary(.en).state("shelved") == "shelved" && Vocabulary(.en).quantity("methane") == "methane")
        #expect(Vocabulary(word: "fr").language == .en && words.severity(9) == "9")
    }

    @Test func `simulated times are said to be, in both languages`() {
        #expect(Vocabulary(.zh).fieldTime("2026-11-21T04:00:00Z") == "\n以上为模拟时间，现为 2026-11-21 04:00:00 UTC。\n")
        #expect(Vocabulary(.en).fieldTime("2026-11-21T04:00:00Z").contains("simulated: there it is 2026-11-21 04:00:00 UTC"))
        #expect(Vocabulary(.en).fieldTime(nil).isEmpty)
    }

    @Test func `a line that must fit is cut between characters and not within a wide one`() {
        #expect(DisplayWidth.prefix(of: "设备3", columns: 4) == "设备")
        #expect(DisplayWidth.prefix(of: "设备3", columns: 3) == "设")
        #expect(DisplayWidth.prefix(of: "unit 3", columns: 80) == "unit 3")
        #expect(DisplayWidth.prefix(of: "设", columns: 0) == "")
    }
}
