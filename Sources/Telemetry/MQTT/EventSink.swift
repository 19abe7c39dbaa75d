// Where the C callbacks land: kept alive by the connection's thread until its last event.
import CMosquitto
import Uplink

/// Turns C callbacks into broker events.
final class EventSink: Sendable {
    private let events: @Sendable (BrokerEvent) -> Void

    init(_ events: @escaping @Sendable (BrokerEvent) -> Void) { self.events = events }

    /// The callbacks for a context that was retained once; `closed`, the last of them, releases it.
    static func callbacks(context: UnsafeMutableRawPointer) -> cmosquitto_events {
        cmosquitto_events(
            context: context,
            connected: { @Sendable context, receiveMaximum, maximumPacketSize in
                let limits = BrokerLimits(
                    receiveMaximum: Int(receiveMaximum), maximumPacketSize: maximumPacketSize == 0 ? nil : Int(maximumPacketSize))
                EventSink.borrow(context)?.events(.connected(limits))
            },
            acknowledged: { @Sendable context, token, reason in
                EventSink.borrow(context)?.events(.acknowledged(token: token, reason: reason))
            },
            message: { @Sendable context, payload, length, retained in
                let bytes = [UInt8](UnsafeBufferPointer(start: payload, count: payload == nil ? 0 : length))
                EventSink.borrow(context)?.events(.message(IncomingMessage(payload: bytes, retained: retained)))
            },
            subscription_refused: { @Sendable context, reason in
                EventSink.borrow(context)?.events(.subscriptionRefused(reason: reason))
            },
            closed: { @Sendable context, failure, reason, detail in
                guard let context else { return }
                let sink = Unmanaged<EventSink>.fromOpaque(context).takeRetainedValue()
                let words = detail.map { String(cString: $0) } ?? ""
                sink.events(
                    .closed(
                        LinkFailure(kind: LinkFailure.Kind(failure), detail: words, reason: reason == 0 ? nil : reason)))
            })
    }

    private static func borrow(_ context: UnsafeMutableRawPointer?) -> EventSink? {
        context.map { Unmanaged<EventSink>.fromOpaque($0).takeUnretainedValue() }
    }
}

extension LinkFailure.Kind {
    init(_ failure: cmosquitto_failure) {
        switch failure {
        case cmosquitto_unreachable: self = .unreachable
        case cmosquitto_own_certificate: self = .ownCertificate
        case cmosquitto_broker_certificate: self = .brokerCertificate
        case cmosquitto_certificate_refused: self = .certificateRefused
        case cmosquitto_tls_failed: self = .tls
        case cmosquitto_refused: self = .refused
        case cmosquitto_timeout: self = .timeout
        case cmosquitto_taken_over: self = .takenOver
        case cmosquitto_stopped: self = .stopped
        default: self = .lost
        }
    }
}
