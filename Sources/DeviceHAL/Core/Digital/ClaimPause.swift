// When a line that could not be claimed is tried again: at growing distances, so that a missing chip costs nothing. Pure.
import SensorModel

/// The pause between two attempts to claim a line.
struct ClaimPause {
    private let range: ClosedRange<Duration>
    private var failures = 0
    /// When the next attempt may be made; nil for at once.
    private(set) var until: MonotonicTime?

    init(_ range: ClosedRange<Duration>) { self.range = range }

    /// The line was claimed, or could not be: the pause doubles with each failure in a row.
    mutating func attempted(success: Bool, now: MonotonicTime) {
        until = success ? nil : now + min(range.upperBound, range.lowerBound * (1 << min(failures, 16)))
        failures = success ? 0 : failures + 1
    }

    /// Whether an attempt may be made now.
    func isOver(now: MonotonicTime) -> Bool { until.map { $0 <= now } ?? true }
}
