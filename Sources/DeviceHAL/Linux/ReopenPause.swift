// When a lost port may be opened again: at growing distances, so that a missing adapter costs nothing.
import SensorModel

/// The pause between two attempts to open a port. Pure: time comes in as a parameter.
struct ReopenPause {
    private let range: ClosedRange<Duration>
    private var failures = 0
    private var notBefore: MonotonicTime?
    /// True once a reply was believed since the port was opened.
    private(set) var hasWorked = false

    init(_ range: ClosedRange<Duration>) { self.range = range }

    /// The time still to wait, or nil when the port may be opened.
    func remaining(now: MonotonicTime) -> Duration? {
        guard let notBefore, now < notBefore else { return nil }
        return notBefore - now
    }

    /// A reply was believed.
    mutating func worked() { hasWorked = true }

    /// The port could not be opened, or was lost.
    /// - Parameter took: how long the attempt held up the bus's thread; an address that nobody answers at is tried a quarter of
    ///   the time at most, so that the bus can be asked about itself.
    mutating func failed(now: MonotonicTime, took: Duration = .zero) {
        if hasWorked { failures = 0 }
        hasWorked = false
        notBefore = now + max(took * 3, min(range.upperBound, range.lowerBound * (1 << min(failures, 16))))
        failures += 1
    }

    /// The connection was given up for a reason that a new one cures. Only one that has worked is replaced at once.
    mutating func replaced(now: MonotonicTime) {
        guard hasWorked else { return failed(now: now) }
        hasWorked = false
        failures = 0
        notBefore = nil
    }
}
