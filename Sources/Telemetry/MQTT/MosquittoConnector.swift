// The transport of the MQTT uplink: libmosquitto, one fresh handle on one thread of its own for every connection.
import CMosquitto
import Glibc
import Uplink

/// Makes MQTT 5 connections through libmosquitto and OpenSSL.
///
/// TLS 1.2 or later; only the endpoint's own authority is trusted; the server's certificate must be for servers and name the
/// host as a subject alternative name (RFC 6125 §6.4.4 without the common name). There is no insecure fallback.
public struct MosquittoConnector: BrokerConnector {
    /// From the start to CONNACK.
    public let connectDeadline: Duration
    /// MQTT keep-alive, whole seconds, 5 to 65,535.
    public let keepAlive: Duration
    /// How long the broker keeps the session after the line is gone (MQTT 5 §3.1.2.11.2), whole seconds.
    public let sessionExpiry: Duration
    /// Asked at each attempt: nil while somebody vouches for the wall clock; otherwise the seconds since 1970 that have certainly
    /// passed, 0 when none are known. Certificates are then judged at a time that is not before it, nor before our own
    /// certificate was issued.
    public let earliestTime: @Sendable () -> Int64?

    /// - Parameters: as the properties.
    public init(
        connectDeadline: Duration = .seconds(10), keepAlive: Duration = .seconds(15), sessionExpiry: Duration = .seconds(86_400),
        earliestTime: @escaping @Sendable () -> Int64? = { nil }
    ) {
        precondition(keepAlive >= .seconds(5) && keepAlive <= .seconds(65_535))
        precondition(connectDeadline > .zero && sessionExpiry >= .zero && sessionExpiry < .seconds(UInt32.max))
        self.connectDeadline = connectDeadline
        self.keepAlive = keepAlive
        self.sessionExpiry = sessionExpiry
        self.earliestTime = earliestTime
    }

    /// Starts to connect and returns at once; the events come on the connection's own thread.
    public func connect(
        to endpoint: BrokerEndpoint, clientID: String, will: OutgoingMessage, commands: String,
        events: @escaping @Sendable (BrokerEvent) -> Void
    ) -> any BrokerConnection {
        guard let port = UInt16(exactly: endpoint.port), port > 0 else {
            events(.closed(LinkFailure(kind: .unreachable, detail: "port \(endpoint.port) is not a TCP port")))
            return MosquittoConnection(handle: nil)
        }
        let texts = CStrings()
        var config = cmosquitto_config()
        config.host = texts.add(endpoint.host)
        config.port = port
        config.authority_file = texts.add(endpoint.tls?.authority)
        config.certificate_file = texts.add(endpoint.tls?.certificate)
        config.key_file = texts.add(endpoint.tls?.key)
        config.username = texts.add(endpoint.username)
        config.password_file = texts.add(endpoint.passwordFile)
        config.client_id = texts.add(clientID)
        config.subscription = texts.add(commands)
        config.keep_alive_s = UInt16(keepAlive.components.seconds)
        config.session_expiry_s = UInt32(sessionExpiry.components.seconds)
        let earliest = earliestTime()
        config.clock_in_doubt = earliest != nil
        config.earliest_s = earliest ?? 0
        config.connect_deadline_ms = Int64(connectDeadline / .milliseconds(1))
        let sink = Unmanaged.passRetained(EventSink(events))
        var callbacks = EventSink.callbacks(context: sink.toOpaque())
        let handle = withCMessage(will) { message in
            config.will = message.pointee
            return cmosquitto_open(&config, &callbacks)
        }
        if handle == nil {
            sink.release()
            events(.closed(LinkFailure(kind: .unreachable, detail: "no memory or no thread for a connection: error \(errno)")))
        }
        return MosquittoConnection(handle: handle)
    }
}

/// C strings that live as long as this object.
private final class CStrings {
    private var pointers: [UnsafeMutablePointer<CChar>] = []

    func add(_ text: String?) -> UnsafePointer<CChar>? {
        guard let text, let pointer = strdup(text) else { return nil }
        pointers.append(pointer)
        return UnsafePointer(pointer)
    }

    deinit { for pointer in pointers { free(pointer) } }
}
