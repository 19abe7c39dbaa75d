// The receiving water: how high it stands at the outlet while the story says that it is high.
import Glibc

/// The level that backwater has at the outlet.
struct Backwater: Sendable {
    private let spells: [Spell<Double>]
    private let phase: Double

    /// - Parameters:
    ///   - spells: m above the invert.
    ///   - chance: when the tide is high.
    init(spells: [Spell<Double>], chance: ChanceStream) {
        self.spells = spells
        phase = 2 * .pi * chance.uniform(0)
    }

    /// Above the invert, m; nil when the outlet is free. It rises and falls within 2 minutes, and moves by 5 cm with the
    /// tide (the moon's half day, 12.42 h) and by 2 cm with slow waves of 20 minutes.
    func level(at seconds: Double) -> Double? {
        var highest: Double?
        for spell in spells {
            let share = spell.envelope(at: seconds, rise: 120, fall: 120)
            guard share > 0 else { continue }
            let tide = 0.05 * sin(2 * .pi * seconds / 44_712 + phase) + 0.02 * sin(2 * .pi * seconds / 1200 + 2 * phase)
            highest = max(highest ?? 0, max(0, share * (spell.value + min(1, spell.value) * tide)))
        }
        return highest
    }
}
