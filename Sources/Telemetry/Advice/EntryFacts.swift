// Everything that entry advice judges by: a plain picture of one cover at one moment.
import SensorModel

/// When a gas sensor was looked at last, as far as it is on record.
public struct SensorChecks: Sendable, Equatable {
    /// Since when the last test that it passed has run out; nil while it has not, or when nobody can say.
    public var overdueSince: WallTime?
    /// The last bump test that it passed; nil when none is on record.
    public var bumpTest: WallTime?

    /// - Parameters: as the properties.
    public init(overdueSince: WallTime? = nil, bumpTest: WallTime? = nil) {
        self.overdueSince = overdueSince
        self.bumpTest = bumpTest
    }
}

/// One point of the cover.
public struct PointFact: Sendable {
    /// Which.
    public var point: Point
    /// What it measures.
    public var quantity: Quantity
    /// Its last reading; nil before the first.
    public var last: Reading?
    /// How often it is read.
    public var period: Duration
    /// How far below the rim it sits, in m.
    public var mounted: Double?
    /// Whether it is a catalytic bead, which needs oxygen.
    public var isCatalytic: Bool
    /// A gas's last day.
    public var day: DayExtremes.Summary?
    /// How far water has risen lately, in m.
    public var rise: Double?
    /// A gas sensor's checks.
    public var checks: SensorChecks

    /// - Parameters: as the properties.
    public init(
        point: Point, quantity: Quantity, last: Reading?, period: Duration, mounted: Double? = nil, isCatalytic: Bool = false,
        day: DayExtremes.Summary? = nil, rise: Double? = nil, checks: SensorChecks = SensorChecks()
    ) {
        self.point = point
        self.quantity = quantity
        self.last = last
        self.period = period
        self.mounted = mounted
        self.isCatalytic = isCatalytic
        self.day = day
        self.rise = rise
        self.checks = checks
    }
}

/// One cover at one moment.
public struct EntryFacts: Sendable {
    /// The moment, with the trust in the wall clock.
    public var now: Timestamp
    /// The cover's points in the order of the configuration.
    public var points: [PointFact]
    /// Alarms that stand, and those of the last 24 h.
    public var alarms: [AlarmFact]
    /// Whether maintenance or an authorised opening is on here.
    public var isMaintained: Bool

    /// - Parameters: as the properties.
    public init(now: Timestamp, points: [PointFact], alarms: [AlarmFact] = [], isMaintained: Bool = false) {
        self.now = now
        self.points = points
        self.alarms = alarms
        self.isMaintained = isMaintained
    }
}
