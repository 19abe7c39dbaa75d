// The words between the uplink's machine and its shell: what the machine is told, and what it wants done.
import Outbox
import SensorModel

/// An alarm record on its way to the store, offered to the uplink at the same moment: a slow or dead medium does not delay it.
public struct AlarmOffer: Sendable, Equatable {
    /// The number that stands before it in the lane: the offer is taken when exactly that was selected last.
    public var previous: Int64
    /// Its number and body.
    public var record: NumberedRecord

    /// - Parameters: as the properties.
    public init(previous: Int64, record: NumberedRecord) {
        self.previous = previous
        self.record = record
    }
}

extension UplinkMachine {
    /// What the machine is told.
    public enum Input: Sendable {
        /// Time has passed.
        case tick
        /// Something happened on the connection of this generation.
        case broker(generation: Int, BrokerEvent)
        /// A command has been answered; the payload of the reply.
        case replied([UInt8])
        /// The platform has given the receipt for an alarm.
        case confirmed(alarm: String)
        /// A message was handed over and got its token.
        case published(Flight, token: Int32)
        /// A lane has committed records up to this number.
        case committed(Lane, through: Int64)
        /// An alarm is being committed.
        case offered(AlarmOffer)
        /// The members of the state that change while the gateway runs are these now; urgent ones wait for nothing.
        case announced(members: [UInt8], isUrgent: Bool)
        /// What the store had, or nil when it had nothing.
        case selected(Lane, generation: Int, Selection?)
        /// The store could not be read.
        case selectFailed(Lane, generation: Int)
        /// The one alarm record that was asked for, or nil when the store no longer has it.
        case fetched(seq: Int64, generation: Int, Selection?)
        /// The store could not be read for it.
        case fetchFailed(seq: Int64, generation: Int)
    }

    /// What the machine wants done.
    public enum Action: Sendable, Equatable {
        /// Make a connection; its events carry the generation.
        case connect(BrokerEndpoint, generation: Int)
        /// Hand over a message; `published` answers.
        case publish(Flight)
        /// Read from the store; `selected` answers.
        case select(Lane, generation: Int, after: Int64, before: Int64, records: Int, bytes: Int)
        /// So much of the lane is delivered.
        case delivered(Lane, Delivered)
        /// Read one alarm record; `fetched` answers.
        case fetch(seq: Int64, generation: Int)
        /// Keep this with the alarm lane's next commit.
        case keep([StateChange])
        /// Drop the connection without a farewell.
        case drop
    }
}
