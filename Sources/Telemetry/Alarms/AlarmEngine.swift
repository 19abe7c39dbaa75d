// (state, reading, now) → (state, transitions): a pure state machine that asks no clock, no disk and no socket.
import SensorModel

/// Judges readings by threshold rules.
///
/// What it promises: a bad reading neither raises nor clears, and leaves a running delay as it is; an uncertain one may
/// raise and never clears; hysteresis and delay are the rule's; times are compared on the monotonic clock only.
public struct AlarmEngine: Sendable {
    /// One rule on one point.
    private struct Watch {
        let rule: Int
        var beyondSince: Timestamp?
        var alarm: ActiveAlarm?
    }

    /// Why an acknowledgement was refused.
    public enum Refusal: Error, Equatable, Sendable {
        /// No alarm has this id, or it is normal again.
        case unknown
        /// Somebody has acknowledged it before.
        case alreadyAcknowledged(by: String)
    }

    private let rules: [AlarmRule]
    private let rulesByQuantity: [Quantity: [Int]]
    private var watches: [Point: [Watch]] = [:]
    private var gatewayAlarms: [String: ActiveAlarm] = [:]

    /// - Parameter rules: ids are unique.
    public init(rules: [AlarmRule]) {
        self.rules = rules
        rulesByQuantity = Dictionary(grouping: rules.indices) { rules[$0].quantity }
    }

    /// Every alarm that is not normal, oldest first.
    public var active: [ActiveAlarm] {
        (watches.values.flatMap { $0.compactMap(\.alarm) } + gatewayAlarms.values)
            .sorted { ($0.occurred.monotonic, $0.id) < ($1.occurred.monotonic, $1.id) }
    }

    /// Takes over the alarms of an earlier run. An alarm whose rule or point is gone returns at once: nothing could clear it.
    /// - Returns: the transitions that this causes.
    public mutating func restore(_ alarms: [ActiveAlarm], points: [Point: Quantity], now: Timestamp) -> [AlarmTransition] {
        var transitions: [AlarmTransition] = []
        for alarm in alarms {
            guard let point = alarm.point else {
                gatewayAlarms[alarm.rule] = alarm
                continue
            }
            var list = watches[point] ?? points[point].map(fresh) ?? []
            if let index = list.firstIndex(where: { $0.rule >= 0 && rules[$0.rule].id == alarm.rule }) {
                list[index].alarm = alarm
            } else {
                var gone = alarm
                if gone.state.isRaised {
                    gone.note = "its rule or sensor is no longer configured"
                    transitions.append(Self.returned(&gone, value: nil, occurred: now, now: now))
                }
                // Kept without a rule, beside the point's watches, until somebody acknowledges it.
                if gone.state != .normal { list.append(Watch(rule: -1, alarm: gone)) }
            }
            watches[point] = list
        }
        return transitions
    }

    /// Judges one reading.
    /// - Parameters:
    ///   - now: when it is judged.
    ///   - makeID: called once for each alarm that is raised anew.
    public mutating func step(_ reading: Reading, now: Timestamp, makeID: () -> String) -> [AlarmTransition] {
        guard let value = reading.measurement.value, rulesByQuantity[reading.quantity] != nil else { return [] }
        var isGood = false
        if case .good = reading.measurement { isGood = true }
        var transitions: [AlarmTransition] = []
        var list = watches[reading.point] ?? fresh(reading.quantity)
        for index in list.indices where list[index].rule >= 0 {
            let rule = rules[list[index].rule]
            if list[index].alarm?.state.isRaised == true {
                guard isGood, rule.isCleared(by: value), var alarm = list[index].alarm else { continue }
                transitions.append(Self.returned(&alarm, value: value, occurred: reading.time, now: now))
                list[index].alarm = alarm.state == .normal ? nil : alarm
                list[index].beyondSince = nil
            } else if rule.isRaised(by: value) {
                let since = list[index].beyondSince ?? reading.time
                list[index].beyondSince = since
                guard reading.time.monotonic - since.monotonic >= rule.onDelay else { continue }
                let transition = Self.raised(
                    list[index].alarm, rule, reading.point, value: value, since: since, now: now, makeID: makeID)
                list[index].alarm = transition.alarm
                transitions.append(transition)
            } else if isGood {
                list[index].beyondSince = nil
            }
        }
        watches[reading.point] = list
        return transitions
    }

    /// Somebody says that they know.
    /// - Parameter by: the user's name, which goes on record.
    public mutating func acknowledge(_ id: String, by actor: String, now: Timestamp) throws(Refusal) -> AlarmTransition {
        for (point, list) in watches {
            for index in list.indices {
                guard var alarm = list[index].alarm, alarm.id == id else { continue }
                let transition = try Self.acknowledged(&alarm, by: actor, now: now)
                watches[point]?[index].alarm = alarm.state == .normal ? nil : alarm
                return transition
            }
        }
        for (rule, var alarm) in gatewayAlarms where alarm.id == id {
            let transition = try Self.acknowledged(&alarm, by: actor, now: now)
            gatewayAlarms[rule] = alarm.state == .normal ? nil : alarm
            return transition
        }
        throw .unknown
    }

    /// Raises or clears an alarm of the gateway itself.
    /// - Parameters:
    ///   - problem: what is wrong, in words, or nil when it is right again.
    /// - Returns: the transition, or nil when nothing changes.
    public mutating func setGatewayAlarm(
        rule: String, severity: Severity, problem: String?, now: Timestamp, makeID: () -> String
    ) -> AlarmTransition? {
        var current = gatewayAlarms[rule]
        guard let problem else {
            guard current?.state.isRaised == true, var alarm = current else { return nil }
            let transition = Self.returned(&alarm, value: nil, occurred: now, now: now)
            gatewayAlarms[rule] = alarm.state == .normal ? nil : alarm
            return transition
        }
        if current?.state.isRaised == true { return nil }
        let from = current?.state ?? .normal
        current = ActiveAlarm(
            id: current?.id ?? makeID(), rule: rule, point: nil, severity: severity, state: .unacknowledged, occurred: now,
            changed: now,
            note: problem)
        gatewayAlarms[rule] = current
        return current.map { AlarmTransition(alarm: $0, from: from, value: nil, occurred: now, detected: now) }
    }

    private func fresh(_ quantity: Quantity) -> [Watch] {
        (rulesByQuantity[quantity] ?? []).map { Watch(rule: $0) }
    }

    private static func raised(
        _ earlier: ActiveAlarm?, _ rule: AlarmRule, _ point: Point, value: Double, since: Timestamp, now: Timestamp,
        makeID: () -> String
    ) -> AlarmTransition {
        let alarm = ActiveAlarm(
            id: earlier?.id ?? makeID(), rule: rule.id, point: point, severity: rule.severity, state: .unacknowledged,
            value: value,
            quantity: rule.quantity, threshold: rule.threshold, clearThreshold: rule.clearThreshold, occurred: since, changed: now
        )
        return AlarmTransition(alarm: alarm, from: earlier?.state ?? .normal, value: value, occurred: since, detected: now)
    }

    private static func returned(_ alarm: inout ActiveAlarm, value: Double?, occurred: Timestamp, now: Timestamp)
        -> AlarmTransition
    {
        let from = alarm.state
        alarm.state = from == .acknowledged ? .normal : .returnedUnacknowledged
        alarm.changed = now
        return AlarmTransition(alarm: alarm, from: from, value: value, occurred: occurred, detected: now)
    }

    private static func acknowledged(_ alarm: inout ActiveAlarm, by actor: String, now: Timestamp) throws(Refusal)
        -> AlarmTransition
    {
        let from = alarm.state
        guard from.needsAcknowledgement else { throw .alreadyAcknowledged(by: alarm.acknowledgedBy ?? "somebody") }
        alarm.state = from == .unacknowledged ? .acknowledged : .normal
        alarm.acknowledgedBy = actor
        alarm.changed = now
        return AlarmTransition(alarm: alarm, from: from, value: nil, occurred: now, detected: now, actor: actor)
    }
}
