// Where the lid is: computed from the time alone, because a hand moves faster than the water.
import Glibc

/// The movements of one lid.
struct LidMotion: Sendable {
    /// Where a lid is at a moment.
    struct Position: Sendable, Equatable {
        /// Turned up, degrees, 0 to 180.
        var angle = 0.0
        /// Beside its place, mm.
        var displacement = 0.0
        /// False when it has been carried away.
        var isPresent = true

        /// As a contact in the frame sees it.
        var isOpen: Bool { !isPresent || angle > 3 || displacement > 20 }
    }

    private let spells: [Spell<ScenarioEvent.Lid>]
    private let chance: ChanceStream

    /// - Parameters:
    ///   - spells: what is done to it.
    ///   - chance: how far.
    init(spells: [Spell<ScenarioEvent.Lid>], chance: ChanceStream) {
        self.spells = spells
        self.chance = chance
    }

    /// At a moment, s from the story's begin. Where several things are done at once, the largest counts.
    func position(at seconds: Double) -> Position {
        var position = Position()
        for spell in spells where seconds >= spell.start {
            let one = self.position(at: seconds, of: spell)
            position.angle = max(position.angle, one.angle)
            position.displacement = max(position.displacement, one.displacement)
            position.isPresent = position.isPresent && one.isPresent
        }
        return position
    }

    private func position(at seconds: Double, of spell: Spell<ScenarioEvent.Lid>) -> Position {
        let chance = chance.stream(of: spell.number)
        let since = seconds - spell.start
        switch spell.value {
        case .opened:
            let angle = chance.uniform(0, in: 96...104) * Self.swing(since: since)
            return Position(angle: angle * spell.envelope(at: seconds, rise: 2, fall: 2))
        case .lifted:
            let angle = chance.uniform(0, in: 6...15) + 0.3 * chance.wander(at: seconds, every: 2)
            return Position(angle: angle.limited(to: 6...15) * spell.envelope(at: seconds, rise: 1.5, fall: 1))
        case .stolen:
            let angle = chance.uniform(0, in: 100...130) * (since / 2).eased
            return Position(angle: angle, isPresent: since < chance.uniform(1, in: 20...60))
        case .shifted:
            let share = spell.envelope(at: seconds, rise: 3, fall: 3)
            return Position(angle: chance.uniform(0, in: 0.5...2.5) * share, displacement: 80 * share)
        }
    }

    /// A lid that was thrown open swings for a few seconds.
    private static func swing(since: Double) -> Double {
        since <= 2 ? 1 : 1 + 0.03 * exp(-(since - 2) / 1.2) * sin(2 * .pi * 0.8 * (since - 2))
    }
}
