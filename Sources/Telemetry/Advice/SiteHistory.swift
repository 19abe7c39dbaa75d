// What happened at the covers in the last day, as far as entry advice needs it: extremes of gases, trends of water, alarms.
import SensorModel

/// An alarm at a cover.
public struct AlarmFact: Sendable, Equatable {
    /// The rule that raised it.
    public var rule: String
    /// Whether its condition still stands.
    public var isRaised: Bool
    /// When its condition began.
    public var began: WallTime

    /// - Parameters: as the properties.
    public init(rule: String, isRaised: Bool, began: WallTime) {
        self.rule = rule
        self.isRaised = isRaised
        self.began = began
    }
}

/// Remembers a day; bounded by the points and the rules of the configuration.
public struct SiteHistory: Sendable {
    private static let day = Duration.seconds(86_400)
    private var extremes: [Point: DayExtremes] = [:]
    private var trends: [Point: LevelTrend] = [:]
    /// By cover and rule, the last time each stood.
    private var alarms: [String: [String: (fact: AlarmFact, last: MonotonicTime)]] = [:]

    /// Nothing yet.
    public init() {}

    /// Takes a reading.
    public mutating func take(_ reading: Reading) {
        if NeededGas(reading.quantity) != nil {
            extremes[reading.point, default: DayExtremes()].take(reading.measurement, at: reading.time.monotonic)
        } else if reading.quantity == .waterDepth || reading.quantity == .waterLevel {
            trends[reading.point, default: LevelTrend()].take(reading.measurement, at: reading.time.monotonic)
        }
    }

    /// Takes a step of an alarm.
    public mutating func take(_ alarm: AlarmFact, at cover: String, now: MonotonicTime) {
        alarms[cover, default: [:]][alarm.rule] = (alarm, now)
    }

    /// A gas's day; nil when it brought no value.
    public func day(of point: Point, now: MonotonicTime) -> DayExtremes.Summary? { extremes[point]?.summary(at: now) }

    /// How far water has risen, in m.
    public func rise(of point: Point, now: MonotonicTime) -> Double? { trends[point]?.rise(at: now) }

    /// The alarms whose last step is not older than a day, the first to begin first.
    public func alarms(at cover: String, now: MonotonicTime) -> [AlarmFact] {
        (alarms[cover] ?? [:]).values.filter { now - $0.last <= Self.day }.map(\.fact)
            .sorted { ($0.began, $0.rule) < ($1.began, $1.rule) }
    }
}
