// A broker that takes everything at once and remembers it, until a test takes it away.
import SensorModel
import Synchronization
import Uplink

/// A broker in memory: each message is acknowledged as soon as it is published.
public final class RecordingBroker: BrokerConnector {
    private struct State {
        var isAway = false
        var messages: [OutgoingMessage] = []
        var connections: [Connection] = []
    }

    private final class Connection: BrokerConnection {
        private struct Line {
            var isUp = true
            var tokens: Int32 = 0
        }

        private let broker: RecordingBroker
        private let events: @Sendable (BrokerEvent) -> Void
        private let line = Mutex(Line())

        init(_ broker: RecordingBroker, _ events: @escaping @Sendable (BrokerEvent) -> Void) {
            self.broker = broker
            self.events = events
        }

        func publish(_ message: OutgoingMessage) -> Int32? {
            let token = line.withLock { line -> Int32? in
                guard line.isUp else { return nil }
                line.tokens += 1
                return line.tokens
            }
            guard let token else { return nil }
            broker.state.withLock { $0.messages.append(message) }
            events(.acknowledged(token: token, reason: 0))
            return token
        }

        func send(_ message: IncomingMessage) {
            if line.withLock({ $0.isUp }) { events(.message(message)) }
        }

        func close(graceful: Bool) { end(LinkFailure(kind: .stopped, detail: "ended by us")) }

        func end(_ failure: LinkFailure) {
            let wasUp = line.withLock { line in
                defer { line.isUp = false }
                return line.isUp
            }
            if wasUp { events(.closed(failure)) }
        }
    }

    private let state = Mutex(State())

    /// There, and empty.
    public init() {}

    /// Everything that was published, in order.
    public var messages: [OutgoingMessage] { state.withLock { $0.messages } }

    /// What was published on topics that end with the word, in order, as text.
    public func payloads(_ topic: String) -> [String] {
        messages.filter { $0.topic.hasSuffix("/" + topic) }.map { String(decoding: $0.payload, as: UTF8.self) }
    }

    /// Hands a command to everybody who is connected.
    public func send(_ text: String, retained: Bool = false) {
        let connections = state.withLock { $0.connections }
        for connection in connections { connection.send(IncomingMessage(payload: Array(text.utf8), retained: retained)) }
    }

    /// Takes the broker away: connections break and no new ones come about; or brings it back.
    public func set(away: Bool) {
        let broken = state.withLock { state -> [Connection] in
            state.isAway = away
            defer { if away { state.connections = [] } }
            return away ? state.connections : []
        }
        for connection in broken { connection.end(LinkFailure(kind: .lost, detail: "the broker went away")) }
    }

    /// Connects at once, or fails at once while the broker is away.
    public func connect(
        to endpoint: BrokerEndpoint, clientID: String, will: OutgoingMessage, commands: String,
        events: @escaping @Sendable (BrokerEvent) -> Void
    ) -> any BrokerConnection {
        let connection = Connection(self, events)
        let isAway = state.withLock { state in
            if !state.isAway { state.connections.append(connection) }
            return state.isAway
        }
        if isAway {
            connection.end(LinkFailure(kind: .unreachable, detail: "nothing answers"))
        } else {
            events(.connected(BrokerLimits()))
        }
        return connection
    }
}
