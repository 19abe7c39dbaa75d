// A cut link: connections end as lost ones do, new ones are refused, and afterwards everything is as before.
@testable import Gateway
import Synchronization
import TestSupport
import Testing
import Uplink

@Suite struct LinkCutTests {
    private final class Events: Sendable {
        let kinds = Mutex<[String]>([])
        func note(_ event: BrokerEvent) {
            kinds.withLock { kinds in
                switch event {
                case .connected: kinds.append("connected")
                case .acknowledged: kinds.append("acknowledged")
                case .message: kinds.append("message")
                case .subscriptionRefused: kinds.append("subscription refused")
                case .closed(let failure): kinds.append(failure.kind.rawValue)
                }
            }
        }
    }

    private func connect(_ connector: any BrokerConnector, _ events: Events) -> any BrokerConnection {
        connector.connect(
            to: BrokerEndpoint(host: "broker", port: 1883), clientID: "gw",
            will: OutgoingMessage(topic: "t", payload: []), commands: "c"
        ) { events.note($0) }
    }

    @Test func `a cut ends what stands, refuses what comes, and leaves nothing behind when it is mended`() {
        let (link, inner, events) = (LinkCut(), ScriptedBroker(), Events())
        let connector = link.connector(inner)
        let first = connect(connector, events)
        link.cut()
        #expect(events.kinds.withLock { $0 } == ["connected", "lost"])
        let refused = connect(connector, events)
        #expect(refused.publish(OutgoingMessage(topic: "t", payload: [])) == nil)
        #expect(events.kinds.withLock { $0 } == ["connected", "lost", "unreachable"])
        #expect(inner.entries.count == 2)
        link.mend()
        let second = connect(connector, events)
        #expect(second.publish(OutgoingMessage(topic: "t", payload: [])) == 1)
        second.close(graceful: true)
        first.close(graceful: false)
        #expect(events.kinds.withLock { $0 } == ["connected", "lost", "unreachable", "connected", "acknowledged", "stopped"])
    }
}
