// What happens in the simulated world and what must be seen of it: boards/simulated/NAME.yaml, typed.
// A scenario speaks of causes (rain, a lorry, a broken cable), never of sensors' values: those are the plant's answer.
import SensorModel

/// A story for the plant.
public struct Scenario: Sendable, Equatable {
    /// The file's name without `.yaml`.
    public var name: String
    /// What happens, in a sentence or two.
    public var about: String
    /// When the story begins, UTC. Only `--speed 0` stamps readings with it; otherwise they carry the present time.
    public var start: WallTime
    /// Seconds from local solar midnight to the story's begin: the hour of the day decides flow, temperature and traffic.
    public var timeOfDay: Duration
    /// How long the story is; what happens is then over, and the world goes on.
    public var duration: Duration
    /// What happens, in the order of the file.
    public var events: [ScenarioEvent]
    /// What must be seen, in the order of the file.
    public var expectations: [Expectation]

    /// - Parameters: as the properties.
    public init(
        name: String, about: String = "", start: WallTime = WallTime(nanoseconds: 1_780_272_000_000_000_000),
        timeOfDay: Duration = .seconds(8 * 3600), duration: Duration, events: [ScenarioEvent] = [],
        expectations: [Expectation] = []
    ) {
        self.name = name
        self.about = about
        self.start = start
        self.timeOfDay = timeOfDay
        self.duration = duration
        self.events = events
        self.expectations = expectations
    }

    /// When the link to the platform is cut, in order; cuts that overlap or touch are one. Without an end it is cut for good.
    public var linkCuts: [(begin: Duration, end: Duration?)] {
        let cuts = events.filter { $0.cause == .linkCut }.sorted { $0.at < $1.at }
        return cuts.reduce(into: []) { cuts, event in
            guard let last = cuts.last, last.end.map({ $0 >= event.at }) ?? true else {
                return cuts.append((event.at, event.end))
            }
            let ends = [last.end, event.end].compactMap { $0 }
            cuts[cuts.count - 1].end = ends.count == 2 ? ends.max() : nil
        }
    }
}

/// Which covers an event or an expectation is about.
public enum CoverChoice: Sendable, Hashable {
    /// Every cover of the configuration.
    case all
    /// The n-th cover of the configuration, from 1: a scenario fits any configuration that has so many.
    case number(Int)
    /// The cover of this code.
    case code(String)
}
