// What a technician sees, in terminals of several sizes, and what the keys do.
import DiagnosticsProtocol
import TestSupport
import Testing

@testable import DiagnosticsClient
@testable import DiagnosticsScreen

@Suite struct ScreenTests {
    private static let sizes = [
        ScreenSize(columns: 80, rows: 24), ScreenSize(columns: 200, rows: 50), ScreenSize(columns: 40, rows: 10),
    ]

    private func text(_ state: WatchState, _ size: ScreenSize = sizes[0], at seconds: Double = 5) -> [String] {
        state.frame(size, at: Street.moment(seconds)).text
    }

    @Test(arguments: sizes)
    func `the essential is there in every size: who, how, the worst alarm, its cover, its value`(size: ScreenSize) throws {
        let lines = text(Street.state(), size)
        #expect(lines.count == size.rows)
        #expect(lines.allSatisfy { DisplayWidth.of($0) <= size.columns })
        #expect(lines[0].contains("gw-500111-0007"))
        #expect(lines[0].contains("HEALTHY"))
        #expect(lines[0].contains("clock holdover"))
        #expect(lines[1].contains("3 danger"))
        #expect(lines[1].contains("人民路56号井"))
        let gas = try #require(lines.first { $0.contains("ch4/gas") && $0.contains("good") })
        #expect(gas.contains("38.0  %LEL"))
        #expect(lines.contains { $0.contains("bad: timeout") })
        #expect(lines.last?.contains("q quit") == true)
    }

    @Test func `the worst cover is on top, and in it the point with the alarm and then the bad one`() throws {
        let lines = text(Street.state())
        func place(_ words: String) throws -> Int {
            try #require(lines.firstIndex { $0.contains(words) && !$0.contains("since") })
        }
        #expect(try place("> 人民路56号井") < place("ch4/gas "))
        #expect(try place("ch4/gas ") < place("tilt/x"))
        #expect(try place("tilt/x") < place("中山路"))
        #expect(lines.contains { $0.contains("lid/state") && $0.contains("closed") })
        #expect(lines.contains { $0.contains("rs485-1 23 %") })
        #expect(lines.contains { $0.contains("city waiting") && $0.contains("1 alarm, 1234 readings waiting, 7 lost") })
    }

    @Test func `every picture of every page fits every terminal`() {
        var random = SeededGenerator(seed: 7)
        let keys: [Key] = [.up, .down, .left, .right, .pageUp, .pageDown, .home, .end] + "jkaboslh?g".map(Key.character)
        for _ in 0..<60 {
            let size = ScreenSize(columns: .random(in: 1...210, using: &random), rows: .random(in: 1...62, using: &random))
            var state = Street.state(looks: 30) { Street.snapshot(gas: Double($0), healthy: $0 % 2 == 0) }
            if Bool.random(using: &random) {
                state.fail(ClientFailure(exitStatus: 69, message: "no socket"), at: Street.moment(31))
            }
            for _ in 0..<25 {
                _ = state.press(keys.randomElement(using: &random) ?? .up, size: size)
                let lines = text(state, size, at: 33)
                #expect(lines.count == size.rows)
                #expect(lines.allSatisfy { DisplayWidth.of($0) <= size.columns })
            }
        }
    }

    @Test func `Enter leads from cover to sensor to point and back`() {
        var state = Street.state(looks: 12) { Street.snapshot(gas: Double($0 * 3)) }
        let size = Self.sizes[0]
        _ = state.press(.enter, size: size)
        #expect(state.page == .cover(Street.first))
        #expect(text(state).contains { $0.contains("serial XCD-2231") })
        _ = state.press(.enter, size: size)
        #expect(state.page == .sensor("\(Street.first)/ch4"))
        _ = state.press(.right, size: size)
        #expect(state.page == .point(Street.gas))
        let lines = text(state)
        #expect(lines.contains { $0.contains("33 %LEL") && $0.contains("methane") })
        #expect(lines.contains { $0.contains("3 danger") && $0.contains("threshold 20 %LEL") })
        #expect(lines.contains { $0.contains("lowest 0, highest 33 %LEL") })
        #expect(lines.contains { $0.contains("█") })
        for _ in 0..<5 { _ = state.press(.escape, size: size) }
        #expect(state.page == .overview)
    }

    @Test func `letters open the pages, and the problem of a bad point is said in full`() {
        var state = Street.state()
        let size = Self.sizes[0]
        let pages: [(Character, WatchState.Page, String)] = [
            ("a", .alarms, "gatewayctl alarms ack 019a-1"), ("b", .buses, "23 % used, 10 faults"),
            ("o", .transport, "connection refused; look at the broker"), ("s", .status, "The gateway itself is well."),
            ("?", .help, "Ctrl-C"),
        ]
        for (letter, page, words) in pages {
            _ = state.press(.character(letter), size: size)
            #expect(state.page == page)
            #expect(text(state).contains { $0.contains(words) }, "\(letter)")
        }
        #expect(state.pages.count == 6)
        _ = state.press(.character("a"), size: size)
        #expect(state.pages.count == 6)
        var bad = Street.state()
        for _ in 0..<2 { _ = bad.press(.down, size: size) }
        _ = bad.press(.enter, size: size)
        #expect(text(bad).contains { $0.contains("unit 80 does not answer; look at its supply") })
        #expect(text(bad).contains { $0.hasPrefix("– ") && $0.contains("bad: timeout") })
    }

    @Test(arguments: sizes) func `a unit that is left alone is said with when it is asked again`(size: ScreenSize) {
        var snapshot = Street.snapshot()
        snapshot.buses.buses[0].units[0].silences = 5
        snapshot.buses.buses[0].units[0].quarantineSeconds = 10.2
        var state = Street.state()
        state.receive(snapshot, at: Street.moment(5))
        _ = state.press(.character("b"), size: size)
        let words = text(state, size).joined(separator: " ").split(separator: " ").joined(separator: " ")
        #expect(words.contains("unit 80: silent 5×, asked again in 11 s"))
    }

    @Test(arguments: [(12, "(11 since this screen opened)"), (130, "(119 in the last 2 min)")])
    func `new faults are counted over a time that this screen has seen`(looks: Int, words: String) {
        var state = Street.state(looks: looks) { look in
            var snapshot = Street.snapshot()
            snapshot.buses.buses[0].units[0].timeouts = look
            return snapshot
        }
        _ = state.press(.character("b"), size: Self.sizes[0])
        #expect(text(state).contains { $0.contains(words) }, "\(text(state))")
    }

    @Test func `q and Ctrl-C end it, nothing else does`() {
        var state = Street.state()
        let goesOn = [Key.character("q"), .interrupt, .escape, .left, .character("x"), .redraw].map { key in
            state.press(key, size: Self.sizes[0])
        }
        #expect(goesOn == [false, false, true, true, true, true])
    }

    @Test func `a silent daemon is said with since when, and old values are called old`() {
        var state = Street.state()
        state.fail(ClientFailure(exitStatus: 69, message: "no socket at s: is gatewayd running?"), at: Street.moment(20))
        state.fail(ClientFailure(exitStatus: 69, message: "no socket at s: is gatewayd running?"), at: Street.moment(30))
        let lines = text(state, at: 60)
        #expect(lines[0].contains("NO ANSWER"))
        #expect(!lines[0].contains("HEALTHY"))
        #expect(lines[1].contains("NO ANSWER since 04:00:20 UTC, what is shown is old: no socket at s"))
        #expect(lines.contains { $0.contains("ch4/gas") && $0.contains("old: good") && $0.contains("64 s") })
        state.receive(Street.snapshot(), at: Street.moment(61))
        #expect(!text(state, at: 61).contains { $0.contains("NO ANSWER") || $0.contains("old:") })
    }

    @Test func `the selection follows what is selected, and without one it is the worst`() {
        var state = Street.state(looks: 1) { _ in Street.snapshot(alarm: nil) }
        let size = Self.sizes[0]
        #expect(text(state).contains { $0.hasPrefix("> 人民路56号井") })
        for _ in 0..<4 { _ = state.press(.down, size: size) }
        let selected = text(state).first { $0.hasPrefix("> ") }
        #expect(selected?.contains("level/depth") == true)
        state.receive(Street.snapshot(), at: Street.moment(1))
        #expect(text(state).first { $0.hasPrefix("> ") }?.contains("level/depth") == true)
    }

    @Test func `problems stand under the header, and what does not fit is announced`() {
        var snapshot = Street.snapshot(healthy: false)
        #expect(text(Street.state { _ in snapshot })[1].hasPrefix("! uplink city: no connection"))
        snapshot.status.problems = (1...9).map { "problem \($0)" }
        #expect(text(Street.state { _ in snapshot }).contains { $0.contains("8 more problems: press s") })
    }

    @Test(arguments: sizes)
    func `a simulated street says so in every size`(size: ScreenSize) {
        var snapshot = Street.snapshot()
        #expect(!text(Street.state { _ in snapshot }, size)[0].contains("SIMULATED"))
        snapshot.status.simulation = .init(
            scenario: "hour-of-traffic", seed: "7", speed: 1, begin: "2026-11-21T03:00:00Z",
            time: "2026-11-21T04:00:00Z")
        #expect(text(Street.state { _ in snapshot }, size)[0].contains("SIMULATED"))
    }

    @Test func `names cannot drive the terminal`() {
        var snapshot = Street.snapshot()
        for index in snapshot.sensors.sensors.indices { snapshot.sensors.sensors[index].coverName = "\u{1B}[2J\u{7}井\n" }
        let frame = Street.state { _ in snapshot }.frame(Self.sizes[0], at: Street.moment(1))
        #expect(!frame.rows.joined().contains { $0.text.unicodeScalars.contains { $0.value < 0x20 } })
    }
}
