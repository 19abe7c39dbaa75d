// Whether a bus is asked for more than it can do, as it turns out while it runs. Pure: time comes in as a parameter.
import SensorModel

/// The polls of the last minutes, and how many were left out.
struct OverloadWatch: Sendable {
    private struct Minute {
        var polls: UInt64 = 0
        var missed: UInt64 = 0
    }

    /// From this part of all polls on it is no accident.
    private static let part: UInt64 = 10
    /// Fewer polls than this say nothing.
    private static let least: UInt64 = 20

    private var begun: MonotonicTime?
    private var present = Minute()
    private var last = Minute()

    /// A poll is over, and before it so many were left out.
    mutating func count(missed: UInt64, now: MonotonicTime) {
        turn(now)
        present.polls += 1
        present.missed += missed
    }

    /// How many of all polls were left out in the last one to two minutes, when that is a tenth or more.
    func overload(now: MonotonicTime) -> (missed: UInt64, of: UInt64)? {
        var copy = self
        copy.turn(now)
        let missed = copy.last.missed + copy.present.missed
        let all = copy.last.polls + copy.present.polls + missed
        return all >= Self.least && missed * Self.part >= all ? (missed, all) : nil
    }

    private mutating func turn(_ now: MonotonicTime) {
        guard let begun else { return begun = now }
        guard now - begun >= .seconds(60) else { return }
        last = now - begun < .seconds(120) ? present : Minute()
        present = Minute()
        self.begun = now
    }
}
