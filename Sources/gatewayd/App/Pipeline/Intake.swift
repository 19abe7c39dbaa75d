// Where readings become facts: judged at once, handed to the writers, and the last of each point kept for who asks.
// It never waits for a disk or a link: both are behind bounded mailboxes with a named loss policy.
import Alarms
import Logging
import NativeFormat
import Outbox
import Platform
import SensorModel
import Synchronization
import Uplink

/// The one place that every reading passes.
///
/// Whoever brings readings does the work, on its own thread, and others wait for that: it is short and waits for nothing.
/// Measured reason: an actor would change threads for each poll; and behind a bus's thread, which its polls prefer, it would
/// wait for the transaction of a technician.
public final class Intake: Sendable {
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

    private let clock: any TimeSource
    private let work: Mutex<IntakeWork>
    private let version = Atomic<UInt64>(0)

    /// - Parameters:
    ///   - engine: already restored.
    ///   - numbers: the alarm lane's first block.
    ///   - chance: makes the alarms' ids.
    ///   - onlooker: told of every reading and what it led to; must not wait, nor ask the intake.
    public init(
        _ settings: Settings, engine: AlarmEngine, numbers: SequenceBlock, clock: any TimeSource, readings: ReadingsWriter,
        alarms: AlarmWriter, uplinks: [UplinkService], log: Logger, chance: some RandomNumberGenerator & Sendable,
        onlooker: @escaping @Sendable (Reading, [AlarmTransition]) -> Void = { _, _ in }
    ) {
        self.clock = clock
        work = Mutex(
            IntakeWork(
                settings, engine: engine, numbers: numbers, readings: readings, alarms: alarms, uplinks: uplinks, log: log,
                chance: chance, onlooker: onlooker))
    }

    /// Judges and records readings. The same reading handed over twice, by the poll and by who asked for it, counts once.
    public func accept(_ new: [Reading]) { change { $0.accept(new, now: clock.now()) } }

    /// Another number than before says that other covers are in alarm; asking for it waits for nobody.
    public var alarmsVersion: UInt64 { version.load(ordering: .acquiring) }

    /// The covers that have a raised alarm whose state has changed in a time.
    public func coversInAlarm(changed time: ClosedRange<MonotonicTime>) -> Set<String> {
        work.withLock { $0.coversInAlarm(changed: time) }
    }

    /// The last number given to an alarm, committed or not.
    public var lastNumber: Int64 { work.withLock { $0.lastNumber } }

    /// Transitions that gave way while the medium hung.
    public var lostTransitions: UInt64 { work.withLock { $0.lostTransitions } }

    /// Transitions since the daemon started, those that gave way too.
    public var steps: [AlarmStep: UInt64] { work.withLock { $0.steps } }

    /// Somebody says that they know of an alarm.
    public func acknowledge(_ alarm: String, by actor: String) throws(AlarmEngine.Refusal) -> AlarmTransition {
        try work.withLock { work throws(AlarmEngine.Refusal) in try work.acknowledge(alarm, by: actor, now: clock.now()) }
    }

    /// Raises or clears an alarm of the gateway itself.
    public func setGatewayAlarm(_ rule: String, severity: Severity, problem: String?) {
        work.withLock { $0.setGatewayAlarm(rule, severity: severity, problem: problem, now: clock.now()) }
    }

    /// Takes up what an earlier run left.
    public func restore(_ alarms: [ActiveAlarm]) { change { $0.restore(alarms, now: clock.now()) } }

    /// The medium has granted numbers to the alarm lane.
    public func extendNumbers(through last: Int64) { work.withLock { $0.extendNumbers(through: last) } }

    /// Alarms that are not normal, oldest first.
    public var activeAlarms: [ActiveAlarm] { work.withLock { $0.activeAlarms } }

    /// The last reading of a point.
    public func last(_ point: Point) -> Reading? { work.withLock { $0.last(point) } }

    /// Readings of each point since the daemon started.
    public var counts: [Point: ReadingCounts] { work.withLock { $0.counts } }

    /// Work that may bring covers into alarm, or out of it.
    private func change(_ body: (inout IntakeWork) -> Void) {
        work.withLock { work in
            body(&work)
            version.store(work.alarmsVersion, ordering: .releasing)
        }
    }
}
