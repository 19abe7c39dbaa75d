// The caller's end of one connection: hands messages over and asks for the end; the thread behind it does the rest.
import CMosquitto
import Uplink

/// One connection; when the last reference goes, the line is dropped.
///
/// `@unchecked Sendable`: the handle never changes, and the C calls on it may come from any thread.
final class MosquittoConnection: BrokerConnection, @unchecked Sendable {
    private let handle: OpaquePointer?

    init(handle: OpaquePointer?) { self.handle = handle }

    deinit { if let handle { cmosquitto_release(handle) } }

    func publish(_ message: OutgoingMessage) -> Int32? {
        guard let handle else { return nil }
        let token = withCMessage(message) { cmosquitto_publish(handle, $0) }
        return token == 0 ? nil : token
    }

    func close(graceful: Bool) {
        if let handle { cmosquitto_close(handle, graceful) }
    }
}

/// Lends the message to C for the time of the call.
func withCMessage<Result>(_ message: OutgoingMessage, _ body: (UnsafePointer<cmosquitto_message>) -> Result) -> Result {
    message.topic.withCString { topic in
        message.contentType.withCString { contentType in
            message.payload.withUnsafeBufferPointer { payload in
                var lent = cmosquitto_message(
                    topic: topic, payload: payload.baseAddress, length: payload.count, retained: message.retained,
                    content_type: contentType)
                return body(&lent)
            }
        }
    }
}
