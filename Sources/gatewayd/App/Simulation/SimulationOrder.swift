// What `--simulate` asks for.
import DeviceHALSimulated

/// A simulation to run instead of the field.
public struct SimulationOrder: Sendable {
    /// The story.
    public var scenario: Scenario
    /// What chance is made of: the same seed gives the same world.
    public var seed: UInt64
    /// Simulated seconds in a real one; 0 is as fast as it goes.
    public var speed: Double
    /// Whether the daemon ends with the story.
    public var once: Bool

    /// - Parameters: as the properties.
    public init(scenario: Scenario, seed: UInt64, speed: Double, once: Bool = false) {
        self.scenario = scenario
        self.seed = seed
        self.speed = speed
        self.once = once
    }
}
