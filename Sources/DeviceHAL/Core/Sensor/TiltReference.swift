// Where a tilt is measured from: how the sensor stood when its cover was commissioned. Pure.
import Glibc
import SensorModel

/// How a sensor stood at one moment. A cover is rarely level: what matters is how far it has moved since commissioning.
public enum TiltReference: Sendable, Equatable {
    /// Gravity along the sensor's axes, of a profile with `gravity-tilt`. Only the direction counts, not the unit.
    case gravity(x: Double, y: Double, z: Double)
    /// The sensor's own angle in degrees, of a profile without axes.
    case angle(Double)

    /// The angle between two ways of standing, in degrees, 0 to 180.
    /// - Returns: nil when they are not of one kind, or one of them has no direction.
    public func degrees(to other: Self) -> Double? {
        switch (self, other) {
        case (.gravity(let x, let y, let z), .gravity(let a, let b, let c)):
            return GravityTilt.degrees(between: (x, y, z), (a, b, c))
        case (.angle(let one), .angle(let two)):
            // A sensor over the full circle that leans a hair to the other side reads 359.9 and not −0.1.
            let difference = remainder(two - one, 360).magnitude
            return difference.isFinite ? difference : nil
        default: return nil
        }
    }

    /// Whether a channel of the kind can be measured from it.
    func fits(_ channel: ChannelMap) -> Bool {
        switch self {
        case .gravity: channel.transform == .gravityTilt
        case .angle: channel.transform == nil && channel.quantity == .tilt
        }
    }
}

extension TiltReference {
    /// Why a row of polls is no commissioning.
    public enum Unrest: Error, Sendable, Equatable {
        /// Fewer polls than are needed, or polls of several kinds.
        case tooFew
        /// They lie so many degrees apart: somebody stands on the cover, or it is being moved.
        case scattered(degrees: Double)
    }

    /// How many polls a reference is made of, at least.
    public static let polls = 5
    /// How far apart they may lie, degrees.
    public static let largestScatter = 2.0

    /// The middle of several polls: the median of each component, so that one lorry does not move it.
    /// - Returns: the reference, and how far apart the polls lie.
    public static func settled(_ polls: [Self]) throws(Unrest) -> (reference: Self, scatter: Double) {
        guard polls.count >= Self.polls, let first = polls.first else { throw .tooFew }
        var scatter = 0.0
        for (index, poll) in polls.enumerated() {
            for other in polls[..<index] {
                guard let apart = poll.degrees(to: other) else { throw .tooFew }
                scatter = max(scatter, apart)
            }
        }
        guard scatter <= largestScatter else { throw .scattered(degrees: scatter) }
        switch first {
        case .angle(let start):
            let turned = polls.compactMap { if case .angle(let angle) = $0 { remainder(angle - start, 360) } else { nil } }
            return (.angle(start + median(turned)), scatter)
        case .gravity:
            let vectors = polls.compactMap { poll -> [Double]? in
                if case .gravity(let x, let y, let z) = poll { [x, y, z] } else { nil }
            }
            let middle = (0..<3).map { axis in median(vectors.map { $0[axis] }) }
            return (.gravity(x: middle[0], y: middle[1], z: middle[2]), scatter)
        }
    }

    private static func median(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        let middle = sorted.count / 2
        return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }
}
