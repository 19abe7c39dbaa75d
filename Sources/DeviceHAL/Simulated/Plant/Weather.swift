// The day above the street: temperature, humidity and air pressure outside. A mild day; seasons are not modelled.
import Glibc

/// The weather at one cover.
struct Weather: Sendable {
    private let timeOfDay: Double
    private let chance: ChanceStream

    /// - Parameters:
    ///   - timeOfDay: of the story's begin, s from midnight.
    ///   - chance: of the small changes.
    init(timeOfDay: Double, chance: ChanceStream) {
        self.timeOfDay = timeOfDay
        self.chance = chance
    }

    /// Of the day, from 0 to below 24.
    func hour(at seconds: Double) -> Double {
        let day = (timeOfDay + seconds) / 86_400
        return (day - day.rounded(.down)) * 24
    }

    /// From 1 at 15 h to -1 at 3 h.
    private func warmth(at seconds: Double) -> Double { cos(2 * .pi * (hour(at: seconds) - 15) / 24) }

    /// Outside, Cel: 12 at night to 24 in the afternoon, ±1.
    func temperature(at seconds: Double) -> Double {
        18 + 6 * warmth(at: seconds) + chance.wander(at: seconds, every: 1800)
    }

    /// Outside, %: 50 in the afternoon to 80 at night, ±4.
    func humidity(at seconds: Double) -> Double {
        65 - 15 * warmth(at: seconds) + 4 * chance.stream(of: 1).wander(at: seconds, every: 1800)
    }

    /// bar: the standard atmosphere, ±4 mbar within hours, and the air's own tide of ±1 mbar twice a day.
    func barometer(at seconds: Double) -> Double {
        let tide = 0.001 * cos(4 * .pi * (hour(at: seconds) - 10) / 24)
        return 1.01325 + 0.004 * chance.stream(of: 2).wander(at: seconds, every: 14_400) + tide
    }
}
