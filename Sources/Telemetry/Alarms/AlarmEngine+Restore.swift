// What an earlier run left: alarms, maintenance, tests, thresholds.
import SensorModel

extension AlarmEngine {
    /// Takes over the alarms of an earlier run. An alarm whose rule or point is gone returns at once: nothing could clear it.
    /// Every alarm that is not over is said again.
    /// - Parameters:
    ///   - maintenance: what was on; with a clock that cannot be trusted it is over, and so is what is shelved.
    ///   - tests: the same.
    ///   - thresholds: what commands had changed; over where the configuration says something else since.
    ///   - keepingUnwatched: a standing alarm whose rule or point is gone stays as it is, and nothing is said of it, until
    ///     `endUnwatched`: the configuration that has them may come back.
    /// - Returns: the transitions that this causes.
    public mutating func restore(
        _ alarms: [ActiveAlarm], maintenance: [Maintenance] = [], tests: [SensorTest] = [],
        thresholds: [ThresholdChange] = [], keepingUnwatched: Bool = false, now: Timestamp
    ) -> [AlarmTransition] {
        var transitions: [AlarmTransition] = []
        takeOver(thresholds)
        for crew in maintenance {
            guard let until = Self.here(crew.until, limit: Maintenance.longest, now: now) else { continue }
            var crew = crew
            crew.until = until
            maintenances[crew.cover] = crew
        }
        for test in tests {
            guard let until = Self.here(test.until, limit: SensorTest.longest, now: now) else { continue }
            var test = test
            test.until = until
            sensorTests[test.point] = test
        }
        for alarm in alarms.sorted(by: { ($0.changed.wall, $0.id) < ($1.changed.wall, $1.id) }) {
            var entry = Held(alarm: alarm, watch: nil, announce: now.monotonic + Self.announcement, waiting: now.monotonic)
            guard alarm.state != .normal else {
                held[alarm.id] = entry
                over.append(alarm.id)
                continue
            }
            guard let point = alarm.point else {
                held[alarm.id] = entry
                if keepingUnwatched, alarm.isStanding, !rules.contains(where: { $0.id == alarm.rule }) {
                    gatewayAlarms[alarm.rule] = alarm.id
                    unwatched.append(alarm.id)
                } else {
                    transitions.append(takeUpWithoutPoint(alarm, now: now))
                }
                continue
            }
            entry.watch = place(alarm, at: point)
            held[alarm.id] = entry
            if keepingUnwatched, alarm.isStanding, entry.watch == nil {
                unwatched.append(alarm.id)
            } else {
                transitions.append(takeUp(alarm, entry.watch, now: now))
            }
        }
        return transitions
    }

    /// The configuration that does not have the rules or points of some alarms is here to stay: nothing could clear them.
    public mutating func endUnwatched(now: Timestamp) -> [AlarmTransition] {
        var transitions: [AlarmTransition] = []
        for id in unwatched {
            // Somebody may have closed it meanwhile.
            guard let alarm = held[id]?.alarm, alarm.isStanding else { continue }
            transitions.append(endUnwatched(alarm, now: now))
        }
        unwatched = []
        return transitions
    }

    /// An alarm that stands for a storm, or one of the gateway itself.
    private mutating func takeUpWithoutPoint(_ alarm: ActiveAlarm, now: Timestamp) -> AlarmTransition {
        guard let number = rules.firstIndex(where: { $0.id == alarm.rule }) else {
            // A storm whose rule is gone: nothing counts it any more, so nothing would ever end it. One of the gateway itself is
            // raised again with its id, by the part that finds it.
            gatewayAlarms[alarm.rule] = alarm.id
            return endUnwatched(alarm, now: now)
        }
        if rules[number].condition.scope == .gateway {
            gatewayAlarms[alarm.rule] = alarm.id
        } else if alarm.isStanding {
            // What it stood for is not stored: it stands until every sensor could have said so again.
            let grace = watches.filter { $0.rule == number }.map { $0.onDelay * 2 + .seconds(20) }.max() ?? .zero
            storms[number] = Storm(id: alarm.id, said: now.monotonic + grace)
        }
        return say(alarm.id, .announced, occurred: alarm.occurred, now: now)
    }

    /// Ends an alarm that nothing could clear, with the reason.
    private mutating func endUnwatched(_ alarm: ActiveAlarm, now: Timestamp) -> AlarmTransition {
        guard alarm.isStanding else { return say(alarm.id, .announced, occurred: alarm.occurred, now: now) }
        held[alarm.id]?.alarm.isStanding = false
        held[alarm.id]?.alarm.returned = now
        held[alarm.id]?.alarm.shelving = nil
        held[alarm.id]?.alarm.note = "its rule or sensor is no longer configured"
        let state = held[alarm.id]?.alarm.plainState ?? .normal
        let transition = pass(alarm.id, to: state, .returned, now: now)
        if state == .normal { end(alarm.id) }
        return transition
    }

    /// The watch of an alarm; its evidence holds until readings say otherwise.
    private mutating func place(_ alarm: ActiveAlarm, at point: Point) -> Int? {
        let watch = watches.indices.first { index in
            rules[watches[index].rule].id == alarm.rule && watches[index].alarm == nil
                && watches[index].cells.contains { site.channels[cells[$0].channel].point == point }
        }
        guard let watch else { return nil }
        watches[watch].alarm = alarm.id
        watches[watch].isStanding = alarm.isStanding
        guard alarm.isStanding else { return watch }
        for index in watches[watch].cells {
            let channel = site.channels[cells[index].channel]
            let piece =
                alarm.evidence.first { $0.point == channel.point }
                ?? (channel.point == point && alarm.evidence.isEmpty
                    ? AlarmEvidence(
                        point: point, quantity: channel.quantity, measurement: alarm.value.map { .good($0) } ?? .bad(.timeout),
                        time: alarm.occurred) : nil)
            if let piece { cells[index].assume(piece) }
        }
        return watch
    }

    private mutating func takeUp(_ alarm: ActiveAlarm, _ watch: Int?, now: Timestamp) -> AlarmTransition {
        guard watch != nil else { return endUnwatched(alarm, now: now) }
        switch alarm.state {
        case .shelved:
            guard let shelving = alarm.shelving, let until = Self.here(shelving.until, limit: Maintenance.longest, now: now)
            else { return unshelve(alarm.id, by: nil, now: now) }
            held[alarm.id]?.alarm.shelving?.until = until
        case .outOfService:
            if let cover = alarm.point?.cover, maintenances[cover] == nil {
                let transition = pass(alarm.id, to: alarm.plainState, .maintenanceOver, now: now)
                if transition.to == .normal { end(alarm.id) }
                return transition
            }
        default: break
        }
        return say(alarm.id, .announced, occurred: alarm.occurred, now: now)
    }

    /// An end that an earlier run wrote down, on this run's clock.
    /// - Returns: nil when it is over, or when no clock can tell.
    private static func here(_ end: Timestamp, limit: Duration, now: Timestamp) -> Timestamp? {
        guard now.clock != .unsynced, end.clock != .unsynced, end.wall > now.wall else { return nil }
        let left = min(Duration.nanoseconds(end.wall.nanoseconds - now.wall.nanoseconds), limit)
        return Timestamp(wall: end.wall, monotonic: now.monotonic + left, clock: now.clock)
    }
}
