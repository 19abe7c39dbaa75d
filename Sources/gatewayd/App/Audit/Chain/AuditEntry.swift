// One thing to be put on record: who did what to what, and by which way.

/// What can be put on record. Closed: a new kind of change gets a word here and in docs/audit.md.
public enum AuditAction: String, CaseIterable, Sendable {
    /// An alarm was acknowledged.
    case alarmAcknowledge = "alarm.acknowledge"
    /// The platform says that it has the message about an alarm.
    case alarmReceipt = "alarm.receipt"
    /// An alarm's case was closed.
    case alarmClose = "alarm.close"
    /// An alarm was shelved, or taken from the shelf.
    case alarmShelve = "alarm.shelve"
    /// A maintenance window or authorised opening began.
    case maintenanceStart = "maintenance.start"
    /// It ended.
    case maintenanceStop = "maintenance.stop"
    /// A bump test or calibration began.
    case calibrationStart = "calibration.start"
    /// It ended.
    case calibrationStop = "calibration.stop"
    /// A rule's threshold was changed.
    case thresholdChange = "threshold.change"
    /// How often a cover is read was changed.
    case samplingChange = "sampling.change"
    /// Another configuration is in force.
    case configurationChange = "configuration.change"
    /// Somebody has put another configuration on trial.
    case configurationApply = "configuration.apply"
    /// It has proved itself.
    case configurationConfirm = "configuration.confirm"
    /// It has not, or somebody has taken it back.
    case configurationRollback = "configuration.rollback"
    /// A cover or sensor was taken into service.
    case commission
    /// Tilts of a sensor are measured from another position.
    case commissionZero = "commission.zero"
    /// Records were handed out as a file.
    case export
    /// A register or coil is to be written; on record before it is.
    case busWrite = "bus.write"
    /// What became of the write.
    case busWriteOutcome = "bus.write.outcome"
    /// A scan took a bus away from its sensors.
    case busScan = "bus.scan"
    /// A scan was ended by a person.
    case busScanStop = "bus.scan.stop"
    /// The wall clock was set, not slewed.
    case clockStep = "clock.step"
    /// A clock that lay below what had been seen was believed at last.
    case clockBelieve = "clock.believe"
    /// A command of the platform was refused.
    case commandRefused = "command.refused"
    /// Somebody at the local interface asked for what only operators may.
    case localRefused = "local.refused"
    /// The log's own: a log without chain was found and kept beside it.
    case logAdopt = "log.adopt"
    /// The log's own: a power cut had left half a line at the end.
    case logTorn = "log.torn"
    /// The log's own: the chain before this record is broken.
    case logBroken = "log.broken"
    /// The log's own: the oldest file made room.
    case logDrop = "log.drop"

    /// Whether only the log itself writes it.
    var isOfTheLog: Bool { rawValue.hasPrefix("log.") }
}

/// One thing to be put on record.
public struct AuditEntry: Sendable, Equatable {
    /// The way an order came.
    public enum Way: String, Sendable {
        /// From this machine: a person at the local interface, or the daemon itself.
        case local
        /// From the platform, as a command.
        case platform
    }

    /// The actor of what the daemon does by itself.
    public static let system = "system"

    /// Who: a user's name, the platform's word for its user, or `system`.
    public var actor: String
    /// By which way.
    public var way: Way
    /// What.
    public var action: AuditAction
    /// To what: an alarm's id, a cover's code, a bus …
    public var subject: String
    /// What else belongs to it; at most 16 members are kept.
    public var detail: [String: String]

    /// - Parameters: as the properties.
    public init(actor: String, via way: Way, action: AuditAction, subject: String, detail: [String: String] = [:]) {
        self.actor = actor
        self.way = way
        self.action = action
        self.subject = subject
        self.detail = detail
    }
}
