// From figures to text: names by the conventions, labels bounded by the configuration, and values as the reports have them.
import Alarms
import DiagnosticsProtocol
import Glibc
import SensorModel
import Testing

@testable import Gateway

@Suite struct MetricsTests {
    static let families = Metrics.groups.flatMap(\.families)

    @Test(arguments: families.map(\.name))
    func `names follow the conventions`(name: String) throws {
        let family = try #require(Self.families.first { $0.name == name })
        #expect(name.wholeMatch(of: /[a-z][a-z0-9]*(_[a-z0-9]+)*/) != nil)
        #expect(name.hasPrefix("gatewayd_") || name.hasPrefix("process_"))
        #expect((family.kind == .counter) == name.hasSuffix("_total"))
        if !family.unit.isEmpty { #expect(name.hasSuffix("_\(family.unit)") || name.hasSuffix("_\(family.unit)_total")) }
        for ending in ["_ms", "_milliseconds", "_percent", "_minutes", "_kilobytes", "_count", "_sum", "_bucket"] {
            #expect(!name.hasSuffix(ending))
        }
        for label in family.labels { #expect(label.wholeMatch(of: /[a-z][a-z0-9]*(_[a-z0-9]+)*/) != nil) }
        #expect(Set(family.labels).count == family.labels.count)
        #expect(family.meaning.hasSuffix(".") && !family.meaning.contains("\n"))
    }

    @Test func `no two metrics share a name, and no label names an alarm or an error`() {
        #expect(Set(Self.families.map(\.name)).count == Self.families.count)
        let bounded: Set = [
            "version", "gateway", "boot", "store", "state", "hash", "report", "cover", "name", "sensor", "bus", "unit_address",
            "profile", "serial", "channel", "quantity", "unit", "quality", "severity", "kind", "lane", "uplink", "format",
        ]
        #expect(Set(Self.families.flatMap(\.labels)).subtracting(bounded).isEmpty)
    }

    private func text(_ change: (inout MetricsFigures) -> Void = { _ in }) -> [Substring] {
        var figures = MetricsFigures(version: "1.2.3", started: 1_763_712_000, uptime: 12.5, clock: .holdover, clockSteps: 3)
        change(&figures)
        return Metrics.text(of: figures).split(separator: "\n")
    }

    @Test func `parts that do not answer are said to be missing, and the rest is there`() {
        let lines = text()
        #expect(lines.contains("gatewayd_build_info{version=\"1.2.3\"} 1"))
        #expect(lines.contains("gatewayd_uptime_seconds 12.5"))
        #expect(lines.contains("gatewayd_clock_state{state=\"holdover\"} 1") && lines.contains("gatewayd_clock_synced 0"))
        #expect(lines.contains("gatewayd_clock_steps_total 3"))
        #expect(lines.contains("gatewayd_report_available{report=\"outbox\"} 0"))
        #expect(!lines.contains { $0.hasPrefix("gatewayd_healthy") || $0.hasPrefix("gatewayd_alarms{") })
    }

    @Test func `a bad point has a quality and an age, and no value`() {
        let row = SensorRow(
            point: "C/s/c", cover: "C", coverName: "井 \"1\"\\", sensor: "s", channel: "c", quantity: "methane", unit: "%LEL",
            value: nil, quality: "bad", reason: "timeout", ageSeconds: 2, bus: "plc")
        var good = row
        (good.channel, good.value, good.quality) = ("d", 12.5, "uncertain")
        let lines = text { $0.sensors = SensorReport(sensors: [row, good]) }
        let point = "cover=\"C\",sensor=\"s\",channel=\"c\""
        #expect(lines.contains("gatewayd_point_quality{\(point),quality=\"bad\"} 1"))
        #expect(lines.contains("gatewayd_point_quality{\(point),quality=\"good\"} 0"))
        #expect(lines.contains("gatewayd_point_age_seconds{\(point)} 2"))
        #expect(
            lines.filter { $0.hasPrefix("gatewayd_point_value{") } == [
                "gatewayd_point_value{cover=\"C\",sensor=\"s\",channel=\"d\",quantity=\"methane\",unit=\"%LEL\"} 12.5"
            ])
        #expect(lines.contains("gatewayd_cover_info{cover=\"C\",name=\"井 \\\"1\\\"\\\\\"} 1"))
    }

    private func unit(_ address: Int, _ sensors: [String], _ count: Int, longest: Double? = nil) -> BusRow.Unit {
        BusRow.Unit(
            unit: address, sensors: sensors, transactions: count, replies: count, timeouts: 0, checksumErrors: 0, mismatches: 0,
            exceptions: 0, probes: 0, latencyMaxMs: longest, latencyTotalMs: 10 * Double(count), resynchronising: false)
    }

    @Test func `units that nobody configured share one label, however many a scan finds`() {
        var units = [unit(3, ["C/s"], 5, longest: 40)] + (10...247).map { unit($0, [], 2) }
        (units[0].silences, units[0].quarantineSeconds) = (4, 7.5)
        let bus = BusRow(
            id: "plc", kind: "modbus-tcp", address: "192.0.2.1:502", connected: true, utilisation: 0.1, busySeconds: 1.25,
            connects: 1, strayBytes: 0, units: units)
        let lines = text { $0.buses = BusReport(buses: [bus]) }
        #expect(
            lines.filter { $0.hasPrefix("gatewayd_bus_unit_transactions_total{") } == [
                "gatewayd_bus_unit_transactions_total{bus=\"plc\",unit_address=\"3\"} 5",
                "gatewayd_bus_unit_transactions_total{bus=\"plc\",unit_address=\"other\"} 476",
            ])
        #expect(lines.contains("gatewayd_bus_unit_reply_seconds_total{bus=\"plc\",unit_address=\"3\"} 0.05"))
        #expect(lines.contains("gatewayd_bus_unit_reply_max_seconds{bus=\"plc\",unit_address=\"3\"} 0.04"))
        #expect(lines.contains("gatewayd_bus_busy_seconds_total{bus=\"plc\"} 1.25"))
        #expect(lines.contains("gatewayd_bus_quarantined_units{bus=\"plc\"} 1"))
        #expect(!lines.contains { $0.contains("reply_max_seconds{bus=\"plc\",unit_address=\"other\"}") })
    }

    @Test func `alarms are counted by severity and state, never named`() {
        func row(_ id: String, _ severity: Int, _ state: String) -> AlarmRow {
            AlarmRow(alarm: id, rule: "secret-rule", severity: severity, state: state, raised: "t", changed: "t")
        }
        let lines = text { figures in
            figures.alarms = AlarmReport(
                alarms: [row("A1", 3, "unacknowledged"), row("A2", 3, "unacknowledged"), row("A3", 2, "acknowledged")])
            figures.transitions = [AlarmStep(severity: .danger, to: .unacknowledged): 4]
        }
        #expect(lines.contains("gatewayd_alarms{severity=\"3\",state=\"unacknowledged\"} 2"))
        #expect(lines.contains("gatewayd_alarms{severity=\"1\",state=\"unacknowledged\"} 0"))
        #expect(lines.contains("gatewayd_alarm_transitions_total{severity=\"3\",state=\"unacknowledged\"} 4"))
        #expect(!lines.contains { $0.contains("secret-rule") || $0.contains("A1") })
        #expect(lines.filter { $0.hasPrefix("gatewayd_alarms{") }.count == 3 * 6)
    }

    @Test func `the kernel's figures of this process are read`() throws {
        let figures = ProcessFigures.read()
        #expect(try #require(figures.processorSeconds) > 0)
        #expect(try #require(figures.residentBytes) > 1 << 20)
        #expect(try #require(figures.virtualBytes) >= figures.residentBytes ?? 0)
        #expect(try #require(figures.threads) >= 1)
        #expect(try #require(figures.openDescriptors) >= 3)
    }
}
