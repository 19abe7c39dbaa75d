// The outbox's words: two lanes, numbered records, and gaps where records were given up.

/// One of the outbox's two lanes; they cannot stop each other.
public enum Lane: String, CaseIterable, Sendable {
    case readings, alarms
}

/// What stands in a lane: a record, or the place of records that were given up.
public enum LaneElement: Sendable, Equatable {
    /// A record's number and body.
    case record(seq: Int64, body: [UInt8])
    /// Numbers that will not come.
    case gap(Gap)

    /// The last number it stands for.
    public var last: Int64 {
        switch self {
        case .record(let seq, _): seq
        case .gap(let gap): gap.to
        }
    }

    /// The first number it stands for.
    public var first: Int64 {
        switch self {
        case .record(let seq, _): seq
        case .gap(let gap): gap.from
        }
    }
}

/// Numbers that were given up, and why.
public struct Gap: Sendable, Equatable {
    /// Why records do not come.
    public enum Reason: String, CaseIterable, Sendable {
        /// The store was full; the oldest made room.
        case evicted
        /// They were older than the uplink keeps them.
        case expired
        /// What was read back was not what was written.
        case corrupt
        /// Numbers reserved before a restart and never used.
        case unused
    }
    /// First and last number.
    public var from: Int64, to: Int64
    /// How many records were given up.
    public var count: Int64
    /// Why.
    public var reason: Reason

    /// - Parameters: as the properties.
    public init(from: Int64, to: Int64, count: Int64, reason: Reason) {
        self.from = from
        self.to = to
        self.count = count
        self.reason = reason
    }
}
