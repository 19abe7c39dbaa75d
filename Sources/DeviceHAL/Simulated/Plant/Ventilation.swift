// How much street air comes through the holes of a lid, past a lifted one and down an open shaft.

/// The exchange of air of one chamber.
struct Ventilation: Sendable {
    private let volume: Double
    private let closed: Double
    private let chance: ChanceStream

    /// Changes an hour with the lid raised on one side by 6 degrees or more, and with the shaft open. Chosen by the order of
    /// size that measurements in sewers give; no standard has them.
    private static let lifted = 5.0, open = 30.0

    /// - Parameters:
    ///   - volume: of the empty chamber, m3: changes of air are counted in it, so that water in the chamber does not slow
    ///     the wind down.
    ///   - chance: how tight the lid is (0.3 to 1 changes an hour), and the wind (±20 % within some minutes).
    init(volume: Double, chance: ChanceStream) {
        self.volume = volume
        self.chance = chance
        closed = chance.uniform(0, in: 0.3...1)
    }

    /// Changes an hour without wind.
    func changes(lid: LidMotion.Position) -> Double {
        guard lid.isPresent else { return Self.open }
        let byGap = closed.blended(to: Self.lifted, by: ((lid.angle - 2) / 4).limited(to: 0...1))
        let byAngle = byGap.blended(to: Self.open, by: ((lid.angle - 15) / 60).limited(to: 0...1))
        let byDisplacement = closed.blended(to: Self.lifted, by: (lid.displacement / 80).limited(to: 0...1))
        return max(byAngle, byDisplacement)
    }

    /// Street air that comes in, m3/s.
    func fresh(at seconds: Double, lid: LidMotion.Position) -> Double {
        let wind = 1 + 0.2 * chance.stream(of: 1).wander(at: seconds, every: 420)
        return changes(lid: lid) * wind * volume / 3600
    }

    /// Street air without wind and with the lid in its seat, m3/s.
    var calm: Double { closed * volume / 3600 }

    /// How open the chamber is to the street, from 0 (lid in its seat) to 1 (open shaft).
    func openness(lid: LidMotion.Position) -> Double { ((changes(lid: lid) - closed) / (Self.open - closed)).limited(to: 0...1) }
}
