// What a connection said, in order, and one to talk to.
import MQTTTransport
import Synchronization
import Testing
import TestSupport
import Uplink

/// All tests of the transport, one after the other: some count threads and descriptors of this process.
@Suite(.serialized) enum MQTTTransportTests {}

/// Takes the events of one connection.
final class EventRecorder: Sendable {
    private let taken = Mutex<[BrokerEvent]>([])

    var events: [BrokerEvent] { taken.withLock { $0 } }

    func take(_ event: BrokerEvent) { taken.withLock { $0.append(event) } }

    var failure: LinkFailure? {
        if case .closed(let failure)? = events.last { failure } else { nil }
    }

    var limits: BrokerLimits? {
        if case .connected(let limits)? = events.first { limits } else { nil }
    }

    /// Waits for the end and returns it.
    func closed(within limit: Duration = .seconds(15)) async -> LinkFailure? {
        _ = await eventually(within: limit) { failure != nil }
        return failure
    }

    /// Waits for CONNACK.
    func connected() async -> Bool {
        _ = await eventually { !events.isEmpty }
        return limits != nil
    }

    /// Waits for the PUBACK of a token and returns its reason.
    func reason(of token: Int32?) async -> UInt8? {
        func find() -> UInt8? {
            for case .acknowledged(let known, let reason) in events where known == token { return reason }
            return nil
        }
        _ = await eventually { find() != nil }
        return find()
    }
}

extension MosquittoConnector {
    /// Connects with a will that says offline.
    func open(
        _ endpoint: BrokerEndpoint, clientID: String = "gw-1", will: String = "manhole/v1/gw-1/state",
        commands: String = "manhole/v1/gw-1/commands"
    ) -> (connection: any BrokerConnection, recorder: EventRecorder) {
        let recorder = EventRecorder()
        let will = OutgoingMessage(topic: will, payload: Array(#"{"online":false}"#.utf8), retained: true)
        return (connect(to: endpoint, clientID: clientID, will: will, commands: commands) { recorder.take($0) }, recorder)
    }
}

extension OutgoingMessage {
    init(_ topic: String, _ text: String) { self.init(topic: topic, payload: Array(text.utf8)) }
}
