// What must, or must not, be seen while a scenario goes on: a scenario with expectations is a test.
import SensorModel

/// One thing to be seen at the gateway.
public struct Expectation: Sendable, Equatable {
    /// What is looked for.
    public enum Sight: Sendable, Equatable {
        /// A good reading of the quantity at this value or above it.
        case above(Quantity, Double)
        /// A good reading of the quantity at this value or below it.
        case below(Quantity, Double)
        /// A reading of the quantity, or with nil of any, with this reason (contract §5).
        case reason(Quantity?, String)
        /// The alarm of this rule, or with nil any alarm, is raised.
        case raised(String?)
        /// The alarm of this rule returns.
        case returned(String)
    }

    /// What is looked for.
    public var sight: Sight
    /// Where.
    public var cover: CoverChoice
    /// When, from the story's begin; nil for the whole story.
    public var within: ClosedRange<Duration>?
    /// True: it must not be seen at any of the covers. Otherwise it must be seen at least once, at one of them.
    public var never: Bool
    /// Where it stands in the file.
    public var line: Int

    /// - Parameters: as the properties.
    public init(
        _ sight: Sight, cover: CoverChoice = .all, within: ClosedRange<Duration>? = nil, never: Bool = false, line: Int = 0
    ) {
        self.sight = sight
        self.cover = cover
        self.within = within
        self.never = never
        self.line = line
    }
}
