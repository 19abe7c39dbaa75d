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

extension Expectation: CustomStringConvertible {
    /// `methane at 20.0 %LEL or above at cover 1, from 300.0 s to 720.0 s`.
    public var description: String {
        let what =
            switch sight {
            case .above(let quantity, let limit): "\(quantity.rawValue) at \(limit) \(quantity.unit.rawValue) or above"
            case .below(let quantity, let limit): "\(quantity.rawValue) at \(limit) \(quantity.unit.rawValue) or below"
            case .reason(let quantity, let reason): "\(quantity?.rawValue ?? "a reading") with the reason \(reason)"
            case .raised(let rule): "\(rule ?? "any alarm") raised"
            case .returned(let rule): "\(rule) returned"
            }
        let place =
            switch cover {
            case .all: "any cover"
            case .number(let number): "cover \(number)"
            case .code(let code): "cover \(code)"
            }
        let time = within.map { ", from \($0.lowerBound.seconds) s to \($0.upperBound.seconds) s" } ?? ""
        return "\(never ? "never " : "")\(what) at \(place)\(time)"
    }
}
