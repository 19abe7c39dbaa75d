// What the calibration log has to know of a point beside its test.
import Alarms
import DiagnosticsProtocol
import SensorModel

/// A point as it is configured.
struct TestedPoint: Sendable, Equatable {
    /// What people call its cover.
    var coverName: String?
    /// Where that is, in words.
    var place: String?
    /// The device's serial number.
    var serial: String?
    /// What is measured.
    var quantity: Quantity

    /// A test of the point that is over, nobody's word about it yet.
    func row(of test: SensorTest, _ tally: CalibrationTally, end: Timestamp) -> CalibrationRow {
        CalibrationRow(
            point: test.point.description, coverName: coverName, place: place, serial: serial, unit: quantity.unit.rawValue,
            by: test.by,
            reason: test.reason, start: test.since.wall.rfc3339, end: end.wall.rfc3339, clock: end.clock.rawValue,
            readings: tally.readings, lowest: tally.lowest, highest: tally.highest, last: tally.last)
    }
}
