// How high a value stands in a history: a constant is a flat low line, and noise stays low beside what matters.

/// The range that a line or chart spans.
struct HistoryScale: Sendable, Equatable {
    /// The value at the bottom.
    let low: Double
    /// From bottom to top.
    let span: Double
    /// Lowest and highest value seen; nil when there was none.
    let seen: ClosedRange<Double>?

    /// The mean of what was seen.
    let middle: Double

    /// For these cells of a quantity with this unit.
    init(_ cells: [History.Cell], unit: String) {
        var range: ClosedRange<Double>?
        var sum = 0.0
        var count = 0.0
        for case .range(let low, let high) in cells {
            sum += low / 2 + high / 2
            count += 1
            range = min(range?.lowerBound ?? low, low)...max(range?.upperBound ?? high, high)
        }
        seen = range
        middle = count > 0 ? sum / count : 0
        let (bottom, top) = (range?.lowerBound ?? 0, range?.upperBound ?? 0)
        low = bottom
        // A line never spans less than what is worth seeing of its unit, nor less than a twentieth of the value.
        span = max(top - bottom, Self.least(unit), abs(top) / 20)
    }

    /// 0 at the bottom to `steps - 1` at the top.
    func level(_ value: Double, steps: Int) -> Int {
        min(steps - 1, max(0, Int(((value - low) / span * Double(steps)).rounded(.down))))
    }

    /// The smallest difference that fills a line from bottom to top, by unit: some times the noise of a healthy sensor.
    static func least(_ unit: String) -> Double {
        switch unit {
        case "%LEL", "ppm", "Cel", "mm", "%": 5
        case "%VOL", "m/s2", "m3/h", "V", "1": 1
        case "deg": 2
        case "m", "bar": 0.1
        default: 1e-9
        }
    }
}
