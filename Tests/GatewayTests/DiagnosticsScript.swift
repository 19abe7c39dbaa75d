// A scripted source, and a client that can be as rude as a test needs, over a real socket in a folder of its own.
import SensorModel
import DiagnosticsProtocol
import FoundationEssentials
import Gateway
import Glibc
import Platform
import Synchronization

/// Answers with fixed reports and remembers who asked for what.
final class ScriptedSource: DiagnosticsSource {
    let language: EntryLanguage
    let simulatedTime: String?
    private let asked = Mutex<[String]>([])
    private let held: Bool
    private let points: Int
    private let writes: Bool
    private let open = Mutex(false)
    /// Who waits for a reading; nil when readings come at once.
    private let heldReads: Mailbox<CheckedContinuation<Void, Never>>?

    /// - Parameters:
    ///   - held: status waits until `release()`.
    ///   - points: how many rows `sensors` has.
    ///   - heldReads: readings wait until `releaseReads()`.
    ///   - language: of its sentences.
    ///   - simulatedTime: the present moment at its sensors.
    ///   - writes: whether its store takes what is done.
    init(
        held: Bool = false, points: Int = 1, heldReads: Bool = false, language: EntryLanguage = .en, simulatedTime: String? = nil,
        writes: Bool = true
    ) {
        self.writes = writes
        self.language = language
        self.simulatedTime = simulatedTime
        self.heldReads = heldReads ? Mailbox(capacity: 100, whenFull: .dropNewest) : nil
        self.held = held
        self.points = points
    }

    var questions: [String] { asked.withLock { $0 } }

    func release() { open.withLock { $0 = true } }

    func releaseReads() { while let reader = heldReads?.take() { reader.resume() } }

    func note(_ question: String) { asked.withLock { $0.append(question) } }

    func isCommitted() async -> Bool { writes }

    func status() async throws(DiagnosticsFailure) -> StatusReport {
        note("status")
        while held, !open.withLock({ $0 }), !Task.isCancelled { await Task.yield() }
        return StatusReport(
            gateway: "gw-1", version: "1", healthy: true, problems: [], started: "2026-11-21T04:00:00.000Z", uptimeSeconds: 1,
            boot: "b", store: "s", clock: "synced",
            configuration: StatusReport.Configuration(path: "/etc/gateway.yaml", hash: "sha256:0", state: "current", errors: []),
            buses: [], sensors: StatusReport.Sensors(total: 0, good: 0, bad: 0),
            alarms: StatusReport.Alarms(active: 0, unacknowledged: 0),
            outbox: StatusReport.Outbox(readingsWaiting: 0, alarmsWaiting: 0), uplinks: [])
    }

    private func row(_ point: String, value: Double?) -> SensorRow {
        SensorRow(
            point: point, cover: "C1", sensor: "ch4", channel: "gas", quantity: "methane", unit: "%LEL", value: value,
            quality: value == nil ? "bad" : "good", reason: value == nil ? "timeout" : nil, bus: "plc")
    }

    func sensors(cover: String?) async throws(DiagnosticsFailure) -> SensorReport {
        note("sensors \(cover ?? "all")")
        guard cover == nil || cover == "C1" || cover == "井 1" else {
            throw DiagnosticsFailure(.notFound, zh: "没有这个井盖", en: "there is no such cover")
        }
        return SensorReport(sensors: (0..<points).map { _ in row("C1/ch4/gas", value: nil) })
    }

    func read(point: String) async throws(DiagnosticsFailure) -> ReadReport {
        note("read \(point)")
        if let heldReads { await withCheckedContinuation { heldReads.send($0) } }
        return ReadReport(readings: [row(point, value: 12.5)])
    }

    func trace(bus: String, after: UInt64) async throws(DiagnosticsFailure) -> BusTraceReport {
        note("trace \(bus) after \(after)")
        return BusTraceReport(bus: bus, kind: "modbus-rtu", frames: [], last: after, connected: true)
    }

    func read(_ request: BusReadRequest) async throws(DiagnosticsFailure) -> BusReadReport {
        note("bus read \(request.bus) \(request.unit) \(request.table) \(request.address) \(request.count)")
        return BusReadReport(request: request, words: [5], forms: [], frames: [])
    }

    func write(_ request: BusWriteRequest, actor: String) async throws(DiagnosticsFailure) -> BusWriteReport {
        note("bus write \(request.bus) \(request.unit) \(request.words) by \(actor)")
        return BusWriteReport(request: request, confirmed: true, frames: [])
    }

    func startScan(_ request: BusScanRequest, actor: String) async throws(DiagnosticsFailure) -> BusScanReport {
        note("scan \(request.bus)\(request.otherSettings ? " at other settings" : "") by \(actor)")
        return Self.scan(request.bus, "running")
    }

    func scan(bus: String) async throws(DiagnosticsFailure) -> BusScanReport {
        note("how is the scan of \(bus)")
        return Self.scan(bus, "running")
    }

    func stopScan(bus: String, actor: String) async throws(DiagnosticsFailure) -> BusScanReport {
        note("stop the scan of \(bus) by \(actor)")
        return Self.scan(bus, "stopped")
    }

    private static func scan(_ bus: String, _ state: String) -> BusScanReport {
        BusScanReport(
            bus: bus, state: state, now: "", asked: 3, remaining: 0, remainingSeconds: 0, blindSeconds: 0, devices: [])
    }

    func alarms() async throws(DiagnosticsFailure) -> AlarmReport {
        note("alarms")
        return AlarmReport(alarms: [])
    }

    func acknowledge(alarm: String, actor: String, via way: AuditEntry.Way) async throws(DiagnosticsFailure) -> AckReply {
        note("ack \(alarm) by \(actor)")
        guard alarm == "A1" else { throw DiagnosticsFailure(.notFound, .same("there is no such alarm")) }
        return AckReply(alarm: alarm, state: "acknowledged", acknowledgedBy: actor)
    }

    func entryAdvice(cover: String, language: String?) async throws(DiagnosticsFailure) -> EntryAdviceReport {
        note("entry-advice \(cover) \(language ?? "in its own language")")
        return EntryAdviceReport(cover: cover, language: "en", verdict: "stop", answer: "STOP", findings: [], sentence: "")
    }

    func doctor(language: String?) async throws(DiagnosticsFailure) -> DoctorReport {
        note("doctor \(language ?? "in its own language")")
        return DoctorReport(gateway: "gw-1", language: "en", well: true, summary: "", findings: [])
    }

    func buses(bus: String?) async throws(DiagnosticsFailure) -> BusReport {
        note("buses \(bus ?? "all")")
        return BusReport(buses: [])
    }

    func setZero(_ request: CommissionZeroRequest, actor: String) async throws(DiagnosticsFailure) -> CommissionZeroReport {
        note("zero \(request.sensor) by \(actor)")
        return CommissionZeroReport(sensor: request.sensor, coverName: nil, changes: [], notice: "set")
    }

    func commissioned(cover: String) async throws(DiagnosticsFailure) -> CommissionReport {
        note("commissioned \(cover)")
        return CommissionReport(cover: CommissionCover(code: cover, scheme: "component16", risk: []), sensors: [], missing: [])
    }

    private static func test(_ point: String) -> FunctionTestReport {
        FunctionTestReport(
            point: point, unit: "deg", expect: "rise", state: "moved", least: 5, before: 0, furthest: 9, readings: 2, bad: 0,
            secondsLeft: 0, instruction: "lift")
    }

    func startTest(_ request: FunctionTestRequest, actor: String) async throws(DiagnosticsFailure) -> FunctionTestReport {
        note("test \(request.point) \(request.expect) \(request.seconds) by \(actor)")
        return Self.test(request.point)
    }

    func stepTest(_ request: FunctionTestStep) async throws(DiagnosticsFailure) -> FunctionTestReport {
        note("step \(request.point)")
        return Self.test(request.point)
    }

    func confirmTest(
        _ request: FunctionTestConfirmation, actor: String
    ) async throws(DiagnosticsFailure) -> FunctionTestReport {
        note("confirm \(request.point) \(request.passed) by \(actor)")
        return Self.test(request.point)
    }

    func document(_ order: CommissionOrder, actor: String) async throws(DiagnosticsFailure) -> [UInt8] {
        note("report of \(order.cover) by \(actor)")
        return Array(#"{"report":{},"signature":"","algorithm":"Ed25519","public_key":""}"#.utf8)
    }

    func bindings(cover: String?) async throws(DiagnosticsFailure) -> BindingReport {
        note("bindings of \(cover ?? "all")")
        return BindingReport(bindings: [])
    }

    func gpio() async throws(DiagnosticsFailure) -> GPIOReport {
        note("gpio")
        return GPIOReport(chips: [])
    }

    func audit(last: Int) async throws(DiagnosticsFailure) -> AuditReport {
        note("audit \(last)")
        return AuditReport(records: [])
    }

    func verifyAudit(seq: Int64?, head: String?) async throws(DiagnosticsFailure) -> AuditVerification {
        note("verify audit \(seq.map(String.init) ?? "alone") \(head?.prefix(4) ?? "")")
        return AuditVerification(ok: true, folder: "/s", files: ["audit.log"], records: 0)
    }

    func alarmHistory(month: String?, cover: String?, rule: String?) async throws(DiagnosticsFailure) -> AlarmHistoryReport {
        note("history of \(month ?? "now") at \(cover ?? "all") of \(rule ?? "all")")
        return AlarmHistoryReport(month: "2026-11", origin: "field", language: "en", steps: [], leftOut: 0, unreadable: 0)
    }

    func alarmFigures(month: String?) async throws(DiagnosticsFailure) -> AlarmFiguresReport {
        note("figures of \(month ?? "now")")
        return AlarmFiguresReport(
            month: "2026-11", origin: "field", language: "en", gateway: "gw-1", alarms: 0, closed: 0, falseAlarms: 0, tests: 0,
            notes: 0, kinds: [], severities: [], uptime: [], blind: [], unreadable: 0, lost: 0)
    }

    func evidence(alarm: String, actor: String, via way: AuditEntry.Way) async throws(DiagnosticsFailure) -> EvidenceReport {
        note("evidence of \(alarm) for \(actor) via \(way.rawValue)")
        let document = String(repeating: "x", count: alarm == "long" ? 49_153 : 12)
        return EvidenceReport(
            alarm: alarm, complete: true, bytes: document.utf8.count, sha256: "00", audit: .init(seq: 7, hash: "ff"),
            document: document)
    }

    func refused(_ request: String, actor: String) async { note("refused \(request) to \(actor)") }

    func metrics() async -> String {
        note("metrics")
        return "# TYPE gatewayd_healthy gauge\ngatewayd_healthy 1\n"
    }

    func uplinks() async throws(DiagnosticsFailure) -> UplinkReport { throw DiagnosticsFailure(.conflict, .same("not now")) }

    func configuration() async throws(DiagnosticsFailure) -> ConfigurationReport {
        note("configuration")
        return ConfigurationReport(
            path: "/etc/gateway.yaml", hash: "sha256:0", state: "current", since: "2026-11-21T04:00:00.000Z", errors: [],
            file: "same", yaml: "schema: 1\n", values: [.init(key: "schema", value: "1", isDefault: false)], rules: [], units: [])
    }
}

/// A socket of a client that never blocks a thread of the pool.
final class RawClient: Sendable {
    struct Reply: Sendable {
        let status: Int
        let head: String
        let body: [UInt8]
        var error: String? { (try? JSONDecoder().decode(ErrorReport.self, from: Data(body)))?.error }
    }

    private let descriptor: Int32

    /// Connects, or gives nil when nobody listens.
    init?(_ path: String) {
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue), 0)
        let length = socklen_t(MemoryLayout<sockaddr_un>.size)
        var address = SocketAddress.unix(path)
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { [descriptor] in connect(descriptor, $0, length) }
        }
        guard result == 0 else {
            close(descriptor)
            return nil
        }
    }

    /// Connects to a port of the loopback, or gives nil when nobody listens.
    init?(port: Int) {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = TCPAddress.loopback(port)
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { [descriptor] in
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0, fcntl(descriptor, F_SETFL, O_NONBLOCK) == 0 else {
            close(descriptor)
            return nil
        }
    }

    deinit { close(descriptor) }

    /// Sends as much as the socket takes; what the server no longer wants is lost silently.
    func send(_ text: String) async { await send(Array(text.utf8)) }

    func send(_ bytes: [UInt8]) async {
        var rest = bytes[...]
        let deadline = ContinuousClock.now + .seconds(20)
        while !rest.isEmpty, ContinuousClock.now < deadline {
            let count = rest.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            if count > 0 { rest = rest.dropFirst(count) } else if errno == EAGAIN { await Task.yield() } else { return }
        }
    }

    func endSending() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// Reads until the server closes; nil when it has not within 20 s.
    func bytesUntilClosed() async -> [UInt8]? {
        var result: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        let deadline = ContinuousClock.now + .seconds(20)
        while ContinuousClock.now < deadline {
            let count = recv(descriptor, &chunk, chunk.count, 0)
            if count > 0 {
                result += chunk[..<count]
            } else if count == 0 || errno != EAGAIN {
                return result
            } else {
                await Task.yield()
            }
        }
        return nil
    }

    func reply() async -> Reply? {
        guard let bytes = await bytesUntilClosed() else { return nil }
        let text = String(decoding: bytes, as: UTF8.self)
        guard let end = text.firstRange(of: "\r\n\r\n"), text.hasPrefix("HTTP/1.1 "),
            let status = Int(text.dropFirst(9).prefix(3))
        else {
            return nil
        }
        return Reply(status: status, head: String(text[..<end.lowerBound]), body: Array(text[end.upperBound...].utf8))
    }

    /// One whole exchange.
    static func ask(_ path: String, _ method: String, _ target: String, body: String = "") async -> Reply? {
        await RawClient(path)?.ask(method, target, body)
    }

    /// One whole exchange over TCP.
    static func ask(port: Int, _ method: String, _ target: String, body: String = "") async -> Reply? {
        await RawClient(port: port)?.ask(method, target, body)
    }

    private func ask(_ method: String, _ target: String, _ body: String) async -> Reply? {
        await send("\(method) \(target) HTTP/1.1\r\nhost: x\r\ncontent-length: \(body.utf8.count)\r\n\r\n\(body)")
        return await reply()
    }
}

/// Addresses of the loopback.
enum TCPAddress {
    static func loopback(_ port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }
}

/// Addresses of Unix sockets.
enum SocketAddress {
    static func unix(_ path: String) -> sockaddr_un {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix(107)) }
        return address
    }
}

/// A folder that goes away with its content.
final class SocketFolder: Sendable {
    let path: String

    init() {
        var template = Array("/tmp/gatewayd-test-XXXXXX".utf8CString)
        path = mkdtemp(&template).map { String(cString: $0) } ?? "/tmp/gatewayd-test"
    }

    var socket: String { path + "/run/gatewayd.sock" }

    deinit {
        unlink(socket)
        rmdir(path + "/run")
        rmdir(path)
    }
}

/// Runs a server for the time of `body`.
func withServer(
    source: ScriptedSource = ScriptedSource(), limits: DiagnosticsLimits = DiagnosticsLimits(), mayChange: Bool = true,
    _ body: @escaping @Sendable (_ socket: String) async throws -> Void
) async throws {
    let folder = SocketFolder()
    let (listening, ready) = AsyncStream.makeStream(of: Void.self)
    try await withThrowingTaskGroup(of: Void.self) { tasks in
        let server = DiagnosticsServer(path: folder.socket, source: source, limits: limits) { peer in
            PeerIdentity(user: mayChange ? 0 : 1000, name: mayChange ? "root" : "visitor", groups: [peer.group], operators: nil)
        }
        tasks.addTask {
            defer { ready.finish() }
            try await server.run { ready.yield() }
        }
        for await _ in listening { break }
        try await body(folder.socket)
        tasks.cancelAll()
        try await tasks.waitForAll()
    }
}
