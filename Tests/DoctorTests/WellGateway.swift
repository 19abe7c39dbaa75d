// A gateway with which nothing is wrong, to be spoiled by a test.
import DiagnosticsProtocol
import Doctor
import SensorModel

enum WellGateway {
    static let code = "3205820102048188"
    static let label = DoctorCover(code: code, name: "人民路56号井", place: "东南角")

    static var status: StatusReport {
        StatusReport(
            gateway: "gw-1", version: "1", healthy: true, problems: [], started: "t", uptimeSeconds: 1, boot: "b", store: "s",
            clock: "synced", configuration: .init(path: "/etc/g.yaml", hash: "h", state: "current", errors: []), buses: [],
            sensors: .init(total: 2, good: 2, bad: 0), alarms: .init(active: 0, unacknowledged: 0),
            outbox: .init(readingsWaiting: 0, alarmsWaiting: 0), uplinks: [])
    }

    static func row(_ sensor: String, _ quantity: Quantity, bus: String = "rs485-1") -> SensorRow {
        SensorRow(
            point: "\(code)/\(sensor)/value", cover: code, coverName: "人民路56号井", sensor: sensor, channel: "value",
            quantity: quantity.rawValue, unit: quantity.unit.rawValue, value: 1, quality: "good", bus: bus)
    }

    static func unit(_ address: Int, _ sensor: String) -> BusRow.Unit {
        BusRow.Unit(
            unit: address, sensors: ["\(code)/\(sensor)"], transactions: 100, replies: 96, timeouts: 0, checksumErrors: 4,
            mismatches: 0, exceptions: 0, probes: 0, resynchronising: false)
    }

    static func alarm(_ state: String, severity: Int = 2, seconds: Double, shelvedFor: Double? = nil) -> DoctorFacts.Alarm {
        .init(
            row: AlarmRow(
                alarm: "a-1", rule: "methane-high", severity: severity, state: state, cover: code,
                point: "\(code)/ch4/value", raised: "t", changed: "t"),
            seconds: seconds, shelvedBy: shelvedFor == nil ? nil : "li: repair", shelvedFor: shelvedFor)
    }

    static func output(confirmed: Bool? = true, problem: String? = nil) -> ChipRow.Output {
        ChipRow.Output(output: "siren", line: "GPIO5", activeLow: false, failSafe: true, confirmed: confirmed, problem: problem)
    }

    static var facts: DoctorFacts {
        var facts = DoctorFacts(status: status)
        facts.sensors = [row("ch4", .methane), row("water", .temperature)]
        facts.buses = [
            BusRow(
                id: "rs485-1", kind: "modbus-rtu", address: "/dev/ttyS4 9600 none", connected: true, utilisation: 0.1,
                connects: 1, strayBytes: 0, units: [unit(3, "ch4"), unit(4, "water")])
        ]
        facts.chips = [
            ChipRow(
                bus: "box", chip: "c", library: "l", kernelDebounce: true, sequenceNumbers: true, lines: [], outputs: [output()])
        ]
        facts.lanes = ["alarms", "readings"].map {
            .init(
                lane: $0, waiting: 5, bytes: 80 << 20, maxBytes: 100 << 20, evicted: 0, committed: 9, dropped: 0, uplinks: [])
        }
        facts.uplinks = [
            UplinkRow(
                id: "city", kind: "mqtt", format: "native", state: "connected", link: "broker:8883", since: nil, problem: nil,
                nobodyListening: [], inflightMessages: 0, inflightBytes: 0, windowBytes: 0, sent: 1, acknowledged: 1,
                refused: 0, commandsReceived: 0, commandsRefused: 0, receipts: 0, repliesDropped: 0, reconnects: 0,
                lastAck: nil, nextAttemptInSeconds: nil)
        ]
        facts.alarms = [alarm("unacknowledged", seconds: 899), alarm("acknowledged", seconds: 9e6)]
        facts.people = [.init(place: code, isTest: false, by: "li", seconds: 3600, left: 60)]
        facts.covers = [
            .init(
                label: label, risk: ["crowded"],
                sensors: [
                    .init(id: "ch4", quantities: [.methane], profile: "xcd"), .init(id: "water", quantities: [.temperature]),
                ])
        ]
        facts.machine.store = "/var/lib/gatewayd"
        facts.machine.freeBytes = 1 << 30
        (facts.machine.residentBytes, facts.machine.memoryLimit) = (20 << 20, 100 << 20)
        (facts.machine.memoryTotal, facts.machine.memoryLeft) = (1000 << 20, 500 << 20)
        (facts.machine.descriptors, facts.machine.mostDescriptors) = (20, 1024)
        facts.machine.certificates = [.init(uplink: "city", file: "/ca.pem", left: 31 * 86_400)]
        return facts
    }

    /// The findings about the gateway after something was done to it.
    static func findings(_ spoil: (inout DoctorFacts) -> Void = { _ in }) -> [DoctorFinding] {
        var facts = facts
        spoil(&facts)
        return Doctor(facts).findings
    }
}
