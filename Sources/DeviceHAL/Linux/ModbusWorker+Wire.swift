// The wire side of a bus's transactions: the silence before a request, the bytes after it, what a fault leaves behind.
import DeviceHAL
import SensorModel

extension ModbusWorker {
    private enum Silence {
        case kept
        /// The line does not fall silent.
        case babbling(bytes: Int)
        /// A TCP server sent what is not Modbus.
        case streamLost
    }

    /// Opens the port unless it is open.
    func open(_ unit: UInt8) throws(BusError) {
        if let loanWords { throw failure(.disconnected, unit, loanWords) }
        do {
            guard try line.open() else { return }
            stream.clear()
            lastUnit = nil
            echoes = nil
        } catch { throw failure(.disconnected, unit, error.reason) }
    }

    /// Keeps the silences that are due before a request, and clears away what came in them.
    func settle(before frame: RequestFrame, _ timing: UnitTiming) throws(BusError) {
        let silence: Silence
        do { silence = try listen(before: frame, timing) } catch {
            guard line.mayReplace else { throw failure(.disconnected, frame.unit, error.reason) }
            silence = .streamLost
        }
        switch silence {
        case .kept: return
        case .babbling(let bytes):
            let limit = ModbusLine.drainLimit.milliseconds
            throw failure(.corruptReply, frame.unit, "not asked: the line did not fall silent in \(limit) ms (\(bytes) bytes)")
        case .streamLost: line.replace(reason: "the server sent bytes that are not Modbus TCP, or never stopped")
        }
        // The server ended the connection while nothing was asked. A new one has nothing to clear away, but behind a tunnel
        // the line is the same. Not for ever: a connection is only replaced at once when it has worked.
        try open(frame.unit)
        if line.link.framing == .serial { try settle(before: frame, timing) }
    }

    private func listen(before frame: RequestFrame, _ timing: UnitTiming) throws(PortFailure) -> Silence {
        // A server that never stops would keep us here for ever.
        let limit = max(earliest(for: frame, timing), ModbusPort.now()) + ModbusLine.drainLimit
        while true {
            let bytes = try line.receive(until: earliest(for: frame, timing))
            if bytes.isEmpty { return .kept }
            if line.link.framing == .serial {
                let drained = try line.drain()
                stray(bytes + drained.bytes)
                if !drained.silent { return .babbling(bytes: bytes.count + drained.bytes.count) }
            } else {
                stream.append(bytes)
                log.add(.stray, unit: lastUnit, bytes, problem: "nothing was asked", at: line.lastActivity)
                guard let dropped = stream.dropWaitingFrames() else { return .streamLost }
                counters.strayBytes += UInt64(dropped)
                if line.lastActivity > limit { return .streamLost }
            }
        }
    }

    /// When the line may carry the request.
    private func earliest(for frame: RequestFrame, _ timing: UnitTiming) -> MonotonicTime {
        var earliest = notBefore[frame.unit] ?? line.openedAt
        guard line.link.framing == .serial else { return earliest }
        earliest = max(earliest, line.lastActivity + line.link.frameSilence)
        earliest = max(earliest, line.openedAt + min(timing.maxLatency, Self.longestFirstSilence))
        // A reply that comes twice would pass for the next one if that has the same shape: leave it time to show itself.
        if lastUnit == frame.unit, let last = asked[frame.unit]?.frame, frame.confuses(with: last) {
            earliest = max(earliest, line.lastActivity + ModbusLine.drainSilence)
        }
        return earliest
    }

    /// Bytes came on a serial line while nothing was asked: old frames of units that owe some, or else the last unit's fault.
    private func stray(_ bytes: [UInt8]) {
        counters.strayBytes += UInt64(bytes.count)
        log.add(.stray, unit: lastUnit, bytes, problem: "nothing was asked", at: line.lastActivity)
        let owed = ReplyStream.owedFrames(in: bytes) { resynchronisation.isInDoubt($0) }
        for unit in owed.units { resynchronisation.heardLate(unit, now: ModbusPort.now()) }
        if owed.rest > 0, let lastUnit { doubt(lastUnit, .corruptReply) }
    }

    func doubt(_ unit: UInt8, _ cause: BusError.RestCause) {
        guard let asked = asked[unit] else { return }
        resynchronisation.fault(asked.frame, cause: cause, sentAt: asked.sentAt, maxLatency: asked.maxLatency)
    }

    // MARK: a request and its answer

    /// Sends the request and waits, once, until the deadline for its answer.
    func exchange(_ frame: RequestFrame, _ timing: UnitTiming) throws(BusError) -> Answer {
        let unit = frame.unit
        if line.link.framing == .serial { stream.clear() }
        transaction &+= 1
        lastUnit = unit
        asked[unit] = Asked(frame: frame, sentAt: ModbusPort.now(), maxLatency: timing.maxLatency)
        count(unit) { $0.transactions += 1 }
        let mayMeetDouble = mayMeetDouble(frame)
        let result: Result<Answer, BusError>
        received = []
        do {
            let bytes = line.link.bytes(of: frame, transaction: transaction)
            log.add(.request, unit: unit, line.link.framing == .serial ? frame.serial : bytes, at: ModbusPort.now())
            let sentAt = try line.send(bytes)
            let asked = Asked(frame: frame, sentAt: sentAt, maxLatency: timing.maxLatency)
            self.asked[unit] = asked
            if line.link.framing == .serial { recent[unit] = recent[unit, default: []].suffix(Self.mostRecent - 1) + [asked] }
            result = try answer(to: asked, deadline: sentAt + timing.responseTimeout, mayMeetDouble: mayMeetDouble)
        } catch {
            doubt(unit, .timeout)
            record(unit, problem: error.reason)
            var lost = failure(.disconnected, unit, error.reason)
            lost.wasSent = true
            throw lost
        }
        switch result {
        case .failure(let error):
            record(unit, problem: error.detail)
            throw error
        case .success(let answer):
            record(unit, problem: answer.refusal)
            line.worked()
            notBefore[unit] = line.lastActivity + timing.gap
            return answer
        }
    }

    /// Keeps the beginning of what came: the log shows no more, and a server that never stops must not fill the memory.
    private func keep(_ bytes: [UInt8]) {
        if received.count < FrameLog.longest { received += bytes }
    }

    /// Keeps what came, or that nothing did, beside what it was worth.
    private func record(_ unit: UInt8, problem: String) {
        let time = received.isEmpty ? ModbusPort.now() : line.lastActivity
        log.add(received.isEmpty ? .silence : .reply, unit: unit, received, problem: problem, at: time)
        received = []
    }

    /// Whether the reply to an earlier request, if it came twice, would pass for the one to this one.
    private func mayMeetDouble(_ frame: RequestFrame) -> Bool {
        guard line.link.framing == .serial, let recent = recent[frame.unit] else { return false }
        let now = ModbusPort.now()
        return recent.contains { frame.confuses(with: $0.frame) && now < $0.sentAt + $0.maxLatency }
    }

    /// What most slaves take to reply at the longest.
    private static let slowReply = Duration.milliseconds(50)
    /// So many replies show what a unit usually takes: the first ones may all have been copies.
    private static let fewReplies = 20

    /// How long the true reply may still come when what came first may be a double: until the unit's usual time, or, when that
    /// is over, right behind it.
    private func endOfDoubt(sentAt: MonotonicTime, latency: Duration, unit: UInt8) -> MonotonicTime {
        var usual = Self.slowReply
        if let latencies = counters.units[unit]?.latencies, let slow = latencies.percentile(0.99),
            let half = latencies.percentile(0.5)
        {
            // A few very late ones must not make every wait as long as theirs. But a unit that answers half of its requests at
            // once, like one whose replies come twice, still takes its time for the others.
            let known = min(slow, max(half * 3, Self.slowReply))
            usual = latencies.total < Self.fewReplies ? max(known, Self.slowReply) : known
        }
        usual = usual * 9 / 8
        return latency <= usual ? sentAt + usual : line.lastActivity + ModbusLine.drainSilence
    }

    private func answer(
        to asked: Asked, deadline: MonotonicTime, mayMeetDouble: Bool
    ) throws(PortFailure) -> Result<Answer, BusError> {
        let (frame, sentAt) = (asked.frame, asked.sentAt)
        while true {
            let event = stream.next(for: frame, transaction: transaction, echoes: echoes == true) {
                resynchronisation.isInDoubt($0)
            }
            switch event {
            case .needMore:
                let bytes = try line.receive(until: deadline)
                stream.append(bytes)
                keep(bytes)
                if bytes.isEmpty || line.lastActivity > deadline { return .failure(try timedOut(frame)) }
            case .echo:
                echoes = true
                counters.strayBytes += UInt64(frame.serial.count)
            case .stale(let unit):
                count(unit) { $0.mismatches += 1 }
                if line.link.framing == .serial {
                    resynchronisation.heardLate(unit, now: ModbusPort.now())
                } else {
                    resynchronisation.heard(unit, now: ModbusPort.now())
                }
            case .mismatch(let why): return .failure(try corrupt(frame, why))
            case .reply(let words):
                let latency = max(.zero, line.lastActivity - sentAt)
                let doubt = mayMeetDouble ? endOfDoubt(sentAt: sentAt, latency: latency, unit: frame.unit) : nil
                if let error = try keepEnd(of: frame, doubt: doubt) { return .failure(error) }
                return .success(.words(words, latency: latency))
            case .exception(let code):
                if let error = try keepEnd(of: frame) { return .failure(error) }
                count(frame.unit) { $0.exceptions += 1 }
                return .success(.exception(code))
            }
        }
    }

    /// A serial frame ends with silence; a frame that goes on, or is followed by another one, is not the reply it looked like.
    private func keepEnd(of frame: RequestFrame, doubt: MonotonicTime? = nil) throws(PortFailure) -> BusError? {
        guard line.link.framing == .serial else { return nil }
        let end = line.lastActivity + line.link.frameSilence
        let bytes = try line.receive(until: doubt.map { max(end, $0) } ?? end)
        guard !bytes.isEmpty else {
            if !frame.mayBeItsOwnReply, echoes == nil { echoes = false }
            return nil
        }
        let expected = stream.bytes.count
        stream.append(bytes)
        keep(bytes)
        return try corrupt(frame, .length(got: stream.bytes.count, expected: expected))
    }

    private func timedOut(_ frame: RequestFrame) throws(PortFailure) -> BusError {
        let came = stream.bytes.count
        doubt(frame.unit, .timeout)
        count(frame.unit) { $0.timeouts += 1 }
        if line.link.framing == .serial {
            let drained = try line.drain().bytes
            counters.strayBytes += UInt64(drained.count)
            keep(drained)
        } else if came > 0 {
            // Where the next frame begins cannot be known any more.
            line.replace(reason: "the server stopped in the middle of a frame")
        }
        return failure(.timeout, frame.unit, came == 0 ? "no reply" : "only \(came) bytes came")
    }

    private func corrupt(_ frame: RequestFrame, _ why: ReplyFrame.Mismatch) throws(PortFailure) -> BusError {
        var wellFormed = why != .checksum
        if line.link.framing == .serial {
            let drained = try line.drain().bytes
            keep(drained)
            let whole = stream.bytes + drained
            if case .length = why {} else { wellFormed = ModbusCRC.agrees(whole) }
            // A whole frame of the unit that fits only an older request.
            if wellFormed, whole.first == frame.unit { resynchronisation.heardLate(frame.unit, now: line.lastActivity) }
        } else if why == .header {
            line.replace(reason: "the server sent bytes that are not Modbus TCP")
        }
        doubt(frame.unit, .corruptReply)
        count(frame.unit) { if wellFormed { $0.mismatches += 1 } else { $0.checksumErrors += 1 } }
        // Another unit spoke unasked: its place is lost too.
        if wellFormed, case .unit(let other) = why { doubt(other, .corruptReply) }
        return failure(.corruptReply, frame.unit, wellFormed ? "\(why)" : "\(ReplyFrame.Mismatch.checksum)")
    }
}
