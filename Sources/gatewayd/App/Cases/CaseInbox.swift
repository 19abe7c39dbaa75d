// What the intake hands to the recorder of cases: steps of alarms, and readings of covers that evidence is gathered at.
// Limits and losses: 4,096 steps wait, the oldest give way; at most 16 covers are gathered at, later ones are not; of each
// cover the first 1,024 readings after the alarm are kept. All three are counted.
import Alarms
import Platform
import SensorModel
import Synchronization

/// Takes what comes, without waiting.
final class CaseInbox: Sendable {
    /// A step with its number in the alarm lane.
    struct Step: Sendable {
        var transition: AlarmTransition
        var seq: Int64

        /// Whether evidence is gathered around it.
        var isMoment: Bool { transition.cause == .raised || transition.cause == .escalated }
    }

    /// Readings of one cover.
    struct Collection: Sendable {
        var until: MonotonicTime
        var readings: [Reading] = []
        var leftOut = 0
    }

    /// How long readings are gathered after a moment.
    static let after = Duration.seconds(60)
    private static let mostCovers = 16
    private static let mostReadings = 1024

    private struct State {
        var uptime: UptimeCounters
        var collections: [String: Collection] = [:]
    }

    /// Steps on their way.
    let steps = Mailbox<Step>(capacity: 4096, whenFull: .dropOldest)
    private let state: Mutex<State>

    /// - Parameter periods: how often each point is read.
    init(periods: [Point: Duration]) {
        state = Mutex(State(uptime: UptimeCounters(periods: periods)))
    }

    /// Takes a step that has its number.
    func take(_ transition: AlarmTransition, _ seq: Int64) {
        let step = Step(transition: transition, seq: seq)
        if step.isMoment, let cover = transition.alarm.point?.cover {
            let (now, until) = (transition.detected.monotonic, transition.detected.monotonic + Self.after)
            state.withLock { state in
                if state.collections[cover] == nil, state.collections.count >= Self.mostCovers {
                    // Those that nobody has taken away by now were gathered for a step that gave way.
                    state.collections = state.collections.filter { now - $0.value.until < Self.after }
                    if state.collections.count >= Self.mostCovers { return }
                }
                state.collections[cover, default: Collection(until: until)].until = until
            }
        }
        // Said again and again it is no news: a storm that nobody acknowledges would fill the history.
        if transition.cause != .announced { steps.send(step) }
    }

    /// Waits for a step, at most until a moment.
    func next(until deadline: MonotonicTime, clock: any TimeSource) async -> Step? {
        await steps.next(until: deadline, clock: clock)
    }

    /// Counts a reading, and keeps it where evidence is gathered.
    func observe(_ reading: Reading) {
        state.withLock { state in
            state.uptime.take(reading)
            guard let until = state.collections[reading.point.cover]?.until, reading.time.monotonic <= until else { return }
            if state.collections[reading.point.cover, default: Collection(until: until)].readings.count < Self.mostReadings {
                state.collections[reading.point.cover]?.readings.append(reading)
            } else {
                state.collections[reading.point.cover]?.leftOut += 1
            }
        }
    }

    /// What was gathered at a cover so far.
    func collection(at cover: String) -> Collection? { state.withLock { $0.collections[cover] } }

    /// Ends gathering at a cover whose time is over.
    func release(_ cover: String, now: MonotonicTime) {
        state.withLock { state in
            if let until = state.collections[cover]?.until, until <= now { state.collections[cover] = nil }
        }
    }

    /// What was counted of each point since this was asked last.
    func drainUptime() -> [Month: [Point: Uptime]] { state.withLock { $0.uptime.drain() } }
}
