// The transactions of one Modbus bus, on its own thread: what is sent when, and which reply is believed.
import DeviceHAL
import Platform
import SensorModel

/// Synchronous inside, so a transaction is never split.
actor ModbusWorker {
    /// After a serial port was opened, a reply to a request of an earlier owner may still come. As long as the unit may be
    /// late, but not longer than this, the line is only listened to.
    static let longestFirstSilence = Duration.seconds(2)

    struct Asked {
        let frame: ReadRequestFrame
        let sentAt: MonotonicTime
        let maxLatency: Duration
    }

    enum Answer {
        case words([UInt16], latency: Duration)
        case exception(UInt8)
    }

    let id: String
    private let executor: ThreadExecutor
    private let gate: CallGate
    let line: ModbusLine
    var stream: ReplyStream
    var resynchronisation: Resynchronisation
    var counters = BusStatistics()
    var transaction: UInt16 = 0
    /// The last request to each unit, and which unit was asked last.
    var asked: [UInt8: Asked] = [:]
    var lastUnit: UInt8?
    var notBefore: [UInt8: MonotonicTime] = [:]

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(id: String, link: ModbusLink, patience: ModbusPatience, executor: ThreadExecutor, gate: CallGate) {
        self.id = id
        self.executor = executor
        self.gate = gate
        line = ModbusLine(link: link, patience: patience)
        stream = ReplyStream(framing: link.isSerial ? .serial : .tcp)
        resynchronisation = Resynchronisation(oblivion: patience.oblivion)
    }

    func statistics() -> BusStatistics {
        var result = counters
        result.connected = line.isOpen
        result.connects = line.connects
        result.problem = line.problem
        for unit in result.units.keys { result.units[unit]?.resynchronising = resynchronisation.isInDoubt(unit) }
        return result
    }

    func close() { line.close() }

    func read(_ request: RegisterRequest) throws(BusError) -> RegisterReply {
        let unit = request.unit
        if gate.isClosing { throw failure(.disconnected, unit, "the bus is closed") }
        guard let frame = ReadRequestFrame(unit: unit, table: request.table, address: request.address, count: request.count)
        else {
            // What the unit would have to answer (V1.1b3 §6); saves the wire a request that cannot be right.
            throw failure(.exception(code: 3), unit, "not sent: \(request.count) items from \(request.address) are out of range")
        }
        let began = ModbusPort.now()
        defer { counters.busy += ModbusPort.now() - began }
        try open(unit)
        if case .rest(let until, let cause) = resynchronisation.rest(of: unit, now: began) {
            throw resting(unit, until: until, after: cause)
        }
        try settle(before: frame, request.timing)
        switch resynchronisation.step(for: frame, now: ModbusPort.now()) {
        case .ask: break
        case .rest(let until, let cause): throw resting(unit, until: until, after: cause)
        case .probe(let probe):
            try send(probe: probe, request.timing)
            try settle(before: frame, request.timing)
            if resynchronisation.isInDoubt(unit) { throw failure(.corruptReply, unit, "more bytes after the probe's reply") }
        }
        switch try exchange(frame, request.timing) {
        case .exception(let code): throw refusal(code, frame, request.timing)
        case .words(let words, let latency):
            count(unit) { unit in
                unit.replies += 1
                unit.latencyTotal += latency
                unit.latencyMaximum = max(unit.latencyMaximum, latency)
            }
            return RegisterReply(words: words, afterResynchronisation: resynchronisation.believed(unit))
        }
    }

    private func send(probe: ReadRequestFrame, _ timing: UnitTiming) throws(BusError) {
        count(probe.unit) { $0.probes += 1 }
        switch try exchange(probe, timing) {
        case .words: resynchronisation.answered(probe)
        case .exception(ModbusException.gatewayTargetSilent):
            throw refusal(ModbusException.gatewayTargetSilent, probe, timing)
        case .exception(let code):
            if resynchronisation.refused(probe, now: ModbusPort.now()) { return }
            throw failure(.exception(code: code), probe.unit, "\(ModbusException.describe(code)), in answer to a probe")
        }
    }

    private func refusal(_ code: UInt8, _ frame: ReadRequestFrame, _ timing: UnitTiming) -> BusError {
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
        let left = max(0, (until - ModbusPort.now()).milliseconds)
        return failure(.resting(after: cause), unit, "not asked: a late reply may still come in the next \(left) ms")
    }
}
