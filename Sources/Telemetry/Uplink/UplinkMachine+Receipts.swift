// Where the platform gives receipts, an alarm that the broker has acknowledged and the platform has not is sent again.
import NativeFormat
import Outbox
import SensorModel

extension UplinkMachine {
    /// The platform has given the receipt for an alarm.
    mutating func confirm(_ alarm: String, _ now: Timestamp) -> [Action] {
        Self.keep(receipts.confirm(alarm, now: now))
    }

    /// The broker has acknowledged a message: when an alarm begins with it, the platform's receipt is waited for.
    mutating func awaitReceipt(_ flight: Flight, _ now: Timestamp) -> [Action] {
        guard let alarm = flight.begins else { return [] }
        return Self.keep(receipts.acknowledged(alarm, seq: flight.last, now: now))
    }

    /// Asks the store for the record that is due, and sends it when it is there: behind alarms and replies, before readings,
    /// one at a time.
    mutating func advanceReceipts(_ since: MonotonicTime, _ now: Timestamp) -> [Action] {
        // A lane that the broker refuses, or that nobody listens to, has something else to say first.
        guard !alarms.isProbing, alarms.hold == nil, hasSlot(for: .alarms), hasRoom(now) else { return [] }
        if var flight = again {
            again = nil
            if receipts.awaits(flight.last) {
                flight.deadline = now.monotonic + UplinkLimits.batchAcknowledgement
                receipts.launched(flight.last, at: now.monotonic)
                return [launch(flight)]
            }
            receipts.release()
        }
        guard let seq = receipts.next(at: now.monotonic, standingSince: since) else { return [] }
        return [.fetch(seq: seq, generation: generation)]
    }

    /// The store has answered: the same record goes in the same message, on the next free slot.
    /// - Parameter selection: nil when it has no such record.
    mutating func sendAgain(_ seq: Int64, _ selection: Selection?, _ now: Timestamp) -> [Action] {
        // A number may mean another record now: a lane in memory has numbers of its own.
        guard let selection, let record = selection.elements.last, case .record(seq, let body) = record,
            receipts.awaits(seq, of: AlarmEncoder.begun(by: body))
        else { return Self.keep(receipts.gone(seq)) }
        let payload = NativeFormat.alarm(record, after: seq - 1, boot: selection.boot, speaker: settings.speaker)
        again = Flight(
            lane: nil, first: seq, last: seq,
            message: OutgoingMessage(topic: settings.speaker.topic(.alarms), payload: payload), deadline: now.monotonic)
        again?.isAgain = true
        return []
    }

    private static func keep(_ changes: [StateChange]) -> [Action] { changes.isEmpty ? [] : [.keep(changes)] }
}
