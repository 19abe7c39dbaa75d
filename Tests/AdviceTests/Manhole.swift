// A manhole where the fixed sensors have nothing against it, for tests that spoil one thing.
import Advice
import SensorModel

/// Builds facts.
struct Manhole {
    static let now = Timestamp(
        wall: WallTime(nanoseconds: 1_795_000_000_000_000_000), monotonic: MonotonicTime(nanoseconds: 90_000_000_000_000),
        clock: .synced)
    static let day: Int64 = 86_400_000_000_000

    var now = Self.now
    var points: [PointFact]
    var alarms: [AlarmFact] = []
    var isMaintained = true

    init() {
        points = [
            Self.gas("o2", .oxygen, 20.9), Self.gas("ch4", .methane, 0.5), Self.gas("h2s", .hydrogenSulfide, 0.2),
            Self.gas("co", .carbonMonoxide, 1), Self.fact("level", .waterDepth, 0.3, mounted: 3.2),
        ]
    }

    static func point(_ sensor: String) -> Point { Point(cover: "C1", sensor: sensor, channel: "value") }

    static func reading(_ sensor: String, _ quantity: Quantity, _ measurement: Measurement, age: Duration = .seconds(3))
        -> Reading
    {
        let time = Timestamp(
            wall: WallTime(nanoseconds: now.wall.nanoseconds - age.nanoseconds),
            monotonic: MonotonicTime(nanoseconds: now.monotonic.nanoseconds - age.nanoseconds), clock: .synced)
        return Reading(point: point(sensor), quantity: quantity, measurement: measurement, time: time, origin: .field)
    }

    static func fact(_ sensor: String, _ quantity: Quantity, _ value: Double, mounted: Double?) -> PointFact {
        PointFact(
            point: point(sensor), quantity: quantity, last: reading(sensor, quantity, .good(value)), period: .seconds(5),
            mounted: mounted)
    }

    static func gas(_ sensor: String, _ quantity: Quantity, _ value: Double) -> PointFact {
        var fact = fact(sensor, quantity, value, mounted: 0.6)
        fact.day = DayExtremes.Summary(lowest: value, highest: value, seen: .seconds(86_400))
        fact.checks = SensorChecks(
            bumpTest: WallTime(nanoseconds: now.wall.nanoseconds - 10 * day))
        return fact
    }

    /// Changes one point.
    mutating func change(_ sensor: String, _ body: (inout PointFact) -> Void) {
        for index in points.indices where points[index].point.sensor == sensor { body(&points[index]) }
    }

    /// Gives a sensor another last reading.
    mutating func measure(_ sensor: String, _ measurement: Measurement, age: Duration = .seconds(3)) {
        change(sensor) { $0.last = Self.reading(sensor, $0.quantity, measurement, age: age) }
    }

    var advice: EntryAdvice {
        EntryAdvice(EntryFacts(now: now, points: points, alarms: alarms, isMaintained: isMaintained))
    }

    /// What is found in this manhole after one change.
    static func spoiled(_ body: (inout Manhole) -> Void) -> EntryAdvice {
        var manhole = Manhole()
        body(&manhole)
        return manhole.advice
    }
}
