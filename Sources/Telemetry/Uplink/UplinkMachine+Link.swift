// How a connection ends, and when and where the next one is tried.
import SensorModel

extension UplinkMachine {
    /// The connection has ended: everything unacknowledged goes again on the next one.
    /// - Parameter next: the choice of a link that was not left because it failed.
    mutating func close(_ failure: LinkFailure, _ now: Timestamp, next: LinkChoice? = nil) {
        let (before, wasReturning, patienceBefore) = (choice.index, choice.isReturning, patience)
        var (wasConnected, wasReliable) = (false, false)
        if case .connected(let since, _) = link {
            outageSince = now.monotonic
            wasConnected = true
            wasReliable = giveUp == nil && now.monotonic - since >= UplinkLimits.stable
        }
        if wasReliable { reconnect.reset() }
        if let next { choice = next } else { choice.failed(wasReliable: wasReliable) }
        generation += 1
        giveUp = nil
        flights = [:]
        replies.forgetConnection()
        receipts.release()
        again = nil
        (commandProblem, replyProblem) = ("", "")
        inFlightMessages = 0
        inFlightBytes = 0
        window = SendWindow()
        state.forgetConnection()
        let selected = readings.selected
        isRefusing = false
        let (isSame, retryAt) = (choice.index == before, now.monotonic + UplinkLimits.parkedRetry)
        alarms.forgetConnection(link: choice.index, sameBroker: isSame, retryAt: retryAt)
        readings.forgetConnection(link: choice.index, sameBroker: isSame, retryAt: retryAt)
        if readings.hasMore {
            readingsWait(wereOnTheirWay: readings.selected < selected, wasConnected, patienceBefore, now.monotonic)
        }
        linkProblem = failure.detail
        status.since = now
        isHurried = hasAlarmToSend
        // The link that was left for the preferred one has just worked.
        let pause = wasReturning ? .zero : attemptPause(failure, now.monotonic, wasConnected: wasConnected)
        link = .waiting(until: now.monotonic + pause)
    }

    /// The link in use, or tried next.
    var endpoint: BrokerEndpoint { settings.links[choice.index] }

    /// How long readings may wait for others on this link.
    var patience: Duration {
        endpoint.isMetered ? max(settings.batchInterval, UplinkLimits.meteredPatience) : settings.batchInterval
    }

    /// From when on the readings that are not delivered count as waiting, now that a connection has ended.
    /// - Parameter before: how long readings may wait on the link that has failed.
    private mutating func readingsWait(
        wereOnTheirWay: Bool, _ wasConnected: Bool, _ before: Duration, _ now: MonotonicTime
    ) {
        if wasConnected, patience > before {
            // They would have gone over the other link: what is to cost something waits for it from now on.
            readingsWaitSince = now
        } else if wereOnTheirWay {
            // What was on its way has waited long enough.
            readingsWaitSince = now + (.zero - patience)
        } else if readingsWaitSince == nil {
            readingsWaitSince = now
        }
    }

    /// When a link of lower preference is left to try the preferred one; nil while there is nothing to leave.
    var preferredDue: MonotonicTime? {
        guard case .connected(let since, _) = link else { return nil }
        return choice.preferredDue(since: since, isHeld: isHeldHere)
    }

    /// True while this link does not take alarms: nobody listens there, or the broker refuses them. One that is set aside while
    /// others go through is no reason to leave.
    var isHeldHere: Bool { alarms.isStuck }

    /// Nothing is on its way and no alarm waits: a good moment to see whether the preferred link works again.
    mutating func leaveForPreferred(_ now: Timestamp) -> [Action] {
        var next = choice
        next.returnToPreferred(isHeld: isHeldHere)
        close(LinkFailure(kind: .stopped, detail: "left to try the preferred link"), now, next: next)
        link = .waiting(until: now.monotonic)
        return [.drop]
    }

    /// Thousands of gateways have their alarm at the moment when a broker comes back.
    mutating func spreadWithAlarm() -> Duration {
        .milliseconds(Int64.random(in: 0...UplinkLimits.longestPauseWithAlarm.milliseconds, using: &chance))
    }

    /// A broker that is away harms nobody by being asked often, and every second costs data its promptness; one that is
    /// there and refuses is asked less and less often.
    private mutating func attemptPause(_ failure: LinkFailure, _ now: MonotonicTime, wasConnected: Bool) -> Duration {
        let grown = reconnect.next(using: &chance)
        if wasConnected, hasAlarmToSend { return spreadWithAlarm() }
        var bound = UplinkLimits.longestPause
        switch failure.kind {
        case .unreachable, .lost, .timeout, .stopped:
            let isShort = now - outageSince < .seconds(600) && !alarms.isRefused && !readings.isRefused
            bound = isShort ? .seconds(2) : .seconds(15)
        case .ownCertificate, .brokerCertificate, .certificateRefused, .tls, .refused, .takenOver: break
        }
        if hasAlarmToSend { bound = min(bound, UplinkLimits.longestPauseWithAlarm) }
        return min(grown, bound - .milliseconds(Int64.random(in: 0...bound.milliseconds / 2, using: &chance)))
    }

    /// The end of a connection was never told: it is taken as ended, so that nothing can stand still for ever.
    mutating func abandon(_ since: MonotonicTime, _ now: Timestamp) -> [Action] {
        guard now.monotonic >= since + UplinkLimits.lastResort else { return [] }
        let silence = LinkFailure(kind: .timeout, detail: "the connection did not end in time and was abandoned")
        close(giveUp?.failure ?? silence, now)
        return [.drop]
    }
}
