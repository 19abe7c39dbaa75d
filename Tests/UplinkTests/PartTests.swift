// The machine's parts by themselves: window, back-off, progress, words.
import Outbox
import SensorModel
import Testing
import TestSupport

@testable import Uplink

private func at(_ milliseconds: Int64) -> MonotonicTime { MonotonicTime(nanoseconds: milliseconds * 1_000_000) }

@Suite struct SendWindowTests {
    @Test func `a window that knows nothing is four kilobytes`() {
        var window = SendWindow()
        #expect(window.size(at: at(0)) == 4096)
        window.acknowledge(1000, at: at(10))
        #expect(window.size(at: at(10)) == 4096, "never below")
    }

    @Test func `it is what was acknowledged in the last two seconds`() {
        var window = SendWindow()
        for step in 0..<10 { window.acknowledge(3000, at: at(Int64(step) * 100)) }
        #expect(window.size(at: at(900)) == 30_000)
        #expect(window.size(at: at(2000)) == 30_000)
        #expect(window.size(at: at(2450)) == 15_000, "what lies more than two seconds back proves nothing")
        #expect(window.size(at: at(60_000)) == 4096)
    }

    @Test func `many small acknowledgements count in full and are forgotten in time`() {
        var window = SendWindow()
        for step in 0..<20_000 { window.acknowledge(10, at: at(Int64(step) / 10)) }
        #expect(window.size(at: at(2000)) == 200_000)
        #expect(window.size(at: at(4100)) == 4096)
    }
}

@Suite struct BackoffTests {
    @Test func `pauses stay between a tenth of the bound and the bound, which doubles to the longest`() {
        for seed in UInt64(1)...50 {
            var chance = SeededGenerator(seed: seed)
            var backoff = Backoff(longest: .seconds(60))
            for bound in [1, 2, 4, 8, 16, 32, 60, 60, 60, 60, 60, 60, 60, 60] {
                let pause = backoff.next(using: &chance)
                #expect(pause <= .seconds(bound))
                #expect(pause >= .seconds(bound) / 10)
            }
            backoff.reset()
            #expect(backoff.next(using: &chance) <= .seconds(1))
        }
    }

    @Test func `gateways with different chance do not come back together`() {
        var pauses: Set<Int64> = []
        for seed in UInt64(1)...100 {
            var chance = SeededGenerator(seed: seed)
            var backoff = Backoff(longest: .seconds(60))
            for _ in 0..<6 { _ = backoff.next(using: &chance) }
            pauses.insert(backoff.next(using: &chance).milliseconds)
        }
        #expect(pauses.count > 90)
        #expect((pauses.max() ?? 0) - (pauses.min() ?? 0) > 40_000)
    }
}

@Suite struct LaneProgressTests {
    @Test func `acknowledgements out of order are islands until the sea between is delivered`() {
        var progress = LaneProgress(lane: .readings, delivered: nil, committed: 50)
        progress.select(through: 50)
        let early = [progress.deliver(21...30), progress.deliver(11...20)]
        #expect(early == [Delivered(islands: [21...30]), Delivered(islands: [11...30])])
        #expect(progress.delivered == 0)
        let joined = progress.deliver(1...10)
        #expect(joined == Delivered(through: 30))
        #expect(progress.delivered == 30)
        #expect(progress.islands.isEmpty)
        let (nothingNew, overlapping) = (progress.deliver(5...30), progress.deliver(25...40))
        #expect(nothingNew == Delivered(through: 30))
        #expect(overlapping == Delivered(through: 40))
        #expect(progress.delivered == 40)
    }

    @Test func `a new connection goes around what was delivered`() {
        var progress = LaneProgress(lane: .readings, delivered: nil, committed: 50)
        progress.select(through: 40)
        _ = progress.deliver(11...20)
        _ = progress.deliver(31...40)
        progress.forgetConnection(link: 0, sameBroker: true, retryAt: MonotonicTime(nanoseconds: 0))
        progress.skipIslands()
        #expect(progress.selected == 0)
        #expect(progress.nextIsland == 11)
        progress.select(through: 10)
        progress.skipIslands()
        #expect(progress.selected == 20)
        #expect(progress.nextIsland == 31)
        progress.select(through: 30)
        progress.skipIslands()
        #expect(progress.selected == 40)
        #expect(progress.nextIsland == .max)
        #expect(progress.hasMore)
    }

    @Test func `a commit that comes while the store is being read is not overlooked`() {
        var progress = LaneProgress(lane: .readings, delivered: Delivered(through: 4), committed: 10)
        progress.isFetching = true
        progress.committed = 11
        progress.isFetching = false
        progress.exhaust()
        #expect(progress.hasMore, "the store was read before 11 was there")
        progress.isFetching = true
        progress.isFetching = false
        progress.exhaust()
        #expect(!progress.hasMore)
        progress.committed = 12
        #expect(progress.hasMore)
    }
}

@Suite struct ReasonCodeTests {
    @Test(arguments: [
        (UInt8(0x00), "success (0x00)"), (0x10, "nobody subscribes to the topic (0x10)"), (0x97, "quota exceeded (0x97)"),
        (0x87, "not authorized for this topic (0x87)"), (0x83, "implementation specific error (0x83)"), (0xFE, "reason (0xFE)"),
    ])
    func `a reason is told in words and as its code`(code: UInt8, words: String) {
        #expect(ReasonCode.words(code) == words)
    }
}
