// What time alone makes of alarms: delays of contacts, silence, escalation, announcements, the end of what people set aside.
import SensorModel

extension AlarmEngine {
    /// An alarm that is not over is said again after this time.
    public static let announcement = Duration.seconds(15 * 60)
    /// And the first time after this, so that the readings after it was raised go along.
    public static let firstAnnouncement = Duration.seconds(60)

    /// When time alone may raise an alarm next; nil when a look once a second is enough.
    public var nextDeadline: MonotonicTime? {
        pending.compactMap { watch -> MonotonicTime? in
            guard let since = watches[watch].since, !watches[watch].isStanding else { return nil }
            let due = since.monotonic + watches[watch].onDelay
            return due > advanced && watches[watch].holdsByItself(cells, site) ? due : nil
        }.min()
    }

    /// Lets time pass. To be called about once a second, and at `nextDeadline`.
    /// - Parameter makeID: called once for each alarm that is raised anew.
    public mutating func advance(now: Timestamp, makeID: () -> String) -> [AlarmTransition] {
        advanced = now.monotonic
        var transitions: [AlarmTransition] = []
        endModes(now: now, into: &transitions)
        findSilent(now: now)
        if !pending.isEmpty {
            for watch in pending.sorted() { judge(watch, now: now, makeID: makeID, into: &transitions) }
        }
        if isDue(now) { escalate(now: now, into: &transitions) }
        if !storms.isEmpty { sayStorms(now: now, into: &transitions) }
        if isDue(now) { announce(now: now, into: &transitions) }
        if isDue(now) { nextDue = held.values.reduce(Self.never) { min($0, nextStep(of: $1)) } }
        return transitions
    }

    private static let never = MonotonicTime(nanoseconds: .max)

    /// Whether time may have made a step of what is held. Each second asks that, and most of them need no further look.
    private func isDue(_ now: Timestamp) -> Bool { nextDue.map { $0 <= now.monotonic } ?? true }

    /// When time alone makes the next step of an alarm.
    private func nextStep(of entry: Held) -> MonotonicTime {
        var next = Self.never
        if isAnnounced(entry) { next = entry.announce }
        if entry.alarm.state == .shelved, let shelving = entry.alarm.shelving { next = min(next, shelving.until.monotonic) }
        if let step = escalation(of: entry) { next = min(next, entry.waiting + step.after) }
        return next
    }

    /// A pending watch, without a reading.
    private mutating func judge(
        _ watch: Int, now: Timestamp, makeID: () -> String, into transitions: inout [AlarmTransition]
    ) {
        if watches[watch].isStanding {
            guard let since = watches[watch].clearSince, watches[watch].cells.allSatisfy(reportsChanges),
                now.monotonic - since.monotonic >= offDelay(of: watch, now: now.monotonic)
            else { return }
            putBack(watch, proof: nil, now: now, into: &transitions)
        } else if let since = watches[watch].since, watches[watch].holdsByItself(cells, site) || isSilence(watch),
            now.monotonic - since.monotonic >= watches[watch].onDelay
        {
            raise(watch, since: since, now: now, makeID: makeID, into: &transitions)
        }
    }

    private func reportsChanges(_ cell: Int) -> Bool { site.channels[cells[cell].channel].reportsChanges }

    private func isSilence(_ watch: Int) -> Bool {
        watches[watch].cells.contains { if case .silent = cells[$0].part { cells[$0].isActive } else { false } }
    }

    /// Points that were not heard for too long; what was never heard counts from the first look.
    private mutating func findSilent(now: Timestamp) {
        for (index, number, patience) in silentCells {
            guard let last = heard[number] else {
                if !cells[index].isActive { heard[number] = now.monotonic }
                continue
            }
            guard now.monotonic - last > patience, !cells[index].isActive else { continue }
            let channel = site.channels[number]
            let watch = cells[index].watch
            cells[index].fallSilent(
                AlarmEvidence(point: channel.point, quantity: channel.quantity, measurement: .bad(.timeout), time: now))
            guard !watches[watch].isStanding else { continue }
            watches[watch].since = watches[watch].since ?? now
            pending.insert(watch)
        }
    }

    private mutating func escalate(now: Timestamp, into transitions: inout [AlarmTransition]) {
        for (id, entry) in inOrder(where: { step(of: $0, now: now) != nil }) {
            guard let step = step(of: entry, now: now) else { continue }
            held[id]?.alarm.severity = step.severity
            transitions.append(say(id, .escalated, now: now))
        }
    }

    /// What an alarm that nobody answers becomes now.
    private func step(of entry: Held, now: Timestamp) -> AlarmRule.Escalation? {
        guard let step = escalation(of: entry), now.monotonic - entry.waiting >= step.after else { return nil }
        return step
    }

    /// What it becomes when nobody answers.
    private func escalation(of entry: Held) -> AlarmRule.Escalation? {
        guard entry.alarm.state == .unacknowledged, !entry.alarm.isTest, let watch = entry.watch,
            let step = rules[watches[watch].rule].escalation, step.severity > entry.alarm.severity
        else { return nil }
        return step
    }

    private func isAnnounced(_ entry: Held) -> Bool { entry.alarm.state != .normal && entry.alarm.state != .suppressed }

    private mutating func announce(now: Timestamp, into transitions: inout [AlarmTransition]) {
        let due = inOrder { $0.announce <= now.monotonic && isAnnounced($0) }
        for (id, entry) in due {
            transitions.append(say(id, .announced, value: nil, occurred: entry.alarm.occurred, now: now))
        }
    }

    /// Alarms in the order in which they were raised, so that the same inputs give the same steps.
    func inOrder(where isWanted: (Held) -> Bool) -> [(key: String, value: Held)] {
        var wanted: [(key: String, value: Held)] = []
        for entry in held where isWanted(entry.value) { wanted.append(entry) }
        return wanted.sorted { ($0.value.alarm.occurred.monotonic, $0.key) < ($1.value.alarm.occurred.monotonic, $1.key) }
    }

    /// Shelvings, maintenance and tests end by themselves.
    private mutating func endModes(now: Timestamp, into transitions: inout [AlarmTransition]) {
        if isDue(now) {
            let unshelved = inOrder {
                $0.alarm.state == .shelved && $0.alarm.shelving.map { $0.until.monotonic <= now.monotonic } == true
            }
            for (id, _) in unshelved { transitions.append(unshelve(id, by: nil, now: now)) }
        }
        if !maintenances.isEmpty {
            for cover in maintenances.filter({ $0.value.until.monotonic <= now.monotonic }).keys.sorted() {
                transitions += endMaintenance(cover, by: nil, now: now)
            }
        }
        for (point, test) in sensorTests where test.until.monotonic <= now.monotonic { sensorTests[point] = nil }
    }
}
