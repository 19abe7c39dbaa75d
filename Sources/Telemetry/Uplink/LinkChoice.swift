// Which of several ways to the platform is taken: the next one when one fails, and the preferred one again when it may work.
import SensorModel

/// The choice among the links of an uplink. Pure.
struct LinkChoice: Sendable {
    private let count: Int
    /// The link in use, or tried next.
    private(set) var index = 0
    /// The link that was left, while it worked, to try the preferred one.
    private var left: Int?
    /// Whether an alarm may end the attempt at the preferred link: not when it could not go by the other one.
    private(set) var mayBeCutShort = true
    private var pause = UplinkLimits.preferredRetry
    /// The same while the link in use does not take an alarm.
    private var pauseWhenHeld = UplinkLimits.stable

    /// - Parameter count: how many links there are, at least one.
    init(count: Int) { self.count = count }

    /// True while a link that worked is given up for an attempt at the preferred one.
    var isReturning: Bool { left != nil }

    /// When the preferred link is to be tried again; nil while it is the one in use.
    /// - Parameters:
    ///   - since: when the connection came up.
    ///   - isHeld: the link in use does not take an alarm: then the other one is tried soon.
    func preferredDue(since: MonotonicTime, isHeld: Bool) -> MonotonicTime? {
        guard index != 0 else { return nil }
        return since + (isHeld ? pauseWhenHeld : pause)
    }

    /// Leaves a link that works to try the preferred one.
    /// - Parameter isHeld: the link that is left does not take an alarm.
    mutating func returnToPreferred(isHeld: Bool) {
        left = index
        index = 0
        mayBeCutShort = !isHeld
    }

    /// The link in use has worked long enough to be relied on.
    mutating func stood() {
        guard index == 0 else { return }
        left = nil
        pause = UplinkLimits.preferredRetry
        pauseWhenHeld = UplinkLimits.stable
    }

    /// The link in use has failed, or could not be had.
    /// - Parameter wasReliable: it had worked long enough, and nothing but its end spoke against it.
    mutating func failed(wasReliable: Bool) {
        if let left {
            index = left
            self.left = nil
            if mayBeCutShort {
                pause = min(pause * 2, UplinkLimits.longestPreferredRetry)
            } else {
                pauseWhenHeld = min(pauseWhenHeld * 2, UplinkLimits.preferredRetry)
            }
        } else {
            index = wasReliable ? 0 : (index + 1) % count
        }
    }
}
