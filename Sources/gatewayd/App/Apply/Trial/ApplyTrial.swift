// Whether a configuration on trial has proved itself: what worked before it works again, steadily, in time. Pure.
import SensorModel

/// What works in a gateway, as far as a configuration can spoil it.
struct GatewayHealth: Sendable, Equatable {
    /// What a point says.
    enum Answer: Sendable, Equatable {
        /// A good value; or that its device warms up: it has answered, and is the right one.
        case good
        /// A value that may be wrong.
        case doubtful
        /// No value.
        case bad
    }

    /// What points say that have been read lately.
    var points: [Point: Answer]
    /// Whether at least one uplink is connected.
    var isLinked: Bool
    /// Whether both lanes of the store take records.
    var isStoring: Bool
    /// Whether readings come in, of whatever quality.
    var isReading: Bool
}

/// Something that worked before the change and does not work yet.
enum TrialLack: Sendable, Hashable, Comparable {
    /// A sensor, `COVER/SENSOR`, gives no values at a point that was good.
    case sensor(String)
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
    /// Points that a busy bus may not come to within the time.
    private let rare: Set<Point>
    private let begun: MonotonicTime
    private var wellSince: MonotonicTime?
    /// What does not work yet, as of the last look.
    private(set) var lacks: [TrialLack]

    /// - Parameters:
    ///   - before: what worked under the configuration that is in force.
    ///   - points: those that there are under the new one, and how often each is read: of others nothing can be expected.
    ///   - hasUplinks: whether the new one has any.
    ///   - now: when it takes effect.
    init(after before: GatewayHealth, points: [Point: Duration], hasUplinks: Bool, now: MonotonicTime) {
        expected = GatewayHealth(
            points: before.points.filter { $0.value == .good && points[$0.key] != nil },
            isLinked: before.isLinked && hasUplinks, isStoring: before.isStoring,
            isReading: before.isReading && !points.isEmpty)
        // A bus reads all its sensors within the period of each.
        rare = Set(points.filter { $0.value > Self.limit / 2 }.keys)
        begun = now
        lacks = []
        lacks = look(at: GatewayHealth(points: [:], isLinked: false, isStoring: false, isReading: false)).lacks
    }

    /// Takes a look at what works, and says what follows.
    mutating func judge(_ health: GatewayHealth, now: MonotonicTime) -> Verdict {
        let found = look(at: health)
        lacks = found.lacks
        wellSince = found.isWell ? wellSince ?? now : nil
        let left = left(now: now)
        // What is read rarely is waited for while there is time; it does not fail for not having been read.
        if let wellSince, now - wellSince >= Self.steady, lacks.isEmpty || left <= .zero { return .confirmed }
        return left > .zero ? .waiting(left: left) : .failed
    }

    /// How long it has left.
    func left(now: MonotonicTime) -> Duration { max(.zero, Self.limit - (now - begun)) }

    /// - Returns: what does not work, and whether all of that is only rarely read and was not read yet.
    private func look(at health: GatewayHealth) -> (lacks: [TrialLack], isWell: Bool) {
        var sensors: Set<String> = []
        var isWell = true
        for point in expected.points.keys {
            switch health.points[point] {
            case .good, .doubtful: continue
            case .bad: isWell = false
            case nil: if !rare.contains(point) { isWell = false }
            }
            sensors.insert("\(point.cover)/\(point.sensor)")
        }
        var lacks = sensors.sorted().map(TrialLack.sensor)
        let silent = lacks.count
        if expected.isLinked, !health.isLinked { lacks.append(.uplink) }
        if expected.isStoring, !health.isStoring { lacks.append(.store) }
        if expected.isReading, !health.isReading { lacks.append(.readings) }
        return (lacks, isWell && lacks.count == silent)
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
                zh: "存储仅在内存中，更换配置会丢失未送达的记录：请先修复存储，网关会自动重试",
                en: "\(lanes) are kept in memory only, another configuration would lose what waits there: repair the store "
                    + "first, it is tried again by itself")
        }
        return failing.map { words in
            Bilingual(
                zh: "存储此刻无法写入，更换配置会丢失未提交的记录：\(words)",
                en: "the store cannot be written just now, another configuration would lose what is not committed: \(words)")
        }
    }
}
