// One step of an alarm: recorded, numbered and sent.
import SensorModel

/// One step of an alarm.
public struct AlarmTransition: Sendable, Equatable {
    /// What made it.
    public enum Cause: String, CaseIterable, Sendable {
        /// The condition holds.
        case raised
        /// The condition has gone.
        case returned
        /// Somebody knows.
        case acknowledged
        /// Nobody has acknowledged it in time.
        case escalated
        /// Another sensor says the same.
        case confirmed
        /// Said again: after a start, and every 15 min.
        case announced
        /// Set aside by a person, or no longer.
        case shelved, unshelved
        /// A crew works at the cover, or has ended.
        case maintenance
        case maintenanceOver = "maintenance-over"
        /// What test gas raised goes on without test gas.
        case testOver = "test-over"
        /// A storm stands for more or fewer points.
        case storm
        /// Closed by a person.
        case closed
    }

    /// The alarm after the step.
    public var alarm: ActiveAlarm
    /// Where it stood before.
    public var from: AlarmState
    /// What made the step.
    public var cause: Cause
    /// The value that caused the step; nil for a step that a person or the gateway caused.
    public var value: Double?
    /// When what caused the step happened.
    public var occurred: Timestamp
    /// When the engine saw it.
    public var detected: Timestamp
    /// Who caused it: a user's name, or nil for a measured value.
    public var actor: String?

    /// Where it stands now.
    public var to: AlarmState { alarm.state }

    /// - Parameters: as the properties.
    public init(
        alarm: ActiveAlarm, from: AlarmState, cause: Cause, value: Double?, occurred: Timestamp, detected: Timestamp,
        actor: String? = nil
    ) {
        self.alarm = alarm
        self.from = from
        self.cause = cause
        self.value = value
        self.occurred = occurred
        self.detected = detected
        self.actor = actor
    }
}
