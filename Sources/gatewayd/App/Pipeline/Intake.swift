// Where readings become facts: judged at once, handed to the writers, and the last of each point kept for who asks.
// It never waits for a disk or a link: both are behind bounded mailboxes with a named loss policy.
import Alarms
import Logging
import NativeFormat
import Outbox
import Platform
import SensorModel
import Uplink

/// The one place that every reading passes.
public actor Intake {
    /// What the intake works with; taken from the configuration once.
    public struct Settings: Sendable {
        /// Everything that is read, and its quantity.
        public var points: [Point: Quantity]
        /// Place and device of each point's sensor.
        public var places: [Point: AlarmPlace]
        /// Names the configuration in alarms.
        public var configurationHash: String
        /// Field or simulated.
        public var origin: Origin

        /// - Parameters: as the properties.
        public init(points: [Point: Quantity], places: [Point: AlarmPlace], configurationHash: String, origin: Origin) {
            self.points = points
            self.places = places
            self.configurationHash = configurationHash
            self.origin = origin
        }
    }

    /// On the thread that brings the readings: all of the work is short, and none of it waits.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    private let executor = InPlaceExecutor()
    private let settings: Settings
    private let clock: any TimeSource
    private let readings: ReadingsWriter
    private let alarms: AlarmWriter
    private let uplinks: [UplinkService]
    private let log: Logger
    private let onlooker: @Sendable (Reading, [AlarmTransition]) -> Void
    private var engine: AlarmEngine
    private var numbers: SequenceBlock
    /// Transitions that no number could be had for yet, because the medium hangs; the oldest give way, counted.
    private var waitingForNumbers: [AlarmTransition] = []
    private static let mostWaiting = 4096
    /// Transitions that gave way.
    public private(set) var lostTransitions: UInt64 = 0
    private var chance: any RandomNumberGenerator & Sendable
    private var latest: [Point: Last] = [:]
    /// Transitions since the daemon started, those that gave way too.
    public private(set) var steps: [AlarmStep: UInt64] = [:]

    /// What is known of a point.
    private struct Last {
        var reading: Reading?
        var counts = ReadingCounts()

        /// Takes and counts a reading unless it is the one before, or an older one.
        mutating func take(_ new: Reading) -> Bool {
            if let reading, new.time.monotonic <= reading.time.monotonic { return false }
            reading = new
            counts.count(new.measurement)
            return true
        }
    }

    /// - Parameters:
    ///   - engine: already restored.
    ///   - numbers: the alarm lane's first block.
    ///   - chance: makes the alarms' ids.
    ///   - onlooker: told of every reading and what it led to; must not wait.
    public init(
        _ settings: Settings, engine: AlarmEngine, numbers: SequenceBlock, clock: any TimeSource, readings: ReadingsWriter,
        alarms: AlarmWriter, uplinks: [UplinkService], log: Logger, chance: some RandomNumberGenerator & Sendable,
        onlooker: @escaping @Sendable (Reading, [AlarmTransition]) -> Void = { _, _ in }
    ) {
        self.settings = settings
        self.engine = engine
        self.numbers = numbers
        self.clock = clock
        self.readings = readings
        self.alarms = alarms
        self.uplinks = uplinks
        self.log = log
        self.chance = chance
        self.onlooker = onlooker
    }

    /// Judges and records readings. The same reading handed over twice, by the poll and by who asked for it, counts once.
    public func accept(_ new: [Reading]) {
        let now = clock.now()
        for reading in new where latest[reading.point, default: Last()].take(reading) {
            let transitions = engine.step(reading, now: now) { Identity.uuid(using: &chance) }
            record(transitions)
            readings.take(reading)
            onlooker(reading, transitions)
        }
    }

    /// The last number given to an alarm, committed or not.
    public var lastNumber: Int64 { numbers.last }

    /// Somebody says that they know of an alarm.
    public func acknowledge(_ alarm: String, by actor: String) throws(AlarmEngine.Refusal) -> AlarmTransition {
        let now = clock.now()
        let transition = try engine.acknowledge(alarm, by: actor, now: now)
        record([transition])
        return transition
    }

    /// Raises or clears an alarm of the gateway itself.
    public func setGatewayAlarm(_ rule: String, severity: Severity, problem: String?) {
        let now = clock.now()
        let transition = engine.setGatewayAlarm(rule: rule, severity: severity, problem: problem, now: now) {
            Identity.uuid(using: &chance)
        }
        if let transition { record([transition]) }
    }

    /// Takes up what an earlier run left.
    public func restore(_ alarms: [ActiveAlarm]) {
        let now = clock.now()
        record(engine.restore(alarms, points: settings.points, now: now))
    }

    /// The medium has granted numbers to the alarm lane.
    public func extendNumbers(through last: Int64) {
        numbers.extend(through: last)
        let waiting = waitingForNumbers
        waitingForNumbers = []
        for transition in waiting { number(transition) }
    }

    /// Alarms that are not normal, oldest first.
    public var activeAlarms: [ActiveAlarm] { engine.active }

    /// The last reading of a point.
    public func last(_ point: Point) -> Reading? { latest[point]?.reading }

    /// Readings of each point since the daemon started.
    public var counts: [Point: ReadingCounts] { latest.mapValues(\.counts) }

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

    /// Says, counts, numbers, offers and commits transitions.
    private func record(_ transitions: [AlarmTransition]) {
        for transition in transitions {
            announce(transition)
            steps[AlarmStep(severity: transition.alarm.severity, to: transition.to), default: 0] += 1
            number(transition)
        }
    }

    /// Without a number a transition waits for the medium, behind those that wait already.
    private func number(_ transition: AlarmTransition) {
        let previous = numbers.last
        guard waitingForNumbers.isEmpty, let seq = numbers.take() else {
            if waitingForNumbers.count >= Self.mostWaiting {
                waitingForNumbers.removeFirst()
                lostTransitions += 1
            }
            return waitingForNumbers.append(transition)
        }
        let body = AlarmEncoder.body(
            transition, place: transition.alarm.point.flatMap { settings.places[$0] },
            configuration: settings.configurationHash,
            origin: settings.origin)
        let record = NumberedRecord(seq: seq, body: body)
        for uplink in uplinks { uplink.offer(AlarmOffer(previous: previous, record: record)) }
        alarms.take(record, state: AlarmStateCoding.change(transition.alarm))
    }
}
