// How the lid lies: its own lean, the frame's, and its turn about the hinge, as gravity in the frame of a sensor on it.
import Glibc

/// How one lid lies at rest and which way it turns.
struct Posture: Sendable {
    /// A direction and length with three axes, in g.
    typealias Vector = (x: Double, y: Double, z: Double)

    /// m/s2. Source: the conventional value of standard gravity, third General Conference on Weights and Measures, 1901.
    static let standardGravity = 9.80665

    /// At rest, degrees from level: covers are rarely level.
    let restingLean: Double
    private let restingDirection: Double
    private let sinkingDirection: Double
    private let roadDirection: Double
    private let hinge: Double

    /// - Parameter chance: the lean (0 to 3 degrees) and all directions.
    init(chance: ChanceStream) {
        restingLean = chance.uniform(0, in: 0...3)
        restingDirection = 2 * .pi * chance.uniform(1)
        sinkingDirection = 2 * .pi * chance.uniform(2)
        roadDirection = 2 * .pi * chance.uniform(3)
        hinge = 2 * .pi * chance.uniform(4)
    }

    /// What a sensor on the lid feels, in g; 1 on its third axis when it lies level and still.
    /// - Parameters:
    ///   - lidAngle: degrees about the hinge.
    ///   - sinking: lean of the frame by settlement, degrees.
    ///   - shaking: by traffic.
    func acceleration(lidAngle: Double, sinking: Double, shaking: Traffic.Shaking) -> Vector {
        let leanX =
            restingLean * cos(restingDirection) + sinking * cos(sinkingDirection) + shaking.rocking * cos(roadDirection)
        let leanY =
            restingLean * sin(restingDirection) + sinking * sin(sinkingDirection) + shaking.rocking * sin(roadDirection)
        let gravity = Self.turned(Self.leaning(x: leanX, y: leanY), about: hinge, by: lidAngle * .pi / 180)
        let along = shaking.lateral / Self.standardGravity
        return (
            gravity.x + along * cos(roadDirection), gravity.y + along * sin(roadDirection),
            gravity.z + shaking.vertical / Self.standardGravity
        )
    }

    /// Gravity on a plate that leans by this many degrees in a direction.
    private static func leaning(x: Double, y: Double) -> Vector {
        let lean = (x * x + y * y).squareRoot()
        guard lean > 0 else { return (0, 0, 1) }
        let share = sin(lean * .pi / 180) / lean
        return (x * share, y * share, cos(lean * .pi / 180))
    }

    /// Turned about a level axis of a direction.
    ///
    /// Source: Rodrigues' formula, v·cos a + (k × v)·sin a + k·(k·v)·(1 − cos a).
    private static func turned(_ vector: Vector, about direction: Double, by angle: Double) -> Vector {
        let kx = cos(direction)
        let ky = sin(direction)
        let along = (kx * vector.x + ky * vector.y) * (1 - cos(angle))
        return (
            vector.x * cos(angle) + ky * vector.z * sin(angle) + kx * along,
            vector.y * cos(angle) - kx * vector.z * sin(angle) + ky * along,
            vector.z * cos(angle) + (kx * vector.y - ky * vector.x) * sin(angle)
        )
    }
}
