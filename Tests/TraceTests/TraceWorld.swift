// What the sensors of a trace look at: the plant under a story, and what a test adds by hand; and the same lids on a calm day.
@testable import DeviceHALSimulated
@testable import Gateway
import GatewayConfig
import Glibc
import SensorModel

/// The world of one trace.
struct TraceWorld: Sendable {
    /// When stories begin.
    static let begin = Timestamp(
        wall: WallTime(nanoseconds: 1_795_233_600_000_000_000), monotonic: MonotonicTime(nanoseconds: 1_000_000_000),
        clock: .synced)

    let plant: Plant
    private let calm: Plant
    private let hand: Hand?

    /// What a test does to a lid beyond what stories know.
    struct Hand: Sendable {
        /// When it is held up.
        var time: Range<Duration>
        /// How far, degrees.
        var angle: Double
    }

    init(_ site: Configuration, _ story: Scenario, seed: UInt64, hand: Hand? = nil) {
        self.hand = hand
        let sites = site.covers.map { ManholeSite($0) }
        plant = Plant(sites: sites, scenario: story, seed: seed)
        calm = Plant(sites: sites, scenario: Scenario(name: "calm", duration: .seconds(60)), seed: seed)
    }

    /// A manhole in the story.
    func view(_ manhole: Int) -> ManholeView {
        guard let hand else { return ManholeView(plant, manhole) }
        return ManholeView(
            site: plant.sites[manhole], events: plant.events(at: manhole), seed: plant.seed
        ) { [plant, calm] time in
            var state = plant.state(of: manhole, at: time)
            guard hand.time.contains(time) else { return state }
            state.lidAngle = hand.angle
            state.isLidOpen = true
            let angle = hand.angle * .pi / 180
            // Traffic drives round a lid that stands up.
            let (x, y, z) = calm.state(of: manhole, at: time).acceleration
            state.acceleration = (x * cos(angle) + z * sin(angle), y, z * cos(angle) - x * sin(angle))
            return state
        }
    }

    /// The same manhole on a calm day.
    func calmView(_ manhole: Int) -> ManholeView { ManholeView(calm, manhole) }

    /// A moment of the story.
    static func moment(_ time: Duration) -> Timestamp { begin + time }
}
