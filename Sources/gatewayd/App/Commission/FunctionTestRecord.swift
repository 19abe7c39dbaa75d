// What a person has confirmed of a function test, as it stands in commissioning.json.
import SensorModel

/// The newest function test of a point.
struct FunctionTestRecord: Codable, Sendable, Equatable {
    var cover: String
    var sensor: String
    var channel: String
    /// Serial number of the device that was tested; nil where the configuration names none.
    var serial: String?
    /// `rise`, `fall` or `change`.
    var expect: String
    /// What the person confirmed.
    var passed: Bool
    /// The value before, and the one that lay furthest from it.
    var before: Double
    var furthest: Double
    var unit: String
    /// When it was confirmed, RFC 3339, UTC.
    var time: String
    /// `synced`, `holdover` or `unsynced`.
    var clock: String
    /// Who confirmed it.
    var by: String

    var place: SensorPlace { SensorPlace(cover: cover, sensor: sensor) }

    /// - Parameters:
    ///   - test: it is over.
    ///   - by: who confirmed it.
    init(_ test: FunctionTest, of point: Point, serial: String?, passed: Bool, at now: Timestamp, by: String) {
        (cover, sensor, channel) = (point.cover, point.sensor, point.channel)
        self.serial = serial
        self.passed = passed
        (expect, before, furthest) = (test.expectation.rawValue, test.before, test.furthest)
        unit = test.quantity.unit.rawValue
        (time, clock) = (now.wall.rfc3339, now.clock.rawValue)
        self.by = by
    }
}
