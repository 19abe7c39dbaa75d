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
import Validity

/// The one place that every reading passes.
///
/// Whoever brings readings does the work, on its own thread, and others wait for that: it is short and waits for nothing.
/// Measured reason: an actor would change threads for each poll; and behind a bus's thread, which its polls prefer, it would
/// wait for the transaction of a technician.
public final class Intake: Sendable {
    /// What the intake works with; taken from the configuration once.
    public struct Settings: Sendable {
        /// Place and device of each point's sensor.
        public var places: [Point: AlarmPlace]
        /// What is said of each rule's alarms, in the gateway's language.
        public var texts: [String: String] = [:]
        /// The sensors of each cover, as far as they judge each other.
        public var covers: [WatchedCover]
        /// Names the configuration in alarms.
        public var configurationHash: String
        /// Field or simulated.
        public var origin: Origin

        /// - Parameters: as the properties.
        public init(
            places: [Point: AlarmPlace], covers: [WatchedCover] = [], configurationHash: String, origin: Origin
        ) {
            self.places = places
            self.covers = covers
            self.configurationHash = configurationHash
            self.origin = origin
        }
    }

    /// Of the task that lets time pass: it waits for what everybody waits for who brings readings.
    public let pulse = Pulse()
    private let clock: any TimeSource
    private let work: Mutex<IntakeWork>
    private let version = Atomic<UInt64>(0), modesSeen = Atomic<UInt64>(0)
    /// Rings when alarms, maintenance, tests or thresholds have changed; for one listener.
    let changes = Mailbox<Void>(capacity: 1, whenFull: .dropNewest)

    /// - Parameters:
    ///   - engine: already restored.
    ///   - numbers: the alarm lane's first block.
    ///   - chance: makes the alarms' ids.
    ///   - outputs: told of every alarm's step before anything else is done with it.
    ///   - onlooker: told of every reading and every step of an alarm; must not wait, nor ask the intake.
    public init(
        _ settings: Settings, engine: AlarmEngine, numbers: SequenceBlock, clock: any TimeSource, readings: ReadingsWriter,
        alarms: AlarmWriter, uplinks: [UplinkService], log: Logger, chance: some RandomNumberGenerator & Sendable,
        outputs: OutputBoard = OutputBoard(),
        onlooker: IntakeOnlooker = IntakeOnlooker()
    ) {
        self.clock = clock
        work = Mutex(
            IntakeWork(
                settings, engine: engine, numbers: numbers, readings: readings, alarms: alarms, uplinks: uplinks, log: log,
                chance: chance, outputs: outputs, onlooker: onlooker))
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
        try one { engine, now throws(AlarmEngine.Refusal) in try engine.acknowledge(alarm, by: actor, now: now) }
    }

    /// Somebody says what an alarm was, and that it is over.
    public func close(
        _ alarm: String, by actor: String, note: String, falseAlarm: Bool? = nil
    ) throws(AlarmEngine.Refusal) -> AlarmTransition {
        try one { engine, now throws(AlarmEngine.Refusal) in
            try engine.close(alarm, by: actor, note: note, falseAlarm: falseAlarm, now: now)
        }
    }

    /// Whether the engine, as it stands, would do what a person asks; nothing is changed.
    func check(
        _ what: (inout AlarmEngine, Timestamp) throws(AlarmEngine.Refusal) -> Void
    ) throws(AlarmEngine.Refusal) {
        var engine = work.withLock { $0.engineNow }
        try what(&engine, clock.now())
    }

    /// Sets an alarm aside for a time, at most 8 h.
    public func shelve(_ alarm: String, by actor: String, reason: String, for time: Duration) throws(AlarmEngine.Refusal)
        -> AlarmTransition
    {
        try one { engine, now throws(AlarmEngine.Refusal) in
            try engine.shelve(alarm, by: actor, reason: reason, until: now + time, now: now)
        }
    }

    private func one(
        _ what: (inout AlarmEngine, Timestamp) throws(AlarmEngine.Refusal) -> AlarmTransition
    ) throws(AlarmEngine.Refusal) -> AlarmTransition {
        let now = clock.now()
        return try work.withLock { work throws(AlarmEngine.Refusal) in
            var made: AlarmTransition?
            let all = try work.order { engine throws(AlarmEngine.Refusal) in
                let transition = try what(&engine, now)
                made = transition
                return [transition]
            }
            publish(work.alarmsVersion, work.modesVersion)
            return made ?? all[0]
        }
    }

    /// A crew begins to work at a cover for a time, at most 8 h.
    /// - Returns: what is on there now.
    public func startMaintenance(
        at cover: String, by actor: String, order: String, crew: String, reason: String, for time: Duration
    ) throws(AlarmEngine.Refusal) -> Maintenance {
        let now = clock.now()
        let maintenance = Maintenance(
            cover: cover, by: actor, order: order, crew: crew, reason: reason, since: now, until: now + time)
        try work.withLock { work throws(AlarmEngine.Refusal) in
            _ = try work.order { engine throws(AlarmEngine.Refusal) in try engine.startMaintenance(maintenance, now: now) }
            work.keepMaintenance(at: cover)
            publish(work.alarmsVersion, work.modesVersion)
        }
        return maintenance
    }

    /// The crew has ended.
    public func stopMaintenance(at cover: String, by actor: String) throws(AlarmEngine.Refusal) {
        let now = clock.now()
        try work.withLock { work throws(AlarmEngine.Refusal) in
            _ = try work.order { engine throws(AlarmEngine.Refusal) in
                try engine.stopMaintenance(cover, by: actor, now: now)
            }
            work.keepMaintenance(at: cover)
            publish(work.alarmsVersion, work.modesVersion)
        }
    }

    /// Somebody gives a sensor test gas, or calibrates it, for a time, at most 30 min.
    /// - Returns: what is on there now.
    public func startTest(of point: Point, by actor: String, reason: String, for time: Duration) throws(AlarmEngine.Refusal)
        -> SensorTest
    {
        let now = clock.now()
        let test = SensorTest(point: point, by: actor, reason: reason, since: now, until: now + time)
        try work.withLock { work throws(AlarmEngine.Refusal) in
            _ = try work.order { engine throws(AlarmEngine.Refusal) in
                try engine.startTest(test, now: now)
                return []
            }
            work.keepTest(of: point)
            publish(work.alarmsVersion, work.modesVersion)
        }
        return test
    }

    /// The test is over.
    /// - Returns: the test that was on.
    public func stopTest(of point: Point) throws(AlarmEngine.Refusal) -> SensorTest {
        try work.withLock { work throws(AlarmEngine.Refusal) in
            var ended: SensorTest?
            _ = try work.order { engine throws(AlarmEngine.Refusal) in
                ended = try engine.stopTest(point)
                return []
            }
            work.keepTest(of: point)
            publish(work.alarmsVersion, work.modesVersion)
            guard let ended else { throw .notOn }
            return ended
        }
    }

    /// Somebody changes the thresholds of a rule.
    public func setThresholds(_ wanted: Thresholds, of rule: String, by actor: String) throws(AlarmEngine.Refusal) {
        let now = clock.now()
        try work.withLock { work throws(AlarmEngine.Refusal) in
            _ = try work.order { engine throws(AlarmEngine.Refusal) in
                try engine.setThresholds(wanted, of: rule, by: actor, now: now)
            }
            work.keepThresholds(of: rule)
            publish(work.alarmsVersion, work.modesVersion)
        }
    }

    /// The rules whose thresholds are not those of the configuration.
    public var thresholdChanges: [ThresholdChange] { work.withLock { $0.engineNow.thresholdChanges } }

    /// A rule, with the thresholds that are in force.
    public func rule(_ id: String) -> AlarmRule? { work.withLock { $0.engineNow.rule(id) } }

    /// A tick may be so late on a machine that has too much to do.
    private static let patience = Duration.seconds(9)

    /// Lets time pass until cancelled: once a second, and when a delay that needs no reading is over.
    /// - Parameter clock: the intake's, at a seat of its own in a simulation.
    public func keepTime(_ clock: any TimeSource) async {
        while !Task.isCancelled {
            let next = work.withLock { $0.nextDeadline }
            let tick = clock.now().monotonic + .seconds(1)
            pulse.promise(by: tick + Self.patience)
            do { try await clock.sleep(until: min(tick, next ?? tick)) } catch { return }
            change { $0.advance(now: clock.now()) }
        }
    }

    /// Alarms that are over and wait to be closed, oldest first.
    public var cases: [ActiveAlarm] { work.withLock { $0.engineNow.cases } }

    /// An alarm that is not closed.
    public func alarm(_ id: String) -> ActiveAlarm? { work.withLock { $0.engineNow.alarm(id) } }

    /// Crews at work.
    public var maintenance: [Maintenance] { work.withLock { $0.engineNow.maintenance } }

    /// Sensors that are being tested.
    public var tests: [SensorTest] { work.withLock { $0.engineNow.tests } }

    /// Whether transitions wait for a number: the medium has to grant more, and nothing of them is on its way to it.
    var hasUnnumbered: Bool { work.withLock { $0.hasUnnumbered } }

    /// Another number than before says that maintenance, tests or thresholds have changed.
    public var modesVersion: UInt64 { work.withLock { $0.modesVersion } }

    /// The last readings of a point, oldest first.
    public func recent(_ point: Point) -> [RecentReadings.Entry] { work.withLock { $0.recent(point) } }

    /// Raises or clears an alarm of the gateway itself.
    public func setGatewayAlarm(_ rule: String, severity: Severity, problem: String?) {
        change { $0.setGatewayAlarm(rule, severity: severity, problem: problem, now: clock.now()) }
    }

    /// Says which gas sensors have to be tested again by the log, and since when.
    func setOverdue(_ points: [Point: WallTime]) { work.withLock { $0.setOverdue(points) } }

    /// Takes up what an earlier run left.
    /// - Parameter isTrial: what only this configuration ends is kept until `settle`: another one may come back.
    /// - Returns: what is over with the restart.
    func restore(_ left: AlarmStateCoding.Left, isTrial: Bool = false) -> AlarmStateCoding.Left {
        let now = clock.now()
        return work.withLock { work in
            defer { publish(work.alarmsVersion, work.modesVersion) }
            return work.restore(left, isTrial: isTrial, now: now)
        }
    }

    /// The configuration has proved itself: what is over by it and was kept is over now.
    /// - Returns: thresholds that a command had set.
    func settle() -> [ThresholdChange] {
        let now = clock.now()
        return work.withLock { work in
            defer { publish(work.alarmsVersion, work.modesVersion) }
            return work.settle(now: now)
        }
    }

    /// The medium has granted numbers to the alarm lane.
    public func extendNumbers(through last: Int64) { work.withLock { $0.extendNumbers(through: last) } }

    /// Alarms that are not normal, oldest first.
    public var activeAlarms: [ActiveAlarm] { work.withLock { $0.activeAlarms } }

    /// The last reading of a point.
    public func last(_ point: Point) -> Reading? { work.withLock { $0.last(point) } }

    /// Why the others of its cover lowered the last reading of a point, in words for a technician; nil when they did not.
    public func objection(to point: Point) -> Bilingual? { work.withLock { $0.objection(to: point) } }

    /// Readings of each point since the daemon started.
    public var counts: [Point: ReadingCounts] { work.withLock { $0.counts } }

    /// Says what has changed.
    private func publish(_ alarms: UInt64, _ modes: UInt64) {
        guard version.load(ordering: .relaxed) != alarms || modesSeen.load(ordering: .relaxed) != modes else { return }
        version.store(alarms, ordering: .releasing)
        modesSeen.store(modes, ordering: .releasing)
        changes.send(())
    }

    /// Work that may bring covers into alarm, or out of it.
    private func change(_ body: (inout IntakeWork) -> Void) {
        work.withLock { work in
            body(&work)
            publish(work.alarmsVersion, work.modesVersion)
        }
    }
}
