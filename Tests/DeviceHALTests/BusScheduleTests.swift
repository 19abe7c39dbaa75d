// Who has the bus when, with time as a number.
import DeviceHAL
import SensorModel
import TestSupport
import Testing

@Suite struct BusScheduleTests {
    private func at(_ milliseconds: Int64) -> MonotonicTime { MonotonicTime(nanoseconds: milliseconds * 1_000_000) }

    private func schedule(_ periods: Duration...) -> BusSchedule { schedule(periods) }

    /// Each sensor has a unit of its own.
    private func schedule(_ periods: [Duration]) -> BusSchedule {
        BusSchedule(seats: periods.enumerated().map { .init(unit: UInt8($0 + 1), period: $1) }, start: at(0))
    }

    /// Runs a bus whose polls take one transaction of `cost` and returns when each sensor was read, in ms.
    private func run(
        _ schedule: inout BusSchedule, cost: Int64, from begin: Int64 = 0, until end: Int64
    ) -> [(index: Int, at: Int64)] {
        var now = begin
        var reads: [(Int, Int64)] = []
        while now <= end {
            switch schedule.next(now: at(now)) {
            case .idle(let moment):
                guard let moment else { return reads }
                now = moment.milliseconds
            case .sensor(let index):
                reads.append((index, now))
                now += cost
                schedule.finished(index, now: at(now))
            }
        }
        return reads
    }

    @Test("without sensors nothing is due")
    func empty() {
        var schedule = schedule()
        #expect(schedule.next(now: at(0)) == .idle(until: nil))
    }

    @Test("every sensor is read once right away, the fastest first")
    func start() {
        var schedule = schedule(.seconds(30), .seconds(1), .seconds(5), .seconds(1))
        #expect(run(&schedule, cost: 10, until: 30).map(\.index) == [1, 3, 2, 0])
    }

    @Test func `sensors are read more often from now on until the moment, and then by their own period again`() {
        var schedule = schedule(.seconds(30), .seconds(1))
        _ = run(&schedule, cost: 10, until: 2500)
        schedule.hurry({ $0 == 0 }, every: .seconds(5), until: at(14_000), now: at(2500))
        #expect(schedule.period(0) == .seconds(5))
        let reads = run(&schedule, cost: 10, from: 2500, until: 80_000)
        #expect(reads.filter { $0.index == 0 }.map(\.at) == [2500, 7500, 12_500, 17_500, 47_500, 77_500])
        #expect(reads.filter { $0.index == 1 }.map(\.at).prefix(3) == [3000, 4000, 5000])
        #expect(schedule.missed == [0, 0])
    }

    @Test func `nothing is read less often than by its own period, and an alarm still hurries more`() {
        var schedule = schedule(.seconds(2), .seconds(30))
        _ = run(&schedule, cost: 10, until: 100)
        schedule.hurry({ _ in true }, every: .seconds(5), until: at(60_000), now: at(100))
        #expect(schedule.period(0) == .seconds(2) && schedule.due(0) == at(2000), "its turn stays where it was")
        #expect(schedule.period(1) == .seconds(5) && schedule.due(1) == at(100))
        schedule.setInAlarm({ $0 == 1 }, now: at(100))
        #expect(schedule.period(1) == .seconds(1))
        schedule.setInAlarm({ _ in false }, now: at(100))
        #expect(schedule.period(1) == .seconds(5))
    }

    @Test("sensors of equal period stay together and keep their period")
    func together() {
        var schedule = schedule(Array(repeating: .seconds(4), count: 4))
        let reads = run(&schedule, cost: 10, until: 8_030)
        #expect(reads.map(\.at) == [0, 10, 20, 30, 4000, 4010, 4020, 4030, 8000, 8010, 8020, 8030])
        #expect(schedule.missed == [0, 0, 0, 0])
    }

    @Test("a sensor alone is read at its period from the start")
    func alone() {
        var schedule = schedule(.seconds(5))
        #expect(run(&schedule, cost: 700, until: 20_000).map(\.at) == [0, 5000, 10_000, 15_000, 20_000])
    }

    @Test("cycles that were missed are counted and not made up for")
    func missed() {
        var schedule = schedule(.seconds(1))
        schedule.finished(0, now: at(100))
        #expect(schedule.due(0) == at(1000))
        schedule.finished(0, now: at(5500))
        #expect(schedule.due(0) == at(5000), "the cycle that has begun is read, late")
        #expect(schedule.missed == [3])
        schedule.finished(0, now: at(5600))
        #expect(schedule.due(0) == at(6000))
        #expect(schedule.missed == [3])
    }

    @Test("a line that is a little too slow is used to the full")
    func tooSlow() {
        var schedule = schedule(Array(repeating: .milliseconds(500), count: 10))
        let reads = run(&schedule, cost: 51, until: 51_000)
        #expect(reads.count >= 1000)
        for index in 0..<10 { #expect(reads.filter { $0.index == index }.count >= 90) }
    }

    @Test("the earliest deadline goes first, though another was due before")
    func order() {
        var schedule = schedule(.seconds(60), .seconds(2), .seconds(4))
        for index in [1, 2, 0] { schedule.finished(index, now: at(10)) }
        #expect(schedule.next(now: at(10)) == .idle(until: at(2000)))
        #expect(run(&schedule, cost: 500, from: 59_999, until: 62_000).map(\.index).prefix(3) == [1, 2, 1])
        // At 60 s the slow one is due too, and has time until 120 s.
    }

    @Test("a poll of several transactions is brought to its end, while it waits others go on, and who is asked for goes between")
    func interleaved() {
        var schedule = schedule(.seconds(60), .seconds(1))
        #expect(schedule.next(now: at(0)) == .sensor(1))
        schedule.finished(1, now: at(100))
        #expect(schedule.next(now: at(100)) == .sensor(0))
        schedule.goesOn(0, at: at(900))
        #expect(schedule.next(now: at(200)) == .idle(until: at(900)))
        #expect(schedule.next(now: at(950)) == .sensor(0))
        schedule.goesOn(0, at: at(1050))
        #expect(schedule.next(now: at(1050)) == .sensor(0), "though the other's deadline is earlier")
        schedule.goesOn(0, at: at(1200))
        #expect(schedule.next(now: at(1100)) == .sensor(1))
        schedule.finished(1, now: at(1150))
        schedule.ask(1)
        #expect(schedule.next(now: at(1200)) == .sensor(1))
        schedule.finished(1, now: at(1250))
        #expect(schedule.next(now: at(1250)) == .sensor(0))
    }

    @Test("a unit's rest holds up its own sensors and nobody else")
    func rest() {
        var schedule = BusSchedule(
            seats: [
                .init(unit: 3, period: .seconds(1)), .init(unit: 3, period: .seconds(2)), .init(unit: 4, period: .seconds(5)),
            ], start: at(0))
        schedule.finished(0, now: at(10))
        schedule.rest(3, until: at(110))
        #expect(schedule.next(now: at(10)) == .sensor(2))
        schedule.finished(2, now: at(20))
        #expect(schedule.next(now: at(20)) == .idle(until: at(110)))
        schedule.ask(1)
        #expect(schedule.next(now: at(20)) == .idle(until: at(110)))
        #expect(schedule.next(now: at(110)) == .sensor(1))
    }

    @Test("who is asked for goes first, though not due, and keeps its period")
    func askedFor() {
        var schedule = schedule(.seconds(1), .seconds(60))
        for index in [0, 1] { schedule.finished(index, now: at(10)) }
        schedule.ask(1)
        #expect(schedule.next(now: at(1000)) == .sensor(1))
        schedule.finished(1, now: at(1010))
        #expect(schedule.next(now: at(1010)) == .sensor(0))
        #expect(schedule.due(1) == at(60_000))
        schedule.ask(1)
        #expect(schedule.next(now: at(60_000)) == .sensor(1))
        schedule.finished(1, now: at(60_010))
        #expect(schedule.due(1) == at(120_000), "what was due and was asked for is read once")
    }

    @Test("the sensors of a cover in alarm are read at once, then at alarm rate, then by their period again")
    func alarm() {
        var schedule = schedule(.seconds(30), .seconds(30))
        #expect(run(&schedule, cost: 10, until: 5_000).count == 2)
        schedule.setInAlarm({ $0 == 1 }, now: at(5_000))
        #expect(run(&schedule, cost: 10, from: 5_000, until: 8_500).map(\.at) == [5000, 6000, 7000, 8000])
        schedule.setInAlarm({ _ in false }, now: at(8_500))
        let rest = run(&schedule, cost: 10, from: 8_500, until: 62_000)
        #expect(rest.filter { $0.index == 1 }.map(\.at) == [9000, 39_000])
        #expect(rest.filter { $0.index == 0 }.map(\.at) == [30_000, 60_000])
    }

    @Test("a sensor that measures when it is written to is not hurried")
    func noHurry() {
        var schedule = BusSchedule(seats: [.init(unit: 1, period: .seconds(30), mayHurry: false)], start: at(0))
        #expect(run(&schedule, cost: 10, until: 5_000).count == 1)
        schedule.setInAlarm({ _ in true }, now: at(5_000))
        #expect(run(&schedule, cost: 10, from: 5_000, until: 62_000).map(\.at) == [5000, 35_000])
    }

    @Test("covers in alarm take no more than every second turn while others wait")
    func alarmStorm() {
        var schedule = schedule(Array(repeating: .seconds(2), count: 12))
        schedule.setInAlarm({ $0 < 6 }, now: at(0))
        // 6 sensors a second and 6 in two seconds, on a bus that can do four a second.
        let reads = run(&schedule, cost: 250, until: 100_000)
        let others = reads.filter { $0.index >= 6 }
        #expect(others.count >= reads.count * 4 / 10)
        for index in 0..<12 { #expect(reads.filter { $0.index == index }.count > 20, "sensor \(index)") }
    }

    @Test("on an overloaded bus the slow sensors keep their period and the fast ones share the rest")
    func overload() {
        var schedule = schedule(.milliseconds(100), .milliseconds(100), .seconds(10), .seconds(60))
        let reads = run(&schedule, cost: 150, until: 600_000)
        func count(_ index: Int) -> Int { reads.filter { $0.index == index }.count }
        #expect(count(3) >= 9 && count(2) >= 59)
        #expect(abs(count(0) - count(1)) <= 60 && count(0) > 1800)
        #expect(schedule.missed[0] > 0)
    }

    @Test("nobody is ever read twice within less than its period's grid allows, and all keep their period if they can")
    func randomLoads() {
        var random = SeededGenerator(seed: 5)
        for _ in 0..<200 {
            let periods = (0..<Int.random(in: 1...8, using: &random)).map { _ in Int64.random(in: 100...3000, using: &random) }
            var schedule = schedule(periods.map { .milliseconds($0) })
            let cost = Int64.random(in: 1...400, using: &random)
            let reads = run(&schedule, cost: cost, until: 60_000)
            let load = periods.reduce(0.0) { $0 + Double(cost) / Double($1) }
            for (index, period) in periods.enumerated() {
                let count = Int64(reads.filter { $0.index == index }.count)
                #expect(count >= 1 && count <= 60_000 / period + 2)
                // Earliest deadline first is optimal; a transaction cannot be interrupted, which costs one of them.
                if load < 0.8, cost * 2 < period { #expect(schedule.missed[index] == 0, "\(periods) at \(cost) ms") }
            }
        }
    }
}
