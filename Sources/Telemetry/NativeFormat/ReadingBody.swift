// A reading as its record's body: the members of the JSON object after `seq`, without braces.
// The outbox stores the body, and a message puts `{"seq":N,` before and `}` behind it: encoded once, sent as it was stored.
import SensorModel

/// Encodes readings; keeps the part that never changes for each point.
public struct ReadingEncoder: Sendable {
    private var prefixes: [Point: [UInt8]] = [:]
    private var second: (of: Int64, text: [UInt8]) = (.min, [])

    /// With nothing cached.
    public init() {}

    /// The body of a reading's record (contract §3).
    public mutating func body(_ reading: Reading) -> [UInt8] {
        var json = JSONBytes(capacity: 256)
        json.raw(prefix(reading))
        json.number(reading.measurement.value)
        json.raw(",\"quality\":")
        json.string(reading.measurement.quality)
        json.optionalMember("reason", reading.measurement.reason)
        json.raw(",\"time\":")
        json.raw(time(reading.time.wall))
        json.raw(",\"clock\":")
        json.string(reading.time.clock.rawValue)
        if reading.time.clock == .unsynced {
            json.raw(",\"monotonic_ms\":")
            json.integer(reading.time.monotonic.milliseconds)
        }
        json.raw(reading.origin == .field ? ",\"origin\":\"field\"" : ",\"origin\":\"simulated\"")
        return json.bytes
    }

    /// The body of a clock record: what has been learnt about a boot's clock. `offset_ms` + `monotonic_ms` is UTC in ms.
    public static func clockBody(boot: String, at now: Timestamp) -> [UInt8] {
        var json = JSONBytes(capacity: 96)
        json.raw("\"clock\":{\"boot\":")
        json.string(boot)
        json.raw(",\"offset_ms\":")
        json.integer(now.wall.milliseconds - now.monotonic.milliseconds)
        json.raw("}")
        return json.bytes
    }

    private mutating func prefix(_ reading: Reading) -> [UInt8] {
        if let known = prefixes[reading.point] { return known }
        var json = JSONBytes(capacity: 128)
        json.raw("\"cover\":")
        json.string(reading.point.cover)
        json.raw(",\"sensor\":")
        json.string(reading.point.sensor)
        json.raw(",\"channel\":")
        json.string(reading.point.channel)
        json.raw(",\"quantity\":")
        json.string(reading.quantity.rawValue)
        json.raw(",\"unit\":")
        json.string(reading.quantity.unit.rawValue)
        json.raw(",\"value\":")
        prefixes[reading.point] = json.bytes
        return json.bytes
    }

    /// The quoted time; date and clock are worked out once a second, the milliseconds each time.
    private mutating func time(_ wall: WallTime) -> [UInt8] {
        let milliseconds = wall.milliseconds
        let inSecond = (milliseconds % 1000 + 1000) % 1000
        if second.of != milliseconds - inSecond {
            second = (
                milliseconds - inSecond,
                Array(WallTime(nanoseconds: (milliseconds - inSecond) * 1_000_000).rfc3339.utf8.prefix(20))
            )
        }
        var text: [UInt8] = [UInt8(ascii: "\"")]
        text.reserveCapacity(26)
        text.append(contentsOf: second.text)
        for divisor in [100, 10, 1] as [Int64] { text.append(UInt8(ascii: "0") + UInt8(inSecond / divisor % 10)) }
        text.append(UInt8(ascii: "Z"))
        text.append(UInt8(ascii: "\""))
        return text
    }
}
