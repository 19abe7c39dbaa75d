// Whether a configuration on trial has proved itself: what worked before it works again, steadily, in time. Pure.
import SensorModel

/// What works in a gateway, as far as a configuration can spoil it.
struct GatewayHealth: Sendable, Equatable {
    /// Buses that give good readings.
    var buses: Set<String>
    /// Whether at least one uplink is connected.
    var isLinked: Bool
    /// Whether both lanes of the store take records.
    var isStoring: Bool
    /// Whether readings come in, of whatever quality.
    var isReading: Bool
}

/// Something that worked before the change and does not work yet.
enum TrialLack: Sendable, Hashable, Comparable {
    /// A bus gives no good readings.
    case bus(String)
    /// No uplink is connected.
    case uplink
    /// The store takes nothing.
    case store
    /// No readings come in.
    case readings
}

/// The trial of one configuration.
struct ApplyTrial: Sendable, Equatable {
    /// What is known about it at a moment.
    enum Verdict: Sendable, Equatable {
        /// Not decided; so long is left.
        case waiting(left: Duration)
        /// Everything that can be expected works, and has for a while.
        case confirmed
        /// The time is over.
        case failed
    }

    /// The longest a configuration may take to prove itself.
    static let limit = Duration.seconds(120)
    /// So long everything has to work without a break: a process that falls after seconds has proved nothing.
    static let steady = Duration.seconds(5)

    /// What has to work again.
    let expected: GatewayHealth
    private let begun: MonotonicTime
    private var wellSince: MonotonicTime?
    /// What does not work yet, as of the last look.
    private(set) var lacks: [TrialLack]

    /// - Parameters:
    ///   - before: what worked under the configuration that is in force.
    ///   - buses: those that have sensors under the new one: of the others nothing can be expected.
    ///   - hasUplinks: whether the new one has any.
    ///   - now: when it takes effect.
    init(after before: GatewayHealth, buses: Set<String>, hasUplinks: Bool, now: MonotonicTime) {
        expected = GatewayHealth(
            buses: before.buses.intersection(buses), isLinked: before.isLinked && hasUplinks, isStoring: before.isStoring,
            isReading: before.isReading && !buses.isEmpty)
        begun = now
        lacks = Self.lacks(
            of: expected, in: GatewayHealth(buses: [], isLinked: false, isStoring: false, isReading: false))
    }

    /// Takes a look at what works, and says what follows.
    mutating func judge(_ health: GatewayHealth, now: MonotonicTime) -> Verdict {
        lacks = Self.lacks(of: expected, in: health)
        wellSince = lacks.isEmpty ? wellSince ?? now : nil
        if let wellSince, now - wellSince >= Self.steady { return .confirmed }
        let left = left(now: now)
        return left > .zero ? .waiting(left: left) : .failed
    }

    /// How long it has left.
    func left(now: MonotonicTime) -> Duration { max(.zero, Self.limit - (now - begun)) }

    private static func lacks(of expected: GatewayHealth, in health: GatewayHealth) -> [TrialLack] {
        var lacks = expected.buses.subtracting(health.buses).map(TrialLack.bus)
        if expected.isLinked, !health.isLinked { lacks.append(.uplink) }
        if expected.isStoring, !health.isStoring { lacks.append(.store) }
        if expected.isReading, !health.isReading { lacks.append(.readings) }
        return lacks.sorted()
    }
}

extension ApplyTrial {
    /// Why no configuration may take effect now: what is not on the disk would be gone with the present composition.
    /// - Parameters:
    ///   - inMemory: lanes that are kept in memory only.
    ///   - failing: why commits fail just now; nil when they do not.
    /// - Returns: nil when nothing hinders it.
    static func hindrance(inMemory: [Lane], failing: String?) -> Bilingual? {
        if !inMemory.isEmpty {
            let lanes = inMemory.map(\.rawValue).joined(separator: " and ")
            return Bilingual(
                zh: "存储仅在内存中，更换配置会丢失未送达的记录：请先修复存储并重启 gatewayd",
                en: "\(lanes) are kept in memory only, another configuration would lose what waits there: repair the store and "
                    + "restart gatewayd first")
        }
        return failing.map { words in
            Bilingual(
                zh: "存储此刻无法写入，更换配置会丢失未提交的记录：\(words)",
                en: "the store cannot be written just now, another configuration would lose what is not committed: \(words)")
        }
    }
}
