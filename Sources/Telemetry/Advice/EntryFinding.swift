// One finding of entry advice, with what its sentence needs.
import SensorModel

/// A gas without which there is no advice.
public enum NeededGas: String, CaseIterable, Sendable {
    case oxygen, flammable
    case hydrogenSulfide = "hydrogen-sulfide"
    case carbonMonoxide = "carbon-monoxide"

    /// The gas that a quantity measures; nil for everything else.
    public init?(_ quantity: Quantity) {
        switch quantity {
        case .oxygen: self = .oxygen
        case .methane, .combustible: self = .flammable
        case .hydrogenSulfide: self = .hydrogenSulfide
        case .carbonMonoxide: self = .carbonMonoxide
        default: return nil
        }
    }
}

/// What was found, and where.
public struct EntryFinding: Sendable, Equatable {
    /// Why a reading is not to be taken as it stands.
    public enum Reason: Sendable, Equatable {
        /// It has no value.
        case bad(BadReason)
        /// It has one, to be taken with care.
        case uncertain(UncertainReason)

        /// Word of the reason vocabulary.
        public var word: String {
            switch self {
            case .bad(let reason): reason.rawValue
            case .uncertain(let reason): reason.rawValue
            }
        }
    }

    /// What kind.
    public var code: EntryCode
    /// Where; empty when it is about the cover or the gateway.
    public var points: [Point] = []
    /// What is measured there.
    public var quantity: Quantity?
    /// The gases that nothing measures.
    public var missing: [NeededGas] = []
    /// The value, in the quantity's unit; for rising water the rise in m.
    public var value: Double?
    /// The limit it passes, in the same unit.
    public var limit: Double?
    /// Why the reading is not good.
    public var reason: Reason?
    /// An age, or how long something is known.
    public var time: Duration?
    /// The alarm's rule.
    public var rule: String?
    /// When the alarm was raised, or the check was due or made.
    public var moment: WallTime?

    /// - Parameters: as the properties.
    public init(
        _ code: EntryCode, points: [Point] = [], quantity: Quantity? = nil, missing: [NeededGas] = [], value: Double? = nil,
        limit: Double? = nil, reason: Reason? = nil, time: Duration? = nil, rule: String? = nil, moment: WallTime? = nil
    ) {
        self.code = code
        self.points = points
        self.quantity = quantity
        self.missing = missing
        self.value = value
        self.limit = limit
        self.reason = reason
        self.time = time
        self.rule = rule
        self.moment = moment
    }
}
