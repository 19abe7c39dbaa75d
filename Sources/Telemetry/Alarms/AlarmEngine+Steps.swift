// The steps that measured values make: raised, returned, one of a storm.
import SensorModel

extension AlarmEngine {
    /// One transition of a held alarm that stays in its state.
    mutating func say(
        _ id: String, _ cause: AlarmTransition.Cause, value: Double? = nil, occurred: Timestamp? = nil, now: Timestamp,
        actor: String? = nil
    ) -> AlarmTransition {
        let from = held[id]?.alarm.state ?? .normal
        return pass(id, to: from, cause, value: value, occurred: occurred, now: now, actor: actor)
    }

    /// One transition of a held alarm into a state.
    mutating func pass(
        _ id: String, to state: AlarmState, _ cause: AlarmTransition.Cause, value: Double? = nil, occurred: Timestamp? = nil,
        now: Timestamp, actor: String? = nil
    ) -> AlarmTransition {
        // Ids come from the caller's own look at `held`: one that is not there has nothing to say.
        guard var entry = held[id] else {
            return AlarmTransition(
                alarm: ActiveAlarm(id: id, rule: "", point: nil, severity: .notice, state: state, occurred: now, changed: now),
                from: .normal, cause: cause, value: nil, occurred: now, detected: now)
        }
        let from = entry.alarm.state
        entry.alarm.state = state
        if state != from {
            entry.alarm.changed = now
            entry.waiting = now.monotonic
        }
        entry.announce = now.monotonic + (cause == .raised ? Self.firstAnnouncement : Self.announcement)
        held[id] = entry
        return AlarmTransition(
            alarm: entry.alarm, from: from, cause: cause, value: value, occurred: occurred ?? now, detected: now, actor: actor)
    }

    /// Whether an alarm stands at the cover that says the same as a rule would.
    private func isSuppressed(_ watch: Int) -> Bool {
        guard !watches[watch].isAboutGas else { return false }
        let id = rules[watches[watch].rule].id
        return held.values.contains { entry in
            // What is set aside or a test calls nobody, so it says nothing in another's place.
            guard entry.alarm.isStanding, !entry.alarm.state.isSetAside, !entry.alarm.isTest, let other = entry.watch,
                watches[other].cover == watches[watch].cover
            else { return false }
            return rules[watches[other].rule].suppresses.contains(id)
        }
    }

    /// Raises the alarm of a watch whose delay is over.
    mutating func raise(
        _ watch: Int, since: Timestamp, now: Timestamp, makeID: () -> String, into transitions: inout [AlarmTransition]
    ) {
        guard !isSuppressed(watch), let cell = trigger(of: watch) else { return }
        pending.remove(watch)
        watches[watch].since = nil
        watches[watch].clearSince = nil
        watches[watch].raises = watches[watch].raises.suffix(Self.chatter.raises - 1) + [now.monotonic]
        let rule = rules[watches[watch].rule]
        let evidence = watches[watch].cells.filter { cells[$0].isActive }.compactMap { cells[$0].evidence }
        // What a sensor that nobody tests says too is no test.
        let isTest = !evidence.isEmpty && evidence.allSatisfy { sensorTests[$0.point] != nil }
        var alarm =
            watches[watch].alarm.flatMap { held[$0]?.alarm }
            ?? ActiveAlarm(
                id: makeID(), rule: rule.id, point: nil, severity: rule.severity, state: .normal, occurred: since, changed: now,
                count: 0)
        let from = alarm.state
        alarm.point = cells[cell].evidence?.point
        alarm.quantity = cells[cell].evidence?.quantity
        alarm.value = cells[cell].value
        if case .comparison(let comparison) = cells[cell].part {
            (alarm.threshold, alarm.clearThreshold) = (comparison.threshold, comparison.clearThreshold)
        }
        if case .reasons = cells[cell].part {
            alarm.note = cells[cell].overdue.map { "due since \($0.rfc3339) by the calibration log" }
        }
        (alarm.severity, alarm.occurred, alarm.isStanding) = (rule.severity, since, true)
        (alarm.acknowledgedBy, alarm.acknowledgedAt, alarm.returned) = (nil, nil, nil)
        alarm.count += 1
        alarm.isTest = isTest
        alarm.evidence = []
        for piece in evidence { alarm.take(piece) }
        watches[watch].alarm = alarm.id
        watches[watch].isStanding = true
        if alarm.state == .normal { over.removeAll { $0 == alarm.id } }
        held[alarm.id] = Held(alarm: alarm, watch: watch, announce: now.monotonic + Self.announcement, waiting: now.monotonic)
        // One that people know already stands for itself.
        if from == .normal, fold(watch, alarm.id, now: now, makeID: makeID, into: &transitions) { return }
        let state = from == .shelved ? .shelved : isMuted(watch) ? AlarmState.outOfService : .unacknowledged
        transitions.append(pass(alarm.id, to: state, .raised, value: alarm.value, occurred: since, now: now))
    }

    /// Whether a crew at the cover makes the alarm a note.
    func isMuted(_ watch: Int) -> Bool {
        !watches[watch].isAboutGas && maintenances[watches[watch].cover] != nil
    }

    /// The active cell that says most: a comparison before a statement about quality.
    private func trigger(of watch: Int) -> Int? {
        let active = watches[watch].cells.filter { cells[$0].isActive }
        return active.first { if case .comparison = cells[$0].part { true } else { false } } ?? active.first
    }

    /// Ends the standing of a watch's alarm.
    mutating func putBack(
        _ watch: Int, proof: AlarmEvidence?, now: Timestamp, into transitions: inout [AlarmTransition]
    ) {
        watches[watch].clearSince = nil
        watches[watch].isStanding = false
        pending.remove(watch)
        guard let id = watches[watch].alarm, var entry = held[id] else { return }
        entry.alarm.isStanding = false
        entry.alarm.returned = now
        entry.alarm.shelving = nil
        if let proof { entry.alarm.take(proof) }
        let wasNote = entry.alarm.state == .outOfService || entry.alarm.state == .suppressed
        held[id] = entry
        if entry.alarm.state == .suppressed {
            storms[watches[watch].rule]?.folded.remove(watch)
            held[id] = nil
            watches[watch].alarm = nil
            return
        }
        let state = wasNote ? .normal : entry.alarm.plainState
        transitions.append(
            pass(id, to: state, .returned, value: proof.flatMap { told(by: $0, id) }, occurred: proof?.time ?? now, now: now))
        if state == .normal { end(id) }
    }

    /// The alarm is normal: its watch lets go of it, and it waits to be closed.
    mutating func end(_ id: String) {
        if let watch = held[id]?.watch, watches[watch].alarm == id { watches[watch].alarm = nil }
        held[id]?.watch = nil
        gatewayAlarms = gatewayAlarms.filter { $0.value != id }
        guard held[id]?.alarm.acknowledgedBy != nil else {
            // A note that nobody had to acknowledge is over with its end.
            held[id] = nil
            forgotten.append(id)
            return
        }
        over.append(id)
        if over.count > Self.mostOver {
            let oldest = over.removeFirst()
            held[oldest] = nil
            forgotten.append(oldest)
        }
    }

    /// The most alarms that wait to be closed; the oldest give way.
    static let mostOver = 500

    /// The value of a step: only of the point that the alarm is about, and only where the alarm is about values.
    func told(by piece: AlarmEvidence, _ id: String) -> Double? {
        guard let alarm = held[id]?.alarm, alarm.threshold != nil, alarm.point == piece.point else { return nil }
        return piece.measurement.value
    }

    // MARK: storms

    /// Puts an alarm beyond its rule's limit into the storm.
    /// - Returns: false when it stands for itself.
    private mutating func fold(
        _ watch: Int, _ id: String, now: Timestamp, makeID: () -> String, into transitions: inout [AlarmTransition]
    ) -> Bool {
        let number = watches[watch].rule
        guard let limit = rules[number].storm, !rules[number].isAboutGas, !isMuted(watch) else { return false }
        let others = watches.indices.count { other in
            watches[other].rule == number && watches[other].isStanding && other != watch
                && !(storms[number]?.folded.contains(other) ?? false)
        }
        guard others >= limit else { return false }
        held[id]?.alarm.state = .suppressed
        var storm = storms[number] ?? Storm(id: makeID(), said: now.monotonic)
        let isNew = held[storm.id] == nil
        storm.folded.insert(watch)
        storms[number] = storm
        if isNew {
            let rule = rules[number]
            let alarm = ActiveAlarm(
                id: storm.id, rule: rule.id, point: nil, severity: rule.severity, state: .normal, isStanding: true, occurred: now,
                changed: now, note: "more than \(limit) at once", count: 1)
            held[storm.id] = Held(alarm: alarm, watch: nil, announce: now.monotonic + Self.announcement, waiting: now.monotonic)
            transitions.append(pass(storm.id, to: .unacknowledged, .raised, now: now))
        }
        return true
    }

    /// Says the counts of storms, at most every ten seconds each, and ends those that stand for nothing any more.
    mutating func sayStorms(now: Timestamp, into transitions: inout [AlarmTransition]) {
        for (number, storm) in storms.sorted(by: { $0.key < $1.key }) {
            guard now.monotonic - storm.said >= .seconds(10), let entry = held[storm.id] else { continue }
            storms[number]?.said = now.monotonic
            if storm.folded.isEmpty {
                held[storm.id]?.alarm.isStanding = false
                held[storm.id]?.alarm.returned = now
                let state = held[storm.id]?.alarm.plainState ?? .normal
                transitions.append(pass(storm.id, to: state, .returned, now: now))
                if state == .normal { end(storm.id) }
                storms[number] = nil
            } else if entry.alarm.count != storm.folded.count {
                held[storm.id]?.alarm.count = storm.folded.count
                transitions.append(say(storm.id, .storm, now: now))
            }
        }
    }
}
