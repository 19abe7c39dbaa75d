// Who is read when, with time as a number.
import DeviceHAL
import SensorModel
import TestSupport
import Testing

@Suite struct PollScheduleTests {
    private func at(_ milliseconds: Int64) -> MonotonicTime { MonotonicTime(nanoseconds: milliseconds * 1_000_000) }

    /// Runs a bus whose reads take `cost` and returns when each sensor was read, in ms.
    private func run(_ schedule: inout PollSchedule, cost: Int64, until end: Int64) -> [(index: Int, at: Int64)] {
        var now: Int64 = 0
        var reads: [(Int, Int64)] = []
        while let next = schedule.next() {
            now = max(now, next.due.milliseconds)
            guard now <= end else { break }
            reads.append((next.index, now))
            now += cost
            schedule.finished(next.index, at(now))
        }
        return reads
    }

    @Test("without sensors nothing is due")
    func empty() {
        #expect(PollSchedule(periods: [], start: at(0)).next() == nil)
    }

    @Test("every sensor is read once right away, the fastest first")
    func start() {
        var schedule = PollSchedule(periods: [.seconds(30), .seconds(1), .seconds(5), .seconds(1)], start: at(0))
        #expect(run(&schedule, cost: 10, until: 30).map(\.index) == [1, 3, 2, 0])
    }

    @Test("sensors of equal period stay together and keep their period")
    func together() {
        var schedule = PollSchedule(periods: Array(repeating: .seconds(4), count: 4), start: at(0))
        let reads = run(&schedule, cost: 10, until: 8_030)
        #expect(reads.map(\.at) == [0, 10, 20, 30, 4000, 4010, 4020, 4030, 8000, 8010, 8020, 8030])
        #expect(schedule.missed == [0, 0, 0, 0])
    }

    @Test("a sensor alone is read at its period from the start")
    func alone() {
        var schedule = PollSchedule(periods: [.seconds(5)], start: at(0))
        #expect(run(&schedule, cost: 700, until: 20_000).map(\.at) == [0, 5000, 10_000, 15_000, 20_000])
    }

    @Test("cycles that were missed are counted and not made up for")
    func missed() {
        var schedule = PollSchedule(periods: [.seconds(1)], start: at(0))
        schedule.finished(0, at(100))
        #expect(schedule.next()?.due == at(1000))
        schedule.finished(0, at(5500))
        #expect(schedule.next()?.due == at(6000))
        #expect(schedule.missed == [4])
        schedule.finished(0, at(6100))
        #expect(schedule.next()?.due == at(7000))
        #expect(schedule.missed == [4])
    }

    @Test("who is due first goes first, and of two at once the faster")
    func order() {
        var schedule = PollSchedule(periods: [.seconds(60), .seconds(2), .seconds(4)], start: at(0))
        for index in [1, 2, 0] { schedule.finished(index, at(10)) }
        #expect(schedule.next().map { $0 == (1, at(2000)) } == true)
        schedule.finished(1, at(2010))
        #expect(schedule.next().map { $0 == (1, at(4000)) } == true)
        schedule.finished(1, at(4010))
        #expect(schedule.next().map { $0 == (2, at(4000)) } == true)
    }

    @Test("on an overloaded bus the slow sensors keep their period and the fast ones share the rest")
    func overload() {
        var schedule = PollSchedule(periods: [.milliseconds(100), .milliseconds(100), .seconds(10), .seconds(60)], start: at(0))
        let reads = run(&schedule, cost: 150, until: 600_000)
        func count(_ index: Int) -> Int { reads.filter { $0.index == index }.count }
        #expect(count(3) >= 10 && count(2) >= 60)
        #expect(abs(count(0) - count(1)) <= 60 && count(0) > 1800)
        #expect(schedule.missed[0] > 0 && schedule.missed[3] == 0)
    }

    @Test("nobody is ever read twice within less than its period's grid allows, for random loads")
    func noBurst() {
        var random = SeededGenerator(seed: 5)
        for _ in 0..<100 {
            let periods = (0..<Int.random(in: 1...8, using: &random)).map { _ in Int64.random(in: 100...3000, using: &random) }
            var schedule = PollSchedule(periods: periods.map { .milliseconds($0) }, start: at(0))
            let reads = run(&schedule, cost: .random(in: 1...400, using: &random), until: 60_000)
            for (index, period) in periods.enumerated() {
                let count = Int64(reads.filter { $0.index == index }.count)
                #expect(count >= 1 && count <= 60_000 / period + 2)
            }
        }
    }
}
