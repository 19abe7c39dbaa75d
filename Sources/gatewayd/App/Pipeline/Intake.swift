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

    private let settings: Settings
    private let clock: any TimeSource
    private let readings: ReadingsWriter
    private let alarms: AlarmWriter
    private let uplinks: [UplinkService]
    private let log: Logger
    private var engine: AlarmEngine
    private var numbers: SequenceBlock
    /// Transitions that no number could be had for yet, because the medium hangs; the oldest give way, counted.
    private var waitingForNumbers: [AlarmTransition] = []
    private static let mostWaiting = 4096
    /// Transitions that gave way.
    public private(set) var lostTransitions: UInt64 = 0
    private var chance: any RandomNumberGenerator & Sendable
    private var latest: [Point: Reading] = [:]

    /// - Parameters:
    ///   - engine: already restored.
    ///   - numbers: the alarm lane's first block.
    ///   - chance: makes the alarms' ids.
    public init(
        _ settings: Settings, engine: AlarmEngine, numbers: SequenceBlock, clock: any TimeSource, readings: ReadingsWriter,
        alarms: AlarmWriter, uplinks: [UplinkService], log: Logger, chance: some RandomNumberGenerator & Sendable
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
    }

    /// Judges and records readings. The same reading handed over twice, by the poll and by who asked for it, counts once.
    public func accept(_ new: [Reading]) {
        let now = clock.now()
        for reading in new where isNews(reading) {
            latest[reading.point] = reading
            record(engine.step(reading, now: now) { Identity.uuid(using: &chance) }, now)
            readings.take(reading)
        }
    }

    private func isNews(_ reading: Reading) -> Bool {
        guard let last = latest[reading.point] else { return true }
        return reading.time.monotonic > last.time.monotonic
    }

    /// The last number given to an alarm, committed or not.
    public var lastNumber: Int64 { numbers.last }

    /// Somebody says that they know of an alarm.
    public func acknowledge(_ alarm: String, by actor: String) throws(AlarmEngine.Refusal) -> AlarmTransition {
        let now = clock.now()
        let transition = try engine.acknowledge(alarm, by: actor, now: now)
        record([transition], now)
        return transition
    }

    /// Raises or clears an alarm of the gateway itself.
    public func setGatewayAlarm(_ rule: String, severity: Severity, problem: String?) {
        let now = clock.now()
        let transition = engine.setGatewayAlarm(rule: rule, severity: severity, problem: problem, now: now) {
            Identity.uuid(using: &chance)
        }
        if let transition { record([transition], now) }
    }

    /// Takes up what an earlier run left.
    public func restore(_ alarms: [ActiveAlarm]) {
        let now = clock.now()
        record(engine.restore(alarms, points: settings.points, now: now), now)
    }

    /// The medium has granted numbers to the alarm lane.
    public func extendNumbers(through last: Int64) {
        numbers.extend(through: last)
        let waiting = waitingForNumbers
        waitingForNumbers = []
        record(waiting, clock.now())
    }

    /// Alarms that are not normal, oldest first.
    public var activeAlarms: [ActiveAlarm] { engine.active }

    /// The last reading of a point.
    public func last(_ point: Point) -> Reading? { latest[point] }

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

    /// Numbers, offers and commits transitions. Without numbers they wait for the medium.
    private func record(_ transitions: [AlarmTransition], _ now: Timestamp) {
        for transition in transitions {
            announce(transition)
            let previous = numbers.last
            guard waitingForNumbers.isEmpty, let seq = numbers.take() else {
                if waitingForNumbers.count >= Self.mostWaiting {
                    waitingForNumbers.removeFirst()
                    lostTransitions += 1
                }
                waitingForNumbers.append(transition)
                continue
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
}
