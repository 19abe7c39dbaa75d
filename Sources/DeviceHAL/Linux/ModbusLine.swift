// A port that comes back: opens it when it is needed, closes it at once when it is lost, knows when it was last heard.
import DeviceHAL
import SensorModel

/// The line of one bus, open or not. Used by one thread only.
final class ModbusLine {
    /// Silence that ends a disturbance, at least.
    static let drainSilence = Duration.milliseconds(20)
    /// The longest a disturbance is listened to.
    static let drainLimit = Duration.milliseconds(250)

    let link: ModbusLink
    private let connectTimeout: Duration
    private var port: ModbusPort?
    private var pause: ReopenPause
    /// Times the port was opened.
    private(set) var connects: UInt64 = 0
    /// What stands in the way; empty while open.
    private(set) var problem = ""
    /// When the port was opened last.
    private(set) var openedAt = MonotonicTime(nanoseconds: 0)
    /// When the last byte came or went.
    private(set) var lastActivity = MonotonicTime(nanoseconds: 0)

    init(link: ModbusLink, patience: ModbusPatience) {
        self.link = link
        connectTimeout = patience.connectTimeout
        pause = ReopenPause(patience.reopenPause)
    }

    var isOpen: Bool { port != nil }

    /// True when a lost connection may be replaced without a pause.
    var mayReplace: Bool { !link.isSerial && pause.remaining(now: ModbusPort.now()) == nil }

    /// Opens the port unless it is open.
    /// - Returns: true when it was opened by this call.
    func open() throws(PortFailure) -> Bool {
        guard port == nil else { return false }
        let now = ModbusPort.now()
        if let remaining = pause.remaining(now: now) {
            throw PortFailure(reason: "\(problem); next try in \((remaining.milliseconds + 999) / 1000) s")
        }
        do { port = try ModbusPort(link, connectTimeout: connectTimeout) } catch {
            problem = "\(link.name): \(error.reason)"
            let end = ModbusPort.now()
            pause.failed(now: end, took: end - now)
            throw PortFailure(reason: problem)
        }
        connects += 1
        problem = ""
        openedAt = ModbusPort.now()
        lastActivity = openedAt
        return true
    }

    /// A reply was believed: the next loss starts with the shortest pause.
    func worked() { pause.worked() }

    /// Closes a Modbus TCP connection whose place in the stream is lost; a new one may follow at once.
    func replace(reason: String) {
        guard port != nil else { return }
        port = nil
        problem = "\(link.name): \(reason)"
        pause.replaced(now: ModbusPort.now())
    }

    /// Closes the port for good.
    func close() {
        port = nil
        problem = "\(link.name): closed"
    }

    /// Sends a frame.
    /// - Returns: when its last byte is on the wire.
    func send(_ frame: [UInt8]) throws(PortFailure) -> MonotonicTime {
        do { try opened().send(frame) } catch { throw lost(error) }
        // The kernel sends while we go on; on a serial line libmodbus adds two bytes of checksum.
        lastActivity = ModbusPort.now() + link.duration(ofCharacters: frame.count + 2)
        return lastActivity
    }

    /// Waits for bytes until the deadline; nothing when it passes.
    func receive(until deadline: MonotonicTime) throws(PortFailure) -> [UInt8] {
        do {
            let bytes = try opened().receive(until: deadline)
            if !bytes.isEmpty { lastActivity = ModbusPort.now() }
            return bytes
        } catch { throw lost(error) }
    }

    /// Listens until the line has been silent long enough, or for as long as a disturbance may take.
    func drain() throws(PortFailure) -> (bytes: [UInt8], silent: Bool) {
        let silence = max(link.frameSilence, Self.drainSilence)
        let limit = ModbusPort.now() + Self.drainLimit
        var drained: [UInt8] = []
        while true {
            let quiet = lastActivity + silence
            guard quiet < limit else { return (drained, false) }
            let bytes = try receive(until: quiet)
            if bytes.isEmpty { return (drained, true) }
            // Enough to judge a frame by; what babbles on only needs to be thrown away.
            if drained.count < 1024 { drained += bytes }
        }
    }

    private func opened() throws(PortFailure) -> ModbusPort {
        guard let port else { throw PortFailure(reason: "not open") }
        return port
    }

    private func lost(_ failure: PortFailure) -> PortFailure {
        guard port != nil else { return failure }
        port = nil
        problem = "\(link.name): lost: \(failure.reason)"
        // TCP servers and tunnels end idle connections; that is no reason to wait.
        if link.isSerial { pause.failed(now: ModbusPort.now()) } else { pause.replaced(now: ModbusPort.now()) }
        return PortFailure(reason: problem)
    }
}
