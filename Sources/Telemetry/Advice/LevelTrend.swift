// Whether water rises: minutes' means of one point in a short window.
import SensorModel

/// Keeps the means of the last minutes of a level, on the monotonic clock.
public struct LevelTrend: Sendable {
    /// How far it looks back.
    public static let window = Duration.seconds(600)

    private struct Minute {
        var number: Int64
        var sum: Double
        var count: Double
        var mean: Double { sum / count }
    }

    private static let minute = Duration.seconds(60).nanoseconds
    private static let length: Int64 = 10
    private var minutes: [Minute] = []

    /// Nothing yet.
    public init() {}

    /// Takes a value in m; only a good one says where the water stands.
    public mutating func take(_ measurement: Measurement, at time: MonotonicTime) {
        guard case .good(let value) = measurement else { return }
        let number = time.nanoseconds / Self.minute
        if let last = minutes.indices.last, minutes[last].number >= number {
            minutes[last].sum += value
            minutes[last].count += 1
        } else {
            minutes.removeAll { $0.number < number - Self.length }
            minutes.append(Minute(number: number, sum: value, count: 1))
        }
    }

    /// How far the last minute's mean lies above the lowest one of the window, in m; nil while there are not two of them.
    public func rise(at now: MonotonicTime) -> Double? {
        let number = now.nanoseconds / Self.minute
        let recent = minutes.filter { $0.number >= number - Self.length }
        guard recent.count > 1, let last = recent.last, let lowest = recent.map(\.mean).min() else { return nil }
        return last.mean - lowest
    }
}
