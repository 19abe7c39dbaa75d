// The function tests that are under way or wait to be confirmed: one for each point, gone with the daemon.
import SensorModel
import Synchronization

/// Holds them. Bounded by the points of the configuration.
final class RunningTests: Sendable {
    private let tests = Mutex<[Point: FunctionTest]>([:])

    /// Begins one; an older one of the point is forgotten.
    func begin(_ test: FunctionTest, of point: Point) { tests.withLock { $0[point] = test } }

    /// The newest of a point.
    func test(of point: Point) -> FunctionTest? { tests.withLock { $0[point] } }

    /// Takes a reading of the point.
    func take(_ reading: Reading) { tests.withLock { $0[reading.point]?.take(reading) } }

    /// It is on record.
    func end(_ point: Point) { tests.withLock { $0[point] = nil } }
}
