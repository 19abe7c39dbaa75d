// How long points gave values to be believed, counted in memory from their readings. Pure.
import SensorModel

/// How long a point was watched, and how long it was good.
struct Uptime: Codable, Sendable, Equatable {
    /// From reading to reading, s.
    var observed: Double = 0
    /// As long as the last reading was good and not overdue, s.
    var good: Double = 0

    /// The sum of both.
    static func + (one: Self, other: Self) -> Self {
        Self(observed: one.observed + other.observed, good: one.good + other.good)
    }
}

/// Counts by month; a month's counts are taken away by who keeps them.
struct UptimeCounters: Sendable {
    /// A good value is believed for so many of its sensor's periods, when nothing comes after it.
    static let believedPeriods = 3

    private struct Last {
        var time: MonotonicTime
        var isGood: Bool
    }

    private let periods: [Point: Duration]
    private var last: [Point: Last] = [:]
    private var month: Month?
    /// Of the month; those of months that are over wait beside it.
    private var counts: [Point: Uptime] = [:]
    private var over: [Month: [Point: Uptime]] = [:]

    /// - Parameter periods: how often each point is read; others are not counted.
    init(periods: [Point: Duration]) { self.periods = periods }

    /// Counts the time since the point's last reading; it belongs to the month of this one.
    mutating func take(_ reading: Reading) {
        guard let period = periods[reading.point] else { return }
        let now = Last(time: reading.time.monotonic, isGood: reading.measurement.quality == "good")
        guard let before = last.updateValue(now, forKey: reading.point), now.time > before.time else { return }
        if month?.contains(reading.time.wall) != true {
            putAside()
            month = Month(of: reading.time.wall)
        }
        let passed = now.time - before.time
        let good = before.isGood ? min(passed, period * Self.believedPeriods) : .zero
        let new = Uptime(observed: passed.seconds, good: good.seconds)
        counts[reading.point] = counts[reading.point].map { $0 + new } ?? new
    }

    /// What was counted since this was asked last.
    mutating func drain() -> [Month: [Point: Uptime]] {
        putAside()
        defer { over = [:] }
        return over
    }

    private mutating func putAside() {
        if let month, !counts.isEmpty { over[month, default: [:]].merge(counts) { $0 + $1 } }
        counts = [:]
    }
}
