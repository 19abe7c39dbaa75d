// Tells the platform what people have set aside, and puts tests of sensors on record that end by themselves.
import Alarms
import DiagnosticsProtocol
import GatewayConfig
import Glibc
import Logging
import SensorModel

/// Looks when something has changed, at most once a second.
struct ModesKeeper: Sendable {
    let intake: Intake
    let live: LiveState
    let calibration: CalibrationBook
    let calibrations: RunningCalibrations
    let tested: [Point: TestedPoint]
    /// Covers that are read more often for a time.
    let sampling = SamplingOrders()
    /// What the restart has ended.
    let over: AlarmStateCoding.Left
    /// Waits by this one.
    let clock: any TimeSource
    /// Time at the sensors.
    let fieldClock: any TimeSource
    let log: Logger

    /// Has read the log of tests, and has said how it stands, before anybody is connected.
    static func begun(
        _ configuration: Configuration, _ intake: Intake, _ live: LiveState, _ calibrations: RunningCalibrations,
        over: AlarmStateCoding.Left, floor: WallTime?, executor: any SerialExecutor, clock: any TimeSource,
        fieldClock: any TimeSource, log: Logger
    ) async -> ModesKeeper {
        let book = CalibrationBook(folder: configuration.store.path, floor: floor, executor: executor)
        await book.open()
        for problem in await book.problems { log.error("\(problem.en)") }
        let keeper = ModesKeeper(
            intake: intake, live: live, calibration: book, calibrations: calibrations, tested: configuration.testedPoints,
            over: over, clock: clock, fieldClock: fieldClock, log: log)
        keeper.look(isUrgent: false)
        await keeper.putLeftTestsOnRecord()
        await keeper.tellDue()
        return keeper
    }

    /// Works until cancelled.
    func run() async {
        var seen = (intake.modesVersion, intake.alarmsVersion, sampling.current(fieldClock.now()))
        look(isUrgent: true)
        var told = clock.now().monotonic
        while !Task.isCancelled {
            do { try await clock.sleep(until: clock.now().monotonic + .seconds(1)) } catch { return }
            // The field's clock says when an order is over; nobody rings then.
            if seen.2.isEmpty { _ = await intake.changes.next(until: told + Self.dueLook, clock: clock) }
            if Task.isCancelled { return }
            if clock.now().monotonic - told >= Self.dueLook {
                told = clock.now().monotonic
                await tellDue()
            }
            let now = (intake.modesVersion, intake.alarmsVersion, sampling.current(fieldClock.now()))
            guard now != seen else { continue }
            for order in seen.2 where !now.2.contains(where: { $0.cover == order.cover }) {
                log.notice("sampling is by the configuration again", metadata: ["cover": "\(order.cover)"])
            }
            seen = now
            look(isUrgent: true)
            await settle()
        }
    }

    /// Tests that the restart has ended have their line, before what the store has of them is forgotten: when the daemon is
    /// killed between the two, the next start finds the line and writes none.
    private func putLeftTestsOnRecord() async {
        let now = fieldClock.now()
        for test in over.tests {
            guard let place = tested[test.point], await !calibration.hasLine(of: test) else { continue }
            let isKnown = now.clock != .unsynced && test.until.clock != .unsynced
            var end = now
            if isKnown, test.until.wall < now.wall { end.wall = test.until.wall }
            var row = place.row(of: test, CalibrationTally(), end: end)
            row.note =
                isKnown
                ? "its time ran out while the gateway was down: what the sensor read is not known"
                : "the gateway was restarted and cannot know how long: ended, and what the sensor read is not known"
            await write(row)
        }
    }

    /// Thresholds that a command had set and that the configuration has overtaken are on record as ended.
    func putLapsesOnRecord(_ audit: AuditLog) async { await putOnRecord(lapsed: over.thresholds, audit) }

    /// The same for those that a configuration on trial did not have, and that has proved itself.
    func putOnRecord(lapsed: [ThresholdChange], _ audit: AuditLog) async {
        for change in lapsed {
            let present = intake.rule(change.rule)?.condition.comparison?.thresholds
            var detail = [
                "raise_before": "\(change.inForce.raise)", "clear_before": "\(change.inForce.clear)", "set_before_by": change.by,
                "reason": present == change.configured
                    ? "with the sensors that are here now the alarm would never come, or never end"
                    : "the configuration says something else since",
            ]
            detail["raise"] = present.map { "\($0.raise)" }
            detail["clear"] = present.map { "\($0.clear)" }
            let problem = await audit.record(
                AuditEntry(
                    actor: AuditEntry.system, via: .local, action: .thresholdChange, subject: change.rule, detail: detail))
            log.notice(
                "the thresholds of \(change.rule) are those of the configuration again", metadata: ["set by": "\(change.by)"])
            if problem != 0 {
                log.error("the end of a threshold cannot be put on record: \(String(cString: strerror(problem)))")
            }
        }
    }

    /// How often is looked which sensors have become due.
    private static let dueLook = Duration.seconds(60)

    /// Tells the alarm engine which gas sensors have to be tested again by the log.
    func tellDue() async {
        let states = await calibration.states(of: tested, now: fieldClock.now())
        intake.setOverdue(states.compactMapValues(\.overdueSince))
    }

    private func look(isUrgent: Bool) {
        let tests = intake.tests
        for test in tests { calibrations.begin(test) }
        live.set(intake.maintenance, alarms: intake.activeAlarms, tests: tests, isUrgent: isUrgent) { tested[$0]?.quantity }
        live.set(intake.thresholdChanges, isUrgent: isUrgent)
        live.set(sampling.current(fieldClock.now()), isUrgent: isUrgent)
    }

    /// Tests whose time is over.
    private func settle() async {
        for (test, tally) in calibrations.takeOver(on: Set(intake.tests.map(\.point))) {
            guard let row = tested[test.point]?.row(of: test, tally, end: fieldClock.now()) else { continue }
            await write(row)
        }
    }

    private func write(_ row: CalibrationRow) async {
        do throws(CalibrationBook.WriteFailure) { try await calibration.record(row) } catch {
            log.error(
                "a test that is over cannot be put on record: \(String(cString: strerror(error.code)))",
                metadata: ["point": "\(row.point)"])
        }
    }
}
