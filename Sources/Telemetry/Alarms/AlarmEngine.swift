// (state, reading, now) → (state, transitions): a pure state machine that asks no clock, no disk and no socket.
import SensorModel

/// Judges readings by rules, and keeps what becomes of each alarm until somebody closes it.
///
/// What it promises: a bad reading neither raises nor clears, and leaves a running delay as it is; an uncertain one may
/// raise and never clears; hysteresis and delays are the rule's; times are compared on the monotonic clock only. Nothing mutes
/// an alarm about gas or oxygen.
public struct AlarmEngine: Sendable {
    /// Why something that a person asked for was refused.
    public enum Refusal: Error, Equatable, Sendable {
        /// No alarm has this id, or it is closed.
        case unknown
        /// Somebody has acknowledged it before.
        case alreadyAcknowledged(by: String)
        /// Its condition still stands.
        case stillRaised
        /// An alarm about gas or oxygen is never set aside.
        case neverMuted
        /// Its condition is over, so there is nothing to set aside.
        case over
        /// It waits for nobody: it is shelved, out of service, or told by another alarm.
        case setAside(AlarmState)
        /// Longer than this is not allowed; or an end that is over.
        case outOfTime(limit: Duration)
        /// No maintenance or no test is on there.
        case notOn
        /// No such cover or point.
        case nowhere
        /// The thresholds of a rule stay as they are.
        case threshold(ThresholdRefusal)
    }

    /// An alarm and what only this run knows of it.
    struct Held: Sendable {
        var alarm: ActiveAlarm
        /// The watch that it belongs to, while it is not over.
        var watch: Int?
        /// When it is said again.
        var announce: MonotonicTime
        /// Since when it waits for an acknowledgement, in this run.
        var waiting: MonotonicTime
    }

    /// Many alarms of a rule at once: one alarm that stands for those beyond the rule's limit.
    struct Storm: Sendable {
        var id: String
        var folded: Set<Int> = []
        /// When its count was last said.
        var said: MonotonicTime
    }

    /// With the thresholds that are in force.
    var rules: [AlarmRule]
    let site: AlarmSite
    var watches: [AlarmWatch]
    var cells: [AlarmCell]
    private let slots: [Point: Int]
    var glances: [[AlarmGlance]]
    /// When each channel was last heard.
    var heard: [MonotonicTime?]
    /// Cells that only time makes hold, the channel of each, and how long that may be silent.
    let silentCells: [(cell: Int, channel: Int, patience: Duration)]
    /// Alarms that are not closed, by id.
    var held: [String: Held] = [:] {
        didSet { nextDue = nil }
    }
    /// Before this moment time alone makes no step of what is held; nil when that has to be looked up.
    var nextDue: MonotonicTime?
    /// Ids of alarms that are over and wait to be closed, the oldest first.
    var over: [String] = []
    /// Ids of alarms that were given up because too many wait to be closed.
    var forgotten: [String] = []
    var gatewayAlarms: [String: String] = [:]
    /// Ids of standing alarms that no watch could clear, and that are kept all the same.
    var unwatched: [String] = []
    /// Watches that wait for a delay.
    var pending: Set<Int> = []
    var storms: [Int: Storm] = [:]
    var maintenances: [String: Maintenance] = [:]
    var sensorTests: [Point: SensorTest] = [:]
    /// Rules whose thresholds are not those of the configuration, by id.
    var changes: [String: ThresholdChange] = [:]
    /// When `advance` was last called.
    var advanced = MonotonicTime(nanoseconds: .min)

    /// - Parameters:
    ///   - rules: ids are unique.
    ///   - site: what there is to watch.
    public init(rules: [AlarmRule], site: AlarmSite) { self.init(AlarmLayout(rules: rules, site: site)) }

    /// - Parameter layout: rules laid over a site.
    public init(_ layout: AlarmLayout) {
        rules = layout.rules
        site = layout.site
        watches = layout.watches
        cells = layout.cells
        slots = layout.slots
        glances = layout.cellsOfChannel.map { cells in cells.map { AlarmGlance(layout.cells[$0], number: $0) } }
        heard = site.channels.map { _ in nil }
        silentCells = layout.cells.indices.compactMap { cell in
            guard case .silent(let periods) = layout.cells[cell].part else { return nil }
            let channel = layout.cells[cell].channel
            return (cell, channel, max(layout.site.channels[channel].period * periods, .seconds(10)))
        }
    }

    /// Every alarm that is neither normal nor closed, oldest first.
    public var active: [ActiveAlarm] { sorted { $0.state != .normal } }

    /// Every alarm that is over and not closed yet, oldest first.
    public var cases: [ActiveAlarm] { sorted { $0.state == .normal } }

    private func sorted(_ isWanted: (ActiveAlarm) -> Bool) -> [ActiveAlarm] {
        held.values.map(\.alarm).filter(isWanted)
            .sorted { ($0.occurred.monotonic, $0.id) < ($1.occurred.monotonic, $1.id) }
    }

    /// An alarm that is not closed.
    public func alarm(_ id: String) -> ActiveAlarm? { held[id]?.alarm }

    /// A rule.
    public func rule(_ id: String) -> AlarmRule? { rules.first { $0.id == id } }

    /// What a reading is worth while somebody tests its sensor: test gas is never taken as the field's.
    public func marked(_ reading: Reading) -> Reading {
        guard !sensorTests.isEmpty, sensorTests[reading.point] != nil, case .good(let value) = reading.measurement else {
            return reading
        }
        return Reading(
            point: reading.point, quantity: reading.quantity, measurement: .uncertain(value, .testGas), time: reading.time,
            origin: reading.origin)
    }

    /// Judges one reading.
    /// - Parameters:
    ///   - now: when it is judged.
    ///   - makeID: called once for each alarm that is raised anew.
    public mutating func step(_ reading: Reading, now: Timestamp, makeID: () -> String) -> [AlarmTransition] {
        guard let channel = slots[reading.point] else { return [] }
        heard[channel] = reading.time.monotonic
        var moved: [Int] = []
        let value = reading.measurement.value ?? .nan
        let isGood = if case .good = reading.measurement { true } else { false }
        for glance in glances[channel] {
            let (cell, watch) = (glance.cell, glance.watch)
            let wasActive = cells[cell].isActive
            if !wasActive, watches[watch].isAtRest, glance.ignores(value, isGood: isGood) { continue }
            cells[cell].take(reading, isStanding: watches[watch].isStanding)
            // What neither holds nor held needs no further look.
            guard cells[cell].isActive || wasActive || watches[watch].isStanding || watches[watch].since != nil else { continue }
            if moved.last != watch { moved.append(watch) }
        }
        var transitions: [AlarmTransition] = []
        for watch in moved { judge(watch, reading, now: now, makeID: makeID, into: &transitions) }
        return transitions
    }

    /// What a reading says to a watch that it concerns.
    private enum Word {
        /// Nothing: no value, and the watch is about values.
        case nothing
        /// A value that may raise and proves nothing.
        case doubtful
        case clear
    }

    private func word(_ reading: Reading, to watch: Int) -> Word {
        var best = Word.nothing
        for index in watches[watch].cells where site.channels[cells[index].channel].point == reading.point {
            switch (cells[index].part, reading.measurement) {
            case (.comparison(let comparison), .good):
                // Once the alarm stands, a value between the thresholds proves nothing.
                let isProof = !watches[watch].isStanding || cells[index].value.map(comparison.isCleared) == true
                if cells[index].isActive || isProof { return .clear }
                best = .doubtful
            case (.comparison, .uncertain):
                // Only one that is beyond the threshold itself says anything.
                if cells[index].evidence?.time == reading.time { best = .doubtful }
            case (.comparison, .bad): break
            case (.lost, _): if reading.measurement.value != nil { return .clear } else { best = .doubtful }
            case (.reasons(let reasons), _):
                if reasons.isRefuted(by: reading.measurement) { return .clear } else { best = .doubtful }
            case (.silent, _): return .clear
            }
        }
        return best
    }

    private mutating func judge(
        _ watch: Int, _ reading: Reading, now: Timestamp, makeID: () -> String, into transitions: inout [AlarmTransition]
    ) {
        let word = word(reading, to: watch)
        let holds = watches[watch].holds(cells)
        if watches[watch].isStanding {
            if holds {
                stand(watch, reading, word == .nothing, now: now, into: &transitions)
            } else if word == .clear {
                calmDown(watch, reading, now: now, into: &transitions)
            } else if isEvidence(reading.point, of: watch) {
                // What cannot be believed does not prove that the danger is over: the proof begins anew.
                watches[watch].clearSince = nil
            }
            return
        }
        guard holds else {
            watches[watch].since = nil
            pending.remove(watch)
            return
        }
        guard word != .nothing else { return }
        let since = watches[watch].since ?? reading.time
        watches[watch].since = since
        pending.insert(watch)
        if reading.time.monotonic - since.monotonic >= watches[watch].onDelay - watches[watch].tolerance {
            raise(watch, since: since, now: now, makeID: makeID, into: &transitions)
        }
    }

    private func isEvidence(_ point: Point, of watch: Int) -> Bool {
        watches[watch].alarm.flatMap { held[$0] }?.alarm.evidence.contains { $0.point == point } ?? false
    }

    /// The condition goes on: newer values, other sensors that say the same, test gas that has become real gas.
    private mutating func stand(
        _ watch: Int, _ reading: Reading, _ isMute: Bool, now: Timestamp, into transitions: inout [AlarmTransition]
    ) {
        guard let id = watches[watch].alarm, var entry = held[id], !isMute else { return }
        if watches[watch].clearSince != nil {
            watches[watch].clearSince = nil
            pending.remove(watch)
            entry.alarm.count += 1
        }
        var cause: AlarmTransition.Cause?
        for index in watches[watch].cells {
            guard let piece = cells[index].evidence, piece.point == reading.point, cells[index].isActive else { continue }
            let isKnown = entry.alarm.evidence.contains { $0.point == piece.point } || entry.alarm.point == piece.point
            if !isKnown { cause = .confirmed }
            entry.alarm.take(piece)
        }
        // What no test gas explains is real, doubtful or not.
        if entry.alarm.isTest, sensorTests[reading.point] == nil, speaks(reading, for: watch) {
            entry.alarm.isTest = false
            cause = .testOver
        }
        held[id] = entry
        guard let cause, entry.alarm.state != .suppressed else { return }
        transitions.append(say(id, cause, value: told(by: AlarmEvidence(reading), id), occurred: reading.time, now: now))
    }

    /// Whether the reading itself makes a cell of the watch hold.
    private func speaks(_ reading: Reading, for watch: Int) -> Bool {
        watches[watch].cells.contains { index in
            cells[index].isActive && cells[index].evidence?.point == reading.point
                && cells[index].evidence?.time == reading.time
        }
    }

    /// The condition is seen not to hold.
    private mutating func calmDown(
        _ watch: Int, _ reading: Reading, now: Timestamp, into transitions: inout [AlarmTransition]
    ) {
        // Only a sensor that itself says that it is over proves it.
        guard
            watches[watch].cells.contains(where: { index in
                !cells[index].isActive && site.channels[cells[index].channel].point == reading.point
            })
        else { return }
        let since = watches[watch].clearSince ?? reading.time
        watches[watch].clearSince = since
        pending.insert(watch)
        guard reading.time.monotonic - since.monotonic >= offDelay(of: watch, now: now.monotonic) else { return }
        putBack(watch, proof: AlarmEvidence(reading), now: now, into: &transitions)
    }

    /// After so many raises within a time an alarm chatters: it stands until its condition has been gone for long.
    static let chatter = (raises: 5, within: Duration.seconds(900), calm: Duration.seconds(300))

    func offDelay(of watch: Int, now: MonotonicTime) -> Duration {
        let own = rules[watches[watch].rule].offDelay
        let raises = watches[watch].raises
        guard raises.count >= Self.chatter.raises, let first = raises.first, now - first <= Self.chatter.within + own else {
            return own
        }
        return max(own, Self.chatter.calm)
    }
}
