// What a scrape is made from: the reports that gatewayctl shows, and the few figures that stand in none of them.
import Alarms
import DiagnosticsProtocol
import SensorModel

/// The figures of one moment. A report that could not be had is nil: the rest is shown all the same.
struct MetricsFigures: Sendable {
    /// Readings of one sensor, all its channels together.
    struct SensorCount: Sendable {
        var cover: String
        var sensor: String
        var counts: ReadingCounts
    }

    /// Edges of one contact that are known to be lost.
    struct LostEdges: Sendable {
        var bus: String
        var cover: String
        var sensor: String
        var count: UInt64
    }

    /// Version of the daemon.
    var version: String
    /// When the daemon started, seconds since 1970, as its clock said then.
    var started: Double
    /// Seconds since then, on the monotonic clock.
    var uptime: Double
    var clock: ClockState
    /// How often the wall clock was stepped.
    var clockSteps: UInt64 = 0
    var status: StatusReport?
    var sensors: SensorReport?
    var alarms: AlarmReport?
    var buses: BusReport?
    var outbox: OutboxReport?
    var uplinks: UplinkReport?
    var readings: [SensorCount] = []
    var transitions: [AlarmStep: UInt64] = [:]
    var lostEdges: [LostEdges] = []
    /// When each uplink's last message was acknowledged, seconds since 1970.
    var acknowledged: [String: Double] = [:]
    var process: ProcessFigures?
}
