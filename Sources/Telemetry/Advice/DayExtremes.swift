// The lowest and the highest value of one point in the last day, in a fixed number of hours.
import SensorModel

/// Keeps a day's extremes by the hour, on the monotonic clock: a full day and what has begun, so never less than 24 h and
/// never 25 h or more.
public struct DayExtremes: Sendable {
    /// What is known of the last day.
    public struct Summary: Sendable, Equatable {
        /// The lowest value.
        public var lowest: Double
        /// The highest value.
        public var highest: Double
        /// How long the point has been looked at, 24 h at most.
        public var seen: Duration
        /// Hours of these that brought no value at all.
        public var emptyHours: Int

        /// - Parameters: as the properties.
        public init(lowest: Double, highest: Double, seen: Duration, emptyHours: Int = 0) {
            self.lowest = lowest
            self.highest = highest
            self.seen = seen
            self.emptyHours = emptyHours
        }
    }

    private struct Hour {
        var number: Int64
        var lowest: Double
        var highest: Double
    }

    private static let hour = Duration.seconds(3600).nanoseconds
    private static let day: Int64 = 24
    private var hours: [Hour] = []
    private var first: MonotonicTime?

    /// Nothing yet.
    public init() {}

    /// Takes a value; one without a value, or of test gas, says nothing about the air.
    public mutating func take(_ measurement: Measurement, at time: MonotonicTime) {
        if case .uncertain(_, .testGas) = measurement { return }
        guard let value = measurement.value else { return }
        first = first ?? time
        let number = time.nanoseconds / Self.hour
        if let last = hours.indices.last, hours[last].number >= number {
            hours[last].lowest = min(hours[last].lowest, value)
            hours[last].highest = max(hours[last].highest, value)
        } else {
            hours.removeAll { $0.number < number - Self.day }
            hours.append(Hour(number: number, lowest: value, highest: value))
        }
    }

    /// - Returns: nil when the last day brought no value.
    public func summary(at now: MonotonicTime) -> Summary? {
        let number = now.nanoseconds / Self.hour
        let recent = hours.filter { $0.number >= number - Self.day }
        guard let first, let lowest = recent.map(\.lowest).min(), let highest = recent.map(\.highest).max() else { return nil }
        let begin = max(first.nanoseconds / Self.hour, number - Self.day)
        return Summary(
            lowest: lowest, highest: highest, seen: min(now - first, .seconds(86_400)),
            emptyHours: Int(number - begin) + 1 - recent.count)
    }
}
