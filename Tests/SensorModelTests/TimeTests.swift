// Wall time in words, and durations as numbers: what stands in every message.
import SensorModel
import Testing

@Suite struct TimeTests {
    @Test(
        "wall time is written as RFC 3339 in UTC with milliseconds",
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"),
            (1_795_233_600_123, "2026-11-21T04:00:00.123Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"),
            (951_868_799_999, "2000-02-29T23:59:59.999Z"),
            (951_868_800_000, "2000-03-01T00:00:00.000Z"),
            (1_835_395_200_000, "2028-02-29T00:00:00.000Z"),
            (4_107_542_399_000, "2100-02-28T23:59:59.000Z"),
            (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
            (4_102_444_800_000, "2100-01-01T00:00:00.000Z"),
            (1_777_593_599_999, "2026-04-30T23:59:59.999Z"),
            (1_777_593_600_000, "2026-05-01T00:00:00.000Z"),
            (1_798_761_599_999, "2026-12-31T23:59:59.999Z"),
            (-1, "1969-12-31T23:59:59.999Z"),
            (-86_400_000, "1969-12-31T00:00:00.000Z"),
            (-58_060_800_000, "1968-02-29T00:00:00.000Z"),
        ] as [(Int64, String)])
    func wallTimeInWords(milliseconds: Int64, expected: String) {
        #expect(WallTime(nanoseconds: milliseconds * 1_000_000).rfc3339 == expected)
    }

    @Test("each day of five and a half centuries follows the day before, by a count that knows only the calendar's rules")
    func everyDay() {
        var (year, month, day) = (1700, 1, 1)
        var wrong: [String] = []
        // 1700-01-01 lies 270 years with 65 leap days before 1970; 64 bits of nanoseconds end in 2262.
        for count in Int64(-98_615)..<106_000 {
            let date = "\(year)-\(month < 10 ? "0" : "")\(month)-\(day < 10 ? "0" : "")\(day)"
            if WallTime.date(ofDay: count) != date { wrong.append(date) }
            let isLeap = year % 4 == 0 && year % 100 != 0 || year % 400 == 0
            let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
            day += 1
            if day > lengths[month - 1] { (month, day) = (month + 1, 1) }
            if month > 12 { (year, month) = (year + 1, 1) }
        }
        #expect(wrong == [])
    }

    @Test("milliseconds of wall time round towards the past on both sides of 1970")
    func millisecondsRoundDown() {
        #expect(WallTime(nanoseconds: 1_999_999).milliseconds == 1)
        #expect(WallTime(nanoseconds: -1).milliseconds == -1)
        #expect(WallTime(nanoseconds: -1_000_000).milliseconds == -1)
        #expect(WallTime(nanoseconds: -1_000_001).milliseconds == -2)
    }

    @Test("the first and the last moment that can be told have words too: a platform may name any time")
    func extremes() {
        #expect(WallTime(nanoseconds: .min).rfc3339 == "1677-09-21T00:12:43.145Z")
        #expect(WallTime(nanoseconds: .min).rfc3339Microseconds == "1677-09-21T00:12:43.145224Z")
        #expect(WallTime(nanoseconds: .max).rfc3339Microseconds == "2262-04-11T23:47:16.854775Z")
    }

    @Test("monotonic moments differ by durations, order by age and count whole milliseconds")
    func monotonic() {
        let start = MonotonicTime(nanoseconds: 5_000_000_000)
        let later = start + .milliseconds(1500)
        #expect(later.nanoseconds == 6_500_000_000)
        #expect(later - start == .milliseconds(1500))
        #expect(start - later == .milliseconds(-1500))
        #expect(start < later)
        #expect(MonotonicTime(nanoseconds: 1_999_999).milliseconds == 1)
        #expect(WallTime(nanoseconds: 1) < WallTime(nanoseconds: 2))
    }

    @Test("a duration is whole nanoseconds, whole milliseconds and seconds as a number")
    func durations() {
        #expect(Duration.seconds(2).nanoseconds == 2_000_000_000)
        #expect(Duration.nanoseconds(-7).nanoseconds == -7)
        #expect(Duration.microseconds(1999).milliseconds == 1)
        #expect(Duration.milliseconds(1250).seconds == 1.25)
        #expect(Duration.milliseconds(-1250).nanoseconds == -1_250_000_000)
    }

    @Test("a duration beyond 292 years saturates instead of trapping")
    func saturation() {
        #expect(Duration.seconds(Int64.max).nanoseconds == .max)
        #expect(Duration.seconds(Int64.min).nanoseconds == .min)
        #expect(Duration(secondsComponent: 9_223_372_036, attosecondsComponent: 999_000_000_000_000_000).nanoseconds == .max)
        #expect(Duration(secondsComponent: -9_223_372_036, attosecondsComponent: -999_000_000_000_000_000).nanoseconds == .min)
    }
}

extension WallTime {
    /// The date of a day count, as it stands in messages.
    fileprivate static func date(ofDay days: Int64) -> String {
        String(WallTime(nanoseconds: days * 86_400_000_000_000).rfc3339.prefix(10))
    }
}
