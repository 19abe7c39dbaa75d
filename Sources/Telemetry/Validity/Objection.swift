// What stands against a reading, and how that is said to a technician.
import SensorModel

/// Why a reading is worth less than its sensor says. Sensors are named by their numbers at the cover.
enum Objection: Equatable {
    /// The head is under water, by so much (m); a float does not tell.
    case underWater(by: Double?, water: Int, shown: Double)
    /// The head was under water and has not drained yet.
    case draining(water: Int)
    /// Something that is in doubt itself says so.
    case perhapsUnderWater(water: Int)
    /// The oxygen is too low for a catalytic head.
    case lowOxygen(oxygen: Int, shown: Double)
    /// Something that is in doubt itself says so.
    case perhapsLowOxygen(oxygen: Int)
    /// The supply at the cover is below what the device needs.
    case supplyLow(supply: Int, volts: Double, minimum: Double)
    /// Another sensor says something else.
    case disagreement(other: Int, mine: Double, theirs: Double)
    /// The contact changes all the time.
    case flapping
    /// The value has not moved for so long.
    case resting(at: Double, for: Duration)

    /// What becomes of a value that this stands against.
    func lower(_ value: Double) -> Measurement {
        switch self {
        case .underWater, .draining: .bad(.submerged)
        case .lowOxygen: .bad(.lowOxygen)
        case .supplyLow: .uncertain(value, .supplyLow)
        case .perhapsUnderWater, .perhapsLowOxygen, .disagreement: .uncertain(value, .disagreement)
        case .flapping: .uncertain(value, .lineFlapping)
        case .resting: .uncertain(value, .stuck)
        }
    }

    /// In words: what is wrong, where, and what to do.
    /// - Parameters:
    ///   - own: the point of the reading.
    ///   - points: of the cover.
    func words(_ own: WatchedPoint, _ points: [WatchedPoint]) -> String {
        func shows(_ index: Int, _ value: Double) -> String {
            let unit = points[index].quantity.unit
            return "\(points[index].name) reads \(Self.text(value))\(unit == .one ? "" : " \(unit.rawValue)")"
        }
        switch self {
        case .underWater(let above, let water, let shown):
            let height = above.map { "\(Self.text($0)) m above" } ?? "at or above"
            return "the water stands \(height) the gas head (\(shows(water, shown))): no value until it has run off and the head "
                + "has drained"
        case .draining(let water):
            return "the gas head was under water (\(points[water].name)): no value until it has drained for "
                + "\(Int(Submergence.drainTime.seconds)) s, and \(points[water].name) has shown that"
        case .perhapsUnderWater(let water):
            return
                "\(points[water].name) puts the water at the gas head and is in doubt itself: look at "
                + "\(points[water].sensor) first"
        case .lowOxygen(let oxygen, let shown):
            return "\(shows(oxygen, shown)), a catalytic head needs \(Self.text(OxygenWatch.least)) %VOL to burn gas: "
                + "its value means nothing until there is air"
        case .perhapsLowOxygen(let oxygen):
            return "\(points[oxygen].name) shows too little oxygen for a catalytic head and is in doubt itself: look at "
                + "\(points[oxygen].sensor) first"
        case .supplyLow(let supply, let volts, let minimum):
            return "\(shows(supply, volts)), and \(own.sensor) needs \(Self.text(minimum)) V: look at the supply"
        case .disagreement(let other, let mine, let theirs):
            let unit = own.quantity.unit
            return "\(own.name) reads \(Self.text(mine))\(unit == .one ? "" : " \(unit.rawValue)") and \(shows(other, theirs)): "
                + "they cannot both be right, look at both"
        case .flapping:
            return
                "\(own.name) changed more than \(FlappingWatch.limit.changes) times in a minute: waves at a float, a loose wire, "
                + "or a debounce that is too short"
        case .resting(let value, let duration):
            return "\(own.name) has read exactly \(value) for \(Int(duration.seconds / 3600)) h: no live sensor does, test it"
        }
    }

    /// Hundredths are enough for people.
    private static func text(_ value: Double) -> String {
        let rounded = (value * 100).rounded() / 100
        return rounded == rounded.rounded() && rounded.magnitude < 1e15 ? "\(Int(rounded))" : "\(rounded)"
    }
}
