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
    func words(_ own: WatchedPoint, _ points: [WatchedPoint]) -> Bilingual {
        switch self {
        case .underWater(let above, let water, let shown): Self.underWater(above, points[water], shown)
        case .draining(let water): Self.draining(points[water])
        case .perhapsUnderWater(let water):
            Bilingual(
                zh: "\(points[water].name) 显示水位到达气体探头，而其自身存疑：请先检查 \(points[water].sensor)",
                en: "\(points[water].name) puts the water at the gas head and is in doubt itself: look at "
                    + "\(points[water].sensor) first")
        case .lowOxygen(let oxygen, let shown):
            Bilingual(
                zh: "\(Self.shows(points[oxygen], shown).zh)，催化燃烧式探头需要 \(Self.text(OxygenWatch.least)) %VOL 才能燃烧气体："
                    + "在通风之前其数值没有意义",
                en: "\(Self.shows(points[oxygen], shown).en), a catalytic head needs \(Self.text(OxygenWatch.least)) %VOL to "
                    + "burn gas: its value means nothing until there is air")
        case .perhapsLowOxygen(let oxygen):
            Bilingual(
                zh: "\(points[oxygen].name) 显示的氧气对催化燃烧式探头过低，而其自身存疑：请先检查 \(points[oxygen].sensor)",
                en: "\(points[oxygen].name) shows too little oxygen for a catalytic head and is in doubt itself: look at "
                    + "\(points[oxygen].sensor) first")
        case .supplyLow(let supply, let volts, let minimum):
            Bilingual(
                zh: "\(Self.shows(points[supply], volts).zh)，而 \(own.sensor) 需要 \(Self.text(minimum)) V：请检查供电",
                en: "\(Self.shows(points[supply], volts).en), and \(own.sensor) needs \(Self.text(minimum)) V: look at the supply"
            )
        case .disagreement(let other, let mine, let theirs):
            Bilingual(
                zh: "\(Self.shows(own, mine).zh)，而 \(Self.shows(points[other], theirs).zh)：两者不可能都对，请一并检查",
                en: "\(Self.shows(own, mine).en) and \(Self.shows(points[other], theirs).en): they cannot both be right, "
                    + "look at both")
        case .flapping:
            Bilingual(
                zh: "\(own.name) 一分钟内变化超过 \(FlappingWatch.limit.changes) 次：浮球随波晃动、接线松动，或去抖时间过短",
                en: "\(own.name) changed more than \(FlappingWatch.limit.changes) times in a minute: waves at a float, "
                    + "a loose wire, or a debounce that is too short")
        case .resting(let value, let duration):
            Bilingual(
                zh: "\(own.name) 已有 \(Int(duration.seconds / 3600)) h 一直恰为 \(value)：正常的传感器不会如此，请测试",
                en: "\(own.name) has read exactly \(value) for \(Int(duration.seconds / 3600)) h: no live sensor does, test it")
        }
    }

    private static func underWater(_ above: Double?, _ water: WatchedPoint, _ shown: Double) -> Bilingual {
        let (height, shows) = (above.map(text), shows(water, shown))
        return Bilingual(
            zh: "水位\(height.map { "高出气体探头 \($0) m" } ?? "到达或高于气体探头")（\(shows.zh)）：水退去且探头沥干之前没有数值",
            en: "the water stands \(height.map { "\($0) m above" } ?? "at or above") the gas head (\(shows.en)): no value until "
                + "it has run off and the head has drained")
    }

    private static func draining(_ water: WatchedPoint) -> Bilingual {
        let seconds = Int(Submergence.drainTime.seconds)
        return Bilingual(
            zh: "气体探头曾被水淹没（\(water.name)）：沥干 \(seconds) s 且 \(water.name) 证实之前没有数值",
            en: "the gas head was under water (\(water.name)): no value until it has drained for \(seconds) s, and "
                + "\(water.name) has shown that")
    }

    private static func shows(_ point: WatchedPoint, _ value: Double) -> Bilingual {
        let unit = point.quantity.unit
        let quantity = "\(text(value))\(unit == .one ? "" : " \(unit.rawValue)")"
        return Bilingual(zh: "\(point.name) 读数为 \(quantity)", en: "\(point.name) reads \(quantity)")
    }

    /// Hundredths are enough for people.
    private static func text(_ value: Double) -> String {
        let rounded = (value * 100).rounded() / 100
        return rounded == rounded.rounded() && rounded.magnitude < 1e15 ? "\(Int(rounded))" : "\(rounded)"
    }
}
