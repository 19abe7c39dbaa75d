// One car or lorry on its way over a cover: when its axles hit, how hard.
import Glibc

/// A vehicle.
struct Vehicle: Sendable {
    /// When its first axle is on the cover, s from the story's begin.
    let arrival: Double
    /// One in eight.
    let isLorry: Bool
    private let speed: Double
    private let blow: Double
    private let rocking: Double
    private let pulse: Double
    private let decay: Double
    private let pitch: Double

    /// - Parameters:
    ///   - arrival: s from the story's begin.
    ///   - chance: its own.
    init(arrival: Double, chance: ChanceStream) {
        self.arrival = arrival
        let lorry = chance.uniform(1) < 0.125
        isLorry = lorry
        speed = chance.uniform(2, in: 8...14)
        blow = chance.uniform(3, in: lorry ? 3...7 : 0.5...2.5)
        rocking = chance.uniform(4, in: lorry ? 0.8...2 : 0.3...0.8) * (chance.uniform(8) < 0.5 ? -1 : 1)
        pulse = chance.uniform(5, in: 0.05...0.15)
        decay = chance.uniform(6, in: 0.15...0.25)
        pitch = chance.uniform(7, in: 18...40)
    }

    /// Where its axles are, m from the first.
    ///
    /// Source: usual wheelbases; a lorry with a trailer of three axles.
    private var axles: [Double] { isLorry ? [0, 3.6, 8.5, 9.8, 11.1] : [0, 2.7] }

    /// Adds what the lid feels of it at a moment: each axle rocks it there and back for 50 to 150 ms, and lets it ring at 18
    /// to 40 Hz, dying away within about a second.
    func shake(_ shaking: inout Traffic.Shaking, at seconds: Double) {
        for axle in axles {
            let since = seconds - arrival - axle / speed
            guard since > 0 else { break }
            if since < pulse { shaking.rocking += rocking * sin(2 * .pi * since / pulse) }
            let ringing = blow * exp(-since / decay)
            shaking.vertical += ringing * sin(2 * .pi * pitch * since)
            shaking.lateral += 0.12 * ringing * sin(2 * .pi * pitch * 0.7 * since)
            // The mean over the last second of the square of the decaying sine above, without its ripple.
            let rest = exp(-2 * since / decay)
            let before = since > 1 ? exp(-2 * (since - 1) / decay) : 1
            shaking.meanSquare += blow * blow * decay / 4 * (before - rest)
        }
    }
}
