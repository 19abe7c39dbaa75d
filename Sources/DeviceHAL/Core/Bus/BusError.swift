// Everything that can go wrong between a request and a believed reply: a closed kind with its context.
import SensorModel

/// A failed transaction.
public struct BusError: Error, Sendable, Equatable {
    /// What went wrong.
    public enum Kind: Sendable, Equatable {
        /// Nothing, or not enough, came before the total deadline.
        case timeout
        /// Something came that is not the reply: checksum, length, unit, function, byte count or what was confirmed
        /// disagree.
        case corruptReply
        /// The unit refused with a Modbus exception code (V1.1b3 §7).
        case exception(code: UInt8)
        /// The port or connection is gone or could not be opened.
        case disconnected
        /// The unit may not be asked yet: a late reply to an earlier request may still be on its way.
        case resting(after: RestCause)
    }

    /// Which fault a resting unit rests after.
    public enum RestCause: Sendable, Equatable {
        case timeout, corruptReply
    }

    /// What went wrong.
    public var kind: Kind
    /// The bus's id.
    public var bus: String
    /// The unit that was asked.
    public var unit: UInt8
    /// For people: what was seen, like `byte count 6 where 4 was asked`.
    public var detail: String
    /// Whether the connection was lost after the request had gone out: then the unit may be why.
    public var wasSent = false
    /// How long the unit still rests; nil unless it does.
    public var restLeft: Duration?

    /// - Parameters: as the properties.
    public init(kind: Kind, bus: String, unit: UInt8, detail: String) {
        self.kind = kind
        self.bus = bus
        self.unit = unit
        self.detail = detail
    }

    /// The reading quality this error becomes at the sensor's edge, the one place where errors turn into data.
    public var badReason: BadReason {
        switch kind {
        case .timeout, .resting(after: .timeout): .timeout
        case .corruptReply, .resting(after: .corruptReply): .corruptReply
        case .exception: .exception
        case .disconnected: .disconnected
        }
    }
}
