// The cable between gateway and platform in a simulation's hand: a connector that another stands behind.
import Synchronization
import Uplink

/// Whether the link is cut, and the connections that a cut ends.
final class LinkCut: Sendable {
    private struct State {
        var isCut = false
        var connections: [Int: any BrokerConnection] = [:]
        /// Numbers of connections that have not ended.
        var open: Set<Int> = []
        var count = 0
    }

    private let state = Mutex(State())

    /// Ends every connection and refuses new ones.
    func cut() {
        let connections = state.withLock { state in
            state.isCut = true
            defer { state.connections = [:] }
            return state.connections.values
        }
        for connection in connections { connection.close(graceful: false) }
    }

    /// Lets connections be made again.
    func mend() { state.withLock { $0.isCut = false } }

    /// A connector whose connections this cuts.
    func connector(_ inner: any BrokerConnector) -> any BrokerConnector { Connector(inner: inner, link: self) }

    /// True from `cut` to `mend`.
    var isCut: Bool { state.withLock { $0.isCut } }

    /// A number for a connection that is about to be made.
    private func reserve() -> Int {
        state.withLock { state in
            state.count += 1
            state.open.insert(state.count)
            return state.count
        }
    }

    /// A connection that has ended while it was being made is not kept; one that came while the link was cut ends.
    private func hold(_ connection: any BrokerConnection, _ number: Int) {
        let isTooLate = state.withLock { state in
            if !state.isCut, state.open.contains(number) { state.connections[number] = connection }
            return state.isCut
        }
        if isTooLate { connection.close(graceful: false) }
    }

    private func letGo(_ number: Int) {
        state.withLock { state in
            state.open.remove(number)
            state.connections[number] = nil
        }
    }

    private struct Connector: BrokerConnector {
        let inner: any BrokerConnector
        let link: LinkCut

        func connect(
            to endpoint: BrokerEndpoint, clientID: String, will: OutgoingMessage, commands: String,
            events: @escaping @Sendable (BrokerEvent) -> Void
        ) -> any BrokerConnection {
            let failure = LinkFailure(kind: .unreachable, detail: "the scenario has cut the link")
            guard !link.isCut else {
                events(.closed(failure))
                return NoConnection()
            }
            let number = link.reserve()
            let connection = inner.connect(to: endpoint, clientID: clientID, will: will, commands: commands) { [link] event in
                guard case .closed = event else { return events(event) }
                link.letGo(number)
                events(link.isCut ? .closed(LinkFailure(kind: .lost, detail: failure.detail)) : event)
            }
            link.hold(connection, number)
            return connection
        }
    }

    /// A connection that never stood.
    private struct NoConnection: BrokerConnection {
        func publish(_ message: OutgoingMessage) -> Int32? { nil }
        func close(graceful: Bool) {}
    }
}
