// The last readings of one point: evidence for an alarm, in little memory.
// Limit and loss: 64 readings; the oldest give way.
import SensorModel

/// A ring of a point's last readings.
public struct RecentReadings: Sendable {
    /// One reading, without what all of the point have in common.
    public struct Entry: Sendable, Equatable {
        /// Value or reason.
        public var measurement: Measurement
        /// When.
        public var time: Timestamp
    }

    /// How many are kept.
    public static let capacity = 64

    private var entries: [Entry] = []
    private var next = 0

    /// With none.
    public init() {}

    /// Takes a reading in the place of the oldest.
    public mutating func take(_ reading: Reading) {
        let entry = Entry(measurement: reading.measurement, time: reading.time)
        if entries.count < Self.capacity { return entries.append(entry) }
        entries[next] = entry
        next = (next + 1) % Self.capacity
    }

    /// The newest, at most so many, oldest first.
    public func last(_ count: Int) -> [Entry] { Array((entries[next...] + entries[..<next]).suffix(count)) }
}
