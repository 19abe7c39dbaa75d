// The tests of sensors that are on, with what their sensors said meanwhile; fed by the intake.
import Alarms
import SensorModel
import Synchronization

/// What a sensor said while it was tested.
struct CalibrationTally: Sendable, Equatable {
    /// Readings with a value.
    var readings = 0
    /// The lowest of them.
    var lowest: Double?
    /// The highest of them.
    var highest: Double?
    /// The last of them.
    var last: Double?

    /// One more value.
    mutating func take(_ value: Double) {
        readings += 1
        lowest = min(lowest ?? value, value)
        highest = max(highest ?? value, value)
        last = value
    }

    /// The value that came nearest to what was applied, as far as the lowest and the highest tell; nil when there was none.
    func nearest(to applied: Double) -> Double? {
        guard let lowest, let highest else { return nil }
        return min(max(applied, lowest), highest)
    }
}

/// Holds them: one for each point, bounded by the points of the configuration. Never waits.
final class RunningCalibrations: Sendable {
    private struct Entry {
        var test: SensorTest
        var tally = CalibrationTally()
        /// A person is just ending it.
        var isEnding = false
    }

    private let entries = Mutex<[Point: Entry]>([:])

    /// A test is on; one that is known already goes on.
    func begin(_ test: SensorTest) {
        entries.withLock { entries in
            if entries[test.point]?.test.since != test.since { entries[test.point] = Entry(test: test) }
        }
    }

    /// Takes a reading.
    func observe(_ reading: Reading) {
        entries.withLock { entries in
            guard !entries.isEmpty, let value = reading.measurement.value else { return }
            entries[reading.point]?.tally.take(value)
        }
    }

    /// A person ends a test: from now on nobody else does.
    func end(_ point: Point) -> CalibrationTally {
        entries.withLock { entries in
            entries[point]?.isEnding = true
            return entries[point]?.tally ?? CalibrationTally()
        }
    }

    /// The person could not end it: it goes on.
    func goOn(_ point: Point) { entries.withLock { $0[point]?.isEnding = false } }

    /// The person has ended it.
    func forget(_ point: Point) { entries.withLock { $0[point] = nil } }

    /// Takes out tests that are not on any more and that nobody ends.
    func takeOver(on: Set<Point>) -> [(test: SensorTest, tally: CalibrationTally)] {
        entries.withLock { entries in
            let over = entries.filter { !on.contains($0.key) && !$0.value.isEnding }
            for point in over.keys { entries[point] = nil }
            return over.values.map { ($0.test, $0.tally) }.sorted { "\($0.test.point)" < "\($1.test.point)" }
        }
    }
}
