// What a service manager is told of the daemon, by the protocol of sd_notify(3): datagrams to the socket it names.
import CPlatform
import Glibc

/// The socket of a service manager.
public final class ServiceManager: Sendable {
    /// How long the manager waits for a sign of life before it ends the daemon; nil when it wants none.
    public let patience: Duration?
    /// The socket's path; a leading `@` stands for an abstract name.
    public let path: String
    private let descriptor: Int32

    /// Nil where no service manager wants to be told anything. One descriptor is kept, so that a process that has run out of
    /// them can still say that it lives.
    /// - Parameters:
    ///   - environment: NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID.
    ///   - process: the id that WATCHDOG_PID has to name, if it names one.
    public init?(environment: [String: String], process: Int32 = getpid()) {
        guard let path = environment["NOTIFY_SOCKET"], !path.isEmpty else { return nil }
        self.path = path
        let isMeant = environment["WATCHDOG_PID"].map { $0 == "\(process)" } ?? true
        let microseconds = environment["WATCHDOG_USEC"].flatMap { Int64($0) } ?? 0
        patience = isMeant && microseconds > 0 ? .microseconds(microseconds) : nil
        descriptor = cplatform_datagram_socket()
    }

    /// The one of this process.
    public static func ofThisProcess() -> ServiceManager? {
        var environment: [String: String] = [:]
        for name in ["NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"] {
            if let value = getenv(name) { environment[name] = String(cString: value) }
        }
        return ServiceManager(environment: environment)
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Sends lines like `READY=1`; waits at most a second for room.
    /// - Returns: 0, or the errno.
    public func tell(_ lines: [String]) -> Int32 {
        guard descriptor >= 0 else { return EBADF }
        let content = Array(lines.joined(separator: "\n").utf8)
        return content.withUnsafeBytes { cplatform_send_datagram(descriptor, path, $0.baseAddress, $0.count) }
    }
}
