// Two sensors at one cover that cannot both be right: a float and a level, or two heads for one gas. Pure.
import SensorModel

/// Two sensors that are held against each other.
struct Comparison {
    /// What they have in common.
    enum Kind: Equatable {
        /// The first is a float, mounted so far below the rim, the second tells the surface.
        case floatAndSurface(mounted: Double)
        /// Both measure one gas at one height; a larger difference than this is none of noise.
        case sameGas(tolerance: Double)
    }

    /// A float and a level contradict each other when the surface is farther than this from the float, m.
    static let floatMargin = 0.15
    /// For so long: waves, and a probe that is read seldom.
    static let floatHold = Duration.seconds(60)
    /// Heads at heights that differ by more than this, m, may hang in different air.
    static let sameHeight = 0.3
    /// Of the measuring range.
    static let gasTolerance = 0.1
    /// Heads follow the gas with different lags.
    static let gasHold = Duration.seconds(300)

    /// The two, by their numbers at the cover.
    let first: Int, second: Int
    /// What they have in common.
    let kind: Kind
    private var since: MonotonicTime?

    /// - Parameters: as the properties.
    init(_ first: Int, _ second: Int, _ kind: Kind) {
        self.first = first
        self.second = second
        self.kind = kind
    }

    /// The other one of the two.
    func other(than index: Int) -> Int { index == first ? second : first }

    /// Takes what the two say now.
    /// - Parameter contradiction: nil when one of them has said nothing lately.
    mutating func see(_ contradiction: Bool?, at now: MonotonicTime) {
        since = contradiction == true ? since ?? now : nil
    }

    /// True when they have contradicted each other for long enough.
    func stands(at now: MonotonicTime) -> Bool {
        guard let since else { return false }
        if case .sameGas = kind { return now - since >= Self.gasHold }
        return now - since >= Self.floatHold
    }

    /// True when a float and a surface cannot both be right.
    static func contradict(float: Double, mounted: Double, surface: WaterSurface) -> Bool {
        if float >= 0.5 { return surface.belowRim > mounted + floatMargin }
        return surface.isExact && surface.belowRim < mounted - floatMargin
    }

    /// The difference two heads for one gas may have; nil when no range is known.
    static func tolerance(_ first: WatchedPoint, _ second: WatchedPoint) -> Double? {
        guard let one = span(first), let two = span(second) else { return nil }
        return max(one, two) * gasTolerance
    }

    /// A channel's range may be as wide as its number form; an oxygen head measures to 25 %VOL, a combustible one to 100 %LEL.
    private static func span(_ point: WatchedPoint) -> Double? {
        let usual: Double? =
            switch point.quantity {
            case .oxygen: 25
            case .methane, .combustible: 100
            default: nil
            }
        let stated = point.range.map { $0.upperBound - max(0, $0.lowerBound) }
        return [usual, stated].compactMap { $0 }.min()
    }
}
