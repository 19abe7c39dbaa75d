// How a serial line is set: speed, parity, stop bits. What two devices on one line have to agree on.
import SensorModel

/// The settings of a serial line with 8 data bits.
public struct SerialSettings: Sendable, Hashable, CustomStringConvertible {
    /// Bits per second.
    public var baud: Int
    /// Parity.
    public var parity: Parity
    /// Stop bits, 1 or 2.
    public var stopBits: Int

    /// - Parameters: as the properties.
    public init(baud: Int, parity: Parity, stopBits: Int) {
        self.baud = baud
        self.parity = parity
        self.stopBits = stopBits
    }

    /// Those that a model leaves the factory with.
    public init(_ defaults: DeviceProfile.SerialDefaults) {
        self.init(baud: defaults.baud, parity: defaults.parity, stopBits: defaults.stopBits)
    }

    /// `9600 8N1`.
    public var description: String { "\(baud) 8\(parity.rawValue.prefix(1).uppercased())\(stopBits)" }

    /// How long frames take.
    public var timing: LineTiming { LineTiming(baud: baud, parity: parity, stopBits: stopBits) }
}
