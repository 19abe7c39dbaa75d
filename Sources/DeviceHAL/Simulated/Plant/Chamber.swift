// What of a manhole is built and stays: its space, its pipe, its catchment; sizes by kind, with a seeded spread.

/// The chamber, the pipe out of it and what drains into it.
struct Chamber: Sendable {
    /// Of the shaft, m2: a diameter of 1 m.
    ///
    /// Source: EN 1917, 4.3.3 and its table of sizes: shafts that people enter have DN 1000.
    static let floorArea = 0.785

    /// From the rim down to the invert, m.
    let depth: Double
    /// The pipe out.
    let pipe: PipeLaw
    /// Free water surface of the shaft and of the reach of pipe above it, m2: what a rise of 1 m stores, m3.
    let storageArea: Double
    /// Usual flow on a dry day, m3/s; where people's day shows, that is a part of it.
    let dryWeatherFlow: Double
    /// True where people's day shows in the flow.
    let hasDailyPeaks: Bool
    /// What runs off at once from 1 m/s of rain, m2: paved catchment times run-off coefficient.
    let catchment: Double
    /// From rain to flow: time constant of the run-off, s.
    let concentrationTime: Double

    /// - Parameters:
    ///   - site: kind and depth.
    ///   - chance: of the site.
    init(site: ManholeSite, chance: ChanceStream) {
        depth = site.depth.limited(to: 0.5...30)
        concentrationTime = chance.uniform(0, in: 180...480)
        let slope = chance.uniform(1, in: 0.0035...0.0055)
        switch site.kind {
        case "sewage":
            pipe = PipeLaw(diameter: chance.uniform(2, in: 0.3...0.4), slope: slope, sill: 0)
            dryWeatherFlow = pipe.fullFlow * chance.uniform(3, in: 0.16...0.22)
            // Wrong connections and leaks: 70 to 90 mm/h fill the pipe.
            catchment = pipe.fullFlow / (chance.uniform(4, in: 70...90) * Self.millimetreAnHour)
        case "storm":
            pipe = PipeLaw(diameter: chance.uniform(2, in: 0.5...0.7), slope: slope, sill: 0)
            dryWeatherFlow = pipe.fullFlow * 0.0005
            // Designed for a rain of 35 to 45 mm/h.
            catchment = pipe.fullFlow / (chance.uniform(4, in: 35...45) * Self.millimetreAnHour)
        default:
            // A pit for cables or fittings: a sump below a small drain, a little seepage, rain through the holes of the lid.
            pipe = PipeLaw(diameter: 0.1, slope: slope, sill: chance.uniform(2, in: 0.05...0.12))
            dryWeatherFlow = chance.uniform(3, in: 0.5e-5...2e-5)
            catchment = 30
        }
        hasDailyPeaks = site.kind == "sewage"
        storageArea = Self.floorArea + (pipe.diameter > 0.1 ? 0.7 * pipe.diameter * PipeLaw.reach : 0)
    }

    /// 1 mm/h in m/s.
    static let millimetreAnHour = 1e-3 / 3600

    /// Air above the water, m3; under the lid there is always a little.
    func airVolume(waterDepth: Double) -> Double { Self.floorArea * max(0.05, depth - waterDepth) }

    /// The empty chamber, m3.
    var volume: Double { Self.floorArea * depth }
}
