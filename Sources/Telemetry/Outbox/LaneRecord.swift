// What goes into a lane and what comes out of it.
import SensorModel

/// A record that has its number and waits to be committed.
public struct NumberedRecord: Sendable, Equatable {
    /// Its number in the lane.
    public var seq: Int64
    /// Its body: members of a JSON object without braces.
    public var body: [UInt8]

    /// - Parameters: as the properties.
    public init(seq: Int64, body: [UInt8]) {
        self.seq = seq
        self.body = body
    }
}

/// A change of what has to survive a restart besides the records; committed with them.
public struct StateChange: Sendable, Equatable {
    /// The key.
    public var key: String
    /// The new content, or nil to forget the key.
    public var body: [UInt8]?

    /// - Parameters: as the properties.
    public init(key: String, body: [UInt8]?) {
        self.key = key
        self.body = body
    }
}

/// Records selected for an uplink.
public struct Selection: Sendable, Equatable {
    /// The number that was selected before the first element.
    public var after: Int64
    /// Records of one boot and gaps, in order; never empty.
    public var elements: [LaneElement]
    /// The boot the records were made in.
    public var boot: String
    /// Sum of the bodies' lengths.
    public var bytes: Int

    /// - Parameters: as the properties.
    public init(after: Int64, elements: [LaneElement], boot: String, bytes: Int) {
        self.after = after
        self.elements = elements
        self.boot = boot
        self.bytes = bytes
    }
}
