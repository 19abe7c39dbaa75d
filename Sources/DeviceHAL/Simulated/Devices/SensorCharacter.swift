// How well a sensor measures a quantity: its noise, and how much it may measure altogether.
import SensorModel

/// What is usual for the sensors of a quantity.
struct SensorCharacter {
    /// Standard deviation of one reading, in the quantity's unit.
    let noise: Double
    /// What a sensor measures from end to end, where its profile gives no range.
    let span: Double

    /// The calibration is wrong by at most so many deviations, always to the same side.
    static let largestBias = 2.0

    init(of quantity: Quantity) {
        (noise, span) =
            switch quantity {
            case .tilt: (0.02, 180)
            case .displacement, .settlement: (0.2, 500)
            case .vibration: (0.02, 40)
            case .methane, .combustible: (0.15, 100)
            case .hydrogenSulfide: (0.1, 100)
            case .carbonMonoxide: (0.4, 500)
            case .oxygen: (0.03, 25)
            case .waterLevel, .waterDepth: (0.002, 10)
            case .waterPressure: (0.0002, 1)
            case .flow: (0.2, 500)
            case .temperature: (0.05, 100)
            case .humidity: (0.3, 100)
            case .supplyVoltage, .batteryVoltage: (0.02, 30)
            case .batteryCharge: (0, 100)
            case .coverOpen, .coverPresent, .waterFloat, .mains, .doorTamper, .raw: (0, 0)
            }
    }
}

extension Quantity {
    /// Measured in gas that has to find its way into the head.
    var isGas: Bool {
        switch self {
        case .methane, .combustible, .hydrogenSulfide, .carbonMonoxide, .oxygen: true
        default: false
        }
    }

    /// Measured by what hangs in the water.
    var isUnderWater: Bool { self == .waterDepth || self == .waterPressure }

    /// Measured by what is fixed to the lid.
    var isOnLid: Bool { self == .tilt || self == .vibration }
}
