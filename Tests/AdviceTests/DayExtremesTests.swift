// The memory of a day: what it keeps, what it forgets, and that it says how much it knows.
import Advice
import SensorModel
import TestSupport
import Testing

@Suite struct DayExtremesTests {
    private func at(_ seconds: Int) -> MonotonicTime { MonotonicTime(nanoseconds: Int64(seconds) * 1_000_000_000) }

    @Test("the lowest and the highest of the last day, and how long it was seen")
    func extremes() {
        var day = DayExtremes()
        #expect(day.summary(at: at(0)) == nil)
        day.take(.good(3), at: at(1000))
        day.take(.good(9), at: at(2000))
        day.take(.uncertain(1, .supplyLow), at: at(3000))
        #expect(day.summary(at: at(4600)) == .init(lowest: 1, highest: 9, seen: .seconds(3600), emptyHours: 1))
    }

    @Test("no value and test gas say nothing about the air")
    func nothing() {
        var day = DayExtremes()
        day.take(.bad(.timeout), at: at(10))
        day.take(.uncertain(50, .testGas), at: at(20))
        #expect(day.summary(at: at(30)) == nil)
    }

    @Test("a peak is kept for 24 h at least and is gone after 25; hours without a value are counted")
    func forgotten() {
        var day = DayExtremes()
        let hour = 3600
        day.take(.good(30), at: at(100 * hour + 3599))
        day.take(.good(2), at: at(101 * hour))
        #expect(day.summary(at: at(124 * hour + 3598))?.highest == 30)
        day.take(.good(1), at: at(125 * hour))
        #expect(day.summary(at: at(125 * hour)) == .init(lowest: 1, highest: 2, seen: .seconds(86_400), emptyHours: 23))
        #expect(day.summary(at: at(200 * hour)) == nil)
    }

    @Test("it is as a day of all values would have it, for any values", arguments: [UInt64.random(in: 0...UInt64.max)])
    func random(seed: UInt64) {
        var chance = SeededGenerator(seed: seed)
        var day = DayExtremes()
        var all: [(hour: Int, value: Double)] = []
        var time = 0
        for _ in 0..<2000 {
            time += Int.random(in: 1...4000, using: &chance)
            let value = Double.random(in: -5...100, using: &chance)
            day.take(.good(value), at: at(time))
            all.append((time / 3600, value))
            let recent = all.filter { $0.hour >= time / 3600 - 24 }.map(\.value)
            let summary = day.summary(at: at(time))
            #expect(summary?.lowest == recent.min() && summary?.highest == recent.max(), "seed \(seed)")
        }
    }

    @Test("water rises by the means of minutes: noise does not, and what was long ago does not")
    func trend() throws {
        var trend = LevelTrend()
        #expect(trend.rise(at: at(0)) == nil)
        for second in stride(from: 0, to: 1200, by: 10) {
            trend.take(.good(1 + ((second / 10).isMultiple(of: 2) ? 0.02 : -0.02)), at: at(second))
        }
        #expect(try #require(trend.rise(at: at(1200))) < 0.01)
        trend.take(.uncertain(9, .stuck), at: at(1200))
        trend.take(.bad(.timeout), at: at(1201))
        #expect(try #require(trend.rise(at: at(1201))) < 0.01)
        for second in stride(from: 1200, to: 1800, by: 10) { trend.take(.good(1 + Double(second - 1200) / 6000), at: at(second)) }
        #expect(try #require(trend.rise(at: at(1799))) > 0.08)
        for second in stride(from: 1800, to: 2700, by: 10) { trend.take(.good(1.1), at: at(second)) }
        #expect(try #require(trend.rise(at: at(2700))) < 0.01)
    }

    @Test("a cover's alarms are remembered for a day, the last step of each rule")
    func alarms() {
        var history = SiteHistory()
        let began = WallTime(nanoseconds: 5)
        history.take(AlarmFact(rule: "a", isRaised: true, began: began), at: "C1", now: at(10))
        history.take(AlarmFact(rule: "a", isRaised: false, began: began), at: "C1", now: at(20))
        history.take(AlarmFact(rule: "b", isRaised: true, began: WallTime(nanoseconds: 4)), at: "C1", now: at(30))
        #expect(history.alarms(at: "C1", now: at(40)).map(\.rule) == ["b", "a"])
        #expect(history.alarms(at: "C1", now: at(40)).last?.isRaised == false)
        #expect(history.alarms(at: "C1", now: at(86_421)).map(\.rule) == ["b"])
        #expect(history.alarms(at: "C2", now: at(40)) == [])
    }
}
