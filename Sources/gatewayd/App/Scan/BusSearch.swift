// One scan under way: asks stage by stage, names whom it finds, says how far it is.
import DeviceHAL
import DiagnosticsProtocol
import Logging
import SensorModel

/// One scan from its first question to its last.
struct BusSearch {
    /// Why a stage ended before its last question.
    private enum End: Equatable { case over, unwanted, disconnected }

    private let scanner: BusScanner
    private let number: UInt64
    private let order: BusScanner.Order
    private let log: Logger

    init(scanner: BusScanner, number: UInt64, order: BusScanner.Order, log: Logger) {
        self.scanner = scanner
        self.number = number
        self.order = order
        self.log = log
    }

    private var poller: BusPoller { scanner.poller }
    private var clock: any TimeSource { scanner.clock }
    private var isWanted: Bool { scanner.isWanted(number) }

    func run() async {
        log.notice("a scan looks for devices", metadata: ["bus": "\(poller.id)"])
        var position = 0
        while position < order.plan.stages.count, isWanted {
            guard !order.plan.stages[position].isOwn else {
                guard await ask(position, over: poller.bus) == .over else { break }
                position += 1
                continue
            }
            let others = order.plan.stages[position...].prefix { !$0.isOwn }.indices
            await askElsewhere(others)
            position = others.upperBound
        }
        scanner.update(number) { $0.end("done") }
        let found = scanner.report?.devices.count ?? 0
        log.notice("the scan is over", metadata: ["bus": "\(poller.id)", "devices": "\(found)"])
    }

    /// The stages at other settings, while the bus's own port is closed.
    private func askElsewhere(_ stages: Range<Int>) async {
        guard let line = poller.bus as? any LendableLine else {
            return leaveOut(Bilingual(zh: "线路无法借用", en: "the line cannot be lent"))
        }
        if !order.mayTakeLive(), let unit = scanner.liveUnit() {
            let seconds = Int(order.plan.blindTime.seconds.rounded(.up))
            return leaveOut(
                Bilingual(
                    zh: "设备 \(unit) 有应答，且并非总线上每个井盖都有班组维护满 \(seconds) s",
                    en: "unit \(unit) answers, and no crew is at every cover of the bus for \(seconds) s"))
        }
        let time = order.plan.stages[stages].reduce(.zero) { $0 + $1.duration }
        await line.lend(to: "a scan", until: clock.now().monotonic + time) { loan in
            for position in stages where isWanted {
                guard let settings = order.plan.stages[position].settings else { continue }
                await loan.at(settings) { bus in _ = await ask(position, over: bus) }
            }
        }
    }

    private func leaveOut(_ why: Bilingual) {
        note(Bilingual(zh: "未以其他串口参数扫描：", en: "other settings were left out: ") + why)
    }

    /// One more thing that stands in the way, in the reader's language.
    private func note(_ words: Bilingual) { scanner.update(number) { $0.note(words[order.language]) } }

    /// Asks a stage's questions.
    private func ask(_ position: Int, over bus: any RegisterBus) async -> End {
        let stage = order.plan.stages[position]
        var round = ScanRound(stage)
        var disconnections = 0
        while isWanted {
            switch round.next(now: clock.now().monotonic) {
            case .over: return .over
            case .wait(let moment): try? await clock.sleep(until: moment)
            case .ask(let question, let read):
                show(Self.words(question.unit, stage), position, round)
                let timing = timing(of: question, stage)
                let outcome = await self.outcome(of: read, question.unit, timing, stage, over: bus)
                let finding = round.take(outcome, now: clock.now().monotonic)
                scanner.update(number) { $0.asked += 1 }
                switch finding {
                case .nobody: disconnections = 0
                case .device(let seen):
                    disconnections = 0
                    await name(question, seen, stage, over: bus)
                    if isIndifferent(after: round.asked) { return .over }
                case .noise:
                    disconnections = 0
                    note(
                        Self.words(question.unit, stage)
                            + Bilingual(
                                zh: "：收到的字节不是应答；两台设备同址，或线路不良？",
                                en: ": bytes came that are no reply; two devices at one address, or a bad line?"))
                case .disconnected(let why):
                    disconnections += 1
                    guard disconnections < BusScanner.mostDisconnections else {
                        note(Bilingual(zh: "提前结束：\(why)", en: "ended early: \(why)"))
                        scanner.update(number) { $0.end("stopped") }
                        return .disconnected
                    }
                    try? await clock.sleep(until: clock.now().monotonic + .seconds(1))
                }
            }
        }
        return .unwanted
    }

    /// A configured unit is asked with the patience that its model needs: less would let a late reply pass for a poll's.
    private func timing(of question: ScanPlan.Question, _ stage: ScanPlan.Stage) -> UnitTiming {
        stage.isOwn ? poller.timing(of: question.unit) ?? question.timing : question.timing
    }

    /// Whether everybody has answered so far, as when a server gives one device's registers for every unit.
    private func isIndifferent(after asked: Int) -> Bool {
        guard poller.kind == .tcp, asked == BusScanner.indifferent, scanner.report?.devices.count == asked else {
            return false
        }
        note(
            Bilingual(
                zh: "其余设备未询问：前 \(asked) 个地址全部应答，说明此服务器不看地址",
                en: "the other units were left out: the first \(asked) all answer, so this server does not look at the address"))
        return true
    }

    /// Finds out which models a device may be, and puts it into the report.
    private func name(_ question: ScanPlan.Question, _ seen: String, _ stage: ScanPlan.Stage, over bus: any RegisterBus) async {
        let unit = question.unit
        let timing = timing(of: question, stage)
        if stage.isOwn { poller.heard(unit) }
        let sensors = stage.isOwn ? poller.units[unit]?.sensors ?? [] : []
        if let model = poller.model(of: unit), stage.isOwn, scanner.isWellNamed(unit) {
            // It proves its model with every poll; a foreign question that it does not answer would cost it its next readings.
            let device = BusScanReport.Device(
                unit: Int(unit), settings: stage.settings?.description, profiles: model.isProved ? [model.name] : [],
                sensors: sensors.map(\.description),
                seen: Self.configured(model.name, Bilingual(zh: "，读数正常", en: ", and gives values"))[order.language])
            return scanner.update(number) { $0.devices.append(device) }
        }
        var naming = ScanNaming(unit: unit, profiles: likelyFirst(unit, stage))
        let place = Self.words(unit, stage)
        let asking = Bilingual(zh: "识别型号：\(place.zh)", en: "which model \(place.en) is")
        scanner.update(number) { $0.now = asking[order.language] }
        while isWanted, let read = naming.next() {
            let outcome = await patientOutcome(of: read, unit, timing, stage, over: bus)
            naming.take(outcome, for: read)
        }
        var words: [Bilingual] = [.same(seen)]
        for match in naming.matches {
            if let objection = match.objection { words.append(.same("\(match.profile): \(objection)")) }
        }
        if let model = poller.model(of: unit), stage.isOwn {
            words.append(Self.configured(model.name, Self.otherwise(naming.matches.map(\.profile), than: model.name)))
        }
        if !naming.unlikely.isEmpty {
            let names = naming.unlikely.joined(separator: ", ")
            words.append(
                naming.matches.isEmpty
                    ? Bilingual(zh: "可能是 \(names)", en: "may be \(names)")
                    : Bilingual(zh: "\(names) 要求很少，也符合", en: "what little \(names) requires fits too"))
        }
        if naming.wasGivenUp {
            words.append(Bilingual(zh: "尚未试完所有型号就不再应答", en: "it fell silent before all models were tried"))
        }
        let device = BusScanReport.Device(
            unit: Int(unit), settings: stage.settings?.description, profiles: naming.matches.map(\.profile),
            sensors: sensors.map(\.description),
            seen: words.map { $0[order.language] }.joined(separator: order.language == .zh ? "；" : "; "))
        scanner.update(number) { $0.devices.append(device) }
    }

    /// That a configured device looks like other models than the one it is configured as.
    private static func otherwise(_ found: [String], than model: String) -> Bilingual {
        guard !found.isEmpty, !found.contains(model) else { return .same("") }
        return Bilingual(
            zh: "，但更像 \(found.joined(separator: " 或 "))", en: ", but looks like \(found.joined(separator: " or "))")
    }

    private static func configured(_ model: String, _ more: Bilingual) -> Bilingual {
        Bilingual(zh: "配置为 \(model)", en: "configured as \(model)") + more
    }

    /// Models whose factory settings these are come first.
    private func likelyFirst(_ unit: UInt8, _ stage: ScanPlan.Stage) -> [DeviceProfile] {
        let isLikely = { (profile: DeviceProfile) in
            profile.serial?.address == unit && stage.settings.map { profile.serial.map(SerialSettings.init) == $0 } != false
        }
        return order.profiles.filter(isLikely) + order.profiles.filter { !isLikely($0) }
    }

    /// As `outcome`, and again when the unit had to rest before, or gave the bus no proof of its place.
    private func patientOutcome(
        of read: ReadPlan.Block, _ unit: UInt8, _ timing: UnitTiming, _ stage: ScanPlan.Stage, over bus: any RegisterBus
    ) async -> SensorEdge.Outcome {
        var outcome = await outcome(of: read, unit, timing, stage, over: bus)
        for _ in 0..<3 {
            guard case .failure(let error) = outcome, isWanted else { break }
            switch error.kind {
            case .resting, .corruptReply: break
            case .exception where error.detail.hasSuffix("probe"): break
            default: return outcome
            }
            try? await clock.sleep(until: clock.now().monotonic + timing.maxLatency)
            outcome = await self.outcome(of: read, unit, timing, stage, over: bus)
        }
        return outcome
    }

    /// One read; at the bus's own settings in a gap between the polls.
    private func outcome(
        of read: ReadPlan.Block, _ unit: UInt8, _ timing: UnitTiming, _ stage: ScanPlan.Stage, over bus: any RegisterBus
    ) async -> SensorEdge.Outcome {
        if stage.isOwn {
            await poller.gap(for: stage.duration(of: read, timing), patience: BusScanner.patience, clock: clock)
        }
        let request = RegisterRequest(unit: unit, table: read.table, address: read.address, count: read.count, timing: timing)
        return await bus.watchedRead(request).result
    }

    private func show(_ words: Bilingual, _ position: Int, _ round: ScanRound) {
        let later = order.plan.stages[(position + 1)...]
        scanner.update(number) {
            $0.now = words[order.language]
            $0.remaining = round.remaining + later.reduce(0) { $0 + $1.count }
            $0.remainingSeconds = later.reduce(round.remainingTime) { $0 + $1.duration }.seconds
        }
    }

    private static func words(_ unit: UInt8, _ stage: ScanPlan.Stage) -> Bilingual {
        let settings = stage.settings.map { Bilingual(zh: "（\($0)）", en: " at \($0)") } ?? .same("")
        return Bilingual(zh: "设备 \(unit)", en: "unit \(unit)") + settings
    }
}
