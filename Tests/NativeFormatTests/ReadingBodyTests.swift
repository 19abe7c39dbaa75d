// Readings and batches as the contract writes them, to the byte.
import NativeFormat
import SensorModel
import Testing

@Suite struct ReadingBodyTests {
    static let point = Point(cover: "3205820102048188", sensor: "ch4", channel: "gas")

    /// 2026-11-21T04:00:00Z and so many milliseconds; 5.25 s after boot.
    static func time(_ milliseconds: Int64 = 123, _ clock: ClockState = .synced) -> Timestamp {
        Timestamp(
            wall: WallTime(nanoseconds: (1_795_233_600_000 + milliseconds) * 1_000_000),
            monotonic: MonotonicTime(nanoseconds: 5_250_000_000),
            clock: clock)
    }

    private func reading(_ measurement: Measurement, _ time: Timestamp = Self.time(), _ origin: Origin = .field) -> Reading {
        Reading(point: Self.point, quantity: .methane, measurement: measurement, time: time, origin: origin)
    }

    private let head =
        "\"cover\":\"3205820102048188\",\"sensor\":\"ch4\",\"channel\":\"gas\","
        + "\"quantity\":\"methane\",\"unit\":\"%LEL\",\"value\":"

    @Test func `a good reading is the contract's example`() {
        var encoder = ReadingEncoder()
        #expect(
            text(encoder.body(reading(.good(12.5)))) == head
                + "12.5,\"quality\":\"good\",\"time\":\"2026-11-21T04:00:00.123Z\",\"clock\":\"synced\",\"origin\":\"field\"")
    }

    @Test func `an uncertain reading keeps its value and says why`() {
        var encoder = ReadingEncoder()
        #expect(
            text(encoder.body(reading(.uncertain(0.5, .flatLine), Self.time(7, .holdover), .simulated))) == head
                + "0.5,\"quality\":\"uncertain\",\"reason\":\"flat-line\",\"time\":\"2026-11-21T04:00:00.007Z\","
                + "\"clock\":\"holdover\",\"origin\":\"simulated\"")
    }

    @Test(arguments: BadReason.allCases)
    func `a bad reading has no value, only a reason`(reason: BadReason) {
        var encoder = ReadingEncoder()
        #expect(
            text(encoder.body(reading(.bad(reason)))) == head
                + "null,\"quality\":\"bad\",\"reason\":\"\(reason.rawValue)\","
                + "\"time\":\"2026-11-21T04:00:00.123Z\",\"clock\":\"synced\","
                + "\"origin\":\"field\"")
    }

    @Test func `with an unsynced clock the time since boot stands beside the wall time`() {
        var encoder = ReadingEncoder()
        #expect(
            text(encoder.body(reading(.good(1), Self.time(0, .unsynced)))) == head
                + "1.0,\"quality\":\"good\",\"time\":\"2026-11-21T04:00:00.000Z\",\"clock\":\"unsynced\",\"monotonic_ms\":5250,"
                + "\"origin\":\"field\"")
    }

    @Test func `a value that is no number is never written, whoever brings it`() {
        var encoder = ReadingEncoder()
        for value in [Double.nan, .infinity, -.infinity] {
            #expect(text(encoder.body(reading(.good(value)))).hasPrefix(head + "null,"))
        }
    }

    @Test func `what the encoder remembers of one reading never shows in the next`() {
        var encoder = ReadingEncoder()
        for milliseconds in [Int64(999), 1000, 999, 0, -1, 61_005, -1_795_233_600_000, -1_795_233_600_001] {
            for sensor in ["a", "b"] {
                let reading = Reading(
                    point: Point(cover: "1", sensor: sensor, channel: "gas"), quantity: sensor == "a" ? .methane : .temperature,
                    measurement: .good(1), time: Self.time(milliseconds), origin: .field)
                var fresh = ReadingEncoder()
                #expect(encoder.body(reading) == fresh.body(reading))
                #expect(text(encoder.body(reading)).contains("\"time\":\"\(Self.time(milliseconds).wall.rfc3339)\""))
            }
        }
    }

    @Test func `a clock record gives what must be added to monotonic_ms`() {
        #expect(
            text(ReadingEncoder.clockBody(boot: "b-1", at: Self.time(0)))
                == "\"clock\":{\"boot\":\"b-1\",\"offset_ms\":1795233594750}")
    }
}

@Suite struct MessageTests {
    private let speaker = Speaker(gateway: "gw-1", store: "s-1")

    @Test func `topics are the contract's`() {
        #expect(
            Topic.allCases.map(speaker.topic)
                == ["state", "readings", "alarms", "commands", "replies"].map { "manhole/v1/gw-1/\($0)" })
    }

    @Test func `a batch puts records and gaps in order into its envelope`() throws {
        let elements: [LaneElement] = [
            .gap(Gap(from: 1001, to: 1004, count: 3, reason: .evicted)), .record(seq: 1005, body: Array("\"value\":1.0".utf8)),
            .record(seq: 1006, body: ReadingEncoder.clockBody(boot: "b-1", at: ReadingBodyTests.time(0))),
        ]
        let batch = NativeFormat.batch(elements, after: 1000, boot: "b-1", speaker: speaker)
        #expect(
            text(batch) == "{\"schema\":1,\"gateway\":\"gw-1\",\"store\":\"s-1\",\"boot\":\"b-1\",\"after\":1000,\"readings\":["
                + "{\"gap\":{\"from\":1001,\"to\":1004,\"count\":3,\"reason\":\"evicted\"}},{\"seq\":1005,\"value\":1.0},"
                + "{\"seq\":1006,\"clock\":{\"boot\":\"b-1\",\"offset_ms\":1795233594750}}]}")
        guard case .list(let readings)? = try DecodedJSON.read(batch)["readings"] else {
            Issue.record("no readings")
            return
        }
        #expect(readings.count == 3)
    }

    @Test(arguments: Gap.Reason.allCases)
    func `a gap of the alarm lane is a message of its own`(reason: Gap.Reason) {
        let gap = NativeFormat.alarm(.gap(Gap(from: 3, to: 9, count: 7, reason: reason)), after: 2, boot: "b-1", speaker: speaker)
        #expect(
            text(gap) == "{\"schema\":1,\"gateway\":\"gw-1\",\"store\":\"s-1\",\"boot\":\"b-1\",\"after\":2,"
                + "\"gap\":{\"from\":3,\"to\":9,\"count\":7,\"reason\":\"\(reason.rawValue)\"}}")
        #expect(["evicted", "expired", "corrupt", "unused"].contains(reason.rawValue))
    }

    @Test func `birth and will carry the same boot, session and store`() throws {
        let time = ReadingBodyTests.time(0)
        let birth = NativeFormat.birth(
            speaker: speaker, boot: "b-1", session: 5250, predecessor: "s-0", now: time,
            description: Array("\"version\":\"1\"".utf8))
        #expect(
            text(birth)
                == "{\"online\":true,\"schema\":1,\"gateway\":\"gw-1\",\"boot\":\"b-1\",\"session\":5250,\"store\":\"s-1\","
                + "\"predecessor\":\"s-0\",\"time\":\"2026-11-21T04:00:00.000Z\",\"clock\":\"synced\",\"version\":\"1\"}")
        let will = NativeFormat.will(speaker: speaker, boot: "b-1", session: 5250)
        #expect(
            text(will)
                == "{\"online\":false,\"schema\":1,\"gateway\":\"gw-1\",\"boot\":\"b-1\",\"session\":5250,\"store\":\"s-1\"}")
        let bare = NativeFormat.birth(speaker: speaker, boot: "b-1", session: 1, predecessor: nil, now: time, description: [])
        #expect(try DecodedJSON.read(bare)["predecessor"] == nil)
        #expect(try DecodedJSON.read(bare)["online"] == .boolean(true))
    }

    @Test func `names with quotes cannot break out of the envelope`() throws {
        let hostile = Speaker(gateway: "gw\",\"after\":9", store: "s\\")
        let read = try DecodedJSON.read(NativeFormat.batch([], after: 1, boot: "\"", speaker: hostile))
        #expect(read["gateway"] == .text("gw\",\"after\":9"))
        #expect(read["store"] == .text("s\\"))
        #expect(read["after"] == .number(1))
        #expect(read["readings"] == .list([]))
    }
}
