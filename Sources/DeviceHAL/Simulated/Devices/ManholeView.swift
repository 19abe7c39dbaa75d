// One manhole of the plant as its devices meet it: its state at a moment, and what happens to it and to them.
import SensorModel

/// What a device can know of the world.
struct ManholeView: Sendable {
    /// What does not change.
    let site: ManholeSite
    /// The events that concern the manhole.
    let events: [ScenarioEvent]
    /// The plant's.
    let seed: UInt64
    /// The manhole at a moment of simulated time.
    let state: @Sendable (Duration) -> ManholeState

    init(site: ManholeSite, events: [ScenarioEvent], seed: UInt64, state: @escaping @Sendable (Duration) -> ManholeState) {
        self.site = site
        self.events = events
        self.seed = seed
        self.state = state
    }

    init(_ plant: Plant, _ manhole: Int) {
        self.init(site: plant.sites[manhole], events: plant.events(at: manhole), seed: plant.seed) { time in
            plant.state(of: manhole, at: time)
        }
    }

    /// When the trouble of a sensor's device began that is going on; nil when there is none.
    func begin(of trouble: ScenarioEvent.DeviceTrouble, sensor: String, at time: Duration) -> Duration? {
        events.last { $0.cause == .device(sensor, trouble) && $0.isOn(at: time) }?.at
    }
}
