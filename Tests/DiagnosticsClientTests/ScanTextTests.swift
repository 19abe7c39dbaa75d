// What a scan looks like: the line while it runs, what was found, the table, the warning before the sensors are left alone.
import DiagnosticsProtocol
import FoundationEssentials
import Testing

@testable import DiagnosticsClient

@Suite struct ScanTextTests {
    private let renderer = Renderer(colour: false)

    private static let report = BusScanReport(
        bus: "rs485-1", state: "running", now: "unit 17 at 9600 8N1", asked: 20, remaining: 231, remainingSeconds: 119.6,
        blindSeconds: 15.7,
        devices: [
            .init(
                unit: 3, settings: "9600 8N1", profiles: ["xcd"], sensors: ["C1/ch4"], seen: "holding 0 reads 0x2501"),
            .init(unit: 17, settings: nil, profiles: [], sensors: [], seen: "refuses\u{1B}[2J holding 0"),
            .init(unit: 18, settings: nil, profiles: ["a", "b"], sensors: [], seen: "s"),
        ])

    @Test func `the line while it runs fits a terminal of 80 columns`() {
        let line = renderer.progress(Self.report)
        #expect(line == "unit 17 at 9600 8N1 · 3 found · 231 questions left, at most 119 s")
        #expect(line.count < 80)
    }

    @Test func `the table has a row for each device, and nothing in it drives the terminal`() {
        var report = Self.report
        report.state = "done"
        report.problem = "unit 5: bytes came that are no reply"
        let lines = renderer.text(report).split(separator: "\n").map(String.init)
        #expect(lines[0] == "Scan of rs485-1 done: 20 questions asked, 3 devices found.")
        #expect(lines[1] == "  - unit 5: bytes came that are no reply")
        #expect(lines[2].split(separator: " ").map(String.init) == ["UNIT", "SETTINGS", "MODEL", "SENSORS", "SEEN"])
        #expect(lines[3].contains("3  9600 8N1  xcd     C1/ch4   holding 0 reads 0x2501"))
        #expect(lines[5].contains("a or b") && lines.count == 6)
        #expect(!renderer.text(report).contains("\u{1B}"))
        report.devices = []
        #expect(renderer.text(report).split(separator: "\n").count == 2, "no table without rows")
    }

    @Test func `what was found is said in a line of its own`() {
        #expect(renderer.text(Self.report.devices[0]) == "found unit 3 at 9600 8N1: xcd")
        #expect(renderer.text(Self.report.devices[1]) == "found unit 17: no installed model recognised")
    }

    @Test func `the warning names the bus and the time`() {
        #expect(renderer.warning(Self.report).hasPrefix("The sensors of bus rs485-1 will not be read for up to 16 s, and"))
    }

    @Test func `an order of an older client, without preview, begins a scan`() throws {
        let order = try JSONDecoder().decode(BusScanRequest.self, from: Data(#"{"bus":"b","other_settings":true}"#.utf8))
        #expect(order == BusScanRequest(bus: "b", otherSettings: true, preview: false))
    }
}
