// When a bus is said to be asked for too much.
@testable import Gateway
import SensorModel
import Testing

@Suite struct OverloadWatchTests {
    private func at(_ seconds: Int64) -> MonotonicTime { MonotonicTime(nanoseconds: seconds * 1_000_000_000) }

    /// So many polls in the seconds from `begin` on, one a second, with so many left out before the first.
    private func count(_ watch: inout OverloadWatch, polls: Int64, missed: UInt64, from begin: Int64) {
        for second in 0..<polls { watch.count(missed: second == 0 ? missed : 0, now: at(begin + second)) }
    }

    @Test func `a tenth of all polls is too much, less is an accident, and few polls say nothing`() {
        var watch = OverloadWatch()
        count(&watch, polls: 27, missed: 2, from: 0)
        #expect(watch.overload(now: at(28)) == nil)
        watch.count(missed: 2, now: at(29))
        #expect(watch.overload(now: at(30)).map { $0 == (4, 32) } == true)
        var young = OverloadWatch()
        count(&young, polls: 9, missed: 9, from: 0)
        #expect(young.overload(now: at(9)) == nil)
    }

    @Test func `it is over two minutes later`() {
        var watch = OverloadWatch()
        count(&watch, polls: 30, missed: 30, from: 0)
        #expect(watch.overload(now: at(31)) != nil && watch.overload(now: at(100)) != nil)
        #expect(watch.overload(now: at(125)) == nil)
        count(&watch, polls: 90, missed: 0, from: 61)
        #expect(watch.overload(now: at(152)) == nil)
    }
}
