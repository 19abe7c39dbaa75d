// A step of an alarm as a line of the history.
import Alarms
import DiagnosticsProtocol

extension AlarmHistoryRow {
    /// The step as a row.
    init(_ step: CaseInbox.Step) {
        let (transition, alarm) = (step.transition, step.transition.alarm)
        let isUnsynced = transition.detected.clock == .unsynced || transition.occurred.clock == .unsynced
        self.init(
            time: transition.detected.wall.rfc3339, occurred: transition.occurred.wall.rfc3339,
            clock: isUnsynced ? "unsynced" : transition.detected.clock.rawValue, seq: step.seq, alarm: alarm.id,
            rule: alarm.rule, severity: alarm.severity.rawValue, cause: transition.cause.rawValue,
            from: transition.from.rawValue, to: transition.to.rawValue, cover: alarm.point?.cover,
            point: alarm.point?.description, value: transition.value ?? alarm.value, unit: alarm.quantity?.unit.rawValue,
            threshold: alarm.threshold, actor: transition.actor, note: alarm.note, count: alarm.count, test: alarm.isTest,
            falseAlarm: transition.cause == .closed ? alarm.falseAlarm : nil)
    }
}
