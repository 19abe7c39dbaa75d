// Single transactions for a technician, and the frames of a bus.
import DeviceHAL
import DiagnosticsProtocol
import SensorModel

extension DaemonDiagnostics {
    func trace(bus: String, after: UInt64) async throws(DiagnosticsFailure) -> BusTraceReport {
        let poller = try poller(of: bus)
        let frames = rows(of: await poller.bus.frames(after: after))
        let state = await poller.bus.statistics()
        var last = frames.last?.number
        // Whoever asks after a number of the daemon before this one has to learn that the numbers began anew.
        if last == nil { last = min(await poller.bus.frames(after: 0).last?.number ?? 0, after) }
        return BusTraceReport(
            bus: bus, kind: poller.kind.rawValue, frames: frames, last: last ?? 0, connected: state.connected,
            problem: state.problem.isEmpty ? nil : state.problem)
    }

    func read(_ request: BusReadRequest) async throws(DiagnosticsFailure) -> BusReadReport {
        let poller = try poller(of: request.bus)
        let unit = try unit(request.unit, on: poller)
        guard let table = RegisterTable(rawValue: request.table) else {
            throw DiagnosticsFailure(.invalid, "table is coil, discrete, input or holding, found \(request.table)")
        }
        guard (1...table.largestRead).contains(request.count) else {
            let items = table.isBits ? "bits" : "registers"
            throw DiagnosticsFailure(
                .invalid, "one read takes 1 to \(table.largestRead) \(items), found \(request.count) (Modbus V1.1b3 §6.1 to §6.4)"
            )
        }
        let address = try address(request.address, count: request.count)
        let order = RegisterRequest(
            unit: unit, table: table, address: address, count: UInt16(request.count), timing: timing(of: unit, on: poller))
        var answer = await poller.question(need: order.timing.responseTimeout, clock: fieldClock) {
            await poller.bus.watchedRead(order)
        }
        // Whoever asks would rather wait a moment than hear that the unit rests after its last time-out.
        if let error = answer?.result.failure, let left = error.restLeft, left <= .seconds(2) {
            try? await fieldClock.sleep(until: fieldClock.now().monotonic + left)
            answer = await poller.question(need: order.timing.responseTimeout, clock: fieldClock) {
                await poller.bus.watchedRead(order)
            }
        }
        guard let made = answer else { throw busy(request.bus) }
        if made.isSignOfLife { poller.heard(unit) }
        let frames = rows(of: made.frames)
        switch made.result {
        case .success(let reply):
            let forms = table.isBits ? [] : WordForm.all(of: reply.words)
            return BusReadReport(
                request: request, words: reply.words.map(Int.init), forms: forms.map(BusReadReport.Form.init), frames: frames,
                latencyMs: Self.latency(made.frames))
        case .failure(let error):
            let problem = Self.words(for: error) + Self.hint(for: error, address: request.address)
            return BusReadReport(request: request, words: [], forms: [], frames: frames, problem: problem)
        }
    }

    func write(_ request: BusWriteRequest, actor: String) async throws(DiagnosticsFailure) -> BusWriteReport {
        let poller = try poller(of: request.bus)
        let unit = try unit(request.unit, on: poller)
        guard unit != 0 || poller.kind == .tcp else {
            throw DiagnosticsFailure(.invalid, "unit 0 is a broadcast on a serial line, which nobody confirms")
        }
        let action = try Self.action(of: request, at: try address(request.address, count: request.words.count))
        let words = request.words.map(String.init).joined(separator: " ")
        let subject = "\(request.bus) unit \(unit) \(request.table) \(request.address): \(words)"
        try await putOnRecord(actor, .busWrite, subject)
        let write = RegisterWrite(unit: unit, action: action, timing: timing(of: unit, on: poller))
        let answer = await poller.question(need: write.timing.responseTimeout, clock: fieldClock) {
            await poller.bus.watchedWrite(write)
        }
        guard let made = answer else {
            let failure = busy(request.bus)
            try await putOutcomeOnRecord(actor, subject, "not written: \(failure.message)")
            throw failure
        }
        if made.isSignOfLife { poller.heard(unit) }
        let problem = made.result.failure.map(Self.outcome)
        try await putOutcomeOnRecord(actor, subject, problem ?? "confirmed")
        return BusWriteReport(request: request, confirmed: problem == nil, problem: problem, frames: rows(of: made.frames))
    }

    /// Why a write was not confirmed, and what that means for it.
    private static func outcome(of error: BusError) -> String {
        let (unsent, unasked) = ("not sent: ", "not asked: ")
        if error.detail.hasPrefix(unsent) {
            let reason = error.detail.dropFirst(unsent.count)
            return "not written: \(reason.hasPrefix(unasked) ? reason.dropFirst(unasked.count) : reason)"
        }
        // After an exception the unit itself says that it has not.
        if case .exception = error.kind { return words(for: error) }
        return words(for: error) + "; it may have been carried out all the same: read it back"
    }

    /// The request is on record already; what became of it is, too.
    private func putOutcomeOnRecord(_ actor: String, _ subject: String, _ outcome: String) async throws(DiagnosticsFailure) {
        let problem = await audit.record(
            AuditEntry(actor: actor, via: .local, action: .busWriteOutcome, subject: "\(subject): \(outcome)"))
        guard problem != 0 else { return }
        throw DiagnosticsFailure(.unavailable, "\(outcome), but the audit log cannot be written (errno \(problem))")
    }

    private static func action(
        of request: BusWriteRequest, at address: UInt16
    ) throws(DiagnosticsFailure) -> RegisterWrite.Action {
        let words = request.words
        switch request.table {
        case "holding":
            let most = RegisterWrite.mostRegisters
            guard (1...most).contains(words.count), words.allSatisfy((0...65_535).contains) else {
                throw DiagnosticsFailure(.invalid, "one write takes 1 to \(most) registers of 0 to 65535 (Modbus V1.1b3 §6.12)")
            }
            let registers = words.map { UInt16($0) }
            return registers.count == 1
                ? .register(address: address, word: registers[0]) : .registers(address: address, registers)
        case "coil":
            let most = RegisterWrite.mostCoils
            guard (1...most).contains(words.count), words.allSatisfy((0...1).contains) else {
                throw DiagnosticsFailure(.invalid, "one write takes 1 to \(most) coils of 0 or 1 (Modbus V1.1b3 §6.11)")
            }
            let states = words.map { $0 == 1 }
            return states.count == 1 ? .coil(address: address, on: states[0]) : .coils(address: address, states)
        default:
            throw DiagnosticsFailure(.invalid, "only the tables coil and holding can be written, found \(request.table)")
        }
    }

    /// The reason word and what was seen; an exception's name says what it is.
    private static func words(for error: BusError) -> String {
        if case .exception = error.kind { error.detail } else { "\(error.badReason.rawValue): \(error.detail)" }
    }

    /// For who has taken the number of a register out of a manual, where the table's digit stands before it.
    private static func hint(for error: BusError, address: Int) -> String {
        guard case .exception(2) = error.kind, address >= 10_000 else { return "" }
        return "; a manual's 40001 is holding 0, its 30001 input 0"
    }

    /// Puts a change on record before it is made.
    func putOnRecord(_ actor: String, _ action: AuditAction, _ subject: String) async throws(DiagnosticsFailure) {
        try await putOnRecord(AuditEntry(actor: actor, via: .local, action: action, subject: subject))
    }

    private func busy(_ bus: String) -> DiagnosticsFailure {
        DiagnosticsFailure(.conflict, "somebody else asks a unit of bus \(bus) at this moment: try again")
    }

    /// The poller of a bus with units.
    func poller(of bus: String) throws(DiagnosticsFailure) -> BusPoller {
        for case .modbus(let poller) in fieldBuses where poller.id == bus { return poller }
        let modbus = fieldBuses.compactMap { if case .modbus(let poller) = $0 { poller.id } else { nil } }
        let known = modbus.isEmpty ? "there are none" : "there are \(modbus.joined(separator: ", "))"
        if fieldBuses.contains(where: { $0.id == bus }) {
            throw DiagnosticsFailure(.invalid, "bus \(bus) has lines and no units; of Modbus buses \(known)")
        }
        throw DiagnosticsFailure(.notFound, "no bus \(bus); of Modbus buses \(known)")
    }

    private func unit(_ number: Int, on poller: BusPoller) throws(DiagnosticsFailure) -> UInt8 {
        let valid = poller.kind == .tcp ? 0...255 : 1...247
        guard valid.contains(number) else {
            throw DiagnosticsFailure(
                .invalid, "a unit of bus \(poller.id) is \(valid.lowerBound) to \(valid.upperBound), found \(number)")
        }
        return UInt8(number)
    }

    private func address(_ number: Int, count: Int) throws(DiagnosticsFailure) -> UInt16 {
        guard (0...65_535).contains(number), number + count <= 65_536 else {
            throw DiagnosticsFailure(
                .invalid,
                "addresses are 0 to 65535 as in the PDU (a manual's 40001 is holding 0), found \(number) with \(count) items")
        }
        return UInt16(number)
    }

    /// That of the unit's sensor, or of a unit that nobody knows.
    private func timing(of unit: UInt8, on poller: BusPoller) -> UnitTiming {
        poller.timing(of: unit)
            ?? UnitTiming(
                responseTimeout: start.configuration.buses.first { $0.id == poller.id }?.responseTimeout ?? .milliseconds(500))
    }

    private func rows(of frames: [BusFrame]) -> [BusFrameRow] {
        let now = fieldClock.now()
        return frames.map { BusFrameRow($0, now: now) }
    }

    /// From the last request to the reply after it; a probe's is not the question's.
    private static func latency(_ frames: [BusFrame]) -> Double? {
        guard let reply = frames.last(where: { $0.kind == .reply }),
            let request = frames.last(where: { $0.kind == .request && $0.number < reply.number })
        else { return nil }
        return (reply.time - request.time).seconds * 1000
    }
}

extension BusReadReport.Form {
    fileprivate init(_ form: WordForm) {
        self.init(
            offset: form.offset, words: form.count, type: form.type.rawValue,
            wordOrder: form.count == 1 ? nil : form.wordOrder.rawValue, byteOrder: form.byteOrder.rawValue, value: form.value)
    }
}
