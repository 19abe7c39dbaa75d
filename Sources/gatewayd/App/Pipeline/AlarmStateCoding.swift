// Alarms that are not normal, as bytes in the alarm lane's states: what a restart finds again.
import Alarms
import FoundationEssentials
import Outbox
import SensorModel

/// Writes and reads alarm states.
enum AlarmStateCoding {
    private static let prefix = "alarm/"

    /// The alarm as it is stored. Times of an earlier boot keep their wall time; their monotonic time only orders.
    private struct Stored: Codable {
        struct Moment: Codable {
            var wall: Int64, monotonic: Int64, clock: String

            init(_ time: Timestamp) {
                wall = time.wall.nanoseconds
                monotonic = time.monotonic.nanoseconds
                clock = time.clock.rawValue
            }

            var time: Timestamp? {
                ClockState(rawValue: clock).map {
                    Timestamp(wall: WallTime(nanoseconds: wall), monotonic: MonotonicTime(nanoseconds: monotonic), clock: $0)
                }
            }
        }
        var id: String, rule: String, point: String?, severity: Int, state: String
        var value: Double?, quantity: String?, threshold: Double?, clearThreshold: Double?
        var occurred: Moment, changed: Moment, acknowledgedBy: String?, note: String?

        /// The alarm; nil when a word in it is unknown.
        var alarm: ActiveAlarm? {
            guard let severity = Severity(rawValue: severity), let state = AlarmState(rawValue: state),
                let occurred = occurred.time, let changed = changed.time
            else { return nil }
            let point = point.flatMap { Point($0) }
            let quantity = quantity.flatMap(Quantity.init)
            guard point?.description == self.point, quantity?.rawValue == self.quantity else { return nil }
            return ActiveAlarm(
                id: id, rule: rule, point: point, severity: severity, state: state, value: value, quantity: quantity,
                threshold: threshold, clearThreshold: clearThreshold, occurred: occurred, changed: changed,
                acknowledgedBy: acknowledgedBy, note: note)
        }
    }

    /// The change that keeps this alarm's state, or forgets it when the alarm is normal.
    static func change(_ alarm: ActiveAlarm) -> StateChange {
        guard alarm.state != .normal else { return StateChange(key: prefix + alarm.id, body: nil) }
        let stored = Stored(
            id: alarm.id, rule: alarm.rule, point: alarm.point?.description, severity: alarm.severity.rawValue,
            state: alarm.state.rawValue, value: alarm.value, quantity: alarm.quantity?.rawValue, threshold: alarm.threshold,
            clearThreshold: alarm.clearThreshold, occurred: .init(alarm.occurred), changed: .init(alarm.changed),
            acknowledgedBy: alarm.acknowledgedBy, note: alarm.note)
        // Strings and finite numbers only: encoding cannot fail.
        return StateChange(key: prefix + alarm.id, body: (try? JSONEncoder().encode(stored)).map(Array.init) ?? [])
    }

    /// The alarms among the stored states; what cannot be read is named, never guessed.
    static func alarms(_ states: [(key: String, body: [UInt8])]) -> (alarms: [ActiveAlarm], unreadable: [String]) {
        var alarms: [ActiveAlarm] = []
        var unreadable: [String] = []
        for state in states where state.key.hasPrefix(prefix) {
            if let alarm = (try? JSONDecoder().decode(Stored.self, from: Data(state.body)))?.alarm {
                alarms.append(alarm)
            } else {
                unreadable.append(state.key)
            }
        }
        return (alarms, unreadable)
    }
}
