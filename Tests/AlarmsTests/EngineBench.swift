// An engine with one point and a hand on the time: what the alarm tests have in common.
import Alarms
import SensorModel
import TestSupport

/// Feeds readings to an engine; times are seconds, ids are `alarm-1`, `alarm-2`, ….
struct EngineBench {
    static let gas = Point(cover: "C1", sensor: "ch4", channel: "gas")
    /// Raise at 20, clear below 15, after 10 s.
    static let methane = AlarmRule(
        id: "methane-high", quantity: .methane, direction: .above, threshold: 20, clearThreshold: 15, onDelay: .seconds(10),
        severity: .warning)
    /// The same without a delay.
    static let prompt = AlarmRule(
        id: "methane-prompt", quantity: .methane, direction: .above, threshold: 20, clearThreshold: 15, severity: .warning)

    var engine: AlarmEngine
    private(set) var ids = 0

    /// The points of the tests.
    static let points: [(Point, Quantity)] =
        [(gas, .methane), (Point(cover: "C1", sensor: "o2", channel: "oxygen"), .oxygen)]
        + [("C2", "ch4", "gas"), ("C0", "ch4", "gas"), ("C1", "s", "c"), ("C2", "s", "c")].map {
            (Point(cover: $0, sensor: $1, channel: $2), .methane)
        }

    /// - Parameter ids: how many ids earlier runs have made.
    init(_ rules: [AlarmRule], site: AlarmSite = AlarmSite(points), ids: Int = 0) {
        engine = AlarmEngine(rules: rules, site: site)
        self.ids = ids
    }

    /// What time alone makes.
    mutating func advance(to seconds: Double) -> [AlarmTransition] {
        let made = ids
        var next = made
        let transitions = engine.advance(now: Self.at(seconds)) {
            next += 1
            return "alarm-\(next)"
        }
        ids = next
        return transitions
    }

    /// The moment so many seconds after boot.
    static func at(_ seconds: Double) -> Timestamp {
        let nanoseconds = Int64(seconds * 1e9)
        return Timestamp(
            wall: WallTime(nanoseconds: 1_795_233_600_000_000_000 + nanoseconds),
            monotonic: MonotonicTime(nanoseconds: nanoseconds), clock: .synced)
    }

    /// One measurement.
    mutating func step(
        _ measurement: Measurement, at seconds: Double, _ point: Point = gas, _ quantity: Quantity = .methane
    ) -> [AlarmTransition] {
        let now = Self.at(seconds)
        let reading = Reading(point: point, quantity: quantity, measurement: measurement, time: now, origin: .field)
        let made = ids
        var next = made
        let transitions = engine.step(reading, now: now) {
            next += 1
            return "alarm-\(next)"
        }
        ids = next
        return transitions
    }

    /// One good value.
    mutating func step(
        _ value: Double, at seconds: Double, _ point: Point = gas, _ quantity: Quantity = .methane
    ) -> [AlarmTransition] {
        step(.good(value), at: seconds, point, quantity)
    }
}

extension [AlarmTransition] {
    /// `from>to`, for each.
    var steps: [String] { map { "\($0.from.rawValue)>\($0.to.rawValue)" } }
}
