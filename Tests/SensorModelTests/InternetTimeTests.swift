// Times of other machines: every form of RFC 3339, and nothing else.
import SensorModel
import Testing

@Suite struct InternetTimeTests {
    @Test(
        "a time in any form of RFC 3339 is the moment it names",
        arguments: [
            ("2026-11-21T04:00:00Z", "2026-11-21T04:00:00.000Z"),
            ("2026-11-21t04:00:00z", "2026-11-21T04:00:00.000Z"),
            ("2026-11-21T12:00:00+08:00", "2026-11-21T04:00:00.000Z"),
            ("2026-11-20T23:30:00-04:30", "2026-11-21T04:00:00.000Z"),
            ("2026-11-21T04:00:00.5Z", "2026-11-21T04:00:00.500Z"),
            ("2026-11-21T04:00:00.12345678901234567890Z", "2026-11-21T04:00:00.123Z"),
            ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00.000Z"),
            ("2028-02-29T00:00:00Z", "2028-02-29T00:00:00.000Z"),
            ("1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z"),
        ])
    func moments(text: String, moment: String) throws {
        #expect(try #require(WallTime(rfc3339: text)).rfc3339 == moment)
    }

    @Test("a year that does not fit is the end of time, not a trap")
    func farAway() {
        #expect(WallTime(rfc3339: "9999-12-31T23:59:59Z") == WallTime(nanoseconds: .max))
        #expect(WallTime(rfc3339: "2262-04-11T23:47:16.999999999Z") == WallTime(nanoseconds: .max))
        #expect(WallTime(rfc3339: "0000-01-01T00:00:00Z") == WallTime(nanoseconds: .min))
    }

    @Test(
        "what is not such a time, or does not exist, is none",
        arguments: [
            "", "now", "2026-11-21", "2026-11-21T04:00Z", "2026-11-21T04:00:00", "2026-11-21 04:00:00Z", "2026-11-21T04:00:00.Z",
            "2026-02-30T00:00:00Z", "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z", "2026-01-00T00:00:00Z",
            "2027-02-29T00:00:00Z",
            "2026-11-21T24:00:00Z", "2026-11-21T04:60:00Z", "2026-11-21T04:00:61Z", "2026-11-21T04:00:00+24:00",
            "2026-11-21T04:00:00+08", "2026-11-21T04:00:00Zx", "02026-11-21T04:00:00Z", "２026-11-21T04:00:00Z",
            "-026-11-21T04:00:00Z",
        ])
    func noTimes(text: String) { #expect(WallTime(rfc3339: text) == nil) }
}
