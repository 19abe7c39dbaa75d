// One cover with a hand on the time: what the tests of validity have in common.
import SensorModel
import TestSupport
import Testing
import Validity

/// Feeds measurements of a cover's sensors; times are seconds. Every sensor has one channel, `value`.
struct ValidityBench {
    static let cover = "C1"
    private(set) var validity: CoverValidity
    private let quantities: [String: Quantity]

    /// - Parameters:
    ///   - points: sensors by their ids; made by `sensor`.
    ///   - rim: elevation of the rim, m.
    init(_ points: [WatchedPoint], rim: Double? = nil) {
        validity = CoverValidity([WatchedCover(code: Self.cover, rimElevation: rim, points: points)])
        quantities = Dictionary(uniqueKeysWithValues: points.map { ($0.sensor, $0.quantity) })
    }

    /// A sensor that is read every ten seconds.
    static func sensor(
        _ id: String, _ quantity: Quantity, mounted: Double? = nil, every period: Duration = .seconds(10),
        _ change: (inout WatchedPoint) -> Void = { _ in }
    ) -> WatchedPoint {
        var point = WatchedPoint(sensor: id, channel: "value", quantity: quantity, mounted: mounted, period: period)
        change(&point)
        return point
    }

    static func point(_ sensor: String) -> Point { Point(cover: cover, sensor: sensor, channel: "value") }

    /// One measurement; what became of it.
    mutating func take(_ measurement: Measurement, of sensor: String, at seconds: Double) -> Measurement {
        judge(measurement, of: sensor, at: seconds).measurement
    }

    /// One good value.
    mutating func take(_ value: Double, of sensor: String, at seconds: Double) -> Measurement {
        take(.good(value), of: sensor, at: seconds)
    }

    /// A value of one sensor again and again, every ten seconds, both ends taken.
    /// - Returns: what became of each.
    mutating func hold(_ value: Double, of sensor: String, from start: Double, to end: Double, by step: Double = 10)
        -> [Measurement]
    {
        stride(from: start, through: end, by: step).map { take(value, of: sensor, at: $0) }
    }

    /// One reading; the whole of what came back.
    mutating func judge(_ measurement: Measurement, of sensor: String, at seconds: Double) -> Reading {
        validity.judge(Self.reading(measurement, of: sensor, quantities[sensor] ?? .raw, at: seconds))
    }

    static func reading(_ measurement: Measurement, of sensor: String, _ quantity: Quantity, at seconds: Double) -> Reading {
        let nanoseconds = Int64(seconds * 1e9)
        let time = Timestamp(
            wall: WallTime(nanoseconds: 1_795_233_600_000_000_000 + nanoseconds),
            monotonic: MonotonicTime(nanoseconds: nanoseconds),
            clock: .synced)
        return Reading(point: point(sensor), quantity: quantity, measurement: measurement, time: time, origin: .field)
    }

    /// What a technician is told about the sensor's last reading.
    func problem(_ sensor: String) -> String? {
        guard let words = validity.problem(of: Self.point(sensor)) else { return nil }
        // In Chinese names of sensors, numbers and units are left.
        #expect(
            Tongue.hasHan(words.zh) && Tongue.english(words.zh, besides: ["value", "level", "float", "upper", "power"]) == [])
        #expect(!Tongue.hasHan(words.en))
        return words.en
    }
}
