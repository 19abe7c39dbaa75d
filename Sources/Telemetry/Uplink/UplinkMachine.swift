// The whole policy of an uplink as a pure state machine: inputs in, actions out, time and chance as parameters.
// Alarms go first; readings go in batches within the window the link has proved; nothing counts as delivered before its PUBACK.
import NativeFormat
import Outbox
import SensorModel

/// The policy of one uplink.
public struct UplinkMachine: Sendable {
    enum Link: Sendable {
        case waiting(until: MonotonicTime)
        case connecting(since: MonotonicTime)
        case connected(since: MonotonicTime, BrokerLimits)
    }

    let settings: UplinkSessionSettings
    var link: Link
    var generation = 0
    var choice: LinkChoice
    var reconnect = Backoff(longest: UplinkLimits.longestPause)
    var outageSince: MonotonicTime
    /// True when a pause has been cut short for an alarm: more of them must not make it shorter and shorter.
    var isHurried = false
    var breaks = RecentBreaks()
    /// Why the connection is being dropped, and since when.
    var giveUp: (failure: LinkFailure, since: MonotonicTime)?
    /// True when the broker's last answer on this connection was a refusal.
    var isRefusing = false
    var alarms: LaneProgress
    var readings: LaneProgress
    /// Alarms that are being committed and not delivered yet; the oldest give way, the store has them.
    var offers: [AlarmOffer] = []
    var replies = ReplyQueue()
    var flights: [Int32: Flight] = [:]
    var window = SendWindow()
    var batchBound = BatchBound()
    var readingsWaitSince: MonotonicTime?
    var state = StateProgress()
    var receipts: ReceiptBook
    /// An alarm's message that is sent again for want of a receipt, on the next free slot.
    var again: Flight?
    var chance: any RandomNumberGenerator & Sendable

    /// How the uplink is.
    public internal(set) var status: UplinkStatus

    /// - Parameters:
    ///   - delivered: by lane, what is delivered, from the store.
    ///   - committed: by lane, the highest number in the store.
    ///   - receipts: alarms that an earlier run has delivered without the platform's receipt.
    ///   - chance: spreads the attempts to connect.
    public init(
        _ settings: UplinkSessionSettings, delivered: [Lane: Delivered], committed: [Lane: Int64], receipts: ReceiptBook,
        now: Timestamp, chance: some RandomNumberGenerator & Sendable
    ) {
        (self.settings, self.receipts) = (settings, receipts)
        alarms = LaneProgress(lane: .alarms, delivered: delivered[.alarms], committed: committed[.alarms] ?? 0)
        readings = LaneProgress(lane: .readings, delivered: delivered[.readings], committed: committed[.readings] ?? 0)
        choice = LinkChoice(count: settings.links.count)
        link = .waiting(until: now.monotonic)
        outageSince = now.monotonic
        status = UplinkStatus(since: now)
        self.chance = chance
        // What an earlier run left has waited long enough.
        if readings.hasMore { readingsWaitSince = now.monotonic + (.zero - patience) }
    }

    /// The retained word of farewell, also the will.
    public func farewell() -> OutgoingMessage {
        OutgoingMessage(
            topic: settings.speaker.topic(.state),
            payload: NativeFormat.will(speaker: settings.speaker, boot: settings.boot, session: session), retained: true)
    }

    /// Takes one input and says what is to be done now.
    public mutating func handle(_ input: Input, now: Timestamp) -> [Action] {
        var actions: [Action] = []
        switch input {
        case .tick: break
        case .committed(let lane, let last): noteCommitted(lane, last, now.monotonic)
        case .offered(let offer): take(offer, now.monotonic)
        case .replied(let payload): take(reply: payload)
        case .confirmed(let alarm): actions += confirm(alarm, now)
        case .announced(let members, let isUrgent): state.take(members, isUrgent: isUrgent)
        case .published(let flight, let token): flights[token] = flight
        case .selected(let lane, let generation, let selection):
            if generation == self.generation { take(selection, of: lane, now) }
        case .selectFailed(let lane, let generation):
            guard generation == self.generation else { break }
            withLane(lane) {
                $0.isFetching = false
                $0.fetchAgainAt = now.monotonic + UplinkLimits.storeRetry
            }
        case .fetched(let seq, let generation, let selection):
            if generation == self.generation { actions += sendAgain(seq, selection, now) }
        case .fetchFailed(let seq, let generation):
            if generation == self.generation { receipts.postpone(seq, at: now.monotonic) }
        case .broker(let generation, let event):
            if generation == self.generation { actions += take(event, now) }
        }
        actions += advance(now)
        describe(now)
        return actions
    }

    /// When the machine wants its next `tick`; nil when only an event can move it.
    public func nextDeadline() -> MonotonicTime? {
        var deadlines: [MonotonicTime] = []
        switch link {
        case .waiting(let until): return until
        case .connecting(let since): return since + UplinkLimits.lastResort
        case .connected(let since, _):
            if let giveUp { return giveUp.since + UplinkLimits.lastResort }
            if let due = receipts.due(standingSince: since), due > lastSeen { deadlines.append(due) }
            if let due = preferredDue, due > lastSeen { deadlines.append(due) }
            deadlines += flights.values.map(\.deadline)
            if let due = state.due, due > lastSeen { deadlines.append(due) }
            // A hold that is over and finds its way blocked goes with the event that clears the way.
            deadlines += [alarms, readings].flatMap { [$0.hold?.until, $0.fetchAgainAt, $0.parkedUntil] }.compactMap { $0 }.filter
            {
                $0 > lastSeen
            }
            if let since = readingsWaitSince, readings.hold == nil, !readings.isFetching, readings.hasMore {
                let due = since + patience
                // A batch that is due and has no room goes with the next acknowledgement.
                if due > lastSeen { deadlines.append(due) }
            }
        }
        return deadlines.min()
    }

    private var lastSeen = MonotonicTime(nanoseconds: .min)
    /// Grows with every connection of a boot: milliseconds since boot when the attempt began. Tells an old will from a new birth.
    private(set) var session: Int64 = 0

    // MARK: Inputs

    private mutating func noteCommitted(_ lane: Lane, _ last: Int64, _ now: MonotonicTime) {
        switch lane {
        case .alarms:
            alarms.committed = max(alarms.committed, last)
            hurry(now)
        case .readings:
            readings.committed = max(readings.committed, last)
            if readingsWaitSince == nil, readings.hasMore { readingsWaitSince = now }
        }
    }

    private mutating func take(_ offer: AlarmOffer, _ now: MonotonicTime) {
        if offers.count >= UplinkLimits.offers { offers.removeFirst() }
        offers.append(offer)
        hurry(now)
    }

    var hasAlarmWaiting: Bool { alarms.hasMore || !offers.isEmpty }

    /// With an alarm waiting a long pause is cut short.
    private mutating func hurry(_ now: MonotonicTime) {
        guard case .waiting(let until) = link, hasAlarmWaiting, !isHurried else { return }
        isHurried = true
        link = .waiting(until: min(until, now + spreadWithAlarm()))
    }

    /// Queues what the store had: `advance` sends it as soon as a slot is free, alarms first.
    private mutating func take(_ selection: Selection?, of lane: Lane, _ now: Timestamp) {
        withLane(lane) { $0.isFetching = false }
        guard let selection else {
            withLane(lane) { $0.exhaust() }
            if lane == .readings { readingsWaitSince = readings.hasMore ? now.monotonic : nil }
            return
        }
        if lane == .alarms {
            // What was offered meanwhile is on its way already.
            for element in selection.elements where element.last > alarms.selected {
                alarms.queue(alarmFlight(element, after: max(selection.after, alarms.selected), boot: selection.boot, now))
            }
            return
        }
        guard let last = selection.elements.last?.last else { return }
        let payload = NativeFormat.batch(
            selection.elements, after: selection.after, boot: selection.boot, speaker: settings.speaker)
        var flight = Flight(
            lane: .readings, first: selection.after + 1, last: last,
            message: OutgoingMessage(topic: settings.speaker.topic(.readings), payload: payload),
            deadline: now.monotonic + UplinkLimits.batchAcknowledgement)
        flight.records = selection.elements.count { if case .record = $0 { true } else { false } }
        flight.recordBytes = selection.bytes
        let wasDue = readingsWaitSince.map { now.monotonic - $0 >= patience } ?? false
        guard readings.found(through: last) else { return readings.queue(flight) }
        // What the link or the broker's packets had no room for belongs to the same batch, and has waited as long.
        let isRest = readings.wasCut && selection.elements.count < settings.batchReadings
        if !wasDue { readingsWaitSince = now.monotonic + (isRest ? .zero - patience : .zero) }
        if !readings.hasMore { readingsWaitSince = nil }
        readings.queue(flight)
    }

    private mutating func take(_ event: BrokerEvent, _ now: Timestamp) -> [Action] {
        switch event {
        case .connected(let limits):
            link = .connected(since: now.monotonic, limits)
            status.connections += 1
            linkProblem = ""
            status.since = now
            return [launch(stateFlight(now))]
        case .acknowledged(let token, let reason):
            guard let flight = flights.removeValue(forKey: token) else { return [] }
            return acknowledge(flight, reason: reason, now)
        case .message: return []  // the service hands it on by itself: a flood must not displace acknowledgements
        case .subscriptionRefused(let reason):
            noteDeafness(reason)
            return []
        case .closed(let failure):
            if let reason = failure.reason, ReasonCode.concernsTheMessage(reason) { blame(reason, now) }
            // A broker that refuses what we send may hang up over it, too: that says nothing about the id.
            if giveUp == nil, !isRefusing, !alarms.isRefused, !readings.isRefused, case .connected(let since, _) = link {
                breaks.note(failure.kind, stood: now.monotonic - since, at: now.monotonic)
            }
            close(giveUp?.failure ?? failure, now)
            return []
        }
    }

    private mutating func acknowledge(_ flight: Flight, reason: UInt8, _ now: Timestamp) -> [Action] {
        inFlightMessages -= 1
        inFlightBytes -= flight.bytes
        window.acknowledge(flight.bytes, at: now.monotonic)
        status.lastAcknowledgement = now
        isRefusing = reason >= 0x80
        guard let lane = flight.lane else {
            settle(flight, reason: reason, now)
            return []
        }
        withLane(lane) { $0.answered(flight) }
        if isHeld(reason) {
            hold(flight, of: lane, reason: reason, now)
            return []
        }
        status.acknowledged += 1
        var reached = Delivered()
        withLane(lane) { progress in
            progress.pass()
            reached = progress.deliver(flight.first...flight.last)
        }
        if lane == .alarms { withdrawOffers(of: flight) }
        return awaitReceipt(flight, now) + [.delivered(lane, reached)]
    }

    // MARK: Sending

    var inFlightMessages = 0
    var inFlightBytes = 0
    var linkProblem = ""
    /// Why commands cannot come, and why replies to them cannot go; empty while nothing speaks against it.
    var commandProblem = "", replyProblem = ""

    private mutating func advance(_ now: Timestamp) -> [Action] {
        lastSeen = now.monotonic
        switch link {
        case .waiting(let until):
            guard now.monotonic >= until else { return [] }
            link = .connecting(since: now.monotonic)
            session = now.monotonic.milliseconds
            status.since = now
            return [.connect(endpoint, generation: generation)]
        case .connecting(let since):
            guard choice.isReturning, choice.mayBeCutShort, hasAlarmWaiting else { return abandon(since, now) }
            // The alarm goes by the link that worked, at once.
            close(LinkFailure(kind: .stopped, detail: "left for an alarm"), now)
            return [.drop] + advance(now)
        case .connected(let since, _):
            if now.monotonic - since >= UplinkLimits.stable {
                reconnect.reset()
                choice.stood()
            }
            if let giveUp { return abandon(giveUp.since, now) }
            if let late = flights.values.min(by: { $0.deadline < $1.deadline }), late.deadline <= now.monotonic {
                let failure = LinkFailure(
                    kind: .timeout,
                    detail: "no acknowledgement for \(late.message.topic) within \(late.lane == .alarms ? 5 : 10) s")
                giveUp = (failure, now.monotonic)
                return [.drop]
            }
            if let due = preferredDue, due <= now.monotonic, inFlightMessages == 0, isHeldHere || !hasAlarmWaiting {
                return leaveForPreferred(now) + advance(now)
            }
            let alarmActions = advanceLane(.alarms, now)
            // Everything else waits while an alarm could still go before it.
            if !alarmActions.isEmpty || alarms.isFetching { return alarmActions }
            let stateActions = state.isDue(now.monotonic) && hasSlot(for: .alarms) ? [launch(stateFlight(now))] : []
            return stateActions + advanceReplies(now) + advanceReceipts(since, now) + advanceLane(.readings, now)
        }
    }

    private mutating func advanceLane(_ lane: Lane, _ now: Timestamp) -> [Action] {
        let progress = lane == .alarms ? alarms : readings
        if let hold = progress.hold {
            guard hold.until <= now.monotonic else { return [] }
            withLane(lane) { $0.hold = nil }
        }
        if progress.isProbing, progress.inFlight > 0 { return [] }
        guard hasSlot(for: lane) else { return [] }
        if let until = progress.parkedUntil, until <= now.monotonic, !progress.isProbing, !progress.isRetrying {
            withLane(lane) { $0.retryParked() }
            return advanceLane(lane, now)
        }
        if var flight = progress.returned.first {
            guard lane == .alarms || hasRoom(now) else { return [] }
            flight.deadline = now.monotonic + flight.patience
            withLane(lane) { $0.launchReturned() }
            return [launch(flight)] + (progress.isProbing ? [] : advanceLane(lane, now))
        }
        if lane == .alarms, let offer = offers.first(where: { $0.previous == alarms.selected }) {
            let element = LaneElement.record(seq: offer.record.seq, body: offer.record.body)
            let action = launch(alarmFlight(element, after: offer.previous, boot: settings.boot, now))
            return [action] + (progress.isProbing ? [] : advanceLane(lane, now))
        }
        guard progress.hasMore || progress.hasParts, !progress.isFetching else { return [] }
        if let again = progress.fetchAgainAt {
            guard again <= now.monotonic else { return [] }
            withLane(lane) { $0.fetchAgainAt = nil }
        }
        if lane == .readings { guard hasRoom(now), progress.hasParts || isBatchDue(now.monotonic) else { return [] } }
        let room = max(1, window.size(at: now.monotonic) - inFlightBytes)
        let (after, before) = lane == .alarms ? alarms.fetch() : readings.fetch()
        return [
            .select(
                lane, generation: generation, after: after, before: before,
                records: lane == .alarms ? 1 : settings.batchReadings, bytes: min(room, largestBody(now.monotonic)))
        ]
    }

    private func largestBody(_ now: MonotonicTime) -> Int {
        let learned = batchBound.size(at: now)
        guard case .connected(_, let limits) = link, let largest = limits.maximumPacketSize else { return learned }
        return min(learned, max(1, largest / 2))
    }

    private func isBatchDue(_ now: MonotonicTime) -> Bool {
        guard let since = readingsWaitSince else { return false }
        let isFull = readings.committed - readings.selected >= Int64(settings.batchReadings)
        return isFull && !endpoint.isMetered || now - since >= patience
    }

    mutating func withLane(_ lane: Lane, _ change: (inout LaneProgress) -> Void) {
        switch lane {
        case .alarms: change(&alarms)
        case .readings: change(&readings)
        }
    }
}
