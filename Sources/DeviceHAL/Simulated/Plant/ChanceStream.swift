// Chance that depends on what is asked and not on who asked before: a hash of seed, cover, purpose and a counter.
import Glibc

/// Random numbers by their counter: the n-th number of a stream is the same whenever it is asked for.
///
/// Source: Salmon, Moraes, Dror, Shaw: Parallel random numbers: as easy as 1, 2, 3, SC 2011 (the idea of a counter);
/// Steele, Lea, Flood: Fast splittable pseudorandom number generators, OOPSLA 2014 (the mixing).
struct ChanceStream: Sendable {
    private let key: UInt64

    /// - Parameters:
    ///   - seed: of the simulation.
    ///   - code: the cover's.
    ///   - name: what the numbers are for; streams of different names have nothing in common.
    init(seed: UInt64, code: String, name: String) {
        key = Self.mixed(Self.mixed(seed) ^ Self.hash(code)) ^ Self.mixed(Self.hash(name))
    }

    private init(key: UInt64) { self.key = key }

    /// The stream of the n-th thing of this kind, such as one vehicle.
    func stream(of number: Int) -> ChanceStream { ChanceStream(key: Self.mixed(bits(number) ^ 0xD1B5_4A32_D192_ED03)) }

    /// The n-th 64 bits.
    func bits(_ counter: Int) -> UInt64 {
        Self.mixed(key &+ UInt64(bitPattern: Int64(counter)) &* 0x9E37_79B9_7F4A_7C15)
    }

    /// The n-th number from 0 to below 1, all equally likely.
    func uniform(_ counter: Int) -> Double { Double(bits(counter) >> 11) * 0x1p-53 }

    /// The n-th number of a range, all equally likely.
    func uniform(_ counter: Int, in range: ClosedRange<Double>) -> Double {
        range.lowerBound + (range.upperBound - range.lowerBound) * uniform(counter)
    }

    /// The n-th number of the normal distribution with mean 0 and deviation 1, cut at ±4 so that bounds can be given.
    ///
    /// Source: Box, Muller: A note on the generation of random normal deviates, 1958.
    func normal(_ counter: Int) -> Double {
        let pair = stream(of: counter)
        let radius = (-2 * log(1 - pair.uniform(0))).squareRoot()
        return min(4, max(-4, radius * cos(2 * .pi * pair.uniform(1))))
    }

    /// A number from -1 to 1 that wanders smoothly: a new aim each period, reached without a kink.
    /// - Parameters:
    ///   - seconds: when.
    ///   - period: from one aim to the next, s.
    func wander(at seconds: Double, every period: Double) -> Double {
        let place = seconds / period
        let before = place.rounded(.down)
        let counter = Int(before)
        let from = 2 * uniform(counter) - 1
        let to = 2 * uniform(counter + 1) - 1
        return from + (to - from) * (place - before).eased
    }

    /// Source: Steele, Lea, Flood: SplitMix64's finaliser.
    private static func mixed(_ bits: UInt64) -> UInt64 {
        var mixed = bits &+ 0x9E37_79B9_7F4A_7C15
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// Source: Fowler, Noll, Vo: FNV-1a, 64 bits.
    private static func hash(_ text: String) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        return hash
    }
}

extension Double {
    /// 0 below 0, 1 above 1, between them the smooth way from one to the other (3x² − 2x³).
    var eased: Double {
        let place = limited(to: 0...1)
        return place * place * (3 - 2 * place)
    }

    /// The nearest number of the range; its lower end for what is no number.
    func limited(to range: ClosedRange<Double>) -> Double {
        self > range.lowerBound ? min(self, range.upperBound) : range.lowerBound
    }

    /// The way from here to there, gone by a share of 0 to 1.
    func blended(to other: Double, by share: Double) -> Double { self + (other - self) * share }
}
