// Where the water stands below the rim, from what a sensor of water shows. Pure.
import SensorModel

/// The water surface, as one sensor sees it.
struct WaterSurface: Equatable {
    /// A probe that shows less than this may hang in the air: the surface is then somewhere below it.
    static let leastDepth = 0.05

    /// How far below the rim, m.
    let belowRim: Double
    /// False when it may also be lower.
    let isExact: Bool

    /// - Parameters:
    ///   - value: what the sensor shows, m.
    ///   - point: a sensor of water depth, or of water level: as elevation, or below its own face where its range ends at 0.
    ///   - rim: elevation of the rim, m.
    /// - Returns: nil for another quantity, and where it is not known at what height the sensor or the rim is.
    init?(_ value: Double, at point: WatchedPoint, rim: Double?) {
        switch point.quantity {
        case .waterDepth:
            guard let mounted = point.mounted else { return nil }
            belowRim = mounted - value
            isExact = value >= Self.leastDepth
        case .waterLevel:
            let looksDown = point.range.map { $0.upperBound <= 0 } ?? false
            guard let zero = looksDown ? point.mounted : rim else { return nil }
            belowRim = zero - value
            isExact = true
        default: return nil
        }
    }
}
