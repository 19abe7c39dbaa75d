// When a gas sensor has to be tested again, by the log of tests: the one place that says so.
import SensorModel

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
    init(passed: WallTime?, now: Timestamp, floor: WallTime? = nil) {
        let isKnown = now.clock != .unsynced
        let counts = passed.flatMap { isKnown && $0 > now.wall ? nil : $0 }
        let due = counts.map(CalibrationInterval.due)
        self.passed = counts
        self.due = due
        let certain = isKnown ? now.wall : floor
        isDue = due.map { due in certain.map { due < $0 } == true } == true
    }

    /// Since when it is due; nil while it is not.
    var overdueSince: WallTime? { isDue ? due : nil }

    /// `due`, `later`, or `never` when no passed test is on record.
    var word: String { isDue ? "due" : due == nil ? "never" : "later" }
}
