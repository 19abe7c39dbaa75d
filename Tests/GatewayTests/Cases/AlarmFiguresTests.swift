// Made-up histories into figures: what counts, from when to when, and what does not.
import DiagnosticsProtocol
import SensorModel
import Testing

@testable import Gateway

@Suite struct AlarmFiguresTests {
    /// A history that is written step by step, in minutes since the month began.
    private struct Story {
        var rows: [AlarmHistoryRow] = []
        private let begin: Int64

        init(_ month: String = "2026-11") { begin = Month(month)?.from.nanoseconds ?? 0 }

        mutating func step(
            _ minute: Int64, _ alarm: String, _ cause: String, to: String = "acknowledged", rule: String = "methane-high",
            severity: Int = 2, test: Bool = false, clock: String = "synced", falseAlarm: Bool? = nil
        ) {
            let time = WallTime(nanoseconds: begin + minute * 60_000_000_000).rfc3339
            rows.append(
                AlarmHistoryRow(
                    time: time, occurred: time, clock: clock, seq: Int64(rows.count + 1), alarm: alarm, rule: rule,
                    severity: severity, cause: cause, from: "normal", to: to, test: test, falseAlarm: falseAlarm))
        }

        mutating func raise(
            _ minute: Int64, _ alarm: String, rule: String = "methane-high", severity: Int = 2, test: Bool = false
        ) {
            step(minute, alarm, "raised", to: "unacknowledged", rule: rule, severity: severity, test: test)
        }

        var figures: AlarmFigures? { Month("2026-11").map { AlarmFigures(rows, raisedIn: $0, texts: ["methane-high": "CH4"]) } }
    }

    @Test func `times to acknowledge and to clear are counted in their classes, with median, ninth tenth and longest`() throws {
        var story = Story()
        for (number, minutes) in [Int64(1), 5, 6, 30, 31, 120, 121, 1440, 1441, 3000].enumerated() {
            story.raise(0, "A\(number)")
            story.step(minutes, "A\(number)", "acknowledged")
            story.step(minutes * 2, "A\(number)", "returned", to: "normal")
        }
        let kind = try #require(story.figures?.kinds.first)
        #expect(kind.rule == "methane-high" && kind.text == "CH4" && kind.alarms == 10 && kind.waiting == 0)
        let times = kind.acknowledge
        #expect(
            [times.within5Min, times.within30Min, times.within2H, times.within1D, times.longer] == [2, 2, 2, 2, 2])
        #expect(times.count == 10 && times.medianSeconds == 31 * 60 && times.p90Seconds == 1441 * 60)
        #expect(times.maxSeconds == 180_000.0)
        #expect(kind.clear.maxSeconds == 6000 * 60 && kind.clear.count == 10)
    }

    @Test func `an alarm that comes and goes is one alarm, and waits from its first raise that nobody has acknowledged`() throws {
        var story = Story()
        story.raise(0, "A")
        story.step(2, "A", "returned", to: "returned-unacknowledged")
        story.raise(4, "A")
        story.step(10, "A", "acknowledged")
        story.step(11, "A", "returned", to: "normal")
        story.raise(100, "A")
        let kind = try #require(story.figures?.kinds.first)
        #expect(kind.alarms == 1 && kind.raises == 3 && kind.waiting == 1 && kind.standing == 1)
        #expect(kind.acknowledge.count == 1 && kind.acknowledge.maxSeconds == 600)
        #expect(kind.clear.count == 2 && kind.clear.medianSeconds == 120 && kind.clear.maxSeconds == 420)
    }

    @Test func `tests and notes of authorised work are apart, false is the word of who closed`() throws {
        var story = Story()
        story.raise(0, "T", test: true)
        story.step(0, "N", "raised", to: "out-of-service", rule: "lid-opened")
        story.raise(0, "A")
        story.step(1, "A", "closed", to: "closed", falseAlarm: true)
        story.raise(0, "B")
        story.step(1, "B", "closed", to: "closed")
        let figures = try #require(story.figures)
        #expect(figures.alarms == 2 && figures.tests == 1 && figures.notes == 1)
        #expect(figures.closed == 2 && figures.falseAlarms == 1)
        #expect(figures.kinds.count == 1 && figures.kinds[0].acknowledge.count == 2, "closing acknowledges")
    }

    @Test func `an alarm counts in the month it was raised in, with what came after the month`() throws {
        var story = Story()
        story.raise(-10, "old")
        story.step(5, "old", "acknowledged")
        story.raise(30 * 1440 - 1, "late")
        story.step(30 * 1440 + 59, "late", "acknowledged")
        story.raise(30 * 1440 + 100, "next")
        let figures = try #require(story.figures)
        #expect(figures.alarms == 1 && figures.kinds[0].acknowledge.maxSeconds == 3600)
    }

    @Test func `what was escalated counts by the severity it came to`() throws {
        var story = Story()
        story.raise(0, "A", severity: 2)
        story.step(5, "A", "escalated", to: "unacknowledged", severity: 3)
        story.raise(0, "B", rule: "lid-opened", severity: 1)
        let figures = try #require(story.figures)
        #expect(figures.severities.map(\.severity) == [3, 1] && figures.severities[0].escalated == 1)
        #expect(figures.kinds.map(\.rule) == ["methane-high", "lid-opened"])
    }

    @Test func `times that the clock cannot tell are counted and not guessed`() throws {
        var story = Story()
        story.raise(10, "A")
        story.step(5, "A", "acknowledged")
        story.raise(10, "B")
        story.step(20, "B", "acknowledged", clock: "unsynced")
        let times = try #require(story.figures?.kinds.first?.acknowledge)
        #expect(times.count == 0 && times.untimed == 2 && times.medianSeconds == nil)
    }
}
