// A local output, typed: its line and the alarms it is for.
import Alarms
import DeviceHAL

/// One entry of section `outputs`.
public struct OutputSettings: Sendable, Equatable {
    /// The output's id.
    public var id: String
    /// The id of its bus, of kind gpio.
    public var bus: String
    /// Its line; active means energised.
    public var line: LineSettings
    /// Whether it is energised while it is quiet, so that it sounds without power.
    public var failSafe: Bool
    /// The alarms that make it sound, and for how long.
    public var condition: OutputCondition

    /// - Parameters: as the properties.
    public init(id: String, bus: String, line: LineSettings, failSafe: Bool, condition: OutputCondition) {
        self.id = id
        self.bus = bus
        self.line = line
        self.failSafe = failSafe
        self.condition = condition
    }
}
