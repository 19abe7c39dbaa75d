// What entry advice remembers of the covers' last day, fed by the intake.
import Advice
import Alarms
import SensorModel
import Synchronization

/// A day of every cover; told of each reading by the intake's onlooker, never waits.
final class EntryMemory: Sendable {
    private let history = Mutex(SiteHistory())

    /// Takes a reading and what it led to.
    func observe(_ reading: Reading) {
        guard NeededGas(reading.quantity) != nil || reading.quantity.unit == .metre else { return }
        history.withLock { $0.take(reading) }
    }

    /// An alarm has made a step; tests are no events of the cover.
    func observe(_ step: AlarmTransition) {
        guard let cover = step.alarm.point?.cover, !step.alarm.isTest else { return }
        history.withLock { $0.take(AlarmFact(step.alarm), at: cover, now: step.detected.monotonic) }
    }

    /// What it knows, as it is.
    var now: SiteHistory { history.withLock { $0 } }
}

extension AlarmFact {
    /// The alarm as advice sees it.
    init(_ alarm: ActiveAlarm) {
        self.init(rule: alarm.rule, isRaised: alarm.isStanding, began: alarm.occurred.wall)
    }
}
