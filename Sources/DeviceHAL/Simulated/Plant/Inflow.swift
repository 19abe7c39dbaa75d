// What flows into a chamber: the town's day, seepage, and rain that takes its time over the catchment.
import Glibc

/// Dry-weather flow and run-off.
struct Inflow: Sendable {
    private let chamber: Chamber
    private let chance: ChanceStream
    private let rain: [Spell<Double>]

    /// - Parameters:
    ///   - chamber: usual flow, catchment, time of concentration.
    ///   - rain: mm an hour.
    ///   - chance: of the flow's small changes.
    init(chamber: Chamber, rain: [Spell<Double>], chance: ChanceStream) {
        self.chamber = chamber
        self.rain = rain
        self.chance = chance
    }

    /// A town's day in parts of the usual flow: low at night, a peak at 8 h and one at 20 h (0.59 to 1.30, in the mean 0.88).
    ///
    /// Source: the shape of dry-weather hydrographs in Metcalf & Eddy: Wastewater engineering, chapter 3; the numbers are
    /// chosen.
    static func dailyPattern(hour: Double) -> Double {
        func bump(at peak: Double, width: Double) -> Double {
            let away = abs(hour - peak)
            let distance = min(away, 24 - away) / width
            return exp(-distance * distance / 2)
        }
        return 0.55 + 0.75 * bump(at: 8, width: 2) + 0.65 * bump(at: 20, width: 2.5)
    }

    /// Without rain, m3/s.
    /// - Parameters:
    ///   - seconds: from the story's begin.
    ///   - hour: of the day, 0 to 24.
    func dryWeather(at seconds: Double, hour: Double) -> Double {
        let pattern = chamber.hasDailyPeaks ? Self.dailyPattern(hour: hour) : 1
        return chamber.dryWeatherFlow * pattern * (1 + 0.05 * chance.wander(at: seconds, every: 240))
    }

    /// Rain in the mean over a second, mm/h; it comes in gusts of ±15 %.
    func rainfall(from: Double, to: Double) -> Double {
        let intensity = rain.sum(from: from, to: to)
        return intensity > 0 ? intensity * (1 + 0.15 * chance.stream(of: 1).wander(at: from, every: 90)) : 0
    }

    /// The run-off a second later, m3/s: a linear reservoir with the time of concentration.
    /// - Parameters:
    ///   - runoff: before, m3/s.
    ///   - rainfall: mm/h.
    func nextRunoff(_ runoff: Double, rainfall: Double) -> Double {
        let aim = rainfall * Chamber.millimetreAnHour * chamber.catchment
        return aim + (runoff - aim) * exp(-1 / chamber.concentrationTime)
    }
}
