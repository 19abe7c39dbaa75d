// What people do at a cover that changes what its alarms mean: work there, and test a sensor with gas.
import SensorModel

/// A crew works at a cover, with an order and for a time: what its sensors say of the cover is a note, not an alarm. Gas and
/// oxygen are not muted.
public struct Maintenance: Sendable, Equatable {
    /// The cover's code.
    public var cover: String
    /// Who said so.
    public var by: String
    /// The work order.
    public var order: String
    /// The crew.
    public var crew: String
    /// Why.
    public var reason: String
    /// Since when.
    public var since: Timestamp
    /// Until when, at most 8 h later.
    public var until: Timestamp

    /// - Parameters: as the properties.
    public init(
        cover: String, by: String, order: String, crew: String, reason: String, since: Timestamp, until: Timestamp
    ) {
        self.cover = cover
        self.by = by
        self.order = order
        self.crew = crew
        self.reason = reason
        self.since = since
        self.until = until
    }

    /// The longest one.
    public static let longest = Duration.seconds(8 * 3600)
}

/// One point is given test gas or is calibrated: its readings are `uncertain` (`test-gas`), its alarms are tests, and its cover
/// is not watched for that gas.
public struct SensorTest: Sendable, Equatable {
    /// The point.
    public var point: Point
    /// Who.
    public var by: String
    /// Why: bump test, calibration.
    public var reason: String
    /// Since when.
    public var since: Timestamp
    /// Until when, at most 30 min later.
    public var until: Timestamp

    /// - Parameters: as the properties.
    public init(point: Point, by: String, reason: String, since: Timestamp, until: Timestamp) {
        self.point = point
        self.by = by
        self.reason = reason
        self.since = since
        self.until = until
    }

    /// The longest one.
    public static let longest = Duration.seconds(30 * 60)
}
