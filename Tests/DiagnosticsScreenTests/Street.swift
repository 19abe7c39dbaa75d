// A gateway as its reports describe it, for the tests of the screen.
import DiagnosticsClient
import DiagnosticsProtocol

@testable import DiagnosticsScreen

/// Reports of a small street, and a screen that has seen them.
enum Street {
    static let first = "3205820102048188"
    static let gas = "\(first)/ch4/gas"

    static func moment(_ seconds: Double) -> Moment {
        let minute = Int(seconds) / 60
        let second = Int(seconds) % 60
        return Moment(
            seconds: seconds, utc: "2026-11-21T04:\(minute < 10 ? "0" : "")\(minute):\(second < 10 ? "0" : "")\(second)Z")
    }

    static func row(
        _ cover: String, _ name: String?, _ sensor: String, _ channel: String, _ quantity: String, _ unit: String,
        _ value: Double?,
        reason: String? = nil, problem: String? = nil
    ) -> SensorRow {
        SensorRow(
            point: "\(cover)/\(sensor)/\(channel)", cover: cover, coverName: name, sensor: sensor, channel: channel,
            quantity: quantity, unit: unit, value: value, quality: reason == nil ? "good" : value == nil ? "bad" : "uncertain",
            reason: reason, time: "2026-11-21T04:00:00.123Z", ageSeconds: 4.2, bus: "rs485-1", unitAddress: 3,
            profile: "honeywell-sensepoint-xcd", serial: "XCD-2231", problem: problem)
    }

    /// Two covers with Chinese names, one alarm, one silent sensor, a contact.
    static func snapshot(gas value: Double = 38, alarm: String? = "unacknowledged", healthy: Bool = true) -> GatewaySnapshot {
        let other = "3205820102048189"
        let sensors = [
            row(other, "中山路与长安路交叉口东北角12号井", "level", "depth", "water-depth", "m", 1.234),
            row(other, "中山路与长安路交叉口东北角12号井", "lid", "state", "cover-open", "1", 0),
            row(
                first, "人民路56号井", "tilt", "x", "tilt", "deg", nil, reason: "timeout",
                problem: "unit 80 does not answer; look at its supply"),
            row(first, "人民路56号井", "ch4", "gas", "methane", "%LEL", value),
        ]
        let alarms = alarm.map { state in
            [
                AlarmRow(
                    alarm: "019a-1", rule: "methane-high", severity: 3, state: state, cover: first, coverName: "人民路56号井",
                    point: gas, value: value, unit: "%LEL", threshold: 20, raised: "2026-11-21T04:00:01Z",
                    changed: "2026-11-21T04:00:01Z", acknowledgedBy: state == "acknowledged" ? "lin" : nil),
                AlarmRow(
                    alarm: "019a-2", rule: "supply-low", severity: 1, state: "acknowledged", raised: "2026-11-20T04:00:01Z",
                    changed: "2026-11-20T04:00:01Z", acknowledgedBy: "wang"),
            ]
        }
        let unit = BusRow.Unit(
            unit: 80, sensors: ["\(first)/tilt"], transactions: 100, replies: 90, timeouts: 9, checksumErrors: 1, mismatches: 0,
            exceptions: 0, probes: 3, latencyMeanMs: 12.5, latencyMaxMs: 80, resynchronising: true)
        return GatewaySnapshot(
            status: status(healthy: healthy), sensors: SensorReport(sensors: sensors), alarms: AlarmReport(alarms: alarms ?? []),
            buses: BusReport(buses: [
                BusRow(
                    id: "rs485-1", kind: "modbus-rtu", address: "/dev/ttyS4 9600 8N1", connected: true, utilisation: 0.234,
                    connects: 1, strayBytes: 0, units: [unit])
            ]),
            outbox: OutboxReport(
                store: "s",
                lanes: ["alarms", "readings"].map { lane in
                    OutboxReport.Lane(
                        lane: lane, waiting: lane == "alarms" ? 1 : 1234, bytes: 4096, maxBytes: 1 << 20,
                        evicted: lane == "alarms" ? 0 : 7, committed: 9, dropped: 0, uplinks: [])
                }),
            uplinks: UplinkReport(uplinks: [
                UplinkRow(
                    id: "city", kind: "mqtt", format: "native", state: "waiting", link: "broker.example:8883",
                    since: "2026-11-21T04:00:00Z", problem: "connection refused; look at the broker", nobodyListening: [],
                    inflightMessages: 0, inflightBytes: 0, windowBytes: 4096, sent: 1, acknowledged: 1, refused: 0, reconnects: 2,
                    nextAttemptInSeconds: 7.5)
            ]))
    }

    private static func status(healthy: Bool) -> StatusReport {
        StatusReport(
            gateway: "gw-500111-0007", version: "1", healthy: healthy,
            problems: healthy ? [] : ["uplink city: no connection to broker.example:8883: refused; look at the broker"],
            started: "2026-11-21T04:00:00.000Z", uptimeSeconds: 1, boot: "b", store: "s", clock: "holdover",
            configuration: .init(path: "/etc/g.yaml", hash: "sha256:0", state: "current", errors: []), buses: [],
            sensors: .init(total: 4, good: 3, bad: 1), alarms: .init(active: 2, unacknowledged: 1),
            outbox: .init(readingsWaiting: 1234, alarmsWaiting: 1), uplinks: [])
    }

    /// A screen after some looks, a second apart.
    static func state(looks: Int = 1, _ look: (Int) -> GatewaySnapshot = { _ in snapshot() }) -> WatchState {
        var state = WatchState(every: 1)
        for number in 0..<looks { state.receive(look(number), at: moment(Double(number))) }
        return state
    }
}
