// What can happen to a wall clock, to be put on record.
import SensorModel

/// Something that a person may have to know of the wall clock.
public enum ClockEvent: Sendable, Equatable {
    /// It was set, not slewed.
    case step(ClockStep)
    /// The kernel says synchronised of a clock that lies below what was seen before: it is not trusted.
    case behind(wall: WallTime, floor: WallTime)
    /// Such a clock has stood for so long that it is believed; the floor was wrong.
    case believed(wall: WallTime, floor: WallTime)
}

/// A step of the wall clock.
public struct ClockStep: Sendable, Equatable {
    /// Wall time minus monotonic time, in milliseconds.
    public var offsetBefore: Int64, offsetAfter: Int64
    /// What was said of the clock, and what is said now.
    public var before: ClockState, after: ClockState
    /// What it shows now.
    public var wall: WallTime

    /// - Parameters: as the properties.
    public init(offsetBefore: Int64, offsetAfter: Int64, before: ClockState, after: ClockState, wall: WallTime) {
        (self.offsetBefore, self.offsetAfter, self.before, self.after, self.wall) =
            (offsetBefore, offsetAfter, before, after, wall)
    }

    /// By how much, forward or back.
    public var duration: Duration { .milliseconds(offsetAfter &- offsetBefore) }
}
