// Single transactions for a technician, and the frames of a bus.
import Advice
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
            throw DiagnosticsFailure(
                .invalid, zh: "表为 coil、discrete、input 或 holding，实为 \(request.table)",
                en: "table is coil, discrete, input or holding, found \(request.table)")
        }
        guard (1...table.largestRead).contains(request.count) else {
            let (most, count) = (table.largestRead, request.count)
            throw DiagnosticsFailure(
                .invalid, zh: "一次可读 1 至 \(most) 个\(table.isBits ? "位" : "寄存器")，实为 \(count)（Modbus V1.1b3 §6.1 至 §6.4）",
                en: "one read takes 1 to \(most) \(table.isBits ? "bits" : "registers"), found \(count) "
                    + "(Modbus V1.1b3 §6.1 to §6.4)")
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
        let sensors = poller.units[unit]?.sensors.map(\.description) ?? []
        switch made.result {
        case .success(let reply):
            let forms = table.isBits ? [] : WordForm.all(of: reply.words)
            return BusReadReport(
                request: request, words: reply.words.map(Int.init), forms: forms.map(BusReadReport.Form.init), frames: frames,
                latencyMs: Self.latency(made.frames), sensors: sensors, covers: covers(of: sensors))
        case .failure(let error):
            let problem = Self.words(for: error) + Self.hint(for: error, address: request.address)
            return BusReadReport(
                request: request, words: [], forms: [], frames: frames, problem: problem[language], sensors: sensors,
                covers: covers(of: sensors))
        }
    }

    func write(_ request: BusWriteRequest, actor: String) async throws(DiagnosticsFailure) -> BusWriteReport {
        let poller = try poller(of: request.bus)
        let unit = try unit(request.unit, on: poller)
        guard unit != 0 || poller.kind == .tcp else {
            throw DiagnosticsFailure(
                .invalid, zh: "串行线路上设备 0 为广播，没有设备会确认",
                en: "unit 0 is a broadcast on a serial line, which nobody confirms")
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
            try await putOutcomeOnRecord(
                actor, subject, Bilingual(zh: "未写入：", en: "not written: ") + failure.message)
            throw failure
        }
        if made.isSignOfLife { poller.heard(unit) }
        let problem = made.result.failure.map(Self.outcome)
        try await putOutcomeOnRecord(actor, subject, problem ?? Bilingual(zh: "已确认", en: "confirmed"))
        let sensors = poller.units[unit]?.sensors.map(\.description) ?? []
        return BusWriteReport(
            request: request, confirmed: problem == nil, problem: problem?[language], frames: rows(of: made.frames),
            sensors: sensors, covers: covers(of: sensors))
    }

    /// Why a write was not confirmed, and what that means for it.
    private static func outcome(of error: BusError) -> Bilingual {
        let (unsent, unasked) = ("not sent: ", "not asked: ")
        if error.detail.hasPrefix(unsent) {
            let reason = error.detail.dropFirst(unsent.count)
            let cause = reason.hasPrefix(unasked) ? reason.dropFirst(unasked.count) : reason
            return Bilingual(zh: "未写入：\(cause)", en: "not written: \(cause)")
        }
        // After an exception the unit itself says that it has not.
        if case .exception = error.kind { return words(for: error) }
        return words(for: error)
            + Bilingual(zh: "；可能已经执行，请回读核对", en: "; it may have been carried out all the same: read it back")
    }

    /// The request is on record already; what became of it is, too.
    private func putOutcomeOnRecord(_ actor: String, _ subject: String, _ outcome: Bilingual) async throws(DiagnosticsFailure) {
        let problem = await audit.record(
            AuditEntry(actor: actor, via: .local, action: .busWriteOutcome, subject: "\(subject): \(outcome.en)"))
        guard problem != 0 else { return }
        throw DiagnosticsFailure(
            .unavailable, zh: "\(outcome.zh)，但审计日志无法写入（errno \(problem)）",
            en: "\(outcome.en), but the audit log cannot be written (errno \(problem))")
    }

    private static func action(
        of request: BusWriteRequest, at address: UInt16
    ) throws(DiagnosticsFailure) -> RegisterWrite.Action {
        let words = request.words
        switch request.table {
        case "holding":
            let most = RegisterWrite.mostRegisters
            guard (1...most).contains(words.count), words.allSatisfy((0...65_535).contains) else {
                throw DiagnosticsFailure(
                    .invalid, zh: "一次可写 1 至 \(most) 个寄存器，值为 0 至 65535（Modbus V1.1b3 §6.12）",
                    en: "one write takes 1 to \(most) registers of 0 to 65535 (Modbus V1.1b3 §6.12)")
            }
            let registers = words.map { UInt16($0) }
            return registers.count == 1
                ? .register(address: address, word: registers[0]) : .registers(address: address, registers)
        case "coil":
            let most = RegisterWrite.mostCoils
            guard (1...most).contains(words.count), words.allSatisfy((0...1).contains) else {
                throw DiagnosticsFailure(
                    .invalid, zh: "一次可写 1 至 \(most) 个线圈，值为 0 或 1（Modbus V1.1b3 §6.11）",
                    en: "one write takes 1 to \(most) coils of 0 or 1 (Modbus V1.1b3 §6.11)")
            }
            let states = words.map { $0 == 1 }
            return states.count == 1 ? .coil(address: address, on: states[0]) : .coils(address: address, states)
        default:
            throw DiagnosticsFailure(
                .invalid, zh: "只能写 coil 和 holding 表，实为 \(request.table)",
                en: "only the tables coil and holding can be written, found \(request.table)")
        }
    }

    /// The reason word and what was seen; an exception's name says what it is.
    private static func words(for error: BusError) -> Bilingual {
        let reason = error.badReason
        if case .exception = error.kind {
            return Bilingual(zh: "设备异常应答：\(error.detail)", en: error.detail)
        }
        return Bilingual(
            zh: "\(EntryText.reason(reason).zh) \(reason.rawValue)：\(error.detail)", en: "\(reason.rawValue): \(error.detail)")
    }

    /// For who has taken the number of a register out of a manual, where the table's digit stands before it.
    private static func hint(for error: BusError, address: Int) -> Bilingual {
        guard case .exception(2) = error.kind, address >= 10_000 else { return .same("") }
        return Bilingual(
            zh: "；手册中的 40001 即 holding 0，30001 即 input 0", en: "; a manual's 40001 is holding 0, its 30001 input 0")
    }

    /// Puts a change on record before it is made.
    func putOnRecord(_ actor: String, _ action: AuditAction, _ subject: String) async throws(DiagnosticsFailure) {
        try await putOnRecord(AuditEntry(actor: actor, via: .local, action: action, subject: subject))
    }

    private func busy(_ bus: String) -> DiagnosticsFailure {
        DiagnosticsFailure(
            .conflict, zh: "此刻有别人正在询问总线 \(bus) 上的设备：请稍后再试",
            en: "somebody else asks a unit of bus \(bus) at this moment: try again")
    }

    /// The poller of a bus with units.
    func poller(of bus: String) throws(DiagnosticsFailure) -> BusPoller {
        for case .modbus(let poller) in fieldBuses where poller.id == bus { return poller }
        let modbus = fieldBuses.compactMap { if case .modbus(let poller) = $0 { poller.id } else { nil } }
        let list = modbus.joined(separator: ", ")
        let known =
            modbus.isEmpty
            ? Bilingual(zh: "没有", en: "there are none") : Bilingual(zh: "有 \(list)", en: "there are \(list)")
        if fieldBuses.contains(where: { $0.id == bus }) {
            throw DiagnosticsFailure(
                .invalid, zh: "总线 \(bus) 是线路，没有设备地址；Modbus 总线\(known.zh)",
                en: "bus \(bus) has lines and no units; of Modbus buses \(known.en)")
        }
        throw DiagnosticsFailure(
            .notFound, zh: "没有总线 \(bus)；Modbus 总线\(known.zh)", en: "no bus \(bus); of Modbus buses \(known.en)")
    }

    private func unit(_ number: Int, on poller: BusPoller) throws(DiagnosticsFailure) -> UInt8 {
        let valid = poller.kind == .tcp ? 0...255 : 1...247
        guard valid.contains(number) else {
            let (first, last) = (valid.lowerBound, valid.upperBound)
            throw DiagnosticsFailure(
                .invalid, zh: "总线 \(poller.id) 的设备地址为 \(first) 至 \(last)，实为 \(number)",
                en: "a unit of bus \(poller.id) is \(first) to \(last), found \(number)")
        }
        return UInt8(number)
    }

    private func address(_ number: Int, count: Int) throws(DiagnosticsFailure) -> UInt16 {
        guard (0...65_535).contains(number), number + count <= 65_536 else {
            throw DiagnosticsFailure(
                .invalid, zh: "地址为 0 至 65535，与 PDU 一致（手册中的 40001 即 holding 0），实为 \(number) 起 \(count) 个",
                en: "addresses are 0 to 65535 as in the PDU (a manual's 40001 is holding 0), found \(number) with \(count) items")
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
