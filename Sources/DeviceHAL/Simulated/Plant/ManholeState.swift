// What is true in and at one manhole at one moment: physics only, before any sensor has looked at it.
import SensorModel

/// One manhole as it is.
public struct ManholeState: Sendable, Equatable {
    /// Water above the invert, m, from 0.
    public var waterDepth = 0.0
    /// What flows out through the pipe, m3/h; 0 while backwater pushes in.
    public var flow = 0.0
    /// Of the water, Cel.
    public var waterTemperature = 14.0
    /// Of the air in the chamber, Cel.
    public var airTemperature = 16.0
    /// Relative humidity of the air in the chamber, %.
    public var humidity = 85.0
    /// True while drops stand on what is cold.
    public var isWet = false
    /// Air pressure, bar.
    public var barometer = 1.01325
    /// In the chamber's air, %LEL, of which 100 are 5.0 %VOL; up to 2,000.
    public var methane = 0.0
    /// In the chamber's air, ppm.
    public var hydrogenSulfide = 0.0
    /// In the chamber's air, ppm.
    public var carbonMonoxide = 0.0
    /// In the chamber's air, %VOL.
    public var oxygen = 20.9
    /// How far the lid is turned up from its seat, degrees, 0 to 180; a sensor on the lid turns with it.
    public var lidAngle = 0.0
    /// True when the lid does not lie in its seat.
    public var isLidOpen = false
    /// False when the lid, and what is fixed to it, has been carried away.
    public var isLidPresent = true
    /// How far the lid lies beside its place, mm.
    public var displacement = 0.0
    /// How far the frame has sunk, mm.
    public var settlement = 0.0
    /// Acceleration that a sensor fixed to the lid feels, in g: gravity turned by the lid's and the frame's lean, and shaking.
    public var acceleration = (x: 0.0, y: 0.0, z: 1.0)
    /// How strongly the lid shakes, root mean square over a second, m/s2.
    public var vibration = 0.0
    /// At the devices, V.
    public var supplyVoltage = 24.0
    /// Of the gateway's battery, V.
    public var batteryVoltage = 13.2
    /// %.
    public var batteryCharge = 100.0
    /// True while the mains are there.
    public var hasMains = true
    /// True while the gateway's door stands open.
    public var isDoorOpen = false

    /// A dry manhole at rest.
    public init() {}

    /// Field by field; a tuple has no synthesised equality.
    public static func == (left: Self, right: Self) -> Bool {
        left.acceleration == right.acceleration && left.scalars == right.scalars && left.flags == right.flags
    }

    private var scalars: [Double] {
        [
            waterDepth, flow, waterTemperature, airTemperature, humidity, barometer, methane, hydrogenSulfide, carbonMonoxide,
            oxygen, lidAngle, displacement, settlement, vibration, supplyVoltage, batteryVoltage, batteryCharge,
        ]
    }

    private var flags: [Bool] { [isWet, isLidOpen, isLidPresent, hasMains, isDoorOpen] }
}

/// What of a manhole does not change.
public struct ManholeSite: Sendable, Equatable {
    /// The cover's code.
    public var code: String
    /// `storm`, `sewage`, `water`, `gas`, `power`, `telecom`, `heat` or `other`: what flows, what gases there are.
    public var kind: String
    /// From the rim down to the invert, m.
    public var depth: Double

    /// - Parameters: as the properties.
    public init(code: String, kind: String = "sewage", depth: Double = 3.5) {
        self.code = code
        self.kind = kind
        self.depth = depth
    }
}
