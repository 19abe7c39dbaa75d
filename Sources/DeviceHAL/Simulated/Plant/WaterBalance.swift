// What comes in, less what leaves, is stored: the depth of the water, second by second.

/// The water of one chamber: one storage with the pipe's law and a weir at the rim.
struct WaterBalance: Sendable {
    /// What one second did.
    struct Step: Sendable, Equatable {
        /// Above the invert at its end, m.
        var depth: Double
        /// Through the pipe, m3/s; negative when it came back.
        var outflow: Double
        /// Over the rim, m3/s.
        var spilt: Double
    }

    /// Water does not stand higher above the street than this, m.
    static let streetDepth = 0.3
    /// Of the weir that the rim is: 1.7 m^(1/2)/s times the circumference of a cover of 0.7 m.
    ///
    /// Source: broad-crested weir, Q = 1.7·b·h^(3/2) (Bos: Discharge measurement structures, 1989, chapter 4).
    private static let weir = 1.7 * 2.2

    private let chamber: Chamber

    /// - Parameter chamber: whose.
    init(chamber: Chamber) { self.chamber = chamber }

    private func overflow(depth: Double) -> Double {
        let above = max(0, depth - chamber.depth)
        return Self.weir * above * above.squareRoot()
    }

    private func leaving(depth: Double, backwater: Double?) -> Double {
        chamber.pipe.flow(level: depth, backwater: backwater) + overflow(depth: depth)
    }

    /// One second: linearly implicit, so that a small pipe's steep law cannot make it swing. What leaves is what came in
    /// and was not stored, so that no water is lost or made.
    /// - Parameters:
    ///   - depth: at its begin, m.
    ///   - inflow: m3/s.
    ///   - backwater: m above the invert; nil for a free outlet.
    func step(depth: Double, inflow: Double, backwater: Double?) -> Step {
        let leaves = leaving(depth: depth, backwater: backwater)
        let steepness = max(0, (leaving(depth: depth + 0.001, backwater: backwater) - leaves) / 0.001)
        let change = (inflow - leaves) / (chamber.storageArea + steepness)
        let next = (depth + change).limited(to: 0...(chamber.depth + Self.streetDepth))
        let left = inflow - (next - depth) * chamber.storageArea
        // A full street takes whatever the pipe does not.
        let isFull = next >= chamber.depth + Self.streetDepth
        let over = isFull ? left - chamber.pipe.flow(level: next, backwater: backwater) : overflow(depth: next)
        let spilt = max(0, min(over, isFull ? over : left))
        return Step(depth: next, outflow: left - spilt, spilt: spilt)
    }
}
