// Messages that belong to no lane: replies to commands, and with the state what the broker has answered for them.
import SensorModel

extension UplinkMachine {
    /// Keeps a reply until the broker has answered for it.
    mutating func take(reply payload: [UInt8]) {
        replies.add(OutgoingMessage(topic: settings.speaker.topic(.replies), payload: payload))
    }

    /// Sends replies while there is a slot and room on the link: behind alarms, before readings.
    mutating func advanceReplies(_ now: Timestamp) -> [Action] {
        var actions: [Action] = []
        while hasSlot(for: .alarms), hasRoom(now), let (number, message) = replies.launchNext() {
            var flight = Flight(
                lane: nil, first: 0, last: 0, message: message, deadline: now.monotonic + UplinkLimits.batchAcknowledgement)
            flight.reply = number
            actions.append(launch(flight))
        }
        return actions
    }

    /// The broker has answered for a message without a lane. A reply that it refuses, or that nobody subscribes to, is not kept:
    /// who asked can ask again.
    mutating func settle(_ flight: Flight, reason: UInt8, _ now: Timestamp) {
        let isRefused = reason >= 0x80
        if isRefused { status.refused += 1 } else { status.acknowledged += 1 }
        if let reply = flight.reply {
            replies.settle(reply)
            replyProblem =
                isRefused
                ? "the broker refuses replies to commands: \(ReasonCode.words(reason)); let this gateway write to "
                    + flight.message.topic : ""
        } else if flight.isAgain {
            if ReasonCode.concernsTheMessage(reason) {
                receipts.putOff(flight.last, at: now.monotonic)
            } else if isHeld(reason) {
                receipts.refused(flight.last, at: now.monotonic)
            } else {
                receipts.answered(flight.last, at: now.monotonic)
            }
        } else {
            settleState(reason)
        }
    }

    /// Commands will not come on this connection.
    mutating func noteDeafness(_ reason: UInt8) {
        commandProblem =
            "commands cannot come: the broker refuses the subscription, \(ReasonCode.words(reason)); "
            + "let this gateway read \(settings.speaker.topic(.commands))"
    }
}
