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

        /// Far enough on the other side: between the two thresholds nothing is proved.
        func isCalm(_ value: Double) -> Bool { isAbove ? value < threshold * 0.7 : value > threshold * 1.04 }
    }

    /// How long a reading has to be beyond a threshold; of sampled values three quarters may do (docs/alarms.md).
    private static let delay = 10 * World.second

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

    /// A raise that has to arrive: for what was read at one of these moments, and until a moment where the link lets it.
    struct Demand {
        let rule: String, point: String
        let moments: Set<Int64>
        let since: Int64
    }

    private let time: VirtualTime
    private let field: Field
    private(set) var raises: [String: [Raise]] = [:]
    /// An alarm as the platform has it: by the highest number that came, for what was refused comes when it comes.
    struct Standing {
        let rule: String, point: String, state: String
        fileprivate let store: String
        fileprivate let seq: Int64
        /// Whether its condition stands.
        var stands: Bool { !["normal", "returned-unacknowledged", "closed"].contains(state) }
    }

    /// What the platform has of each alarm.
    private(set) var states: [String: Standing] = [:]
    /// The gateway has said that alarms nobody had filled its store, and that the oldest of them go.
    private(set) var isStoreFull = false
    /// Told what is wrong.
    var complaint: (String) -> Void = { _ in }

    init(_ time: VirtualTime, _ field: Field) { (self.time, self.field) = (time, field) }

    /// Takes an alarm's step as it arrived.
    func take(_ record: JSONObject) {
        guard let rule = record.text("rule"), let to = record.text("to"), let id = record.text("alarm") else {
            return complaint("an alarm without rule, state or id")
        }
        let point = record.text("point") ?? ""
        let (store, seq) = (record.text("store") ?? "", record.integer("seq") ?? 0)
        if rule == "storage-failed", record.text("note")?.contains("fill the alarms lane") == true { isStoreFull = true }
        if states[id].map({ $0.store != store || $0.seq < seq }) ?? true {
            states[id] = Standing(rule: rule, point: point, state: to, store: store, seq: seq)
        }
        guard let known = Self.rules.first(where: { $0.id == rule }), record.text("cause") == "raised" else {
            return
        }
        guard let occurred = record.text("occurred").flatMap(milliseconds) else { return complaint("\(rule) at no time") }
        raises["\(rule) \(point)", default: []].append(Raise(occurred: occurred, arrived: time.now))
        let said = (field.said[point]?[occurred] ?? []).filter { known.holds($0.value) }
        guard let first = said.map(\.moment).min() else {
            return complaint("\(rule) at \(point) occurred at \(occurred), when nothing beyond \(known.threshold) was read")
        }
        if time.now - first < Self.delay / 4 * 3 - World.second / 10 {
            complaint("\(rule) at \(point) came \((time.now - first) / 1_000_000) ms after the first reading beyond it")
        }
    }

    /// Alarms of gas that stand as unacknowledged, for the platform to answer.
    var unanswered: [String] { states.filter { $0.value.state == "unacknowledged" }.map(\.key).sorted() }

    /// What had to be raised, from what the field said: readings beyond the threshold in a row, in one life, over 10 s.
    /// - Parameter lives: when each life ended.
    func demands(_ lives: [Int: LifeEnd]) -> [Demand] {
        var demands: [Demand] = []
        for (point, polls) in field.polls.sorted(by: { $0.key < $1.key }) {
            let quantity = quantity(of: point)
            for rule in Self.rules where rule.quantity == quantity { demands += Self.demands(rule, point, polls, lives) }
        }
        return demands
    }

    private func quantity(of point: String) -> Quantity? {
        field.units.values.first { point.hasPrefix("\($0.cover)/\($0.sensor)/") }?.channels.first?.quantity
    }

    private static func demands(_ rule: Rule, _ point: String, _ polls: [Field.Poll], _ lives: [Int: LifeEnd]) -> [Demand] {
        var demands: [Demand] = []
        var run: [Field.Poll] = []
        /// All since a value was not beyond it: a failed poll proves nothing.
        var moments: Set<Int64> = []
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
                (run, moments, isDemanded) = ([], [], false)
                if !rule.isCalm(value) {
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
            moments.insert(poll.moment)
            if run.last?.beginning != poll.beginning { run = [] }
            run.append(poll)
            guard !isDemanded, let first = run.first, poll.moment - first.moment >= delay else { continue }
            isDemanded = true
            // An alarm that may stand from before is not raised a second time.
            if !mayStand, isSafe(poll, lives) {
                demands.append(Demand(rule: rule.id, point: point, moments: moments, since: poll.moment))
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

    /// Where the platform has another picture than the readings of this life prove.
    /// - Parameter isForgotten: the number of a store's alarm stands in a gap of unused numbers: what was sent while it was being
    ///   committed and was lost with the power is no alarm of the gateway's any more (docs/messages.md).
    func disagreements(in life: Int, isForgotten: (_ store: String, _ seq: Int64) -> Bool) -> [String] {
        var words: [String] = []
        for (point, polls) in field.polls.sorted(by: { $0.key < $1.key }) {
            for rule in Self.rules where rule.quantity == quantity(of: point) {
                let standing = states.values.filter {
                    $0.rule == rule.id && $0.point == point && $0.stands && !isForgotten($0.store, $0.seq)
                }.count
                if standing > 1 { words.append("\(rule.id) at \(point) stands \(standing) times at the platform") }
                switch Self.verdict(rule, polls, in: life) {
                case true?: if standing == 0 { words.append("\(rule.id) at \(point) stands, and not at the platform") }
                case false?: if standing > 0 { words.append("\(rule.id) at \(point) is over, and stands at the platform") }
                case nil: break
                }
            }
        }
        return words
    }

    /// What the last readings in a row prove: that it stands, that it is over, or neither.
    private static func verdict(_ rule: Rule, _ polls: [Field.Poll], in life: Int) -> Bool? {
        guard let last = polls.last, let value = last.value else { return nil }
        let stands = rule.holds(value)
        var (first, count) = (last.moment, 0)
        for poll in polls.reversed() {
            guard poll.life == life, let value = poll.value, stands ? rule.holds(value) : rule.isCalm(value) else { break }
            (first, count) = (poll.moment, count + 1)
        }
        let length = last.moment - first
        if stands { return length >= 60 * World.second ? true : nil }
        return length >= 200 * World.second && count >= 4 ? false : nil
    }

    /// The demanded raise, when it has come.
    func raise(for demand: Demand) -> Raise? {
        raises["\(demand.rule) \(demand.point)"]?.first { raise in
            field.said[demand.point]?[raise.occurred]?.contains { demand.moments.contains($0.moment) } ?? false
        }
    }
}
