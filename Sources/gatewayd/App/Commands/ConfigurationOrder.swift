// The platform's command to take another configuration, and its answer: given by the composition that stays, after the trial.
import NativeFormat
import SensorModel
import Uplink

/// Who of the platform wants another configuration, and waits for an answer.
public struct ConfigurationOrder: Sendable, Equatable {
    /// The command's id.
    public var command: String
    /// The uplink that it came by.
    public var uplink: String
    /// The person, for records.
    public var actor: String

    /// - Parameters: as the properties.
    public init(command: String, uplink: String, actor: String) {
        self.command = command
        self.uplink = uplink
        self.actor = actor
    }

    /// What is said when it is in force.
    /// - Parameters:
    ///   - outcome: `confirmed`, or `unchanged` when it was before.
    ///   - before: the hash of what was in force before.
    static func result(_ outcome: String, hash: String, before: String) -> [UInt8] {
        var json = JSONBytes(capacity: 224)
        json.raw("{\"outcome\":")
        json.string(outcome)
        json.raw(",\"hash\":")
        json.string(hash)
        json.raw(",\"before\":")
        json.string(before)
        json.raw("}")
        return json.bytes
    }
}

extension ConfigurationDesk.Outcome {
    /// The reply to the command that wanted the trial; nil when it was a person at the gateway.
    func reply(in language: EntryLanguage) -> (uplink: String, payload: [UInt8])? {
        guard let order else { return nil }
        if let failure {
            let refusal = CommandRefusal(order.command, .rolledBack, failure)
            return (order.uplink, CommandReply.refused(refusal, language))
        }
        let result = ConfigurationOrder.result("confirmed", hash: hash, before: before)
        return (order.uplink, CommandReply.done(order.command, result: result))
    }
}

extension ConfigurationDesk {
    /// Tells the platform what became of the trial that it wanted; nothing while that goes on, and once.
    func answer(_ uplinks: [UplinkService], in language: EntryLanguage) {
        guard let (id, payload) = takeAnswer()?.reply(in: language) else { return }
        uplinks.first { $0.id == id }?.reply(payload)
    }
}
