// Whether a gas head is under water, as one sensor of water tells it. Pure; time is a parameter.
import SensorModel

/// One gas head and one sensor of the water at the same cover.
struct Submergence {
    /// The surface has to be so much below the head before it counts as out of the water, m.
    static let clearance = 0.05
    /// A head that was under water reads wrong until it has drained.
    static let drainTime = Duration.seconds(60)

    /// What is known about the head.
    enum Verdict: Equatable {
        /// Out of the water, or nothing says otherwise.
        case out
        /// Under water, or wet from it.
        case under
        /// A sensor says so that is not to be believed fully.
        case perhaps
    }

    private enum Phase: Equatable {
        case dry, wet
        case draining(since: MonotonicTime)
    }

    /// The gas head.
    let head: Int
    /// The sensor of water.
    let water: Int
    /// What the water's sensor showed last.
    private(set) var shown = 0.0
    private var phase = Phase.dry
    private var isCertain = true
    private var seen: MonotonicTime?

    /// - Parameters: the two, by their numbers at the cover.
    init(head: Int, water: Int) {
        self.head = head
        self.water = water
    }

    /// True from when the surface has sunk until the head counts as drained.
    var isDraining: Bool { phase != .dry && phase != .wet }

    /// Takes a value of the water's sensor. A doubtful one may wet the head and never dries it.
    /// - Parameters:
    ///   - value: what it shows.
    ///   - reaches: that puts the surface at or above the head.
    ///   - isClear: that puts it clearly below.
    ///   - isGood: the value is beyond doubt.
    mutating func see(_ value: Double, reaches: Bool, isClear: Bool, isGood: Bool, at now: MonotonicTime, freshness: Duration) {
        let isContinuous = seen.map { now - $0 <= freshness } ?? false
        shown = value
        seen = now
        guard !reaches else {
            phase = .wet
            isCertain = isGood
            return
        }
        guard phase != .dry else { return }
        guard isClear, isGood else {
            phase = .wet
            isCertain = isCertain && isGood
            return
        }
        switch phase {
        case .draining(let since) where isContinuous: if now - since >= Self.drainTime { phase = .dry }
        default: phase = .draining(since: now)
        }
    }

    /// What the head's own reading of this moment is worth. Without word from the water's sensor the last state stays.
    mutating func verdict(at now: MonotonicTime, freshness: Duration) -> Verdict {
        if case .draining(let since) = phase, now - since >= Self.drainTime, let seen, now - seen <= freshness { phase = .dry }
        return phase == .dry ? .out : isCertain ? .under : .perhaps
    }
}
