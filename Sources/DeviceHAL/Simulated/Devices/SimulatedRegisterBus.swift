// A Modbus bus without a wire: units that answer by themselves, in the time a wire would take, with the manners of a real bus.
import DeviceHAL
import SensorModel
import Synchronization

/// A bus of simulated units.
///
/// Bus sharing: one transaction at a time, in the order of the calls. Retries: none. Time passes by the clock alone; when the
/// caller is cancelled, or time has ended, a transaction is over at once. After a fault the unit rests and is probed as on a
/// real bus, by the same rules (`Resynchronisation`).
public final class SimulatedRegisterBus: RegisterBus {
    private struct State {
        var resynchronisation = Resynchronisation()
        var counters = BusStatistics()
        var notBefore: [UInt8: MonotonicTime] = [:]
        var log = FrameLog()
        /// Counts transactions, as Modbus TCP does.
        var number: UInt16 = 0
        var isClosed = false
    }

    private typealias Outcome = Result<RegisterReply, BusError>

    /// What a unit said, and how long that took.
    private struct Answer {
        var words: [UInt16]
        var latency: Duration
    }

    private let id: String
    private let units: [UInt8: any RegisterSource]
    private let wire: WireTime
    private let frames: SimulatedFrames
    private let clock: any TimeSource
    private let begin: MonotonicTime
    private let state = Mutex(State())
    private let turn = Turn()

    /// - Parameters:
    ///   - id: the bus's id, for messages.
    ///   - units: what answers, by unit address; other addresses are silent.
    ///   - wire: what carries the bus.
    ///   - clock: for the time that a transaction takes; with simulated time that of the task that reads.
    ///   - begin: when simulated time began, by the clock.
    public init(
        id: String, units: [UInt8: any RegisterSource], wire: WireTime, clock: any TimeSource, begin: MonotonicTime
    ) {
        self.id = id
        self.units = units
        self.wire = wire
        frames = SimulatedFrames(wire: wire)
        self.clock = clock
        self.begin = begin
    }

    /// Makes one read transaction; see `RegisterBus`.
    public func read(_ request: RegisterRequest) async throws(BusError) -> RegisterReply {
        let unit = request.unit
        guard let frame = RequestFrame(unit: unit, table: request.table, address: request.address, count: request.count) else {
            throw outOfRange(unit, Int(request.count), from: request.address)
        }
        let outcome = await turn.take { await self.transact(frame, nil, request.timing) }
        return try outcome.get()
    }

    /// Makes one write transaction; see `RegisterBus`.
    public func write(_ request: RegisterWrite) async throws(BusError) {
        let unit = request.unit
        guard let frame = RequestFrame(unit: unit, request.action) else {
            throw outOfRange(unit, request.action.words.count, from: request.action.address)
        }
        guard unit != 0 || wire == .tcp else {
            throw failure(.exception(code: 3), unit, "not sent: unit 0 is a broadcast, which no unit confirms")
        }
        let outcome = await turn.take { await self.transact(frame, request.action, request.timing) }
        _ = try outcome.get()
    }

    /// The counters since start; none after `close`.
    public func statistics() async -> BusStatistics {
        state.withLock { state in
            guard !state.isClosed else { return BusStatistics() }
            var result = state.counters
            for unit in result.units.keys {
                result.units[unit]?.resynchronising = state.resynchronisation.isInDoubt(unit)
            }
            return result
        }
    }

    /// The last frames, as they would be on the wire; none after `close`.
    public func frames(after number: UInt64) async -> [BusFrame] {
        state.withLock { $0.isClosed ? [] : $0.log.frames(after: number) }
    }

    /// Everything fails as disconnected from now on.
    public func close() async { state.withLock { $0.isClosed = true } }

    // MARK: in turn only

    /// One request, with what has to come before it.
    private func transact(_ frame: RequestFrame, _ action: RegisterWrite.Action?, _ timing: UnitTiming) async -> Outcome {
        let began = clock.now().monotonic
        let outcome = await attempt(frame, action, timing)
        let busy = clock.now().monotonic - began
        state.withLock { $0.counters.busy += busy }
        return outcome
    }

    private func attempt(_ frame: RequestFrame, _ action: RegisterWrite.Action?, _ timing: UnitTiming) async -> Outcome {
        if let error = await prepare(frame, timing) {
            guard action != nil else { return .failure(error) }
            // Whoever writes has to know whether it can have been carried out.
            return .failure(failure(error.kind, error.unit, "not sent: \(error.detail)"))
        }
        switch await exchange(frame, action, timing) {
        case .failure(let error): return .failure(error)
        case .success(let answer):
            return state.withLock { state in
                state.counters.units[frame.unit, default: UnitStatistics()].count(reply: answer.latency)
                let isFirst = action == nil && state.resynchronisation.believed(frame.unit)
                return .success(RegisterReply(words: answer.words, afterResynchronisation: isFirst, connection: 1))
            }
        }
    }

    /// Brings the unit to where it may be asked.
    /// - Returns: what stands in the way.
    private func prepare(_ frame: RequestFrame, _ timing: UnitTiming) async -> BusError? {
        let unit = frame.unit
        let gap = state.withLock { state -> MonotonicTime? in
            guard !state.isClosed else { return nil }
            if !state.counters.connected {
                state.counters.connected = true
                state.counters.connects = 1
            }
            return state.notBefore[unit] ?? begin
        }
        guard let gap else { return failure(.disconnected, unit, "the bus is closed") }
        await wait(until: gap)
        let now = clock.now().monotonic
        switch state.withLock({ $0.resynchronisation.step(for: frame, now: now) }) {
        case .ask: return nil
        case .rest(let until, let cause):
            let left = max(0, (until - now).milliseconds)
            return failure(.resting(after: cause), unit, "not asked: a late reply may still come in the next \(left) ms")
        case .probe(let probe): return await send(probe: probe, timing)
        }
    }

    private func send(probe: RequestFrame, _ timing: UnitTiming) async -> BusError? {
        count(probe.unit) { $0.probes += 1 }
        switch await exchange(probe, nil, timing) {
        case .success:
            state.withLock { $0.resynchronisation.answered(probe) }
            return nil
        case .failure(let error):
            guard case .exception(let code) = error.kind else { return error }
            let now = clock.now().monotonic
            if state.withLock({ $0.resynchronisation.refused(probe, now: now) }) { return nil }
            return failure(error.kind, probe.unit, "\(ModbusException.describe(code)), in answer to a probe")
        }
    }

    /// Sends the request, and waits as long as its answer takes, at most until the deadline.
    private func exchange(
        _ frame: RequestFrame, _ action: RegisterWrite.Action?, _ timing: UnitTiming
    ) async -> Result<Answer, BusError> {
        count(frame.unit) { $0.transactions += 1 }
        let began = clock.now().monotonic
        state.withLock { state in
            state.number &+= 1
            state.log.add(.request, unit: frame.unit, frames.request(frame, number: state.number), at: began)
        }
        let sentAt = began + wire.request(frame)
        var answer = ask(frame, action, at: sentAt - begin)
        var latency = wire.reply(to: frame, isException: answer.isException)
        if latency > timing.responseTimeout { answer = .failure(.silent) }
        if case .failure(.silent) = answer { latency = timing.responseTimeout }
        await wait(until: sentAt + latency)
        if state.withLock({ $0.isClosed }) { return .failure(failure(.disconnected, frame.unit, "the bus was closed")) }
        return state.withLock { state in
            state.notBefore[frame.unit] = sentAt + latency + timing.gap
            return judge(answer, frame, timing, sentAt: sentAt, latency: latency, &state)
        }
    }

    private func ask(
        _ frame: RequestFrame, _ action: RegisterWrite.Action?, at time: Duration
    ) -> Result<[UInt16], RegisterFault> {
        guard let source = units[frame.unit] else { return .failure(.silent) }
        do throws(RegisterFault) {
            guard let action else {
                return .success(try source.read(frame.table, address: frame.address, count: frame.count, at: time))
            }
            try source.write(action, at: time)
            return .success([])
        } catch { return .failure(error) }
    }

    private func judge(
        _ answer: Result<[UInt16], RegisterFault>, _ frame: RequestFrame, _ timing: UnitTiming, sentAt: MonotonicTime,
        latency: Duration, _ state: inout State
    ) -> Result<Answer, BusError> {
        let unit = frame.unit
        let arrived = sentAt + latency
        var counters = state.counters.units[unit] ?? UnitStatistics()
        defer { state.counters.units[unit] = counters }
        switch answer {
        case .success(let words):
            state.log.add(.reply, unit: unit, frames.reply(to: frame, words: words, number: state.number), at: arrived)
            return .success(Answer(words: words, latency: latency))
        case .failure(.exception(let code)):
            counters.exceptions += 1
            state.log.add(
                .reply, unit: unit, frames.exception(code, to: frame, number: state.number),
                problem: ModbusException.describe(code), at: arrived)
            return .failure(failure(.exception(code: code), unit, ModbusException.describe(code)))
        case .failure(.silent):
            counters.timeouts += 1
            state.log.add(.silence, unit: unit, [], problem: "no reply", at: arrived)
            state.resynchronisation.fault(frame, cause: .timeout, sentAt: sentAt, maxLatency: timing.maxLatency)
            return .failure(failure(.timeout, unit, "no reply"))
        case .failure(.corrupt):
            counters.checksumErrors += 1
            state.log.add(
                .reply, unit: unit, frames.corrupt(frame, number: state.number), problem: "wrong checksum", at: arrived)
            state.resynchronisation.fault(frame, cause: .corruptReply, sentAt: sentAt, maxLatency: timing.maxLatency)
            return .failure(failure(.corruptReply, unit, "wrong checksum"))
        }
    }

    // MARK: tools

    private func wait(until deadline: MonotonicTime) async {
        guard deadline > clock.now().monotonic else { return }
        // Cancelled, the transaction is over at once: its caller is ending.
        try? await clock.sleep(until: deadline)
    }

    private func count(_ unit: UInt8, _ change: (inout UnitStatistics) -> Void) {
        state.withLock { change(&$0.counters.units[unit, default: UnitStatistics()]) }
    }

    private func outOfRange(_ unit: UInt8, _ items: Int, from address: UInt16) -> BusError {
        let isClosed = state.withLock { $0.isClosed }
        return isClosed
            ? failure(.disconnected, unit, "the bus is closed")
            : failure(.exception(code: 3), unit, "not sent: \(items) items from \(address) are out of range")
    }

    private func failure(_ kind: BusError.Kind, _ unit: UInt8, _ detail: String) -> BusError {
        BusError(kind: kind, bus: id, unit: unit, detail: detail)
    }
}

extension Result where Failure == RegisterFault {
    fileprivate var isException: Bool { if case .failure(.exception) = self { true } else { false } }
}
