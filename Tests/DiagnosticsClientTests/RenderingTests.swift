// Tables for people: straight columns, worst first, and nothing that drives the terminal.
import DiagnosticsProtocol
import Testing

@testable import DiagnosticsClient

@Suite struct RenderingTests {
    private let plain = Renderer(colour: false)

    private func row(_ point: String, name: String?, value: Double?, reason: String? = nil, quality: String) -> SensorRow {
        SensorRow(
            point: point, cover: "C", coverName: name, sensor: "s", channel: "c", quantity: "methane", unit: "%LEL", value: value,
            quality: quality, reason: reason, time: "2026-11-21T04:00:00.123Z", ageSeconds: 61.4, bus: "plc")
    }

    @Test(arguments: [("abc", 3), ("人民路56号井", 12), ("e\u{301}", 1), ("ＡＢ", 4), ("", 0), ("｡", 1), ("ß–", 2), ("한", 2)])
    func `width counts columns of the terminal`(text: String, width: Int) {
        #expect(DisplayWidth.of(text) == width)
    }

    @Test func `columns after a Chinese name stay in line`() {
        let report = SensorReport(sensors: [
            row("C1/s/c", name: "人民路56号井", value: 1, quality: "good"), row("C2/s/c", name: "east", value: 22.5, quality: "good"),
        ])
        let lines = plain.text(report).split(separator: "\n")
        let columns = lines.dropFirst().map { line in
            line.firstRange(of: "methane").map { DisplayWidth.of(String(line[..<$0.lowerBound])) }
        }
        #expect(columns.count == 2)
        #expect(columns[0] != nil)
        #expect(columns[0] == columns[1])
        #expect(lines.allSatisfy { !$0.hasSuffix(" ") })
    }

    @Test func `the worst points stand first and a bad one shows no number`() throws {
        let report = SensorReport(sensors: [
            row("A/s/c", name: nil, value: 1.5, quality: "good"),
            row("B/s/c", name: nil, value: 3, reason: "stale", quality: "uncertain"),
            row("C/s/c", name: nil, value: nil, reason: "timeout", quality: "bad"),
        ])
        let lines = plain.text(report).split(separator: "\n").dropFirst()
        #expect(lines.map { $0.prefix(1) } == ["C", "B", "A"])
        let bad = try #require(lines.first)
        #expect(bad.contains("bad: timeout"))
        #expect(bad.contains("–"))
        #expect(bad.contains("2026-11-21 04:00:00"))
    }

    @Test func `alarms nobody has seen stand first, then the dangerous ones`() {
        func alarm(_ id: String, _ severity: Int, _ state: String) -> AlarmRow {
            AlarmRow(
                alarm: id, rule: "r", severity: severity, state: state, raised: "2026-11-21T04:00:00Z",
                changed: "2026-11-21T04:00:00Z")
        }
        let report = AlarmReport(alarms: [
            alarm("a", 3, "acknowledged"), alarm("b", 1, "unacknowledged"), alarm("c", 2, "returned-unacknowledged"),
        ])
        #expect(plain.text(report).split(separator: "\n").dropFirst().map { $0.prefix(1) } == ["c", "b", "a"])
    }

    @Test func `empty lists say so in a sentence`() {
        #expect(plain.text(AlarmReport(alarms: [])) == "No alarms.\n")
        #expect(plain.text(SensorReport(sensors: [])) == "No sensors are configured.\n")
        #expect(plain.text(BusReport(buses: [])) == "No buses are configured.\n")
        #expect(plain.text(UplinkReport(uplinks: [])) == "No uplinks are configured.\n")
    }

    @Test func `the lines of a chip are shown with their holders, and what the library cannot do is said`() {
        let line = ChipRow.Line(
            offset: 17, name: "GPIO17", holder: "gatewayd", direction: "input", activeLow: true, bias: "pull-up",
            sensor: "C1/lid", active: true)
        func chip(_ able: Bool) -> GPIOReport {
            GPIOReport(chips: [
                ChipRow(
                    bus: "box", chip: "pinctrl-bcm2711", library: "libgpiod 1.6.3", kernelDebounce: able,
                    sequenceNumbers: able, lines: [line])
            ])
        }
        let text = plain.text(chip(false))
        #expect(text.contains("17  GPIO17  input      active low, pull-up  gatewayd  active  C1/lid"))
        #expect(text.contains("has no debounce"))
        #expect(text.contains("a lost edge cannot be seen"))
        #expect(!plain.text(chip(true)).contains("this version of the library"))
        let none = plain.text(GPIOReport(chips: []))
        #expect(none.hasPrefix("No bus of kind gpio is configured. `gpiodetect`"))
        #expect(none.hasSuffix("chip: LABEL}.\n"))
        #expect(none.split(separator: "\n").count == 1)
    }

    @Test func `outputs are shown with what is demanded, what they are driven to and what was read back`() {
        let held = ChipRow.Output(
            output: "siren", line: "GPIO5", activeLow: false, failSafe: true, sounds: false, energised: true, confirmed: true)
        let lost = ChipRow.Output(
            output: "lamp", line: "offset 6", activeLow: true, failSafe: false, sounds: true, problem: "chip box went away")
        let line = ChipRow.Line(
            offset: 5, name: "GPIO5", holder: "gatewayd", direction: "output", activeLow: false, output: "siren")
        let text = plain.text(
            GPIOReport(chips: [
                ChipRow(
                    bus: "box", chip: "c", library: "l", kernelDebounce: true, sequenceNumbers: true, lines: [line],
                    outputs: [held, lost])
            ]))
        func row(_ id: String) -> String {
            let words = text.split(separator: "\n").first { $0.drop { $0 == " " }.hasPrefix(id) }?.split(separator: " ") ?? []
            return words.joined(separator: " ")
        }
        #expect(row("siren") == "siren GPIO5 output active high, fail-safe quiet energised confirmed")
        #expect(row("lamp") == "lamp offset 6 output active low sound not driven chip box went away")
        #expect(row("5") == "5 GPIO5 output gatewayd siren")
    }

    @Test func `a name cannot drive the terminal`() {
        let report = SensorReport(sensors: [row("C1/s/c", name: "\u{1B}[2Jx\n\u{202E}\u{9B}y", value: 1, quality: "good")])
        let text = plain.text(report)
        #expect(text.split(separator: "\n").count == 2)
        #expect(!text.unicodeScalars.contains { $0 == "\u{1B}" || $0 == "\u{9B}" || $0 == "\u{202E}" })
        #expect(text.contains("\u{FFFD}[2Jx\u{FFFD}\u{FFFD}\u{FFFD}y"))
    }

    @Test func `colour appears only when it is asked for`() {
        let report = SensorReport(sensors: [row("C1/s/c", name: nil, value: 1, quality: "good")])
        #expect(!plain.text(report).contains("\u{1B}"))
        #expect(Renderer(colour: true).text(report).contains("\u{1B}[32mgood\u{1B}[0m"))
    }

    @Test func `numbers, ages and sizes read as a person writes them`() {
        #expect(Words.number(12.5) == "12.5")
        #expect(Words.number(20) == "20")
        #expect(Words.number(-0.0004) == "0")
        #expect(Words.number(0.1 + 0.2) == "0.3")
        #expect(Words.number(.nan) == "–")
        #expect(Words.quantity(1, "1") == "1")
        #expect(Words.quantity(20, "%LEL") == "20 %LEL")
        #expect(Words.age(0.25) == "0.3 s" || Words.age(0.25) == "0.2 s")
        #expect(Words.age(61) == "61 s")
        #expect(Words.age(12_000) == "3 h 20 min")
        #expect(Words.age(90_000 * 2) == "2 d 2 h")
        #expect(Words.age(nil) == "–")
        #expect(Words.bytes(1536) == "1.5 KiB")
    }

    @Test func `status says first whether all is well and then each problem`() {
        var status = StatusReport(
            gateway: "gw-1", version: "1", healthy: true, problems: [], started: "2026-11-21T04:00:00.000Z", uptimeSeconds: 1,
            boot: "b", store: "s", clock: "synced",
            configuration: StatusReport.Configuration(path: "/etc/g.yaml", hash: "sha256:0", state: "current", errors: []),
            buses: [], sensors: StatusReport.Sensors(total: 0, good: 0, bad: 0),
            alarms: StatusReport.Alarms(active: 0, unacknowledged: 0),
            outbox: StatusReport.Outbox(readingsWaiting: 0, alarmsWaiting: 0), uplinks: [])
        #expect(plain.text(status).hasPrefix("gw-1 HEALTHY\n"))
        #expect(plain.text(status).contains("waiting: 0 alarms, 0 readings\n"))
        status.outbox = StatusReport.Outbox(readingsWaiting: 1, alarmsWaiting: 1)
        #expect(plain.text(status).contains("waiting: 1 alarm, 1 reading\n"))
        status.healthy = false
        status.problems = ["bus plc: no connection; look at the cable", "uplink city: certificate expired"]
        status.configuration.state = "last-good"
        status.configuration.errors = ["g.yaml:3:1: error: bus: unknown key"]
        let text = plain.text(status)
        #expect(text.hasPrefix("gw-1 UNHEALTHY: 2 problems\n  - bus plc: no connection; look at the cable\n  - uplink city"))
        #expect(text.contains("g.yaml:3:1: error: bus: unknown key"))
        status.thresholds = [People.threshold]
        #expect(
            plain.text(status).contains(
                "methane-high raised at 10 %LEL, over beyond 8 %LEL; the configuration has 20 and 15; by 王伟 via city\n"))
        status.sampling = [People.sampling]
        #expect(
            plain.text(status).contains(
                "人民路56号井 C1 every 2 s until 2026-11-21 05:00:00 UTC: ch4, tilt; by 王伟 via city\n"))
    }
}
