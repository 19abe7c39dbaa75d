// The closed vocabulary of what is measured and in which unit, shared by every layer and by the platform.

/// A physical quantity a sensor's channel reports. Closed: the contract's §5 extends it together with the product.
public enum Quantity: String, CaseIterable, Sendable {
    case tilt, displacement, settlement
    case coverOpen = "cover-open"
    case coverPresent = "cover-present"
    case vibration, methane, combustible
    case hydrogenSulfide = "hydrogen-sulfide"
    case carbonMonoxide = "carbon-monoxide"
    case oxygen
    case waterLevel = "water-level"
    case waterDepth = "water-depth"
    case waterPressure = "water-pressure"
    case waterFloat = "water-float"
    case flow, temperature, humidity
    case supplyVoltage = "supply-voltage"
    case batteryCharge = "battery-charge"
    case batteryVoltage = "battery-voltage"
    case mains
    case doorTamper = "door-tamper"
    case raw

    /// The one unit in which readings of this quantity are stored and sent.
    public var unit: Unit {
        switch self {
        case .tilt: .degree
        case .displacement, .settlement: .millimetre
        case .coverOpen, .coverPresent, .waterFloat, .mains, .doorTamper, .raw: .one
        case .vibration: .metrePerSecondSquared
        case .methane, .combustible: .percentLEL
        case .hydrogenSulfide, .carbonMonoxide: .partsPerMillion
        case .oxygen: .percentVolume
        case .waterLevel, .waterDepth: .metre
        case .waterPressure: .bar
        case .flow: .cubicMetrePerHour
        case .temperature: .celsius
        case .humidity, .batteryCharge: .percent
        case .supplyVoltage, .batteryVoltage: .volt
        }
    }
}

/// A unit of measure, written as its UCUM code; `%LEL`, `%VOL` and `ppm` are the gas trade's additions.
///
/// Source: The Unified Code for Units of Measure (UCUM), table 1 and §29.
public enum Unit: String, CaseIterable, Sendable {
    case degree = "deg"
    case millimetre = "mm"
    case one = "1"
    case metrePerSecondSquared = "m/s2"
    case percentLEL = "%LEL"
    case percentVolume = "%VOL"
    case partsPerMillion = "ppm"
    case metre = "m"
    case bar
    case cubicMetrePerHour = "m3/h"
    case celsius = "Cel"
    case percent = "%"
    case volt = "V"
}
