// The wire types: stable names, nulls instead of gaps, and an OpenAPI file that names the same routes.
import DiagnosticsProtocol
import FoundationEssentials
import Testing

@testable import DiagnosticsClient

@Suite struct ProtocolTests {
    @Test func `fields are snake case and always there`() throws {
        let row = UplinkRow(
            id: "city", kind: "mqtt", format: "native", state: "waiting", nobodyListening: [], inflightMessages: 0,
            inflightBytes: 0,
            windowBytes: 4096, sent: 0, acknowledged: 0, refused: 0, reconnects: 0)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        #expect(
            String(decoding: try encoder.encode(row), as: UTF8.self)
                == #"{"acknowledged":0,"alarms_sent_again":0,"commands_received":0,"commands_refused":0,"#
                + #""format":"native","id":"city","inflight_bytes":0,"inflight_messages":0,"kind":"mqtt","#
                + #""last_ack":null,"link":null,"next_attempt_in_seconds":null,"nobody_listening":[],"problem":null,"#
                + #""receipts":0,"receipts_awaited":0,"receipts_given_up":0,"reconnects":0,"refused":0,"#
                + #""replies_dropped":0,"sent":0,"#
                + #""since":null,"state":"waiting","window_bytes":4096}"#)
    }

    @Test func `a field an older daemon does not send is nil`() throws {
        let text = #"{"id":"plc","connected":true}"#
        #expect(
            try JSONDecoder().decode(StatusReport.Bus.self, from: Data(text.utf8)) == StatusReport.Bus(id: "plc", connected: true)
        )
    }

    @Test(arguments: ["C1", "人民路 56", "a&b=c%d", ""])
    func `percent coding is its own inverse`(text: String) {
        let coded = PercentCoding.encode(text)
        #expect(coded.utf8.allSatisfy { $0 < 0x7F && $0 > 0x20 && $0 != UInt8(ascii: "&") })
        #expect(PercentCoding.decode(coded) == text)
    }

    @Test(arguments: ["%", "%1", "%+1", "%zz", "%FF"])
    func `broken percent coding is not guessed at`(text: String) { #expect(PercentCoding.decode(text) == nil) }

    /// The field names of a JSON object.
    private struct Fields: Decodable {
        struct Name: CodingKey {
            let stringValue: String
            let intValue: Int? = nil
            init?(stringValue: String) { self.stringValue = stringValue }
            init?(intValue: Int) { nil }
        }

        let names: Set<String>

        init(from decoder: any Decoder) throws {
            names = Set(try decoder.container(keyedBy: Name.self).allKeys.map(\.stringValue))
        }
    }

    private static let configuration = ConfigurationReport(
        path: "/etc/gatewayd/gateway.yaml", hash: "sha256:0", state: "last-good", since: "2026-11-21T04:00:00.000Z",
        errors: ["gateway.yaml:1:1: error: schema: missing"], file: "changed", yaml: "schema: 1\n",
        values: [.init(key: "schema", value: "1", isDefault: false)],
        rules: [.init(id: "methane-high", origin: "pack", file: "/usr/share/gas.yaml")],
        units: [
            .init(
                sensor: "C1/ch4", bus: "plc", unit: 1, profile: "p", file: "/p.yaml", responseTimeoutMs: 500, maxLatencyMs: 1000,
                gapMs: 0, warmUpMs: 0, maxRegisters: 125)
        ])

    private static let scan = BusScanReport(
        bus: "b", state: "done", now: "", asked: 1, remaining: 0, remainingSeconds: 0, blindSeconds: 0,
        devices: [.init(unit: 3, settings: nil, profiles: [], sensors: [], seen: "holding 0 reads 0x0001")])

    private static let zero = TiltZeroRow(channel: "tilt", scatter: 0.1, time: "t", clock: "synced", by: "b")
    private static let cover = CommissionCover(code: "c", scheme: "component16", risk: [])
    private static let test = FunctionTestRow(
        channel: "c", expect: "rise", passed: true, before: 0, furthest: 9, unit: "deg", by: "b", time: "t", clock: "synced")
    private static let signed = CommissionProtocol(
        schema: 1, gateway: "g", version: "1", store: "s", configuration: "sha256:0", time: "t", clock: "synced", by: "b",
        origin: "field", complete: true, commission: CommissionReport(cover: cover, sensors: [], missing: []), bindings: [])
    private static let binding = BindingReport.Row(
        sensor: "c/s", coverName: nil, serial: "1", profile: nil, from: "t", fromClock: "synced")

    @Test func `a configuration that is not the file's says so above its YAML, in comments`() {
        let text = Renderer(colour: false).text(Self.configuration)
        let lines = text.split(separator: "\n")
        #expect(lines.last == "schema: 1")
        #expect(lines.dropLast().allSatisfy { $0.hasPrefix("# ") })
        for words in ["sha256:0", "was refused", "error: schema: missing", "correct the file and restart"] {
            #expect(text.contains(words), "\(words)")
        }
    }

    @Test func `the socket is found in words as a shell splits them`() {
        #expect(CommandLineOrder.socket(in: ["gatewayctl", "--socket", "/s", "read", ""]) == "/s")
        #expect(CommandLineOrder.socket(in: ["gatewayctl", "read", "--socket=/s", ""]) == "/s")
        #expect(CommandLineOrder.socket(in: ["gatewayctl", "--socket", "=", "/s", "read"]) == "/s")
        #expect(CommandLineOrder.socket(in: ["gatewayctl", "--socket", "/a", "read", "--socket", "/b"]) == "/b")
        #expect(CommandLineOrder.socket(in: ["gatewayctl", "read", "--socket"]) == nil)
        #expect(CommandLineOrder.socket(in: ["gatewayctl", "read"]) == nil)
    }

    private func openAPI() throws -> [Substring] {
        let root = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3).joined(separator: "/")
        let text = String(decoding: try Data(contentsOf: URL(filePath: root + "/docs/openapi.yaml")), as: UTF8.self)
        return text.split(separator: "\n")
    }

    /// Rows of `commission`.
    private static var commissionRows: [(String, any Encodable)] {
        [
            ("CommissionZeroRequest", CommissionZeroRequest(sensor: "c/s")), ("TiltZeroRow", Self.zero),
            ("CommissionZeroChange", CommissionZeroReport.Change(zero: Self.zero, before: 1, after: nil)),
            ("CommissionZeroReport", CommissionZeroReport(sensor: "c/s", coverName: nil, changes: [], notice: "n")),
            ("CommissionReport", CommissionReport(cover: Self.cover, sensors: [], missing: [])),
            ("CommissionCover", Self.cover),
            ("CommissionRegisters", CommissionRegisters(table: "holding", address: 1, words: [])),
            (
                "CommissionChannel",
                CommissionChannel(channel: "c", quantity: "tilt", unit: "deg", quality: "good", registers: [])
            ),
            (
                "CommissionSensor",
                CommissionSensor(sensor: "s", bus: "b", identity: "none", channels: [], zeros: [], tests: [])
            ),
            ("FunctionTestRow", Self.test), ("FunctionTestStep", FunctionTestStep(point: "c/s/c")),
            ("FunctionTestRequest", FunctionTestRequest(point: "c/s/c", expect: "rise", seconds: 60)),
            ("FunctionTestConfirmation", FunctionTestConfirmation(point: "c/s/c", passed: true)),
            (
                "FunctionTestReport",
                FunctionTestReport(
                    point: "c/s/c", unit: "deg", expect: "rise", state: "moved", least: 5, before: 0, furthest: 9, readings: 2,
                    bad: 0, secondsLeft: 0, instruction: "lift")
            ),
            ("CommissionOrder", CommissionOrder(cover: "c")), ("AuditPosition", AuditPosition(seq: 1, hash: "h")),
            ("CommissionProtocol", Self.signed),
            ("CommissionDocument", CommissionDocument(report: Self.signed, signature: "", algorithm: "Ed25519", publicKey: "")),
            ("BindingRow", Self.binding), ("BindingReport", BindingReport(bindings: [])),
        ]
    }

    /// Rows of `audit`.
    private static var auditRows: [(String, any Encodable)] {
        let fault = AuditVerification.Fault(kind: "cut", seq: 3, file: "audit.log", line: 0, message: "m")
        let record = AuditRow(
            seq: 1, time: "t", clock: "synced", actor: "a", action: "export", subject: "s", via: "local", previous: "0", hash: "1"
        )
        return [
            ("AuditRow", record), ("AuditReport", AuditReport(records: [record])), ("AuditFault", fault),
            ("AuditVerification", AuditVerification(ok: true, folder: "/", files: [], records: 0)),
        ]
    }

    @Test func `the OpenAPI file has the fields of the rows and no others`() throws {
        let sensor = SensorRow(
            point: "p", cover: "c", sensor: "s", channel: "c", quantity: "q", unit: "u", quality: "bad", bus: "b")
        let alarm = AlarmRow(alarm: "a", rule: "r", severity: 1, state: "s", raised: "t", changed: "t")
        let unit = BusRow.Unit(
            unit: 1, sensors: [], transactions: 0, replies: 0, timeouts: 0, checksumErrors: 0, mismatches: 0, exceptions: 0,
            probes: 0,
            resynchronising: false)
        let lane = OutboxReport.Lane(
            lane: "alarms", waiting: 0, bytes: 0, maxBytes: 0, evicted: 0, committed: 0, dropped: 0, uplinks: [])
        let line = ChipRow.Line(offset: 0, direction: "input", activeLow: false)
        let chip = ChipRow(bus: "b", chip: "c", library: "l", kernelDebounce: false, sequenceNumbers: false, lines: [])
        let frame = BusFrameRow(number: 1, time: "t", kind: "request", unit: 3, hex: "03", problem: "")
        let read = BusReadRequest(bus: "b", unit: 3, table: "holding", address: 0, count: 2)
        let write = BusWriteRequest(bus: "b", unit: 3, table: "holding", address: 0, words: [5])
        let form = BusReadReport.Form(offset: 0, words: 1, type: "int16", wordOrder: nil, byteOrder: "big", value: "1")
        let bus = BusRow(
            id: "b", kind: "gpio", address: "a", connected: true, utilisation: 0, connects: 0, strayBytes: 0, units: [])
        let advice = EntryAdviceReport.withoutGateway(cover: "C", .en)
        let day = EntryAdviceReport.Day(
            point: "p", quantity: "q", unit: "u", lowest: nil, highest: nil, seenSeconds: 0, emptyHours: 0, text: "")
        let rows: [(String, any Encodable)] = [
            ("DoctorReport", DoctorReport(language: "en", well: true, summary: "", findings: [])),
            (
                "DoctorFinding",
                DoctorReport.Finding(severity: "notice", code: "c", kind: "gateway", subject: "", wrong: "w", remedy: "r")
            ),
            ("EntryAdviceReport", advice), ("EntryFinding", advice.findings[0]), ("EntryDay", day),
            ("BusRow", bus), ("BusFrame", frame), ("BusReadRequest", read), ("BusReadForm", form), ("BusWriteRequest", write),
            ("BusTraceReport", BusTraceReport(bus: "b", kind: "modbus-rtu", frames: [frame], last: 1, connected: true)),
            ("BusReadReport", BusReadReport(request: read, words: [], forms: [form], frames: [frame])),
            ("BusWriteReport", BusWriteReport(request: write, confirmed: true, frames: [frame])),
            ("OutboxExportRequest", OutboxExportRequest(lane: "readings")),
            ("OutboxExportPage", OutboxExportPage(export: 1, audit: 1, lines: "", corrupt: 0)),
            ("OutboxVerification", OutboxVerification(lane: "alarms", ok: true, records: 0, gaps: 0)),
            ("OutboxFault", OutboxVerification.Fault(seq: 1, kind: "checksum", message: "m")),
            ("SensorRow", sensor), ("AlarmRow", alarm), ("BusUnit", unit), ("OutboxLane", lane),
            ("ChipRow", chip), ("ChipLine", line),
            ("ChipOutput", ChipRow.Output(output: "o", line: "l", activeLow: false, failSafe: true)),
            ("ConfigurationReport", Self.configuration),
            ("ConfigurationValue", Self.configuration.values[0]), ("ConfigurationRule", Self.configuration.rules[0]),
            ("ConfigurationUnit", Self.configuration.units[0]), ("BusScanReport", Self.scan),
            ("BusScanDevice", Self.scan.devices[0]), ("BusScanRequest", BusScanRequest(bus: "b", otherSettings: true)),
            ("BusScanStop", BusScanStop(bus: "b")), ("BusCover", BusCover(cover: "C1")), ("BusReport", BusReport(buses: [])),
        ]
        for (schema, row) in rows + ConfigurationSamples.rows + Self.commissionRows + Self.auditRows + CaseSamples.rows
            + People.rows
        {
            let sent = try JSONDecoder().decode(Fields.self, from: JSONEncoder().encode(row)).names
            let block = try openAPI().drop { $0 != "    \(schema):" }.dropFirst().prefix { $0.hasPrefix("     ") }
            let described = block.drop { $0 != "      properties:" }.dropFirst().map {
                $0.drop { $0 == " " }.prefix { $0 != ":" }
            }
            #expect(Set(described.map(String.init)) == sent, "\(schema)")
        }
    }

    @Test func `the OpenAPI file names the routes of the table and no others`() throws {
        var described: Set<String> = []
        var path = ""
        for line in try openAPI() {
            if line.hasPrefix("  /") {
                path = String(line.dropFirst(2).prefix { $0 != ":" })
            } else if !line.hasPrefix("    ") {
                path = ""
            } else if !path.isEmpty, line == "    get:" || line == "    post:" {
                described.insert("\(line.dropFirst(4).dropLast().uppercased()) \(path)")
            }
        }
        #expect(described == Set(DiagnosticsRoute.allCases.map { "\($0.method) \($0.path)" }))
    }

    @Test func `common options before the verb are taken as if they stood behind it`() {
        #expect(CommandLineOrder.verbFirst(["--json", "alarms", "list"]) == ["alarms", "list", "--json"])
        #expect(CommandLineOrder.verbFirst(["--socket", "/s", "--json", "status"]) == ["status", "--socket", "/s", "--json"])
        #expect(CommandLineOrder.verbFirst(["--socket=/s", "read", "--", "p"]) == ["read", "--socket=/s", "--", "p"])
        #expect(CommandLineOrder.verbFirst(["status", "--json"]) == ["status", "--json"])
        #expect(CommandLineOrder.verbFirst(["--socket"]) == ["--socket"])
        #expect(CommandLineOrder.verbFirst(["--json"]) == ["--json"])
    }
}
