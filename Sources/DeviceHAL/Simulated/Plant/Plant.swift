// The world under the covers: a pure function of seed and simulated time. Whoever asks twice gets the same answer.
import SensorModel

/// All manholes of a configuration under one scenario.
public final class Plant: Sendable {
    /// The manholes in the order of the configuration.
    public let sites: [ManholeSite]
    /// The story.
    public let scenario: Scenario
    /// What chance is made of.
    public let seed: UInt64
    private let manholes: [Manhole]

    /// Of the devices' supply, V: what 60 % of is too little for any of them.
    public static let nominalSupplyVoltage = Supply.nominal

    /// - Parameters: as the properties.
    public init(sites: [ManholeSite], scenario: Scenario, seed: UInt64) {
        self.sites = sites
        self.scenario = scenario
        self.seed = seed
        manholes = sites.enumerated().map { index, site in
            Manhole(model: ManholeModel(site: site, index: index, scenario: scenario, seed: seed))
        }
    }

    /// The manhole at a moment. A question far ahead takes as long as its seconds need, about a microsecond each; the memory
    /// held does not grow with them.
    /// - Parameters:
    ///   - index: in `sites`; a manhole that is not there is dry and at rest.
    ///   - time: from the story's begin; moments before it are as its begin.
    public func state(of index: Int, at time: Duration) -> ManholeState {
        guard manholes.indices.contains(index) else { return ManholeState() }
        return manholes[index].state(at: max(0, time.seconds))
    }

    /// How many states are held in memory for a manhole: bounded, however long the story is.
    func heldStates(of index: Int) -> Int { manholes[index].heldStates }

    /// The events of a cause that concern a manhole.
    public func events(at index: Int) -> [ScenarioEvent] {
        guard sites.indices.contains(index) else { return [] }
        return scenario.events.filter { $0.cover.includes(index: index, code: sites[index].code) }
    }
}
