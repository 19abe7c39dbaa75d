// What the platform can ask for: the closed list of verbs, and each with its arguments once they are understood.
import DiagnosticsProtocol
import SensorModel

/// A verb as it stands in a command.
enum CommandVerb: String, CaseIterable, Sendable {
    case read, ack, close, shelve, maintenance, threshold, sampling, config, replay, evidence, receipt
}

/// A verb with its arguments. A verb that works has a case of its own here, a reader in `CommandReader`, and its effect in
/// `CommandDesk`.
enum CommandOrder: Sendable, Equatable {
    /// Read a point now.
    case read(point: String)
    /// Somebody knows of an alarm.
    case acknowledge(alarm: String)
    /// Somebody says what an alarm was, and that it is over.
    case close(CloseRequest)
    /// Somebody sets an alarm aside until then.
    case shelve(alarm: String, reason: String, until: WallTime)
    /// A crew begins to work at a cover, until then.
    case startMaintenance(cover: String, order: String, crew: String, reason: String, until: WallTime)
    /// The crew has ended.
    case stopMaintenance(cover: String)
    /// The thresholds of a rule are others from now on.
    case threshold(rule: String, raise: Double, clear: Double)
    /// The sensors of a cover are read more often, like every `5 s`, until then.
    case sampling(cover: String, every: String, until: WallTime)
    /// The platform has an alarm's message and has acted on it.
    case receipt(alarm: String)
    /// What is known of an alarm.
    case evidence(alarm: String)
    /// Another configuration: the text of gateway.yaml, and its hash as messages name it.
    case configuration(text: String, hash: String)
    /// A verb that this version knows and does not carry out.
    case later(CommandVerb)

    /// Whether it is part of an alarm's way, and carried out in safe mode too.
    var isForAlarms: Bool {
        switch self {
        case .acknowledge, .receipt: true
        case .read, .close, .shelve, .startMaintenance, .stopMaintenance, .threshold, .sampling, .evidence, .configuration,
            .later:
            false
        }
    }

    /// Whether it changes what the alarm lane keeps: its reply waits for the commit.
    var changesAlarms: Bool {
        switch self {
        case .acknowledge, .close, .shelve, .startMaintenance, .stopMaintenance, .threshold: true
        case .read, .sampling, .receipt, .evidence, .configuration, .later: false
        }
    }

    /// Whether it may be carried out while nobody knows what time it is.
    var isTimeless: Bool {
        switch self {
        case .read, .acknowledge: true
        case .close, .shelve, .startMaintenance, .stopMaintenance, .threshold, .sampling, .receipt, .evidence,
            .configuration, .later:
            false
        }
    }
}
