// Edges and levels as measurements: debounce, losses, flapping.
import DeviceHAL
import SensorModel
import TestSupport
import Testing

@Suite struct LineWatchTests {
    private func at(_ milliseconds: Int64) -> MonotonicTime { MonotonicTime(nanoseconds: milliseconds * 1_000_000) }

    private func level(_ active: Bool, _ milliseconds: Int64) -> LineLevel { LineLevel(active: active, time: at(milliseconds)) }

    private func edge(_ active: Bool, _ milliseconds: Int64, _ number: UInt32? = nil, lost: Int = 0) -> LineEvent {
        LineEvent(active: active, time: at(milliseconds), sequence: number, lost: lost)
    }

    private func good(_ active: Bool, _ milliseconds: Int64) -> LineReport {
        LineReport(.good(active ? 1 : 0), at: at(milliseconds))
    }

    private func missed(_ active: Bool, _ milliseconds: Int64) -> LineReport {
        LineReport(.uncertain(active ? 1 : 0, .missedEdges), at: at(milliseconds))
    }

    private func watch(active: Bool = false, debounce: Int64 = 0) -> LineWatch {
        LineWatch(level(active, 0), debounce: .milliseconds(debounce))
    }

    @Test func `without debounce every edge is a change at its time`() {
        var watch = watch()
        #expect(watch.event(edge(true, 5, 1)) == [good(true, 5)])
        #expect(watch.event(edge(false, 6, 2)) == [good(false, 6)])
        #expect(watch.deadline == nil && !watch.wantsLevel && watch.lostEdges == 0)
    }

    @Test func `the first level is a state: edges from before it are no news`() {
        var watch = LineWatch(level(true, 100), debounce: .zero)
        #expect(watch.event(edge(false, 98, 1)) == [])
        #expect(watch.event(edge(true, 99, 2)) == [])
        #expect(watch.active && watch.lostEdges == 0)
        #expect(watch.event(edge(false, 101, 3)) == [good(false, 101)])
    }

    @Test func `a level is believed when it has lasted, from the moment at which it began`() {
        var watch = watch(debounce: 50)
        #expect(watch.event(edge(true, 10)) == [])
        #expect(watch.deadline == at(60))
        #expect(watch.tick(at(59)) == [] && !watch.active)
        #expect(watch.tick(at(60)) == [good(true, 10)])
        #expect(watch.active && watch.deadline == nil && watch.tick(at(61)) == [])
    }

    @Test func `bouncing is one change, and its time is that of the last bounce`() {
        var watch = watch(debounce: 50)
        for (index, time) in [10, 12, 13, 17, 21].enumerated() { #expect(watch.event(edge(index % 2 == 0, Int64(time))) == []) }
        #expect(watch.tick(at(70)) == [])
        #expect(watch.tick(at(71)) == [good(true, 21)])
    }

    @Test func `a pulse that is shorter than the debounce time never was`() {
        var watch = watch(debounce: 50)
        #expect(watch.event(edge(true, 10)) == [])
        #expect(watch.event(edge(false, 30)) == [])
        #expect(watch.deadline == nil && watch.tick(at(500)) == [] && watch.lostEdges == 0)
    }

    @Test func `an edge that comes late lets the level before it settle first`() {
        var watch = watch(debounce: 50)
        #expect(watch.event(edge(true, 10)) == [])
        #expect(watch.event(edge(false, 100)) == [good(true, 10)])
        #expect(watch.tick(at(150)) == [good(false, 100)])
    }

    @Test func `a gap in the numbers makes the next measurement uncertain, and only that`() {
        var watch = watch()
        #expect(watch.event(edge(true, 5, 1)) == [good(true, 5)])
        #expect(watch.event(edge(false, 9, 4)) == [missed(false, 9)])
        #expect(watch.lostEdges == 2 && watch.wantsLevel)
        #expect(watch.check(level(false, 10)) == [])
        #expect(!watch.wantsLevel)
        #expect(watch.event(edge(true, 11, 5)) == [good(true, 11)])
    }

    @Test func `a gap behind which the level is what it was is told too`() {
        var watch = watch()
        #expect(watch.event(edge(false, 9, 2)) == [missed(false, 9)])
        #expect(watch.lostEdges == 1)
    }

    @Test func `numbers go round`() {
        var watch = watch()
        _ = watch.event(edge(true, 1, .max))
        #expect(watch.check(level(true, 2)) == [])
        let lost = watch.lostEdges
        #expect(watch.event(edge(false, 3, 0)) == [good(false, 3)])
        #expect(watch.event(edge(true, 4, 2)) == [missed(true, 4)])
        #expect(watch.lostEdges == lost + 1)
    }

    @Test func `after a loss the level that is read counts, and that is uncertain too`() {
        var watch = watch()
        #expect(watch.event(edge(true, 5, 3)) == [missed(true, 5)])
        #expect(watch.check(level(false, 6)) == [missed(false, 6)])
        #expect(!watch.active && watch.lostEdges == 3)
        #expect(watch.snapshot(level(false, 7)) == [good(false, 7)])
    }

    @Test func `when the level cannot be read after a loss nothing is known`() {
        var watch = watch()
        _ = watch.event(edge(true, 5, 3))
        #expect(watch.unreadable(at(6)) == [LineReport(.bad(.missedEdgesUnrecoverable), at: at(6))])
        #expect(watch.unreadable(at(7)) == [])
        #expect(watch.snapshot(level(true, 8)) == [missed(true, 8)])
        #expect(watch.snapshot(level(true, 9)) == [good(true, 9)])
    }

    @Test func `two edges to the same level hide one between them`() {
        var watch = watch()
        #expect(watch.event(edge(true, 5)) == [good(true, 5)])
        #expect(watch.event(edge(true, 9)) == [missed(true, 9)])
        #expect(watch.lostEdges == 1 && watch.wantsLevel)
    }

    @Test func `what the queue lost counts where edges have no numbers`() {
        var watch = watch()
        #expect(watch.event(edge(true, 5, lost: 7)) == [missed(true, 5)])
        #expect(watch.lostEdges == 7)
    }

    @Test func `with debounce a loss within the time in which nothing can settle does no harm`() {
        var watch = watch(debounce: 50)
        #expect(watch.event(edge(true, 100)) == [])
        #expect(watch.event(edge(true, 120)) == [])
        #expect(watch.lostEdges == 1 && !watch.wantsLevel)
        // The level was interrupted, so it began at the second edge.
        #expect(watch.tick(at(169)) == [])
        #expect(watch.tick(at(170)) == [good(true, 120)])
    }

    @Test func `with debounce a loss in which a level can have lasted is told`() {
        var watch = watch(debounce: 50)
        #expect(watch.event(edge(false, 300)) == [missed(false, 300)])
        #expect(watch.wantsLevel)
        var other = self.watch(debounce: 50)
        #expect(other.event(edge(true, 300, 3)) == [])
        #expect(other.check(level(true, 301)) == [])
        #expect(other.tick(at(350)) == [missed(true, 300)])
        var back = self.watch(debounce: 50)
        #expect(back.event(edge(true, 300, 3)) == [])
        #expect(back.check(level(false, 301)) == [missed(false, 301)])
        #expect(back.deadline == nil)
    }

    @Test func `a level that no edge explains is a lost edge`() {
        var watch = watch()
        #expect(watch.snapshot(level(true, 1000)) == [missed(true, 1000)])
        #expect(watch.active && watch.lostEdges == 1)
        #expect(watch.snapshot(level(true, 1001)) == [good(true, 1001)])
        var slow = self.watch(debounce: 50)
        #expect(slow.check(level(true, 1000)) == [])
        #expect(slow.deadline == at(1050))
        #expect(slow.tick(at(1050)) == [missed(true, 1000)])
    }

    @Test func `an edge that comes after the level it led to is no second one`() {
        var watch = watch()
        _ = watch.snapshot(level(true, 1000))
        #expect(watch.event(edge(true, 999)) == [])
        #expect(watch.event(edge(false, 1002)) == [good(false, 1002)])
        var slow = self.watch(debounce: 50)
        _ = slow.check(level(true, 1000))
        #expect(slow.event(edge(true, 998)) == [])
        #expect(slow.tick(at(1048)) == [good(true, 998)])
    }

    @Test func `a level that is older than the last edge changes nothing`() {
        var watch = watch()
        #expect(watch.event(edge(true, 20)) == [good(true, 20)])
        #expect(watch.snapshot(level(false, 19)) == [good(true, 19)])
        #expect(watch.active && watch.lostEdges == 0)
    }

    @Test func `a level lets what has lasted settle, and comes after it`() {
        var watch = watch(debounce: 50)
        _ = watch.event(edge(true, 10))
        #expect(watch.snapshot(level(true, 100)) == [good(true, 10), good(true, 100)])
        // The last edges were lost: what seemed to last did not.
        var other = self.watch(debounce: 50)
        _ = other.event(edge(true, 10))
        #expect(other.snapshot(level(false, 100)) == [missed(false, 100)])
    }

    @Test func `more than twenty changes in ten seconds are flapping, until it is over`() {
        var watch = watch()
        for number in 0..<20 {
            #expect(
                watch.event(edge(number % 2 == 0, Int64(1 + number * 100))) == [good(number % 2 == 0, Int64(1 + number * 100))])
        }
        let twentyFirst = watch.event(edge(true, 2001))
        #expect(twentyFirst == [LineReport(.uncertain(1, .lineFlapping), at: at(2001))])
        #expect(watch.snapshot(level(true, 10_000)).map(\.measurement) == [.uncertain(1, .lineFlapping)])
        #expect(watch.snapshot(level(true, 10_001)) == [good(true, 10_001)])
    }

    @Test func `a contact that flaps is reported once a second, with its last level`() {
        var watch = watch()
        var reports: [LineReport] = []
        // The mains in a floating wire: a hundred edges a second, for ten seconds.
        for number in 0..<1000 {
            let time = Int64(1 + number * 10)
            if let deadline = watch.deadline, deadline <= at(time) { reports += watch.tick(at(time)) }
            reports += watch.event(edge(number % 2 == 0, time))
        }
        #expect(reports.count == 20 + 10)
        #expect(reports.dropFirst(20).allSatisfy { $0.measurement.reason == "line-flapping" })
        #expect(watch.deadline.map { $0 <= at(11_000) } == true)
        #expect(watch.tick(at(11_000)) == [LineReport(.uncertain(0, .lineFlapping), at: at(11_000))])
        #expect(watch.deadline == nil)
    }

    @Test func `an edge that is stamped before the level that contradicts it makes the level be read again`() {
        var watch = watch()
        #expect(watch.check(level(false, 10)) == [])
        #expect(watch.event(edge(true, 8)) == [])
        #expect(watch.wantsLevel)
        #expect(watch.check(level(true, 12)) == [missed(true, 12)])
    }

    @Test func `an edge between the time of the first level and its reading is none that was lost`() {
        var watch = LineWatch(level(true, 0), debounce: .zero)
        #expect(watch.event(edge(true, 1, 1)) == [])
        #expect(watch.lostEdges == 0)
        #expect(watch.event(edge(false, 2, 2)) == [good(false, 2)])
    }

    @Test func `changes that the debounce swallows do not flap`() {
        var watch = watch(debounce: 50)
        for number in 0..<100 { #expect(watch.event(edge(number % 2 == 0, Int64(1 + number))) == []) }
        #expect(watch.snapshot(level(false, 500)) == [good(false, 500)])
    }

    @Test func `lost changes flap too`() {
        var watch = watch()
        #expect(watch.event(edge(true, 5, 31)).map(\.measurement) == [.uncertain(1, .missedEdges)])
        #expect(watch.snapshot(level(true, 6)).map(\.measurement) == [.uncertain(1, .lineFlapping)])
    }

    /// A random contact that bounces, and a plain reading of the rule: what lasted the debounce time was reported, nothing else.
    @Test(arguments: 0..<200) func `whatever the contact does, what is reported is what lasted`(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        // Slow enough that it never flaps: that is another test's affair.
        let debounce: Int64 = 1000
        var watch = watch(debounce: debounce)
        var times: [Int64] = []
        var time: Int64 = 0
        for _ in 0..<100 {
            time += Int64.random(in: 20...(Bool.random(using: &random) ? 600 : 2400), using: &random)
            times.append(time)
        }
        var expected: [LineReport] = []
        var believed = false
        for (index, time) in times.enumerated() {
            let active = index % 2 == 0
            let end = index + 1 < times.count ? times[index + 1] : .max
            if end - time >= debounce, active != believed {
                believed = active
                expected.append(LineReport(.good(active ? 1 : 0), at: at(time)))
            }
        }
        var reports: [LineReport] = []
        for (index, time) in times.enumerated() {
            if Bool.random(using: &random), let deadline = watch.deadline, deadline <= at(time) {
                reports += watch.tick(deadline)
            }
            reports += watch.event(edge(index % 2 == 0, time))
            if Bool.random(using: &random) { reports += watch.check(level(index % 2 == 0, time)) }
        }
        reports += watch.tick(at(time + debounce))
        // How many of them flap is another test's affair.
        func plain(_ reports: [LineReport]) -> [LineReport] {
            reports.map { LineReport(.good($0.measurement.value ?? -1), at: $0.time) }
        }
        #expect(plain(reports) == expected)
        #expect(watch.lostEdges == 0 && !watch.wantsLevel)
    }
}
