// The steps that people make: acknowledge, close, shelve, work at a cover, test a sensor.
import SensorModel

extension AlarmEngine {
    /// Maintenance that is on, by cover.
    public var maintenance: [Maintenance] {
        maintenances.isEmpty ? [] : maintenances.values.sorted { $0.cover < $1.cover }
    }

    /// Tests that are on, by point.
    public var tests: [SensorTest] {
        sensorTests.isEmpty ? [] : sensorTests.values.sorted { $0.point.description < $1.point.description }
    }

    /// Somebody says that they know.
    /// - Parameter by: the person's name, which goes on record.
    public mutating func acknowledge(_ id: String, by actor: String, now: Timestamp) throws(Refusal) -> AlarmTransition {
        guard let entry = held[id], entry.alarm.state != .normal else { throw .unknown }
        guard entry.alarm.state.needsAcknowledgement else {
            throw entry.alarm.acknowledgedBy.map { .alreadyAcknowledged(by: $0) } ?? .setAside(entry.alarm.state)
        }
        held[id]?.alarm.acknowledgedBy = actor
        held[id]?.alarm.acknowledgedAt = now
        let state = held[id]?.alarm.plainState ?? .normal
        let transition = pass(id, to: state, .acknowledged, now: now, actor: actor)
        if state == .normal { end(id) }
        return transition
    }

    /// Somebody says what it was, and that it is over.
    /// - Parameters:
    ///   - note: what was found; it goes on record.
    ///   - falseAlarm: whether there was no danger; nil when they do not say.
    public mutating func close(
        _ id: String, by actor: String, note: String, falseAlarm: Bool? = nil, now: Timestamp
    ) throws(Refusal) -> AlarmTransition {
        guard let entry = held[id] else { throw .unknown }
        guard !entry.alarm.isStanding else { throw .stillRaised }
        held[id]?.alarm.note = note
        held[id]?.alarm.falseAlarm = falseAlarm
        if entry.alarm.acknowledgedBy == nil {
            held[id]?.alarm.acknowledgedBy = actor
            held[id]?.alarm.acknowledgedAt = now
        }
        let transition = pass(id, to: .closed, .closed, now: now, actor: actor)
        if let watch = entry.watch, watches[watch].alarm == id { watches[watch].alarm = nil }
        over.removeAll { $0 == id }
        gatewayAlarms = gatewayAlarms.filter { $0.value != id }
        held[id] = nil
        return transition
    }

    /// Sets an alarm aside for a time.
    /// - Parameter until: at most 8 h from now.
    public mutating func shelve(
        _ id: String, by actor: String, reason: String, until: Timestamp, now: Timestamp
    ) throws(Refusal) -> AlarmTransition {
        guard let entry = held[id] else { throw .unknown }
        if let watch = entry.watch, watches[watch].isAboutGas { throw .neverMuted }
        if entry.alarm.quantity.map(Quantity.gases.contains) == true { throw .neverMuted }
        let storm = storms.first { $0.value.id == id }?.key
        if let storm, watches.contains(where: { $0.rule == storm && $0.isAboutGas }) { throw .neverMuted }
        guard entry.alarm.isStanding, entry.alarm.state != .normal else { throw .over }
        try Self.check(until, now: now, limit: Maintenance.longest)
        held[id]?.alarm.shelving = Shelving(by: actor, reason: reason, until: until)
        return pass(id, to: .shelved, .shelved, now: now, actor: actor)
    }

    static func check(_ until: Timestamp, now: Timestamp, limit: Duration) throws(Refusal) {
        let length = until.monotonic - now.monotonic
        // A minute more is what slow hands and clocks that are not quite right take.
        guard length > .zero, length <= limit + .seconds(60) else { throw .outOfTime(limit: limit) }
    }

    /// Takes an alarm back from the shelf.
    /// - Parameter actor: nil when its time is over.
    mutating func unshelve(_ id: String, by actor: String?, now: Timestamp) -> AlarmTransition {
        held[id]?.alarm.shelving = nil
        let state = held[id]?.alarm.plainState ?? .normal
        let transition = pass(id, to: state, .unshelved, now: now, actor: actor)
        if state == .normal { end(id) }
        return transition
    }

    /// A crew begins to work at a cover. What stands there, gas and oxygen aside, becomes a note.
    public mutating func startMaintenance(_ maintenance: Maintenance, now: Timestamp) throws(Refusal) -> [AlarmTransition] {
        guard site.channels.contains(where: { $0.point.cover == maintenance.cover }) else { throw .nowhere }
        try Self.check(maintenance.until, now: now, limit: Maintenance.longest)
        maintenances[maintenance.cover] = maintenance
        var transitions: [AlarmTransition] = []
        for (id, entry) in inOrder(where: { $0.alarm.state.isRaised }) {
            guard let watch = entry.watch, watches[watch].cover == maintenance.cover, !watches[watch].isAboutGas else { continue }
            transitions.append(pass(id, to: .outOfService, .maintenance, now: now, actor: maintenance.by))
        }
        return transitions
    }

    /// The crew has ended; what still stands is an alarm again.
    public mutating func stopMaintenance(_ cover: String, by actor: String, now: Timestamp) throws(Refusal) -> [AlarmTransition] {
        guard maintenances[cover] != nil else { throw .notOn }
        return endMaintenance(cover, by: actor, now: now)
    }

    mutating func endMaintenance(_ cover: String, by actor: String?, now: Timestamp) -> [AlarmTransition] {
        maintenances[cover] = nil
        var transitions: [AlarmTransition] = []
        for (id, entry) in inOrder(where: { $0.alarm.state == .outOfService }) {
            guard let watch = entry.watch, watches[watch].cover == cover else { continue }
            let state = entry.alarm.plainState
            transitions.append(pass(id, to: state, .maintenanceOver, now: now, actor: actor))
            if state == .normal { end(id) }
        }
        return transitions
    }

    /// Somebody gives a sensor test gas.
    public mutating func startTest(_ test: SensorTest, now: Timestamp) throws(Refusal) {
        guard site.channels.contains(where: { $0.point == test.point }) else { throw .nowhere }
        try Self.check(test.until, now: now, limit: SensorTest.longest)
        sensorTests[test.point] = test
    }

    /// The test is over.
    public mutating func stopTest(_ point: Point) throws(Refusal) -> SensorTest {
        guard let test = sensorTests.removeValue(forKey: point) else { throw .notOn }
        return test
    }

    /// Points whose last passed test has run out by the gateway's own log, and since when; all others have not. What their
    /// readings are worth is not changed by it.
    public mutating func setOverdue(_ points: [Point: WallTime]) {
        for index in cells.indices {
            guard case .reasons(let reasons) = cells[index].part, reasons.uncertain.contains(.calibrationOverdue) else {
                continue
            }
            let channel = cells[index].channel
            cells[index].setOverdue(points[site.channels[channel].point])
            glances[channel] = glances[channel].map { $0.cell == index ? AlarmGlance(cells[index], number: index) : $0 }
        }
    }

    /// Raises or clears an alarm of the gateway itself.
    /// - Parameters:
    ///   - problem: what is wrong, in words, or nil when it is right again.
    /// - Returns: the transition, or nil when nothing changes.
    public mutating func setGatewayAlarm(
        rule: String, severity: Severity, problem: String?, now: Timestamp, makeID: () -> String
    ) -> AlarmTransition? {
        let known = gatewayAlarms[rule].flatMap { held[$0] }
        guard let problem else {
            guard let known, known.alarm.isStanding else { return nil }
            held[known.alarm.id]?.alarm.isStanding = false
            held[known.alarm.id]?.alarm.returned = now
            let state = held[known.alarm.id]?.alarm.plainState ?? .normal
            let transition = pass(known.alarm.id, to: state, .returned, now: now)
            if state == .normal { end(known.alarm.id) }
            return transition
        }
        if let known, known.alarm.isStanding { return nil }
        var alarm =
            known?.alarm
            ?? ActiveAlarm(
                id: makeID(), rule: rule, point: nil, severity: severity, state: .normal, occurred: now, changed: now, count: 0)
        (alarm.occurred, alarm.note, alarm.isStanding, alarm.acknowledgedBy) = (now, problem, true, nil)
        alarm.severity = severity
        alarm.count += 1
        held[alarm.id] = Held(alarm: alarm, watch: nil, announce: now.monotonic + Self.announcement, waiting: now.monotonic)
        gatewayAlarms[rule] = alarm.id
        return pass(alarm.id, to: .unacknowledged, .raised, now: now)
    }

    /// Ids of alarms that gave way since the last call, so that the store may forget them too.
    public mutating func takeForgotten() -> [String] {
        defer { forgotten = [] }
        return forgotten
    }
}
