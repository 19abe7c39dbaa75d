// Thresholds that a command changes while the gateway runs: only such that no alarm lives depend on is lost by it.
import SensorModel

extension AlarmEngine {
    /// The rules whose thresholds are not those of the configuration, by id.
    public var thresholdChanges: [ThresholdChange] { changes.values.sorted { $0.rule < $1.rule } }

    /// The thresholds of a rule that are in force; nil when it has no single comparison.
    public func thresholds(of id: String) -> Thresholds? { rule(id)?.condition.comparison?.thresholds }

    /// Changes the thresholds of a rule at all its points; those of the configuration end the change. An alarm that stands is
    /// judged on by them and says so.
    /// - Returns: what the alarms that stand have to say.
    public mutating func setThresholds(
        _ wanted: Thresholds, of id: String, by actor: String, now: Timestamp
    ) throws(Refusal) -> [AlarmTransition] {
        guard let number = rules.firstIndex(where: { $0.id == id }) else { throw .threshold(.noRule) }
        guard let present = rules[number].condition.comparison else { throw .threshold(.notSingle) }
        let configured = changes[id]?.configured ?? present.thresholds
        if wanted != configured { try check(wanted, beside: present.with(configured), of: number) }
        guard wanted != present.thresholds else { return [] }
        changes[id] =
            wanted == configured
            ? nil : ThresholdChange(rule: id, inForce: wanted, configured: configured, by: actor, since: now)
        apply(present.with(wanted), to: number)
        return tellStanding(of: number, by: actor, now: now)
    }

    /// Whether a command may put these in the place of what the configuration says.
    private func check(_ wanted: Thresholds, beside configured: Comparison, of number: Int) throws(Refusal) {
        let isOrdered = configured.direction == .above ? wanted.clear < wanted.raise : wanted.clear > wanted.raise
        guard isOrdered else { throw .threshold(.notOrdered(configured.direction)) }
        // From afar nobody sees the manhole: what may cost a life is made stricter, and never later or shorter.
        let isVital =
            rules[number].isAboutGas || rules[number].severity == .danger || rules[number].escalation?.severity == .danger
        guard !isVital || !configured.isStricter(than: wanted) else { throw .threshold(.looser(than: configured.thresholds)) }
        let used = watches.filter { $0.rule == number }.flatMap(\.cells)
        guard !used.isEmpty else { throw .threshold(.noData) }
        for index in used {
            let channel = site.channels[cells[index].channel]
            guard let range = channel.range else {
                guard !configured.isStricter(than: wanted) else { throw .threshold(.noRange(channel.point)) }
                continue
            }
            guard let laid = site.comparison(configured.with(wanted), at: channel) else { continue }
            guard laid.isReachable(in: range) else { throw .threshold(.outOfReach(channel.point, range)) }
        }
    }

    /// Compares with other thresholds from now on, at every point of the rule.
    private mutating func apply(_ comparison: Comparison, to number: Int) {
        rules[number].condition.groups = [[.comparison(comparison)]]
        for watch in watches.indices where watches[watch].rule == number {
            for index in watches[watch].cells {
                let channel = cells[index].channel
                guard let laid = site.comparison(comparison, at: site.channels[channel]) else { continue }
                cells[index].compare(with: laid, isStanding: watches[watch].isStanding)
                glances[channel] = glances[channel].map { $0.cell == index ? AlarmGlance(cells[index], number: index) : $0 }
            }
            if !watches[watch].isStanding, watches[watch].since != nil, !watches[watch].holds(cells) {
                watches[watch].since = nil
                pending.remove(watch)
            }
        }
    }

    /// Alarms that stand have other thresholds now, and are said again.
    private mutating func tellStanding(of number: Int, by actor: String, now: Timestamp) -> [AlarmTransition] {
        var transitions: [AlarmTransition] = []
        for (id, entry) in inOrder(where: { $0.alarm.isStanding }) {
            guard let watch = entry.watch, watches[watch].rule == number,
                let cell = watches[watch].only, case .comparison(let comparison) = cells[cell].part
            else { continue }
            held[id]?.alarm.threshold = comparison.threshold
            held[id]?.alarm.clearThreshold = comparison.clearThreshold
            // The proof of its end begins anew, by what counts now.
            watches[watch].clearSince = nil
            guard entry.alarm.state != .suppressed else { continue }
            transitions.append(say(id, .announced, occurred: entry.alarm.occurred, now: now, actor: actor))
        }
        return transitions
    }

    /// Takes over what commands of an earlier run have changed, as far as the configuration still says what it said then.
    mutating func takeOver(_ earlier: [ThresholdChange]) {
        for change in earlier {
            guard let number = rules.firstIndex(where: { $0.id == change.rule }),
                let comparison = rules[number].condition.comparison, comparison.thresholds == change.configured
            else { continue }
            do throws(Refusal) { try check(change.inForce, beside: comparison, of: number) } catch {
                // Its sensors are away: they may come back.
                guard error == .threshold(.noData) else { continue }
            }
            changes[change.rule] = change
            apply(comparison.with(change.inForce), to: number)
        }
    }
}
