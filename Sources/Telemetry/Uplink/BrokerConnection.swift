// What an uplink session needs of a broker, and nothing of how it is reached. One value is one connection:
// it is made, opened once, and thrown away when it breaks, so that no library re-sends behind the outbox's back.
import SensorModel

/// Where and how to reach a broker.
public struct BrokerEndpoint: Sendable, Equatable {
    /// Host name or address; the server's certificate must name it as a subject alternative name.
    public var host: String
    /// TCP port.
    public var port: Int
    /// Certificates; nil is plain TCP, which is for loopback and test benches.
    public var tls: TLSFiles?
    /// MQTT user name.
    public var username: String?
    /// File that holds the password, one line; read at each connection, never logged.
    public var passwordFile: String?
    /// Whether what goes over it costs money: then readings wait, see `UplinkLimits.meteredPatience`.
    public var isMetered: Bool

    /// - Parameters: as the properties.
    public init(
        host: String, port: Int, tls: TLSFiles? = nil, username: String? = nil, passwordFile: String? = nil,
        isMetered: Bool = false
    ) {
        self.host = host
        self.port = port
        self.tls = tls
        self.username = username
        self.passwordFile = passwordFile
        self.isMetered = isMetered
    }
}

/// Paths of PEM files.
public struct TLSFiles: Sendable, Equatable {
    /// The authorities that may have signed the server's certificate; no others are trusted.
    public var authority: String
    /// The gateway's certificate chain; nil where the broker does not ask for one.
    public var certificate: String?
    /// Its private key.
    public var key: String?

    /// - Parameters: as the properties.
    public init(authority: String, certificate: String? = nil, key: String? = nil) {
        self.authority = authority
        self.certificate = certificate
        self.key = key
    }
}

/// One message to be published with QoS 1.
public struct OutgoingMessage: Sendable, Equatable {
    /// Topic.
    public var topic: String
    /// Payload, UTF-8 JSON.
    public var payload: [UInt8]
    /// Whether the broker keeps it for later subscribers.
    public var retained: Bool
    /// MIME type of the payload, sent as the MQTT 5 property.
    public var contentType: String

    /// - Parameters: as the properties.
    public init(topic: String, payload: [UInt8], retained: Bool = false, contentType: String = "application/json") {
        self.topic = topic
        self.payload = payload
        self.retained = retained
        self.contentType = contentType
    }
}

/// A message that came from the platform.
public struct IncomingMessage: Sendable, Equatable {
    /// Payload, whatever the platform sent.
    public var payload: [UInt8]
    /// Whether it was published as a message that the broker keeps, or comes out of the broker's keeping.
    public var retained: Bool

    /// - Parameters: as the properties.
    public init(payload: [UInt8], retained: Bool = false) {
        self.payload = payload
        self.retained = retained
    }
}

/// What the broker granted when it accepted the connection.
public struct BrokerLimits: Sendable, Equatable {
    /// The most QoS 1 messages that may be unacknowledged (MQTT 5 §3.2.2.3.3), 1 to 65,535.
    public var receiveMaximum: Int
    /// The largest packet the broker takes, in bytes (MQTT 5 §3.2.2.3.6); nil is no limit.
    public var maximumPacketSize: Int?

    /// - Parameters: as the properties.
    public init(receiveMaximum: Int = 65_535, maximumPacketSize: Int? = nil) {
        self.receiveMaximum = receiveMaximum
        self.maximumPacketSize = maximumPacketSize
    }
}

/// What happens on a connection, in order.
public enum BrokerEvent: Sendable, Equatable {
    /// CONNACK with success.
    case connected(BrokerLimits)
    /// PUBACK, with its reason code (MQTT 5 §3.4.2.1).
    case acknowledged(token: Int32, reason: UInt8)
    /// A command came. The broker counts it as delivered from now on.
    case message(IncomingMessage)
    /// The broker does not let us hear commands: the reason of its SUBACK (MQTT 5 §3.9.3).
    case subscriptionRefused(reason: UInt8)
    /// The last event of a connection, also of one that never stood.
    case closed(LinkFailure)
}

/// Why a connection could not be made or did not last: a closed kind and words a technician can act on.
public struct LinkFailure: Error, Sendable, Equatable {
    /// What kind of failure.
    public enum Kind: String, Sendable {
        /// The host name did not resolve or nothing answers there.
        case unreachable
        /// Our own certificate files cannot be used.
        case ownCertificate = "own-certificate"
        /// The broker's certificate was not accepted by us.
        case brokerCertificate = "broker-certificate"
        /// The broker did not accept our certificate.
        case certificateRefused = "certificate-refused"
        /// TLS failed in some other way.
        case tls
        /// The broker refused user name, password or client id (CONNACK reason).
        case refused
        /// No CONNACK, or no PUBACK, within our time.
        case timeout
        /// An established connection ended.
        case lost
        /// Another client connected with our client id (MQTT 5 §3.1.4).
        case takenOver = "taken-over"
        /// We ended it.
        case stopped
    }

    /// What kind of failure.
    public var kind: Kind
    /// What was seen, in words, without secrets.
    public var detail: String
    /// The reason of the broker's DISCONNECT (MQTT 5 §3.14.2.1); nil when it sent none.
    public var reason: UInt8?

    /// - Parameters: as the properties.
    public init(kind: Kind, detail: String, reason: UInt8? = nil) {
        self.kind = kind
        self.detail = detail
        self.reason = reason
    }
}

/// One connection to a broker.
public protocol BrokerConnection: Sendable {
    /// Hands a message over; its PUBACK comes as `.acknowledged` with the token.
    /// - Returns: the token, or nil when the connection is not up: a `.closed` event says why.
    func publish(_ message: OutgoingMessage) -> Int32?

    /// Ends the connection; a `.closed` event follows unless it has come already. May be called from anywhere, any number
    /// of times.
    /// - Parameter graceful: true sends DISCONNECT, so that the will is not published; false drops the line.
    func close(graceful: Bool)
}

/// Makes connections: the one place where the transport is chosen.
public protocol BrokerConnector: Sendable {
    /// Starts to connect and returns at once; everything after comes through `events`, ending with `.closed`.
    /// - Parameters:
    ///   - endpoint: where.
    ///   - clientID: the MQTT client id, the gateway's id.
    ///   - will: published by the broker when the connection ends without DISCONNECT.
    ///   - commands: the topic to be subscribed to with QoS 1 at each connection.
    ///   - events: called in order, from any thread; must not block.
    func connect(
        to endpoint: BrokerEndpoint, clientID: String, will: OutgoingMessage, commands: String,
        events: @escaping @Sendable (BrokerEvent) -> Void
    ) -> any BrokerConnection
}
