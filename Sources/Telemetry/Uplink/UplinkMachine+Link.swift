// How a connection ends, and when and where the next one is tried.
import SensorModel

extension UplinkMachine {
    /// The connection has ended: everything unacknowledged goes again on the next one.
    mutating func close(_ failure: LinkFailure, _ now: Timestamp) {
        let before = linkIndex
        linkIndex = (linkIndex + 1) % settings.links.count
        if case .connected(let since, _) = link {
            outageSince = now.monotonic
            // A link that stood and worked: begin with the preferred one again.
            if giveUp == nil, now.monotonic - since >= UplinkLimits.stable {
                reconnect.reset()
                linkIndex = 0
            }
        }
        generation += 1
        giveUp = nil
        flights = [:]
        replies.forgetConnection()
        (commandProblem, replyProblem) = ("", "")
        inFlightMessages = 0
        inFlightBytes = 0
        window = SendWindow()
        state.forgetConnection()
        let wereOnTheirWay = readings.selected > readings.delivered
        alarms.forgetConnection(sameBroker: linkIndex == before)
        readings.forgetConnection(sameBroker: linkIndex == before)
        if readings.hasMore, wereOnTheirWay {
            // What was on its way has waited long enough.
            readingsWaitSince = now.monotonic + (.zero - settings.batchInterval)
        } else if readings.hasMore, readingsWaitSince == nil {
            readingsWaitSince = now.monotonic
        }
        linkProblem = failure.detail
        status.since = now
        link = .waiting(until: now.monotonic + attemptPause(failure, now.monotonic))
    }

    /// A broker that is away harms nobody by being asked often, and every second costs data its promptness; one that is
    /// there and refuses is asked less and less often.
    private mutating func attemptPause(_ failure: LinkFailure, _ now: MonotonicTime) -> Duration {
        let grown = reconnect.next(using: &chance)
        var bound = UplinkLimits.longestPause
        switch failure.kind {
        case .unreachable, .lost, .timeout, .stopped:
            let isShort = now - outageSince < .seconds(600) && !alarms.isRefused && !readings.isRefused
            bound = isShort ? .seconds(2) : .seconds(15)
        case .ownCertificate, .brokerCertificate, .certificateRefused, .tls, .refused: break
        }
        if hasAlarmWaiting { bound = min(bound, UplinkLimits.longestPauseWithAlarm) }
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
