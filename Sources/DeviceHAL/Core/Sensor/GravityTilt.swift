// The transform `gravity-tilt`; the only file of this target that needs the C library, for atan2.
import Glibc

/// How far a sensor's third axis leans away from gravity.
enum GravityTilt {
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
}
