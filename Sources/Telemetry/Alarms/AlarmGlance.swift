// The least that has to be known of a cell at rest to leave a reading alone: most readings of most days are left alone by all.
import SensorModel

/// A cell at a glance; those of a channel stand side by side. It only ever says what `AlarmCell.take` would find, at a fraction
/// of its cost: with 300 rules a reading meets dozens of cells.
struct AlarmGlance: Sendable {
    private enum Look {
        /// A value below this changes nothing.
        case below(Double)
        /// A value above this changes nothing.
        case above(Double)
        /// A good reading changes nothing.
        case good
        /// Nothing that is read changes it.
        case silence
        /// Each reading has to be taken.
        case each
    }

    let cell: Int
    let watch: Int
    private let look: Look

    init(_ cell: AlarmCell, number: Int) {
        self.cell = number
        watch = cell.watch
        switch cell.part {
        case .comparison(let comparison):
            if case .value = comparison.measure {
                look = comparison.direction == .above ? .below(comparison.threshold) : .above(comparison.threshold)
            } else {
                look = .each
            }
        case .reasons: look = cell.overdue == nil ? .good : .each
        case .silent: look = .silence
        case .lost: look = .each
        }
    }

    /// Whether the cell, at rest, stays as it is.
    /// - Parameters:
    ///   - value: of the reading; NaN for none.
    ///   - isGood: its quality.
    func ignores(_ value: Double, isGood: Bool) -> Bool {
        switch look {
        case .below(let limit): !(value >= limit)
        case .above(let limit): !(value <= limit)
        case .good: isGood
        case .silence: true
        case .each: false
        }
    }
}
