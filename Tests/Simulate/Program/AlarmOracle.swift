// A simple judge of alarms beside the engine: what was above a threshold for long enough is an alarm, and nothing else is.
import SensorModel

/// Judges the threshold rules of the shipped packs at the street's gas heads. The numbers are written here again on purpose.
///
/// `@unchecked Sendable`: the daemon and its closures ask for it; all of it runs on the one thread of `VirtualTime`, which checks
/// that at each moment and each line of the log.
final class AlarmOracle: @unchecked Sendable {
    struct Rule {
        let id: String, quantity: Quantity
        let threshold: Double
        let isAbove: Bool

        func holds(_ value: Double) -> Bool { isAbove ? value > threshold : value < threshold }
    }

    /// From boards/rules/gas.yaml: each of them for 10 s.
    static let rules = [
        Rule(id: "combustible-high", quantity: .combustible, threshold: 20, isAbove: true),
        Rule(id: "combustible-danger", quantity: .combustible, threshold: 50, isAbove: true),
        Rule(id: "hydrogen-sulfide-high", quantity: .hydrogenSulfide, threshold: 10, isAbove: true),
        Rule(id: "hydrogen-sulfide-danger", quantity: .hydrogenSulfide, threshold: 20, isAbove: true),
        Rule(id: "carbon-monoxide-high", quantity: .carbonMonoxide, threshold: 24, isAbove: true),
        Rule(id: "carbon-monoxide-danger", quantity: .carbonMonoxide, threshold: 100, isAbove: true),
        Rule(id: "oxygen-low", quantity: .oxygen, threshold: 19.5, isAbove: false),
        Rule(id: "oxygen-high", quantity: .oxygen, threshold: 23.5, isAbove: true),
    ]

    /// A raise that arrived.
    struct Raise {
        let occurred: Int64
        let arrived: Int64
    }

    /// A raise that has to arrive: for one of these wall times, and until a moment where the link lets it.
    struct Demand {
        let rule: String, point: String
        let walls: Set<Int64>
        let since: Int64
    }

    private let time: VirtualTime
    private let field: Field
    private(set) var raises: [String: [Raise]] = [:]
    /// The last state of each alarm that arrived.
    private(set) var states: [String: (rule: String, point: String, state: String)] = [:]
    /// Told what is wrong.
    var complaint: (String) -> Void = { _ in }

    init(_ time: VirtualTime, _ field: Field) { (self.time, self.field) = (time, field) }

    /// Takes an alarm's step as it arrived.
    func take(_ record: JSONObject) {
        guard let rule = record.text("rule"), let to = record.text("to"), let id = record.text("alarm") else {
            return complaint("an alarm without rule, state or id")
        }
        let point = record.text("point") ?? ""
        states[id] = (rule, point, to)
        guard let known = Self.rules.first(where: { $0.id == rule }), record.text("cause") == "raised" else {
            return
        }
        guard let occurred = record.text("occurred").flatMap(milliseconds) else { return complaint("\(rule) at no time") }
        raises["\(rule) \(point)", default: []].append(Raise(occurred: occurred, arrived: time.now))
        let said = field.said[point]?[occurred] ?? []
        if !said.contains(where: { known.holds($0.value) }) {
            complaint("\(rule) at \(point) occurred at \(occurred), when nothing beyond \(known.threshold) was read")
        }
    }

    /// Alarms of gas that stand as unacknowledged, for the platform to answer.
    var unanswered: [String] { states.filter { $0.value.state == "unacknowledged" }.map(\.key).sorted() }

    /// What had to be raised, from what the field said: readings beyond the threshold in a row, in one life, over 10 s.
    /// - Parameter lives: when each life ended.
    func demands(_ lives: [Int: LifeEnd]) -> [Demand] {
        var demands: [Demand] = []
        for (point, polls) in field.polls.sorted(by: { $0.key < $1.key }) {
            let quantity = field.units.values.first { point.hasPrefix("\($0.cover)/\($0.sensor)/") }?.channels.first?.quantity
            for rule in Self.rules where rule.quantity == quantity { demands += Self.demands(rule, point, polls, lives) }
        }
        return demands
    }

    private static func demands(_ rule: Rule, _ point: String, _ polls: [Field.Poll], _ lives: [Int: LifeEnd]) -> [Demand] {
        var demands: [Demand] = []
        var run: [Field.Poll] = []
        /// All since a value was not beyond it: a failed poll proves nothing.
        var walls: Set<Int64> = []
        var isDemanded = false
        /// Good readings in a row that prove that it is over.
        var calm: (since: Int64, count: Int, life: Int)?
        var mayStand = false
        for poll in polls {
            guard let value = poll.value else {
                if !isDemanded { run = [] }
                calm = nil
                continue
            }
            guard rule.holds(value) else {
                (run, walls, isDemanded) = ([], [], false)
                // Between the two thresholds nothing is proved.
                let isCalm = rule.isAbove ? value < rule.threshold * 0.7 : value > rule.threshold * 1.04
                if !isCalm {
                    calm = nil
                } else if calm?.life == poll.life, let since = calm {
                    calm = (since.since, since.count + 1, poll.life)
                    if poll.moment - since.since > 200_000_000_000, since.count >= 4 { mayStand = false }
                } else {
                    calm = (poll.moment, 1, poll.life)
                }
                continue
            }
            calm = nil
            walls.insert(poll.wall)
            if run.last?.life != poll.life { run = [] }
            run.append(poll)
            guard !isDemanded, let first = run.first, poll.moment - first.moment >= 10_000_000_000 else { continue }
            isDemanded = true
            // An alarm that may stand from before is not raised a second time.
            if !mayStand, isSafe(poll, lives) {
                demands.append(Demand(rule: rule.id, point: point, walls: walls, since: poll.moment))
            }
            mayStand = true
        }
        return demands
    }

    /// Whether the daemon lived long enough after this reading to have done something about it.
    private static func isSafe(_ poll: Field.Poll, _ lives: [Int: LifeEnd]) -> Bool {
        guard let end = lives[poll.life] else { return true }
        return poll.moment < end.moment - 2_000_000_000
    }

    /// Whether the demanded raise has come.
    func isMet(_ demand: Demand) -> Bool {
        raises["\(demand.rule) \(demand.point)"]?.contains { demand.walls.contains($0.occurred) } ?? false
    }
}
