// What entry advice remembers of the covers' last day, fed by the intake.
import Advice
import Alarms
import SensorModel
import Synchronization

/// A day of every cover; told of each reading by the intake's onlooker, never waits.
final class EntryMemory: Sendable {
    private let history = Mutex(SiteHistory())

    /// Takes a reading and what it led to.
    func observe(_ reading: Reading, _ transitions: [AlarmTransition]) {
        guard !transitions.isEmpty || NeededGas(reading.quantity) != nil || reading.quantity.unit == .metre else { return }
        history.withLock { history in
            history.take(reading)
            for transition in transitions {
                guard let cover = transition.alarm.point?.cover else { continue }
                history.take(AlarmFact(transition.alarm), at: cover, now: transition.detected.monotonic)
            }
        }
    }

    /// What it knows, as it is.
    var now: SiteHistory { history.withLock { $0 } }
}

extension AlarmFact {
    /// The alarm as advice sees it.
    init(_ alarm: ActiveAlarm) {
        self.init(rule: alarm.rule, isRaised: alarm.state.isRaised, began: alarm.occurred.wall)
    }
}
