// The transactions of one Modbus bus, on its own thread: what is sent when, and which reply is believed.
import DeviceHAL
import Platform
import SensorModel

/// Synchronous inside, so a transaction is never split.
actor ModbusWorker {
    /// After a serial port was opened, a reply to a request of an earlier owner may still come. As long as the unit may be
    /// late, but not longer than this, the line is only listened to.
    static let longestFirstSilence = Duration.seconds(2)

    /// The most requests to a unit that are remembered for doubles of their replies.
    static let mostRecent = 4

    struct Asked {
        let frame: RequestFrame
        let sentAt: MonotonicTime
        let maxLatency: Duration
    }

    enum Answer {
        case words([UInt16], latency: Duration)
        case exception(UInt8)

        /// What was said instead of values.
        var refusal: String { if case .exception(let code) = self { ModbusException.describe(code) } else { "" } }
    }

    let id: String
    private let executor: ThreadExecutor
    private let gate: CallGate
    let line: ModbusLine
    var stream: ReplyStream
    var resynchronisation: Resynchronisation
    var counters = BusStatistics()
    var log = FrameLog()
    /// What has come since the last request.
    var received: [UInt8] = []
    var transaction: UInt16 = 0
    /// The last request to each unit, and which unit was asked last.
    var asked: [UInt8: Asked] = [:]
    var lastUnit: UInt8?
    /// The last requests to each unit of a line of serial framing, of which a double may still come.
    var recent: [UInt8: [Asked]] = [:]
    var notBefore: [UInt8: MonotonicTime] = [:]
    /// Whether a line of serial framing gives back what it is sent: nil until a read since the port was opened has shown it.
    /// One echo seen is enough for as long as the port is open, because the other way round an echo would be believed.
    var echoes: Bool?
    /// Who has the line besides, and until when.
    var loan: (borrower: String, until: MonotonicTime)?

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(id: String, link: ModbusLink, patience: ModbusPatience, executor: ThreadExecutor, gate: CallGate) {
        self.id = id
        self.executor = executor
        self.gate = gate
        line = ModbusLine(link: link, patience: patience)
        stream = ReplyStream(framing: link.framing)
        resynchronisation = Resynchronisation(oblivion: patience.oblivion)
    }

    func statistics() -> BusStatistics {
        var result = counters
        result.connected = line.isOpen
        result.connects = line.connects
        result.problem = loanWords ?? line.problem
        for unit in result.units.keys { result.units[unit]?.resynchronising = resynchronisation.isInDoubt(unit) }
        return result
    }

    func frames(after number: UInt64) -> [BusFrame] { log.frames(after: number) }

    /// A transaction and the frames it was made of. Nothing comes between them, because nothing is awaited.
    func watchedRead(_ request: RegisterRequest) -> WatchedTransaction {
        let before = log.lastNumber
        let result = Result { () throws(BusError) in try read(request, isPoll: false) }
        return WatchedTransaction(result: result, frames: log.frames(after: before))
    }

    /// As above, for a write.
    func watchedWrite(_ request: RegisterWrite) -> WatchedTransaction {
        let before = log.lastNumber
        let result = Result { () throws(BusError) in
            try write(request)
            return RegisterReply(words: [])
        }
        return WatchedTransaction(result: result, frames: log.frames(after: before))
    }

    func close() { line.close() }

    /// Closes the port until `takeBack`, so that somebody else can open it.
    func lend(to borrower: String, until: MonotonicTime) {
        line.close()
        loan = (borrower, until)
    }

    /// The next transaction opens the port again, at the bus's own settings.
    func takeBack() { loan = nil }

    /// Why nothing can be asked meanwhile.
    var loanWords: String? {
        guard let loan else { return nil }
        let seconds = max(1, (loan.until - ModbusPort.now()).milliseconds / 1000)
        return "the line is taken by \(loan.borrower) for \(seconds) s more"
    }

    /// - Parameter isPoll: whether the mark of the first reply after a fault is this caller's; others leave it to the poll.
    func read(_ request: RegisterRequest, isPoll: Bool = true) throws(BusError) -> RegisterReply {
        let unit = request.unit
        guard let frame = RequestFrame(unit: unit, table: request.table, address: request.address, count: request.count) else {
            throw outOfRange(unit, Int(request.count), from: request.address)
        }
        let words = try transact(frame, request.timing)
        return RegisterReply(
            words: words,
            afterResynchronisation: isPoll ? resynchronisation.believed(unit) : resynchronisation.isMarked(unit),
            connection: line.connects)
    }

    func write(_ request: RegisterWrite) throws(BusError) {
        let unit = request.unit
        guard let frame = RequestFrame(unit: unit, request.action) else {
            throw outOfRange(unit, request.action.words.count, from: request.action.address)
        }
        guard unit != 0 || line.link.framing == .tcp else {
            throw failure(.exception(code: 3), unit, "not sent: unit 0 is a broadcast, which no unit confirms")
        }
        _ = try transact(frame, request.timing)
    }

    /// What the unit would have to answer (V1.1b3 §6); saves the wire a request that cannot be right.
    private func outOfRange(_ unit: UInt8, _ items: Int, from address: UInt16) -> BusError {
        failure(.exception(code: 3), unit, "not sent: \(items) items from \(address) are out of range")
    }

    /// One request, with what has to come before it.
    private func transact(_ frame: RequestFrame, _ timing: UnitTiming) throws(BusError) -> [UInt16] {
        let unit = frame.unit
        if gate.isClosing { throw failure(.disconnected, unit, "the bus is closed") }
        let began = ModbusPort.now()
        defer { counters.busy += ModbusPort.now() - began }
        do throws(BusError) { try prepare(frame, timing, now: began) } catch {
            // Whoever writes has to know whether it can have been carried out.
            var error = error
            if frame.isWrite { error.detail = "not sent: \(error.detail)" }
            throw error
        }
        switch try exchange(frame, timing) {
        case .exception(let code): throw refusal(code, frame, timing)
        case .words(let words, let latency):
            count(unit) { $0.count(reply: latency) }
            return words
        }
    }

    /// Brings port, line and unit to where the request may be sent.
    private func prepare(_ frame: RequestFrame, _ timing: UnitTiming, now: MonotonicTime) throws(BusError) {
        let unit = frame.unit
        try open(unit)
        if case .rest(let until, let cause) = resynchronisation.rest(of: unit, now: now) {
            throw resting(unit, until: until, after: cause)
        }
        try settle(before: frame, timing)
        switch resynchronisation.step(for: frame, now: ModbusPort.now()) {
        case .rest(let until, let cause): throw resting(unit, until: until, after: cause)
        case .probe(let probe): try send(probe: probe, before: frame, timing)
        case .ask: if mustLearnEcho(before: frame) { try learnEcho(before: frame, timing) }
        }
        if mustLearnEcho(before: frame) { throw failure(.disconnected, unit, "the connection was lost before it") }
    }

    private func send(probe: RequestFrame, before frame: RequestFrame, _ timing: UnitTiming) throws(BusError) {
        count(probe.unit) { $0.probes += 1 }
        switch try exchange(probe, timing) {
        case .words: resynchronisation.answered(probe)
        case .exception(ModbusException.gatewayTargetSilent):
            throw refusal(ModbusException.gatewayTargetSilent, probe, timing)
        case .exception(let code):
            guard resynchronisation.refused(probe, now: ModbusPort.now()) else {
                throw failure(.exception(code: code), probe.unit, "\(ModbusException.describe(code)), in answer to a probe")
            }
        }
        try settle(before: frame, timing)
        if resynchronisation.isInDoubt(probe.unit) {
            throw failure(.corruptReply, probe.unit, "more bytes after the probe's reply")
        }
    }

    private func mustLearnEcho(before frame: RequestFrame) -> Bool {
        frame.mayBeItsOwnReply && line.link.framing == .serial && echoes == nil
    }

    /// Reads the first item that will be asked for or written: an echo of the request could be taken for its reply. A refusal
    /// tells as much as a reply.
    private func learnEcho(before frame: RequestFrame, _ timing: UnitTiming) throws(BusError) {
        guard let read = RequestFrame(unit: frame.unit, table: frame.table, address: frame.address, count: 1) else { return }
        count(read.unit) { $0.probes += 1 }
        if case .exception(ModbusException.gatewayTargetSilent) = try exchange(read, timing) {
            throw refusal(ModbusException.gatewayTargetSilent, read, timing)
        }
        try settle(before: frame, timing)
        if resynchronisation.isInDoubt(read.unit) { throw failure(.corruptReply, read.unit, "more bytes after a reply") }
    }

    private func refusal(_ code: UInt8, _ frame: RequestFrame, _ timing: UnitTiming) -> BusError {
        if code == ModbusException.gatewayTargetSilent, let asked = asked[frame.unit] {
            resynchronisation.fault(frame, cause: .timeout, sentAt: asked.sentAt, maxLatency: timing.maxLatency)
        }
        return failure(.exception(code: code), frame.unit, ModbusException.describe(code))
    }

    // MARK: errors and counters

    func failure(_ kind: BusError.Kind, _ unit: UInt8, _ detail: String) -> BusError {
        BusError(kind: kind, bus: id, unit: unit, detail: detail)
    }

    func count(_ unit: UInt8, _ change: (inout UnitStatistics) -> Void) {
        change(&counters.units[unit, default: UnitStatistics()])
    }

    private func resting(_ unit: UInt8, until: MonotonicTime, after cause: BusError.RestCause) -> BusError {
        let left = max(.zero, until - ModbusPort.now())
        // Longer than any reply takes: the bus waits for silence, because too many requests in a row had no answer.
        let words =
            left > .seconds(2)
            ? "not asked: too many requests had no answer; asked afresh when it is silent for \(left.milliseconds / 1000 + 1) s"
            : "not asked: a late reply may still come in the next \(left.milliseconds) ms"
        var error = failure(.resting(after: cause), unit, words)
        error.restLeft = left
        return error
    }
}
