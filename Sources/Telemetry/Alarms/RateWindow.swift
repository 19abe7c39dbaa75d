// How far a value has risen or fallen within a time, in constant memory.
import SensorModel

/// The extremes of a value over a sliding time, kept in sixteen slices of it.
struct RateWindow: Sendable {
    private struct Slice {
        var start: MonotonicTime
        var low: Double
        var high: Double
    }
    private static let slices: Int64 = 16

    private let span: Duration
    private let step: Int64
    private var slices: [Slice] = []

    init(_ span: Duration) {
        self.span = span
        step = max(1, span.nanoseconds / Self.slices)
    }

    /// Takes a value.
    /// - Parameter isKept: false for a doubtful one: it is compared, and nothing is compared with it.
    /// - Returns: how far it stands above the lowest and below the highest value of the time.
    mutating func take(_ value: Double, at now: MonotonicTime, isKept: Bool) -> (rise: Double, fall: Double) {
        slices.removeAll { now - $0.start > span }
        if !isKept {
            // Seen, and forgotten.
        } else if var last = slices.last, now.nanoseconds - last.start.nanoseconds < step {
            last.low = min(last.low, value)
            last.high = max(last.high, value)
            slices[slices.count - 1] = last
        } else {
            slices.append(Slice(start: now, low: value, high: value))
        }
        let low = slices.reduce(value) { min($0, $1.low) }
        let high = slices.reduce(value) { max($0, $1.high) }
        return (value - low, high - value)
    }
}
