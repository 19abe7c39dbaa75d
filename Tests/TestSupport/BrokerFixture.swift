// A real mosquitto on a free loopback port.
import Glibc
import Platform

/// A mosquitto broker.
public final class BrokerFixture: Sendable {
    /// The broker did not come up: its log.
    public struct NotUp: Error {
        let log: String
    }

    /// Loopback port of the listener under test.
    public let port: Int
    /// Loopback port of a plain listener for the test's own subscribers.
    public let backdoor: Int
    private let process: ChildProcess

    /// Starts a broker and waits until it listens.
    /// - Parameters:
    ///   - folder: for its configuration and log.
    ///   - listener: configuration lines for the listener under test, after its `listener` line.
    ///   - port: nil takes a free one.
    public init(in folder: TemporaryFolder, listener: [String] = ["allow_anonymous true"], port: Int? = nil) async throws {
        self.port = port ?? Loopback.freePort()
        backdoor = Loopback.freePort()
        var lines = ["per_listener_settings true", "user root", "listener \(self.port) 127.0.0.1"]
        lines += listener + ["listener \(backdoor) 127.0.0.1", "allow_anonymous true"]
        let name = "mosquitto-\(self.port)"
        let configuration = folder.write("\(name).conf", lines.joined(separator: "\n") + "\n")
        process = try ChildProcess("/usr/sbin/mosquitto", ["-v", "-c", configuration], outputFile: folder.file("\(name).log"))
        let ports = [self.port, backdoor]
        guard await eventually({ ports.allSatisfy(Loopback.answers) }) else { throw NotUp(log: process.output) }
    }

    /// Configuration lines for TLS.
    public static func tls(_ server: TestAuthority.Pair, clientsFrom authority: TestAuthority? = nil) -> [String] {
        let own = ["allow_anonymous true", "certfile \(server.certificate)", "keyfile \(server.key)"]
        return own + (authority.map { ["cafile \($0.certificate)", "require_certificate true"] } ?? [])
    }

    /// What the broker logged.
    public var log: String { process.output }

    /// Kills the broker.
    public func killNow() async { await process.killNow() }

    /// Starts a subscriber that writes one line for each message: retained flag, topic, content type, payload; returns when it is
    /// subscribed.
    public func subscriber(_ topic: String, in folder: TemporaryFolder) async throws -> ChildProcess {
        let id = "subscriber-" + Identity.unique()
        let subscriber = try ChildProcess(
            "/usr/bin/mosquitto_sub",
            ["-V", "5", "-p", "\(backdoor)", "-i", id, "-q", "1", "-t", topic, "-F", "%r %t %C %p"], outputFile: folder.file(id))
        guard await eventually({ log.contains("Sending SUBACK to \(id)") }) else { throw NotUp(log: log) }
        return subscriber
    }
}
