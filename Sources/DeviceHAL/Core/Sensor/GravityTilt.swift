// The transform `gravity-tilt`: how far a sensor leans. It needs the C library for the arc functions.
import Glibc
import SensorModel

/// How far a sensor leans away from gravity.
enum GravityTilt {
    /// Two axes see at most 1 g of gravity. A little more is noise and a cover being walked on; beyond this many g the axes are
    /// scaled wrongly or the sensor is shaken, and there is no angle to tell.
    static let largestAcrossTwoAxes = 1.1

    /// The tilt in degrees.
    /// - Parameter inputs: acceleration along x and y in g (0 to 90 degrees), or along x, y and z in any one unit (0 to 180).
    /// - Returns: bad with `not-a-number` when there is no direction, with `out-of-range` for two axes beyond 1.1 g together,
    ///   with `decode-error` for another number of inputs.
    static func angle(of inputs: [Double]) -> Measurement {
        switch inputs.count {
        case 3: return degrees(x: inputs[0], y: inputs[1], z: inputs[2]).map { .good($0) } ?? .bad(.notANumber)
        case 2:
            guard inputs[0].isFinite, inputs[1].isFinite else { return .bad(.notANumber) }
            let across = hypot(inputs[0], inputs[1])
            guard across <= largestAcrossTwoAxes else { return .bad(.outOfRange) }
            return .good(asin(min(across, 1)) * 180 / .pi)
        default: return .bad(.decodeError)
        }
    }

    /// The angle between the vector and +z, in degrees, 0 to 180.
    ///
    /// The arc tangent keeps its precision near 0° and 180°, where the arc cosine of z/|v| loses half of its digits.
    /// - Parameters: acceleration along the three axes, in any one unit.
    /// - Returns: nil for a vector without length or with a part that is not finite: then there is no direction.
    static func degrees(x: Double, y: Double, z: Double) -> Double? {
        guard x.isFinite, y.isFinite, z.isFinite else { return nil }
        let largest = max(x.magnitude, y.magnitude, z.magnitude)
        guard largest > 0 else { return nil }
        // Divided by the largest part, no square can overflow or vanish altogether.
        let across = ((x / largest) * (x / largest) + (y / largest) * (y / largest)).squareRoot()
        return atan2(across, z / largest) * 180 / .pi
    }

    /// Gravity along three axes.
    /// - Parameter inputs: as those of `angle`; of two axes in g the third is what is missing to 1 g, taken to point up.
    /// - Returns: nil where `angle` has no angle.
    static func vector(of inputs: [Double]) -> (x: Double, y: Double, z: Double)? {
        guard case .good = angle(of: inputs) else { return nil }
        if inputs.count == 3 { return (inputs[0], inputs[1], inputs[2]) }
        return (inputs[0], inputs[1], max(0, 1 - inputs[0] * inputs[0] - inputs[1] * inputs[1]).squareRoot())
    }

    /// The angle between two vectors, in degrees, 0 to 180, as precise near 0° and 180° as anywhere.
    /// - Returns: nil when one of them has no length or a part that is not finite.
    static func degrees(
        between first: (x: Double, y: Double, z: Double), _ second: (x: Double, y: Double, z: Double)
    ) -> Double? {
        guard let a = scaled(first), let b = scaled(second) else { return nil }
        let cross = (a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x)
        let length = (cross.0 * cross.0 + cross.1 * cross.1 + cross.2 * cross.2).squareRoot()
        return atan2(length, a.x * b.x + a.y * b.y + a.z * b.z) * 180 / .pi
    }

    /// Divided by its largest part, so that no product can overflow or vanish altogether.
    private static func scaled(_ vector: (x: Double, y: Double, z: Double)) -> (x: Double, y: Double, z: Double)? {
        guard vector.x.isFinite, vector.y.isFinite, vector.z.isFinite else { return nil }
        let largest = max(vector.x.magnitude, vector.y.magnitude, vector.z.magnitude)
        return largest > 0 ? (vector.x / largest, vector.y / largest, vector.z / largest) : nil
    }

    /// A vector that leans so far, across the first axis alone.
    /// - Parameters:
    ///   - degrees: the tilt.
    ///   - axes: 2 or 3.
    ///   - gravity: the vector's length, in the unit of the axes.
    /// - Returns: nil for a tilt that so many axes cannot tell.
    static func inputs(for degrees: Double, axes: Int, gravity: Double) -> [Double]? {
        let radians = degrees * .pi / 180
        switch axes {
        case 3 where (0...180).contains(degrees): return [gravity * sin(radians), 0, gravity * cos(radians)]
        case 2 where (0...90).contains(degrees): return [gravity * sin(radians), 0]
        default: return nil
        }
    }
}
