// What the intake does, one thing after the other: judges, numbers, hands on, remembers. It is never asked for the time.
import Alarms
import Logging
import NativeFormat
import Outbox
import Platform
import SensorModel
import Uplink
import Validity

/// The intake's work and what it knows; whoever holds it is alone with it.
struct IntakeWork: Sendable {
    private let settings: Intake.Settings
    private let readings: ReadingsWriter
    private let alarms: AlarmWriter
    private let uplinks: [UplinkService]
    private let log: Logger
    private let outputs: OutputBoard
    private let onlooker: IntakeOnlooker
    private var validity: CoverValidity
    private var engine: AlarmEngine
    private var numbers: SequenceBlock
    /// Transitions that no number could be had for yet, because the medium hangs; the oldest give way, counted.
    private var waitingForNumbers: [AlarmTransition] = []
    private static let mostWaiting = 4096
    /// Whether there are such.
    var hasUnnumbered: Bool { !waitingForNumbers.isEmpty }
    /// Transitions that gave way.
    private(set) var lostTransitions: UInt64 = 0
    /// Those of them that no gap stands for yet.
    private var lostUnnamed: UInt64 = 0
    private var chance: any RandomNumberGenerator & Sendable
    private var latest: [Point: Last] = [:]
    /// Thresholds that a command had set and that do not hold by a configuration on trial.
    private var keptThresholds: [ThresholdChange] = []
    /// Transitions since the daemon started, those that gave way too.
    private(set) var steps: [AlarmStep: UInt64] = [:]

    /// How often an alarm's state has changed.
    private(set) var alarmsVersion: UInt64 = 0

    /// What is known of a point.
    private struct Last {
        var reading: Reading?
        var counts = ReadingCounts()
        var recent = RecentReadings()

        /// False for the reading before, and for older ones.
        func isNews(_ new: Reading) -> Bool { reading.map { $0.time.monotonic < new.time.monotonic } ?? true }

        /// Takes and counts a reading.
        mutating func take(_ new: Reading) {
            reading = new
            counts.count(new.measurement)
            recent.take(new)
        }
    }

    /// - Parameters:
    ///   - engine: already restored.
    ///   - numbers: the alarm lane's first block.
    ///   - chance: makes the alarms' ids.
    ///   - outputs: told of every step before anything else is done with it.
    ///   - onlooker: told of every reading and every step of an alarm; must not wait.
    init(
        _ settings: Intake.Settings, engine: AlarmEngine, numbers: SequenceBlock, readings: ReadingsWriter,
        alarms: AlarmWriter, uplinks: [UplinkService], log: Logger, chance: some RandomNumberGenerator & Sendable,
        outputs: OutputBoard, onlooker: IntakeOnlooker
    ) {
        self.settings = settings
        validity = CoverValidity(settings.covers)
        self.engine = engine
        self.numbers = numbers
        self.readings = readings
        self.alarms = alarms
        self.uplinks = uplinks
        self.log = log
        self.chance = chance
        self.outputs = outputs
        self.onlooker = onlooker
    }

    /// Judges and records readings. The same reading handed over twice, by the poll and by who asked for it, counts once.
    mutating func accept(_ new: [Reading], now: Timestamp) {
        for read in new where latest[read.point, default: Last()].isNews(read) {
            let reading = validity.judge(engine.marked(read))
            latest[read.point, default: Last()].take(reading)
            let transitions = engine.step(reading, now: now) { Identity.uuid(using: &chance) }
            record(transitions)
            readings.take(reading)
            onlooker.reading(reading)
        }
    }

    /// Lets time pass: delays, escalation, announcements, the end of what people have set aside.
    mutating func advance(now: Timestamp) {
        let (maintenance, tests) = (engine.maintenance, engine.tests)
        record(engine.advance(now: now) { Identity.uuid(using: &chance) })
        for crew in maintenance where !engine.maintenance.contains(where: { $0.cover == crew.cover }) {
            log.notice("maintenance is over", metadata: ["cover": "\(crew.cover)", "order": "\(crew.order)"])
            alarms.keep([AlarmStateCoding.change(nil as Maintenance?, at: crew.cover)])
            modesVersion += 1
        }
        for test in tests where !engine.tests.contains(where: { $0.point == test.point }) {
            log.notice("the test is over", metadata: ["point": "\(test.point)"])
            alarms.keep([AlarmStateCoding.change(nil as SensorTest?, at: test.point)])
            modesVersion += 1
        }
    }

    /// When time alone may raise an alarm next.
    var nextDeadline: MonotonicTime? { engine.nextDeadline }

    /// The last number given to an alarm, committed or not.
    var lastNumber: Int64 { numbers.last }

    /// Does what a person asked of the engine, and records the steps that it makes.
    mutating func order(
        _ what: (inout AlarmEngine) throws(AlarmEngine.Refusal) -> [AlarmTransition]
    ) throws(AlarmEngine.Refusal) -> [AlarmTransition] {
        let transitions = try what(&engine)
        record(transitions)
        return transitions
    }

    /// A crew begins to work at a cover, or has ended.
    mutating func keepMaintenance(at cover: String) {
        alarms.keep([AlarmStateCoding.change(engine.maintenance.first { $0.cover == cover }, at: cover)])
        modesVersion += 1
    }

    /// The test of a point begins or is over.
    mutating func keepTest(of point: Point) {
        alarms.keep([AlarmStateCoding.change(engine.tests.first { $0.point == point }, at: point)])
        modesVersion += 1
    }

    /// The thresholds of a rule are others.
    mutating func keepThresholds(of rule: String) {
        alarms.keep([AlarmStateCoding.change(engine.thresholdChanges.first { $0.rule == rule }, of: rule)])
        modesVersion += 1
    }

    /// How often maintenance, tests and thresholds have changed.
    private(set) var modesVersion: UInt64 = 0

    /// The engine, for questions.
    var engineNow: AlarmEngine { engine }

    /// Raises or clears an alarm of the gateway itself.
    mutating func setGatewayAlarm(_ rule: String, severity: Severity, problem: String?, now: Timestamp) {
        let transition = engine.setGatewayAlarm(rule: rule, severity: severity, problem: problem, now: now) {
            Identity.uuid(using: &chance)
        }
        if let transition { record([transition]) }
    }

    /// Which gas sensors have to be tested again by the log, and since when.
    mutating func setOverdue(_ points: [Point: WallTime]) { engine.setOverdue(points) }

    /// Takes up what an earlier run left.
    /// - Parameter isTrial: what only this configuration ends is kept until `settle`: another one may come back.
    /// - Returns: what is over with the restart.
    mutating func restore(_ left: AlarmStateCoding.Left, isTrial: Bool, now: Timestamp) -> AlarmStateCoding.Left {
        record(
            engine.restore(
                left.alarms, maintenance: left.maintenance, tests: left.tests, thresholds: left.thresholds,
                keepingUnwatched: isTrial, now: now))
        let (crews, tests, thresholds) = (engine.maintenance, engine.tests, engine.thresholdChanges)
        var over = AlarmStateCoding.Left()
        over.maintenance = left.maintenance.filter { old in !crews.contains { $0.cover == old.cover } }
        over.tests = left.tests.filter { old in !tests.contains { $0.point == old.point } }
        over.thresholds = left.thresholds.filter { old in !thresholds.contains { $0.rule == old.rule } }
        if isTrial { (keptThresholds, over.thresholds) = (over.thresholds, []) }
        let ended =
            over.maintenance.map { AlarmStateCoding.change(nil as Maintenance?, at: $0.cover) }
            + over.tests.map { AlarmStateCoding.change(nil as SensorTest?, at: $0.point) }
            + over.thresholds.map { AlarmStateCoding.change(nil, of: $0.rule) }
        if !ended.isEmpty { alarms.keep(ended) }
        outputs.begin(with: engine.active)
        alarmsVersion += 1
        modesVersion += 1
        return over
    }

    /// The configuration has proved itself: what `restore` has kept although it is over by this one is over now.
    /// - Returns: thresholds that a command had set.
    mutating func settle(now: Timestamp) -> [ThresholdChange] {
        record(engine.endUnwatched(now: now))
        defer { keptThresholds = [] }
        // A command may have set others since.
        let gone = keptThresholds.filter { old in !engine.thresholdChanges.contains { $0.rule == old.rule } }
        if !gone.isEmpty { alarms.keep(gone.map { AlarmStateCoding.change(nil, of: $0.rule) }) }
        return keptThresholds
    }

    /// The medium has granted numbers to the alarm lane.
    mutating func extendNumbers(through last: Int64) {
        numbers.extend(through: last)
        // Numbers that are passed over become a gap in the lane: it stands for transitions that gave way.
        while lostUnnamed > 0, numbers.take() != nil { lostUnnamed -= 1 }
        let waiting = waitingForNumbers
        waitingForNumbers = []
        for transition in waiting { number(transition) }
    }

    /// Alarms that are not normal, oldest first.
    var activeAlarms: [ActiveAlarm] { engine.active }

    /// The last reading of a point.
    func last(_ point: Point) -> Reading? { latest[point]?.reading }

    /// Why the others of its cover lowered the last reading of a point, in words; nil when they did not.
    func objection(to point: Point) -> Bilingual? { validity.problem(of: point) }

    /// Readings of each point since the daemon started.
    var counts: [Point: ReadingCounts] { latest.mapValues(\.counts) }

    private func announce(_ transition: AlarmTransition) {
        let alarm = transition.alarm
        var context: Logger.Metadata = ["alarm": "\(alarm.id)", "severity": "\(alarm.severity.rawValue)"]
        context["point"] = alarm.point.map { "\($0)" }
        context["value"] = transition.value.map { "\($0) \(alarm.quantity?.unit.rawValue ?? "")" }
        context["by"] = transition.actor.map { "\($0)" }
        log.log(
            level: transition.to == .unacknowledged ? .warning : .notice,
            "alarm \(alarm.rule): \(transition.from.rawValue) → \(transition.to.rawValue)", metadata: context)
    }

    /// Lets outputs sound first; then says, counts, numbers, offers and commits transitions.
    private mutating func record(_ transitions: [AlarmTransition]) {
        outputs.take(transitions)
        for transition in transitions {
            announce(transition)
            steps[AlarmStep(severity: transition.alarm.severity, to: transition.to), default: 0] += 1
            onlooker.step(transition)
            number(transition)
        }
        guard !transitions.isEmpty else { return }
        alarmsVersion += 1
        let forgotten = engine.takeForgotten()
        if !forgotten.isEmpty { alarms.keep(forgotten.map(AlarmStateCoding.forget)) }
    }

    /// The readings before a step that speak for it, the newest last, a few of each point.
    private func readings(for transition: AlarmTransition) -> [AlarmEvidence] {
        guard transition.cause != .acknowledged, transition.cause != .closed else { return [] }
        return transition.alarm.evidence.prefix(4).flatMap { piece in
            (latest[piece.point]?.recent.last(Self.readingsWithStep) ?? []).map {
                AlarmEvidence(point: piece.point, quantity: piece.quantity, measurement: $0.measurement, time: $0.time)
            }
        }
    }

    /// How many readings of a point go along with a step.
    private static let readingsWithStep = 12

    /// What is kept of a point's last readings, oldest first.
    func recent(_ point: Point) -> [RecentReadings.Entry] { latest[point]?.recent.last(.max) ?? [] }

    /// The covers that have a raised alarm whose state has changed in a time; alarms of an earlier boot have another clock's.
    func coversInAlarm(changed time: ClosedRange<MonotonicTime>) -> Set<String> {
        Set(engine.active.filter { $0.state.isRaised && time.contains($0.changed.monotonic) }.compactMap { $0.point?.cover })
    }

    /// Without a number a transition waits for the medium, behind those that wait already.
    private mutating func number(_ transition: AlarmTransition) {
        let previous = numbers.last
        guard waitingForNumbers.isEmpty, let seq = numbers.take() else {
            if waitingForNumbers.count >= Self.mostWaiting {
                waitingForNumbers.removeFirst()
                lostTransitions += 1
                lostUnnamed += 1
            }
            return waitingForNumbers.append(transition)
        }
        let body = AlarmEncoder.body(
            transition, place: transition.alarm.point.flatMap { settings.places[$0] },
            configuration: settings.configurationHash, origin: settings.origin, text: settings.texts[transition.alarm.rule],
            readings: readings(for: transition))
        let record = NumberedRecord(seq: seq, body: body)
        for uplink in uplinks { uplink.offer(AlarmOffer(previous: previous, record: record)) }
        alarms.take(record, state: AlarmStateCoding.change(transition.alarm))
        onlooker.numbered(transition, seq)
    }
}
