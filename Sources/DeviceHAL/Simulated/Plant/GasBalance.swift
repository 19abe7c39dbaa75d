// The air in a chamber: what comes in as gas, what is breathed by the sewage, and fresh air that carries it away.
// Carbon dioxide is not modelled: what eats oxygen gives back as much of it, and nobody here measures it.
import Glibc

/// Volume fractions of the chamber's air, 0 to 1.
struct AirMixture: Sendable, Equatable {
    /// CH4.
    var methane: Double
    /// H2S.
    var hydrogenSulfide: Double
    /// CO.
    var carbonMonoxide: Double
    /// O2.
    var oxygen: Double

    /// Of the street: 20.9 %VOL oxygen, 2 ppm methane, and the carbon monoxide of a town.
    static let street = AirMixture(methane: 2e-6, hydrogenSulfide: 0, carbonMonoxide: 0.5e-6, oxygen: 0.209)

    /// Every field by itself.
    func combined(with other: Self, _ operation: (Double, Double) -> Double) -> Self {
        AirMixture(
            methane: operation(methane, other.methane), hydrogenSulfide: operation(hydrogenSulfide, other.hydrogenSulfide),
            carbonMonoxide: operation(carbonMonoxide, other.carbonMonoxide), oxygen: operation(oxygen, other.oxygen))
    }

    /// Methane in %LEL.
    var methaneLEL: Double { methane * 1e4 / GasBalance.lowerExplosiveLimit }
}

/// One well-mixed volume of air.
///
/// Source: the balance of a continuous stirred tank, V·dc/dt = Q·(c_in − c): what leaves has the composition of what is in.
struct GasBalance: Sendable {
    /// Of methane, %VOL, 100 %LEL: 5.0 as practice in China and the profiles' unit tables take it. IEC 60079-20-1 gives
    /// 4.4 %VOL, with which the same air reads 14 % more.
    static let lowerExplosiveLimit = 5.0

    /// What comes in as pure gas, m3/s each; no oxygen.
    typealias Sources = AirMixture

    /// One second.
    /// - Parameters:
    ///   - air: at its begin.
    ///   - volume: of the air, m3, more than 0.
    ///   - fresh: street air that comes in, m3/s: ventilation, and what falling water draws in. Rising water only drives air
    ///     out, which changes no fraction.
    ///   - sources: pure gases.
    ///   - breathing: share of the oxygen that is eaten, 1/s.
    static func step(_ air: AirMixture, volume: Double, fresh: Double, sources: Sources, breathing: Double) -> AirMixture {
        let gas = sources.methane + sources.hydrogenSulfide + sources.carbonMonoxide
        let incoming = gas + fresh
        guard incoming > 0 || breathing > 0 else { return air }
        let exchange = incoming / volume
        let kept = exp(-exchange)
        let brought = sources.combined(with: .street) { ($0 + fresh * $1) / max(incoming, .leastNormalMagnitude) }
        var next = air.combined(with: brought) { $1 + ($0 - $1) * kept }
        // Oxygen has a second way out.
        let rate = exchange + breathing
        let rest = exchange * brought.oxygen / rate
        next.oxygen = rest + (air.oxygen - rest) * exp(-rate)
        return next
    }

    /// The air after a long time of the same, for the story's begin.
    static func settled(volume: Double, fresh: Double, sources: Sources, breathing: Double) -> AirMixture {
        step(.street, volume: volume, fresh: fresh, sources: sources, breathing: breathing, seconds: 1e7)
    }

    private static func step(
        _ air: AirMixture, volume: Double, fresh: Double, sources: Sources, breathing: Double, seconds: Double
    ) -> AirMixture {
        // A second of a chamber that is smaller by the time is that time of the chamber.
        step(air, volume: volume / seconds, fresh: fresh, sources: sources, breathing: breathing * seconds)
    }
}
