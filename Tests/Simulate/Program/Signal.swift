// What is true at a sensor's place, as a function of seed and time: calm, noise of a step or two, and now and then an excursion.
import SensorModel
import TestSupport

/// Something that happens to a value for a time.
struct Excursion {
    let begin: Int64, end: Int64
    /// In the steps of the register.
    let level: Int
}

/// The truth of one channel, in the steps of its register.
struct Signal {
    let calm: Int
    let noise: Int
    let excursions: [Excursion]
    private let seed: UInt64

    /// - Parameters:
    ///   - levels: where excursions may go.
    ///   - end: nanoseconds.
    init(calm: Int, noise: Int, levels: [Int], until end: Int64, seed: UInt64) {
        var chance = SeededGenerator(seed: seed)
        (self.calm, self.noise, self.seed) = (calm, noise, seed)
        var excursions: [Excursion] = []
        let pause = 1500...max(3600, Double(end) / 1e9)
        var at = Int64(Double.random(in: 600...pause.upperBound, using: &chance) * 1e9)
        while !levels.isEmpty, at < end {
            let length = Int64(Double.random(in: 45...600, using: &chance) * 1e9)
            excursions.append(Excursion(begin: at, end: at + length, level: levels.randomElement(using: &chance) ?? calm))
            at += length + Int64(Double.random(in: pause, using: &chance) * 1e9)
        }
        self.excursions = excursions
    }

    func excursion(at time: Int64) -> Int? { excursions.lastIndex { $0.begin <= time && time < $0.end } }

    func value(at time: Int64) -> Int {
        var chance = SeededGenerator(seed: seed &+ UInt64(bitPattern: time))
        let level = excursion(at: time).map { excursions[$0].level } ?? calm
        return level + Int.random(in: -noise...noise, using: &chance)
    }
}
