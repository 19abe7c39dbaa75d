// What happens to the wall clock is said in the log and put on record.
// Limit: 20 steps an hour have a record each; the next one says how many had none.
import Glibc
import Logging
import Outbox
import Platform
import SensorModel

/// The one consumer of the clock's events.
struct ClockWatch: Sendable {
    private static let mostInAnHour = 20

    let clock: TrustedClock
    let audit: AuditLog
    let store: Store
    let log: Logger

    /// Steps of the present hour.
    struct Tally {
        private var since: MonotonicTime?
        private var count = 0
        /// Steps without a record since the last record.
        var unrecorded = 0

        mutating func mayRecord(_ now: MonotonicTime) -> Bool {
            if since.map({ now - $0 >= .seconds(3600) }) ?? true { (since, count) = (now, 0) }
            count += 1
            if count > ClockWatch.mostInAnHour { unrecorded += 1 }
            return count <= ClockWatch.mostInAnHour
        }
    }

    /// Works until cancelled.
    func run() async {
        var tally = Tally()
        while !Task.isCancelled {
            switch await clock.events.next(until: nil, clock: clock) {
            case .step(let step): await take(step, &tally)
            case .behind(let wall, let floor):
                log.error(
                    """
                    the kernel says that the clock is synchronised, but it shows \(wall.rfc3339) and this gateway has seen \
                    \(floor.rfc3339): it is not trusted; see to the time server (timedatectl timesync-status, chronyc sources)
                    """)
            case .believed(let wall, let floor): await believe(wall, insteadOf: floor)
            case nil: break
            }
        }
    }

    private func take(_ step: ClockStep, _ tally: inout Tally) async {
        guard tally.mayRecord(clock.now().monotonic) else { return }
        log.warning(
            """
            the clock was set \(step.duration > .zero ? "forward" : "back") by \(abs(step.duration.seconds)) s, shows \
            \(step.wall.rfc3339) and is \(step.after.rawValue) now, before it was \(step.before.rawValue): by somebody or its \
            time server; no timer and no alarm depends on it
            """)
        var detail = [
            "offset_before_ms": "\(step.offsetBefore)", "offset_after_ms": "\(step.offsetAfter)",
            "clock_before": step.before.rawValue, "clock_after": step.after.rawValue,
        ]
        if tally.unrecorded > 0 { detail["not_on_record"] = "\(tally.unrecorded)" }
        tally.unrecorded = 0
        await record(.clockStep, "\(step.duration.milliseconds) ms", detail)
    }

    /// What the lanes keep of the wrong time would come back with the next start.
    private func believe(_ wall: WallTime, insteadOf floor: WallTime) async {
        log.warning(
            """
            the clock has been synchronised for 24 h and shows \(wall.rfc3339): it is believed now, and \(floor.rfc3339), \
            which this gateway had seen before, was wrong
            """)
        await record(.clockBelieve, wall.rfc3339, ["seen_before": floor.rfc3339])
        for lane in [store.alarms, store.readings] {
            do { try await lane.append([], now: clock.now()) } catch {
                log.error("the corrected time is not in the \(lane.lane.rawValue) lane yet, its next commit takes it: \(error)")
            }
        }
    }

    private func record(_ action: AuditAction, _ subject: String, _ detail: [String: String]) async {
        let entry = AuditEntry(actor: AuditEntry.system, via: .local, action: action, subject: subject, detail: detail)
        let problem = await audit.record(entry)
        if problem != 0 { log.error("not on record: \(action.rawValue) \(subject): \(String(cString: strerror(problem)))") }
    }
}
