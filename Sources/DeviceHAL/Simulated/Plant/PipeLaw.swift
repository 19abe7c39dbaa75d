// How much a pipe carries away at a depth: Manning's formula for the part-full circle, and what backwater leaves of it.
import Glibc

/// A circular pipe out of a chamber.
///
/// Source: Manning's formula, Q = A·R^(2/3)·√I / n, with n = 0.013 for concrete (Chow: Open-channel hydraulics, 1959,
/// table 5-6).
struct PipeLaw: Sendable {
    /// To the next manhole, m.
    static let reach = 30.0
    /// When the pipe runs full, so does the sewer below it: a head above its crown is spent over this length, m.
    private static let fullLength = 500.0
    private static let roughness = 0.013
    private static let parts = 64

    /// m.
    let diameter: Double
    /// Fall a metre.
    let slope: Double
    /// The pipe's floor above the chamber's, m: below it water stands.
    let sill: Double
    /// What it carries when just full, m3/s.
    let fullFlow: Double
    /// What it carries at 0, 1/64, 2/64 … of its diameter, m3/s.
    private let table: [Double]

    /// - Parameters: as the properties.
    init(diameter: Double, slope: Double, sill: Double) {
        self.diameter = diameter
        self.slope = slope
        self.sill = sill
        var table: [Double] = []
        for part in 0...Self.parts {
            let flow = Self.normalFlow(filling: Double(part) / Double(Self.parts), diameter: diameter, slope: slope)
            // Just below full the formula gives 7 % more than full; that peak cannot be held and is left out.
            table.append(max(table.last ?? 0, flow))
        }
        let full = Self.normalFlow(filling: 1, diameter: diameter, slope: slope)
        fullFlow = full
        self.table = table.map { min($0, full) }
    }

    private static func normalFlow(filling: Double, diameter: Double, slope: Double) -> Double {
        guard filling > 0 else { return 0 }
        let angle = 2 * acos(1 - 2 * min(1, filling))
        let area = diameter * diameter / 8 * (angle - sin(angle))
        let wetted = diameter * angle / 2
        return area * cbrt(area / wetted * (area / wetted)) * slope.squareRoot() / roughness
    }

    /// What it carries at a depth above its own floor with its own slope, m3/s.
    func capacity(depth: Double) -> Double {
        let place = (depth / diameter).limited(to: 0...1) * Double(Self.parts)
        let part = min(Int(place), Self.parts - 1)
        return table[part].blended(to: table[part + 1], by: place - Double(part))
    }

    /// What leaves, m3/s; negative while the water below stands higher and comes back.
    ///
    /// The friction slope is the pipe's own; above its crown more, by the head over a long sewer; and never more than the
    /// fall of the water's surface to the backwater, over one reach.
    /// - Parameters:
    ///   - level: of the water in the chamber above the chamber's floor, m.
    ///   - backwater: of the water below, above the chamber's floor, m; nil for a free outlet.
    func flow(level: Double, backwater: Double?) -> Double {
        let depth = level - sill
        let own = 1 + max(0, depth - diameter) / (slope * Self.fullLength)
        guard let backwater, backwater > sill else { return capacity(depth: depth) * own.squareRoot() }
        let drive = min(own, (max(depth, 0) + sill - backwater) / (slope * Self.reach))
        return drive >= 0
            ? capacity(depth: depth) * drive.squareRoot()
            : -capacity(depth: backwater - sill) * min(3, (-drive).squareRoot())
    }

    /// The depth above the chamber's floor at which it carries a flow, m; at most its crown.
    func level(carrying flow: Double) -> Double {
        var low = 0.0
        var high = diameter
        for _ in 0..<40 {
            let middle = (low + high) / 2
            if capacity(depth: middle) < flow { low = middle } else { high = middle }
        }
        return sill + high
    }
}
