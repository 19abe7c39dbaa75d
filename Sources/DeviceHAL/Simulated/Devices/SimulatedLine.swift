// One line of a simulated chip, as a configuration names it.
import DeviceHAL
import SensorModel

/// A line and what pulls it.
public struct SimulatedLine: Sendable {
    /// Its number within the chip; nil for the first free one.
    public var offset: Int?
    /// Its name; nil when it has none.
    public var name: String?
    /// What pulls it.
    public var source: any LineSource
    /// Who else holds it; nil when it is free.
    public var holder: String?
    /// Gives the time and carries the waits of whoever watches this line; nil for the chip's. Under a clock that gives each
    /// task its turn this is the seat of the task that waits.
    public var clock: (any TimeSource)?

    /// - Parameters: as the properties.
    public init(
        offset: Int? = nil, name: String? = nil, source: any LineSource, holder: String? = nil, clock: (any TimeSource)? = nil
    ) {
        self.offset = offset
        self.name = name
        self.source = source
        self.holder = holder
        self.clock = clock
    }

    /// - Parameters:
    ///   - selector: how the configuration names it.
    ///   - source: what pulls it.
    ///   - clock: as the property.
    public init(_ selector: LineSelector, source: any LineSource, clock: (any TimeSource)? = nil) {
        switch selector {
        case .name(let name): self.init(name: name, source: source, clock: clock)
        case .offset(let offset): self.init(offset: offset, source: source, clock: clock)
        }
    }

    /// A line that nothing pulls: there to be driven.
    /// - Parameter selector: how the configuration names it.
    public init(driven selector: LineSelector) { self.init(selector, source: SteadyLine(isHigh: false)) }
}
