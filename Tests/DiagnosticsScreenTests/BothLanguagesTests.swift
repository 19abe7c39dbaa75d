// The live screen in both languages: nothing left in the other one, on any page, and columns under their titles.
import DiagnosticsProtocol
import TestSupport
import Testing

@testable import DiagnosticsClient
@testable import DiagnosticsScreen

@Suite struct ScreenLanguageTests {
    private static let keys: [[Key]] = [
        [], [.enter], [.enter, .down, .enter], [.enter, .down, .enter, .enter], [.character("a")], [.character("a"), .down],
        [.character("b")], [.character("o")], [.character("s")], [.character("?")],
    ]
    /// What the sample's own data brings.
    private static let data: Set<String> = [
        "methane-high", "supply-low", "tilt", "level", "depth", "state", "honeywell-sensepoint-xcd", "modbus-rtu", "broker",
        "example", "wang", "refused", "city", "Enter", "Backspace", "PgUp", "Home", "Ctrl-C", "yaml",
    ]

    /// A street whose own words are of no language, with everything on it that can be said.
    private func street(_ chinese: Bool, alarm: String?, healthy: Bool) -> GatewaySnapshot {
        var snapshot = Street.snapshot(alarm: alarm, healthy: healthy)
        snapshot.language = chinese ? .zh : .en
        for index in snapshot.sensors.sensors.indices {
            snapshot.sensors.sensors[index].coverName = "RML-\(snapshot.sensors.sensors[index].cover.suffix(2))"
            if snapshot.sensors.sensors[index].problem != nil { snapshot.sensors.sensors[index].problem = "P1" }
        }
        for index in snapshot.alarms.alarms.indices { snapshot.alarms.alarms[index].coverName = nil }
        if !healthy { snapshot.status.problems = (1...9).map { "P\($0)" } }
        snapshot.status.maintenance = [
            MaintenanceRow(
                cover: Street.first, order: "W-17", crew: "B2", reason: "R1", by: "lin", since: "2026-11-21T04:00:00Z",
                until: "2026-11-21T06:00:00Z")
        ]
        snapshot.uplinks.uplinks[0].problem = "P2"
        snapshot.uplinks.uplinks[0].nobodyListening = ["t/1"]
        snapshot.buses.buses[0].units[0].silences = alarm == nil ? 0 : 5
        snapshot.buses.buses[0].strayBytes = 2
        snapshot.buses.buses[0].connected = healthy
        return snapshot
    }

    /// Every page in several states.
    private func lines(chinese: Bool, _ size: ScreenSize) -> [String] {
        var lines: [String] = []
        for (alarm, healthy) in [("unacknowledged", true), ("acknowledged", false), (nil, true)] as [(String?, Bool)] {
            for keys in Self.keys {
                var state = Street.state(looks: 12) { look in
                    var snapshot = street(chinese, alarm: alarm, healthy: healthy)
                    snapshot.buses.buses[0].units[0].timeouts = look
                    return snapshot
                }
                for key in keys { _ = state.press(key, size: size) }
                lines += state.frame(size, at: Street.moment(12)).text
                state.fail(
                    ClientFailure(exitStatus: 69, message: "no socket", chinese: "没有套接字"), at: Street.moment(20))
                lines += state.frame(size, at: Street.moment(30)).text
            }
        }
        return lines
    }

    @Test(arguments: [ScreenSize(columns: 200, rows: 50), ScreenSize(columns: 80, rows: 24), ScreenSize(columns: 40, rows: 10)])
    func `no page has a word of the other language`(size: ScreenSize) {
        let english = lines(chinese: false, size)
        #expect(english.contains { $0.contains("no socket") })
        for line in english { #expect(!Tongue.hasHan(line), "\(line)") }
        let chinese = lines(chinese: true, size)
        #expect(chinese.contains { $0.contains("没有套接字") })
        // A word of the contract stands behind its Chinese and may be cut off.
        let cut = chinese.map { line in
            line.split(separator: " ").filter { !$0.hasSuffix("…") }.joined(separator: " ")
        }
        for line in cut {
            let strange = Tongue.english(line, besides: Self.data)
            #expect(strange.isEmpty, "\(strange) in \(line)")
        }
    }

    @Test(arguments: [false, true]) func `columns stand under their titles`(chinese: Bool) throws {
        let state = Street.state { _ in street(chinese, alarm: nil, healthy: true) }
        let lines = state.frame(ScreenSize(columns: 120, rows: 40), at: Street.moment(1)).text
        func column(of text: String, in line: String) throws -> Int {
            DisplayWidth.of(String(line[..<(try #require(line.firstRange(of: text), "\(line)")).lowerBound]))
        }
        let title = try #require(lines.first { $0.contains(chinese ? "质量" : "QUALITY") })
        let wanted = try column(of: chinese ? "质量" : "QUALITY", in: title)
        let cells = lines.filter { $0.contains("ch4/gas") || $0.contains("tilt/x") || $0.contains("lid/state") }
        #expect(cells.count == 3)
        for line in cells {
            let word = line.contains("tilt/x") ? (chinese ? "无效" : "bad") : (chinese ? "可信" : "good")
            #expect(try column(of: word, in: line) == wanted, "\(line)")
        }
    }
}
