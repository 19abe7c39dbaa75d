// Temperature and humidity of the air in the chamber, drops on cold metal, and the water's temperature: all follow slowly.
import Glibc

/// The climate of one chamber.
struct AirBalance: Sendable {
    /// What follows.
    struct Climate: Sendable, Equatable {
        /// Of the air, Cel.
        var airTemperature: Double
        /// %.
        var humidity: Double
        /// Water on cold metal: 0 dry, 1 dripping; above a half it is wet.
        var film: Double
        /// Of the water, Cel.
        var waterTemperature: Double
    }

    /// What it follows in one second.
    struct Surroundings: Sendable {
        /// Outside, Cel and %.
        var temperature: Double, humidity: Double
        /// From 0 (lid in its seat) to 1 (open shaft).
        var openness: Double
        /// mm/h.
        var rainfall: Double
        /// Part of the inflow that is rain, 0 to 1.
        var runoffShare: Double
        /// Whether warm wet air comes in.
        var isCondensing: Bool
    }

    private let ground: Double
    private let sewage: Double
    private let dampness: Double

    /// - Parameters:
    ///   - kind: of the manhole.
    ///   - chance: the ground's temperature (14 to 16 Cel), the water's (13 to 15 Cel, sewage 15 to 17), how damp it is.
    init(kind: String, chance: ChanceStream) {
        ground = chance.uniform(0, in: 14...16)
        sewage = chance.uniform(1, in: 13...15) + (kind == "sewage" ? 2 : 0)
        let usual = kind == "sewage" ? 88.0 : kind == "storm" ? 82 : 72
        dampness = usual + chance.uniform(2, in: -3...3)
    }

    private func aims(_ around: Surroundings) -> Climate {
        let temperature = ground.blended(to: around.temperature, by: 0.25 + 0.65 * around.openness)
        let dry = dampness.blended(to: around.humidity, by: 0.9 * around.openness)
        let damp = min(96, dry + (96 - dry) * min(1, around.rainfall / 20) * 0.8)
        // The aim lies above 100 so that 100 is reached, within about 75 s.
        return Climate(
            airTemperature: temperature, humidity: around.isCondensing ? 106 : damp, film: 0,
            waterTemperature: sewage.blended(to: around.temperature - 4, by: 0.5 * around.runoffShare))
    }

    /// Where it stands after hours of the same.
    func settled(_ around: Surroundings) -> Climate { aims(around) }

    /// One second: air follows within 40 minutes under a closed lid and 3 minutes under an open one, humidity twice as fast,
    /// water within 5 minutes. A film grows in 45 s at 100 % and dries in 10 minutes below 98 %.
    func step(_ climate: Climate, _ around: Surroundings) -> Climate {
        let aims = aims(around)
        let pace = 2400.0.blended(to: 180, by: around.openness.squareRoot())
        func follow(_ value: Double, _ aim: Double, _ time: Double) -> Double { value + (aim - value) / time }
        let humidity = min(100, follow(climate.humidity, aims.humidity, around.isCondensing ? 60 : pace / 2))
        let film = climate.film + (humidity >= 99.5 ? 1.0 / 45 : humidity < 98 ? -1.0 / 600 : 0)
        return Climate(
            airTemperature: follow(climate.airTemperature, aims.airTemperature, pace), humidity: humidity,
            film: film.limited(to: 0...1),
            waterTemperature: follow(climate.waterTemperature, aims.waterTemperature, 300))
    }
}
