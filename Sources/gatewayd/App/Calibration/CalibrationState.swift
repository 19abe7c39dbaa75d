// When a gas sensor has to be tested again, by the log of tests: the one place that says so.
import SensorModel

/// A test that a sensor has passed.
struct PassedTest: Sendable, Equatable {
    /// When it ended, by the gateway's clock.
    var end: WallTime
    /// Whether somebody vouched for that clock: otherwise nothing becomes due by it.
    var isDated: Bool
}

/// What the log says of the device that sits at a point.
struct CalibrationState: Sendable, Equatable {
    /// When it last passed a test; nil when no such test is on record.
    let passed: WallTime?
    /// When that runs out.
    let due: WallTime?
    /// Whether it has run out.
    let isDue: Bool

    /// - Parameters:
    ///   - passed: when the device last passed a test; nil when none is on record.
    ///   - now: a clock that nobody vouches for makes nothing due, and does not say that a test lies in the future.
    ///   - floor: a time that has certainly passed: what was due then is due, whatever the clock says.
    init(passed: PassedTest?, now: Timestamp, floor: WallTime? = nil) {
        let isKnown = now.clock != .unsynced
        let certain = isKnown ? now.wall : floor
        let due = passed.map { CalibrationInterval.due(after: $0.end) }
        let isOver = due.flatMap { due in certain.map { due < $0 } } == true
        // The date of a test that lies in the future, or has run out and was never certain, is no date.
        let counts = passed.map { !(isKnown && $0.end > now.wall) && ($0.isDated || !isOver) } == true
        self.passed = counts ? passed?.end : nil
        self.due = counts ? due : nil
        isDue = counts && isOver
    }

    /// Since when it is due; nil while it is not.
    var overdueSince: WallTime? { isDue ? due : nil }

    /// `due`, `later`, or `never` when no passed test is on record.
    var word: String { isDue ? "due" : due == nil ? "never" : "later" }
}
