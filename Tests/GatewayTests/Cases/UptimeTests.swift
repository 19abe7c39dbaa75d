// Months of the calendar, and how long points were good in them.
import SensorModel
import TestSupport
import Testing

@testable import Gateway

@Suite struct UptimeTests {
    private let point = Point(cover: "C1", sensor: "ch4", channel: "gas")

    private func reading(_ seconds: Int64, _ measurement: Measurement, wall: String = "2026-11-21T04:00:00Z") -> Reading {
        let begin = WallTime(rfc3339: wall)?.nanoseconds ?? 0
        return Reading(
            point: point, quantity: .methane, measurement: measurement,
            time: Timestamp(
                wall: WallTime(nanoseconds: begin + seconds * 1_000_000_000),
                monotonic: MonotonicTime(nanoseconds: seconds * 1_000_000_000), clock: .synced), origin: .field)
    }

    @Test(arguments: ["2026-13", "2026-00", "26-11", "2026-1", "2026-11-01", "2026/11", "", "２０２６-11", "-026-11"])
    func `what is no month is refused`(text: String) { #expect(Month(text) == nil) }

    @Test func `a month knows its moments and the next one, also at the turn of the year`() throws {
        let month = try #require(Month("2026-12"))
        #expect(month.from.rfc3339 == "2026-12-01T00:00:00.000Z" && month.until.rfc3339 == "2027-01-01T00:00:00.000Z")
        #expect("\(month.next)" == "2027-01" && month < month.next)
        #expect(Month(of: month.from) == month && Month(of: month.until) == month.next)
        #expect(
            "\(Month(of: WallTime(nanoseconds: .max)))" == "2262-04")
    }

    @Test func `time after a good reading is good, three periods at most; after others it is not`() {
        var counters = UptimeCounters(periods: [point: .seconds(10)])
        for (second, value) in [
            (0, Measurement.good(1)), (10, .good(2)), (20, .bad(.timeout)), (30, .uncertain(1, .stuck)), (40, .good(1)),
            (140, .good(1)),
        ] { counters.take(reading(Int64(second), value)) }
        let counted = counters.drain().values.compactMap { $0[point] }
        #expect(counted == [Uptime(observed: 140, good: 50)])
        #expect(counters.drain().isEmpty)
    }

    @Test func `points that nobody has configured are not counted, and a month ends where it ends`() {
        var counters = UptimeCounters(periods: [point: .seconds(10)])
        let eve = "2026-11-30T23:59:50Z"
        for second in [0, 5, 15, 25] { counters.take(reading(Int64(second), .good(1), wall: eve)) }
        let counted = counters.drain()
        #expect(counted.keys.map(\.description).sorted() == ["2026-11", "2026-12"])
        #expect(Month("2026-12").flatMap { counted[$0]?[point] } == Uptime(observed: 20, good: 20))
        var nobody = UptimeCounters(periods: [:])
        nobody.take(reading(0, .good(1)))
        nobody.take(reading(10, .good(1)))
        #expect(nobody.drain().isEmpty)
    }
}
