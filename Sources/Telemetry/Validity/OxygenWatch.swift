// Whether the air at a cover has enough oxygen for heads that burn the gas, as one oxygen sensor tells it. Pure.
import SensorModel

/// One oxygen sensor, seen by the catalytic heads of other devices.
struct OxygenWatch {
    /// Below so much oxygen (%VOL) a catalytic head has too little to burn: its zero means nothing.
    ///
    /// Source: contract §5, `low-oxygen`; about 11 %VOL is what makers of catalytic heads give.
    static let least = 11.0
    /// From so much on it has enough again: an oxygen sensor's noise must not make a head good and bad in turn.
    static let enough = 11.5

    /// What is known.
    enum Verdict: Equatable {
        /// Enough, or nothing says otherwise.
        case enough
        /// Too little.
        case low
        /// A reading says so that is not to be believed fully.
        case perhaps
    }

    /// What it showed last.
    private(set) var shown = 0.0
    /// What follows from it.
    private(set) var verdict = Verdict.enough

    /// Takes a value. A doubtful one may make the oxygen low and never makes it enough.
    mutating func see(_ value: Double, isGood: Bool) {
        shown = value
        if value < Self.least {
            verdict = isGood ? .low : .perhaps
        } else if verdict != .enough {
            if value >= Self.enough, isGood {
                verdict = .enough
            } else if !isGood {
                verdict = .perhaps
            }
        }
    }
}
