// The ground under the frame: it gives way while the story says so, and what has sunk stays.
import Glibc

/// Settlement of one frame.
struct Ground: Sendable {
    /// Across the frame of a cover, mm.
    private static let frame = 700.0

    private let spells: [Spell<Double>]
    private let unevenness: Double

    /// - Parameters:
    ///   - spells: mm an hour.
    ///   - chance: how much more one side sinks than the other, 50 to 100 % of the whole.
    init(spells: [Spell<Double>], chance: ChanceStream) {
        self.spells = spells
        unevenness = chance.uniform(0, in: 0.5...1)
    }

    /// How far the frame has sunk, mm; at most 2 m, where there would be no frame any more.
    func settlement(at seconds: Double) -> Double {
        min(2000, spells.reduce(0) { $0 + $1.value / 3600 * max(0, min($1.end, seconds) - $1.start) })
    }

    /// By how much that leans the frame, degrees.
    func lean(settlement: Double) -> Double { atan(settlement * unevenness / Self.frame) * 180 / .pi }
}
