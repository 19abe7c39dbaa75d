// The transform `hydrostatic-depth`: metres of water above a pressure probe.
import SensorModel

/// Water above a probe, by its pressure and the density of water at its temperature.
///
/// Source: Keller, density of water over temperature, polynomial of the fourth degree, 0 to 40 Cel; standard gravity by
/// ISO 80000-3.
enum HydrostaticDepth {
    /// m/s².
    static let gravity = 9.80665
    /// Where the polynomial holds, Cel.
    static let temperatures = 0.0...40.0
    /// How far a thermometer may be wrong at the ends, K: water at the freezing point may read as −0.3 Cel and is still water.
    static let tolerance = 1.0

    /// Kilograms in a cubic metre of water.
    /// - Parameter temperature: Cel.
    /// - Returns: nil outside 0 to 40 Cel (ice, or a thermometer that cannot be believed); up to 1 K outside the density at
    ///   the end is taken, which is wrong by less than 0.05 %.
    static func density(at temperature: Double) -> Double? {
        guard temperature >= temperatures.lowerBound - tolerance, temperature <= temperatures.upperBound + tolerance else {
            return nil
        }
        let t = min(max(temperature, temperatures.lowerBound), temperatures.upperBound)
        return 999.84847 + t * (6.337563e-2 + t * (-8.523829e-3 + t * (6.943248e-5 + t * -3.821216e-7)))
    }

    /// The depth in metres; negative when the probe's pressure is below the air's.
    /// - Parameter inputs: pressure in bar, temperature in Cel, and for probes that measure absolutely the barometer in bar.
    /// - Returns: bad with `out-of-range` when the density of water at the temperature is not known, with `decode-error` for
    ///   another number of inputs or a result that is no number.
    static func depth(of inputs: [Double]) -> Measurement {
        guard inputs.count == 2 || inputs.count == 3 else { return .bad(.decodeError) }
        guard let density = density(at: inputs[1]) else { return .bad(.outOfRange) }
        let pressure = inputs.count == 3 ? inputs[0] - inputs[2] : inputs[0]
        let depth = pressure * 1e5 / (density * gravity)
        guard depth.isFinite else { return .bad(.decodeError) }
        return .good(depth == 0 ? 0 : depth)
    }

    /// What a probe measures under so much water.
    /// - Parameters:
    ///   - depth: metres.
    ///   - count: 2, or 3 with a barometer.
    ///   - temperature: Cel.
    ///   - barometer: bar.
    /// - Returns: nil where the density is not known.
    static func inputs(for depth: Double, count: Int, temperature: Double, barometer: Double) -> [Double]? {
        guard let density = density(at: temperature) else { return nil }
        let pressure = depth * density * gravity / 1e5
        switch count {
        case 2: return [pressure, temperature]
        case 3: return [pressure + barometer, temperature, barometer]
        default: return nil
        }
    }
}
