// The retained state: the birth of a connection, and again when what it says has changed.
import NativeFormat
import SensorModel

extension UplinkMachine {
    /// The state as it is now, on its way.
    mutating func stateFlight(_ now: Timestamp) -> Flight {
        state.send(at: now.monotonic)
        let payload = NativeFormat.birth(
            speaker: settings.speaker, boot: settings.boot, session: session, predecessor: settings.predecessor, now: now,
            description: settings.description, live: state.members)
        return Flight(
            lane: nil, first: 0, last: 0,
            message: OutgoingMessage(topic: settings.speaker.topic(.state), payload: payload, retained: true),
            deadline: now.monotonic + UplinkLimits.batchAcknowledgement)
    }

    /// A state message that is refused is not sent again before it says something new: nothing else waits for it.
    mutating func settleState(_ reason: UInt8) {
        state.acknowledge()
        linkProblem = reason >= 0x80 ? "the broker refused the state message: \(ReasonCode.words(reason))" : ""
    }
}
