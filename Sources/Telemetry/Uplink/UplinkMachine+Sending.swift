// A message on its way: whether there is a slot and room for it, and what is noted of it.
import NativeFormat
import Outbox
import SensorModel

extension UplinkMachine {
    /// Whether a PUBACK with this reason leaves the record where it is.
    func isHeld(_ reason: UInt8) -> Bool {
        reason >= 0x80 || reason == ReasonCode.noMatchingSubscribers && !settings.acceptNoSubscriber
    }

    mutating func hasRoom(_ now: Timestamp) -> Bool {
        inFlightBytes == 0 || inFlightBytes < window.size(at: now.monotonic)
    }

    func hasSlot(for lane: Lane) -> Bool {
        guard case .connected(_, let limits) = link else { return false }
        let granted = max(1, min(UplinkLimits.inFlight, limits.receiveMaximum))
        let usable = lane == .alarms ? granted : max(1, granted - UplinkLimits.reservedForAlarms)
        return inFlightMessages < usable
    }

    /// An alarm on its way for the first time, or again after a break.
    mutating func alarmFlight(_ element: LaneElement, after: Int64, boot: String, _ now: Timestamp) -> Flight {
        let payload = NativeFormat.alarm(element, after: after, boot: boot, speaker: settings.speaker)
        alarms.select(through: element.last)
        alarms.skipIslands()
        var flight = Flight(
            lane: .alarms, first: after + 1, last: element.last,
            message: OutgoingMessage(topic: settings.speaker.topic(.alarms), payload: payload),
            deadline: now.monotonic + UplinkLimits.alarmAcknowledgement)
        if case .record(_, let body) = element { flight.begins = AlarmEncoder.begun(by: body) }
        return flight
    }

    mutating func launch(_ flight: Flight) -> Action {
        inFlightMessages += 1
        inFlightBytes += flight.bytes
        status.sent += 1
        if let lane = flight.lane { withLane(lane) { $0.inFlight += 1 } }
        return .publish(flight)
    }
}
