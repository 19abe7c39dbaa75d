// A flood of refusals fills neither the disk nor the log.
import SensorModel
import Testing
import TestSupport

@testable import Gateway

@Suite struct RefusalTallyTests {
    private func entry(_ actor: String, _ action: AuditAction = .localRefused) -> AuditEntry {
        AuditEntry(actor: actor, via: .local, action: action, subject: "POST /v1/alarms/ack")
    }

    @Test func `the first twenty of an hour stand by themselves, the others in one record with who and how many`() {
        let clock = ManualClock()
        var tally = RefusalTally()
        let single = (1...200).filter { _ in tally.take(entry("mallory"), now: clock.now()) }
        #expect(single == Array(1...20))
        for _ in 1...3 { _ = tally.take(entry("eve"), now: clock.now()) }
        let early = tally.summaries(now: clock.now().monotonic)
        #expect(early == [])
        clock.advance(by: .seconds(3600))
        let summaries = tally.summaries(now: clock.now().monotonic)
        #expect(summaries.map(\.subject) == ["183 further attempts"])
        #expect(summaries.first?.actor == "several")
        #expect(
            summaries.first?.detail
                == ["count": "183", "since": "2026-11-21T04:00:00.000Z", "by mallory": "180", "by eve": "3"])
        let isSingle = tally.take(entry("mallory"), now: clock.now())
        #expect(isSingle, "a new hour")
    }

    @Test func `the end of the daemon ends the hour, and each action has its own record`() {
        let clock = ManualClock()
        var tally = RefusalTally()
        for _ in 1...20 { _ = tally.take(entry("a"), now: clock.now()) }
        let none = tally.summaries(now: clock.now().monotonic, ending: true)
        #expect(none == [], "nothing was only counted")
        for _ in 1...21 { _ = tally.take(entry("a"), now: clock.now()) }
        _ = tally.take(entry("b", .commandRefused), now: clock.now())
        let summaries = tally.summaries(now: clock.now().monotonic, ending: true)
        #expect(summaries.map(\.action) == [.commandRefused, .localRefused])
        #expect(summaries.map(\.actor) == ["b", "a"])
    }

    @Test func `a thousand names take no more room than a few`() {
        let clock = ManualClock()
        var tally = RefusalTally()
        for number in 1...1000 { _ = tally.take(entry("user \(number)"), now: clock.now()) }
        let detail = tally.summaries(now: clock.now().monotonic, ending: true).first?.detail ?? [:]
        #expect(detail.count <= RefusalTally.actors + 3)
        #expect(detail["by others"] == "\(980 - RefusalTally.actors)")
    }
}
