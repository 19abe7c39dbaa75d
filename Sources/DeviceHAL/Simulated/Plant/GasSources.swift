// Where gas comes from: what the story lets in, and what a manhole of its kind always has a little of.
import Glibc

/// Gas that comes into one chamber.
struct GasSources: Sendable {
    /// What a kind has on a calm day at an air change of 0.5 an hour and 15 Cel.
    private struct Background {
        /// %LEL.
        var methane: Double
        /// ppm.
        var hydrogenSulfide: Double
        /// Share of the oxygen eaten an hour.
        var breathing: Double
    }

    private let causes: SiteCauses
    private let background: AirMixture
    private let breathingAtRest: Double

    /// - Parameters:
    ///   - kind: of the manhole.
    ///   - volume: of the empty chamber, m3.
    ///   - causes: the story.
    ///   - chance: how much of the usual this manhole has.
    init(kind: String, volume: Double, causes: SiteCauses, chance: ChanceStream) {
        self.causes = causes
        let usual =
            switch kind {
            case "sewage": Background(methane: 0.8, hydrogenSulfide: 0.5, breathing: 0.003)
            case "storm": Background(methane: 0.15, hydrogenSulfide: 0.08, breathing: 0.0008)
            case "gas": Background(methane: 0.5, hydrogenSulfide: 0, breathing: 0.0002)
            default: Background(methane: 0.05, hydrogenSulfide: 0, breathing: 0.0002)
            }
        let fresh = 0.5 / 3600 * volume
        let share = chance.uniform(0, in: 0.7...1.2)
        background = AirMixture(
            methane: usual.methane * share * 1e-4 * GasBalance.lowerExplosiveLimit * fresh,
            hydrogenSulfide: usual.hydrogenSulfide * share * 1e-6 * fresh, carbonMonoxide: 0.2e-6 * fresh, oxygen: 0)
        breathingAtRest = usual.breathing * share / 3600
    }

    /// Life doubles its pace with 10 K.
    private static func pace(waterTemperature: Double) -> Double { exp2((waterTemperature - 15) / 10) }

    /// The background alone, m3/s of pure gas.
    func background(waterTemperature: Double) -> GasBalance.Sources {
        let pace = Self.pace(waterTemperature: waterTemperature)
        return background.combined(with: background) { amount, _ in amount * pace }
    }

    /// Background and story in the mean over a time, m3/s of pure gas.
    func rates(from: Double, to: Double, waterTemperature: Double) -> GasBalance.Sources {
        var rates = background(waterTemperature: waterTemperature)
        let litreAMinute = 1e-3 / 60
        rates.methane += causes.methane.sum(from: from, to: to) * litreAMinute
        rates.hydrogenSulfide += causes.hydrogenSulfide.sum(from: from, to: to) * litreAMinute
        rates.carbonMonoxide += causes.carbonMonoxide.sum(from: from, to: to) * litreAMinute
        return rates
    }

    /// Share of the oxygen that is eaten, 1/s.
    func breathing(waterTemperature: Double) -> Double { breathingAtRest * Self.pace(waterTemperature: waterTemperature) }
}
