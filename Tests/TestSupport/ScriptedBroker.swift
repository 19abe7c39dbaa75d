// A broker under a test's control: it answers as it is told, and remembers everything in the order it came.
import SensorModel
import Synchronization
import Uplink

/// A connector whose connections exist only here.
public final class ScriptedBroker: BrokerConnector {
    /// What the broker does with a connection or a message, unless it is told otherwise by hand.
    public struct Behaviour: Sendable {
        /// Whether a connection is accepted at once, and what is granted then.
        public var accepts: BrokerLimits? = BrokerLimits()
        /// The PUBACK reason each message gets at once; nil is silence.
        public var reason: UInt8? = 0

        /// Accepts and acknowledges everything.
        public init() {}
    }

    /// One thing that happened.
    public enum Entry: Sendable, Equatable {
        /// A connection was begun.
        case connect(number: Int, BrokerEndpoint, clientID: String, will: OutgoingMessage)
        /// A message came.
        case message(connection: Int, OutgoingMessage)
        /// The client ended a connection.
        case close(number: Int, graceful: Bool)
    }

    private struct State {
        var behaviour = Behaviour()
        var entries: [Entry] = []
        var connections: [Int: @Sendable (BrokerEvent) -> Void] = [:]
        var connectionCount = 0
        var commandTopics: [String] = []
        var tokens: Int32 = 0
        var unanswered: [(connection: Int, token: Int32)] = []
    }

    private let state = Mutex(State())

    /// Accepts and acknowledges everything until told otherwise.
    public init() {}

    /// What happened so far, in order.
    public var entries: [Entry] { state.withLock { $0.entries } }

    /// The messages so far, in order, of all connections.
    public var messages: [OutgoingMessage] {
        entries.compactMap { if case .message(_, let message) = $0 { message } else { nil } }
    }

    /// What each connection subscribed to.
    public var commandTopics: [String] { state.withLock { $0.commandTopics } }

    /// Changes what the broker does from now on.
    public func behave(_ change: @Sendable (inout Behaviour) -> Void) { state.withLock { change(&$0.behaviour) } }

    /// Sends the PUBACKs that were held back, in order.
    public func acknowledgeHeld(reason: UInt8 = 0) {
        let held = state.withLock { state in
            defer { state.unanswered = [] }
            return state.unanswered.compactMap { held in state.connections[held.connection].map { ($0, held.token) } }
        }
        for (events, token) in held { events(.acknowledged(token: token, reason: reason)) }
    }

    /// Something else happens on every connection that stands: a command comes, or is refused us.
    public func say(_ event: BrokerEvent) {
        let open = state.withLock { $0.connections.sorted { $0.key < $1.key }.map(\.value) }
        for events in open { events(event) }
    }

    /// Ends the connections that stand, as a broken line does.
    public func dropLine(_ failure: LinkFailure = LinkFailure(kind: .lost, detail: "scripted")) {
        let open = state.withLock { state in
            defer { state.connections = [:] }
            return state.connections.sorted { $0.key < $1.key }.map(\.value)
        }
        for events in open { events(.closed(failure)) }
    }

    /// Begins a connection and, when the behaviour says so, accepts it at once.
    public func connect(
        to endpoint: BrokerEndpoint, clientID: String, will: OutgoingMessage, commands: String,
        events: @escaping @Sendable (BrokerEvent) -> Void
    ) -> any BrokerConnection {
        let (number, limits) = state.withLock { state in
            state.connectionCount += 1
            state.commandTopics.append(commands)
            state.entries.append(.connect(number: state.connectionCount, endpoint, clientID: clientID, will: will))
            state.connections[state.connectionCount] = events
            return (state.connectionCount, state.behaviour.accepts)
        }
        if let limits { events(.connected(limits)) }
        return Connection(broker: self, number: number)
    }

    private struct Connection: BrokerConnection {
        let broker: ScriptedBroker
        let number: Int

        func publish(_ message: OutgoingMessage) -> Int32? { broker.take(message, on: number) }

        func close(graceful: Bool) { broker.close(number, graceful: graceful) }
    }

    private func take(_ message: OutgoingMessage, on number: Int) -> Int32? {
        let taken = state.withLock { state -> (Int32, UInt8?, @Sendable (BrokerEvent) -> Void)? in
            guard let events = state.connections[number] else { return nil }
            state.entries.append(.message(connection: number, message))
            state.tokens += 1
            if state.behaviour.reason == nil { state.unanswered.append((number, state.tokens)) }
            return (state.tokens, state.behaviour.reason, events)
        }
        guard let (token, reason, events) = taken else { return nil }
        if let reason { events(.acknowledged(token: token, reason: reason)) }
        return token
    }

    private func close(_ number: Int, graceful: Bool) {
        let events = state.withLock { state -> (@Sendable (BrokerEvent) -> Void)? in
            guard let events = state.connections.removeValue(forKey: number) else { return nil }
            state.entries.append(.close(number: number, graceful: graceful))
            return events
        }
        events?(.closed(LinkFailure(kind: .stopped, detail: "closed by the client")))
    }
}
