// What the machine says about itself, in words a technician can act on.
import NativeFormat
import SensorModel

extension UplinkMachine {
    /// Brings the status up to date.
    mutating func describe(_ now: Timestamp) {
        status.link = "\(endpoint.host):\(endpoint.port)"
        status.waiting = [alarms, readings].reduce(0) { $0 + max(0, $1.committed - $1.delivered) }
        status.inFlightMessages = inFlightMessages
        status.inFlightBytes = inFlightBytes
        status.windowBytes = window.size(at: now.monotonic)
        status.nextAttempt = nil
        switch link {
        case .waiting(let until):
            status.state = .waiting
            status.nextAttempt = until
        case .connecting: status.state = .connecting
        case .connected: status.state = .connected
        }
        status.nobodyListening = []
        status.repliesDropped = replies.dropped
        status.receiptsAwaited = receipts.waiting
        (status.alarmsSentAgain, status.receiptsGivenUp) = (receipts.sentAgain, receipts.givenUp)
        let others = [
            linkProblem, commandProblem, replyProblem, meteredProblem,
            receipts.words(topic: settings.speaker.topic(.alarms)),
            breaks.words(clientID: settings.speaker.gateway, at: now.monotonic),
        ].filter { !$0.isEmpty }
        status.problem = others.joined(separator: "; ")
        for progress in [alarms, readings] where !progress.parked.isEmpty {
            let count = progress.parked.count
            let what = "\(count) message\(count == 1 ? "" : "s") of the lane \(progress.lane.rawValue) refused and set aside"
            status.problem = status.problem.isEmpty ? what : "\(status.problem); \(what)"
        }
        for progress in [alarms, readings] where progress.isProbing {
            let topic = settings.speaker.topic(progress.lane == .alarms ? .alarms : .readings)
            switch progress.lastHold {
            case .nobodyListening: status.nobodyListening.append(topic)
            case .refused(let reason):
                let words = "the broker refuses \(topic): \(ReasonCode.words(reason))"
                status.problem = [words, status.problem].filter { !$0.isEmpty }.joined(separator: "; ")
            case nil: break
            }
        }
    }

    private var meteredProblem: String {
        guard case .connected = link, endpoint.isMetered, readings.hasMore, settings.links.contains(where: { !$0.isMetered })
        else {
            return ""
        }
        return "on the metered link \(status.link) readings wait up to an hour; alarms go at once"
    }
}
