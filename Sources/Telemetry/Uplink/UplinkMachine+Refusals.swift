// What a broker refuses: sent again first, after a pause and alone, or set aside when it can never go through.
import SensorModel

extension UplinkMachine {
    /// Keeps what was refused.
    mutating func hold(_ flight: Flight, of lane: Lane, reason: UInt8, _ now: Timestamp) {
        status.refused += 1
        // What is too large in one message can go through in several.
        if reason == ReasonCode.packetTooLarge, flight.records > 1 {
            batchBound.refused(flight.recordBytes, at: now.monotonic)
            return withLane(lane) { $0.splitUp(flight) }
        }
        var flight = flight
        let (link, isItself) = (choice.index, ReasonCode.concernsTheMessage(reason))
        if isItself {
            flight.refusals[link, default: 0] += 1
            // It is kept from here on, also when the connection ends.
            if lane == .alarms { withdrawOffers(of: flight) }
        }
        let pause = pause(of: lane)
        withLane(lane) { progress in
            if isItself, flight.isPoison(at: link), progress.parked.count < UplinkLimits.parked {
                progress.setAside(
                    flight, until: now.monotonic + UplinkLimits.parkedRetry,
                    isFirst: flight.refusals[link] == UplinkLimits.refusalsBeforeParking)
                return
            }
            progress.queue(flight)
            let cause = reason >= 0x80 ? Hold.refused(reason: reason) : .nobodyListening
            if progress.hold == nil { progress.hold = (cause, now.monotonic + pause) }
            progress.isProbing = true
        }
    }

    /// An alarm that is delivered, or is kept though it was refused, need not be offered again.
    mutating func withdrawOffers(of flight: Flight) {
        offers.removeAll { flight.first <= $0.record.seq && $0.record.seq <= flight.last || $0.record.seq <= alarms.delivered }
    }

    private mutating func pause(of lane: Lane) -> Duration {
        lane == .alarms ? alarms.backoff.next(using: &chance) : readings.backoff.next(using: &chance)
    }

    /// The broker has ended the connection over a message, and does not say which. Brokers take messages in turn: it is the one
    /// that has waited longest for its answer. Should it be another one, this one goes alone on the next connection.
    mutating func blame(_ reason: UInt8, _ now: Timestamp) {
        let all = flights.map { (token: $0.key, flight: $0.value, at: $0.value.deadline + (.zero - $0.value.patience)) }
        // The state begins each connection, and is not what the others wait behind.
        let ofLanes = all.filter { $0.flight.lane != nil }
        let sent = ofLanes.isEmpty ? all : ofLanes
        guard giveUp == nil, let flight = sent.min(by: { ($0.at, $0.token) < ($1.at, $1.token) })?.flight else { return }
        isRefusing = true
        guard let lane = flight.lane else { return settle(flight, reason: reason, now) }
        withLane(lane) { $0.answered(flight) }
        hold(flight, of: lane, reason: reason, now)
    }

    /// True while an alarm waits, a refused one that is not set aside included.
    var hasAlarmToSend: Bool { hasAlarmWaiting || !alarms.returned.isEmpty }
}
