// Another configuration: looked over, put on trial, confirmed by health or taken back.
import Advice
import DiagnosticsProtocol
import GatewayConfig
import Glibc
import Outbox
import SensorModel

extension DaemonDiagnostics {
    func checkConfiguration(
        _ text: [UInt8], name: String, peer: PeerIdentity
    ) async throws(DiagnosticsFailure) -> ConfigurationApplyReport {
        try await examined(text, name: name, peer).report
    }

    func applyConfiguration(
        _ text: [UInt8], name: String, before: String?, peer: PeerIdentity
    ) async throws(DiagnosticsFailure) -> ConfigurationApplyReport {
        try agreeOn(before)
        return try await apply(text, name: name, peer, action: .configurationApply)
    }

    func configurationTrial() async throws(DiagnosticsFailure) -> ConfigurationApplyReport {
        if let trial = desk.trial { return report(of: trial) }
        var report = blank("none")
        guard let last = desk.last else { return report }
        report.outcome = last.failure == nil ? "confirmed" : "rolled-back"
        (report.hash, report.before, report.by) = (last.hash, last.before, last.by)
        report.problem = last.failure?[language]
        return report
    }

    func previousConfiguration(peer: PeerIdentity) async throws(DiagnosticsFailure) -> ConfigurationApplyReport {
        if let trial = desk.trial { return report(of: trial) }
        return try await examined(try await previous(), name: desk.files.previous, peer).report
    }

    func rollBackConfiguration(
        before: String?, peer: PeerIdentity
    ) async throws(DiagnosticsFailure) -> ConfigurationApplyReport {
        try agreeOn(before)
        guard desk.isRunning else {
            return try await apply(
                try await previous(), name: desk.files.previous, peer, action: .configurationRollback)
        }
        guard desk.decide(), let trial = desk.trial else { throw Self.decided }
        let why = Bilingual(zh: "由 \(peer.name) 收回", en: "\(peer.name) took it back")
        do throws(DiagnosticsFailure) {
            try await putOnRecord(ConfigurationDesk.rollback(trial, by: peer.name, why))
        } catch {
            desk.goOn()
            throw error
        }
        await takeBack(why)
        return try await configurationTrial()
    }

    func answered() async { desk.answered() }

    /// What works now.
    var health: GatewayHealth {
        let now = fieldClock.now().monotonic
        var health = GatewayHealth(
            points: [:], isLinked: uplinks.contains { $0.status.state == .connected },
            isStoring: readings.problem(after: Self.patience) == nil && alarms.problem(after: Self.patience) == nil,
            isReading: false)
        for cover in start.configuration.covers {
            for sensor in cover.sensors {
                for channel in sensor.channels {
                    let point = Point(cover: cover.code, sensor: sensor.id, channel: channel.name)
                    guard let last = intake.last(point) else { continue }
                    guard now - last.time.monotonic <= sensor.every * 3 + Self.patience else { continue }
                    health.isReading = true
                    switch last.measurement {
                    case .good, .bad(.warmingUp): health.points[point] = .good
                    case .uncertain: health.points[point] = .doubtful
                    case .bad: health.points[point] = .bad
                    }
                }
            }
        }
        return health
    }

    /// Watches what runs on trial until that is decided, or until cancelled.
    func watchTrial() async {
        while !Task.isCancelled, desk.isRunning {
            // A person who is about to end it may fail to: then the judging goes on.
            let judged = desk.judge(health, now: clock.now().monotonic)
            switch judged?.verdict {
            case nil, .waiting: do { try await clock.sleep(until: clock.now().monotonic + .milliseconds(500)) } catch { return }
            case .confirmed: if let trial = judged?.trial { await confirm(trial) }
            case .failed:
                guard let trial = judged?.trial else { continue }
                await abandon(trial, Self.failure(trial.judge.lacks))
            }
        }
    }

    /// What of a configuration on trial does not work yet, for `status`.
    var trialReport: StatusReport.Trial? {
        desk.trial.map { trial in
            StatusReport.Trial(
                hash: trial.candidate.configuration.hash, before: trial.before.configuration.hash, by: trial.by,
                remainingSeconds: trial.judge.left(now: clock.now().monotonic).seconds,
                waitsFor: Self.list(trial.judge.lacks).map { $0[language] })
        }
    }

    private static let patience = Duration.seconds(5)

    private func confirm(_ trial: ConfigurationDesk.Trial) async {
        guard desk.decide() else { return }
        let hash = trial.candidate.configuration.hash
        let entry = AuditEntry(
            actor: AuditEntry.system, via: .local, action: .configurationConfirm, subject: hash,
            detail: ["before": trial.before.configuration.hash, "applied_by": trial.by])
        let (files, candidate, before) = (desk.files, trial.candidate.loaded.text, trial.before.loaded.text)
        do throws(DiagnosticsFailure) { try await putOnRecord(entry) } catch {
            return await takeBack(trial, error.message)
        }
        do throws(ConfigurationFiles.Failure) {
            let unsynced = try await examiner.perform { () throws(ConfigurationFiles.Failure) -> ConfigurationFiles.Failure? in
                try files.confirm(candidate, before: before)
            }
            // FILE is the new one by now: what a power cut might still take is no reason to go back to the other one.
            if let unsynced {
                log.error("the configuration is in force, a power cut may take it yet: \(Self.words(unsynced).en)")
            }
        } catch { return await takeBack(trial, Self.words(error)) }
        // The last good one is what worked for long: `prove` renews it when this one has, too.
        log.notice("the configuration has proved itself", metadata: ["hash": "\(hash)", "by": "\(trial.by)"])
        desk.confirm(now: clock.now().monotonic)
        desk.answer(uplinks, in: language)
        await settle()
    }

    /// What was kept for the configuration before is over: it does not come back by itself. When the process ends meanwhile, the
    /// next start does the same.
    private func settle() async {
        let ids = start.configuration.uplinks.map(\.id)
        for lane in [store.readings, store.alarms] {
            do throws(StoreError) { try await lane.forget(allBut: ids) } catch {
                log.error("uplinks that are gone hold back records until the next start: \(error)")
            }
        }
        await modes.putOnRecord(lapsed: intake.settle(), audit)
    }

    private func abandon(_ trial: ConfigurationDesk.Trial, _ why: Bilingual) async {
        guard desk.decide() else { return }
        await takeBack(trial, why)
    }

    /// Ends the trial that runs, decided by the gateway itself.
    private func takeBack(_ trial: ConfigurationDesk.Trial, _ why: Bilingual) async {
        do throws(DiagnosticsFailure) {
            try await putOnRecord(ConfigurationDesk.rollback(trial, by: AuditEntry.system, why))
        } catch { log.error("\(error.message.en)") }
        await takeBack(why)
        desk.answered()
    }

    /// Ends the trial that runs; the process goes on with what was in force before as soon as `desk.answered` is called.
    private func takeBack(_ why: Bilingual) async {
        let files = desk.files
        do throws(ConfigurationFiles.Failure) {
            try await examiner.perform { () throws(ConfigurationFiles.Failure) in try files.refuse() }
        } catch { log.error("\(Self.words(error).en)") }
        log.warning("the configuration is taken back: \(why.en)")
        desk.rollBack(why, now: clock.now().monotonic)
    }

    func apply(
        _ text: [UInt8], name: String, _ peer: PeerIdentity, action: AuditAction, order: ConfigurationOrder? = nil
    ) async throws(DiagnosticsFailure) -> ConfigurationApplyReport {
        try mayChange()
        var (report, loaded, changes) = try await examined(text, name: name, peer)
        if order != nil { report = try agreed(report, loaded, changes) }
        guard report.outcome == "good", let loaded else {
            if let first = report.errors.first {
                await refused("POST /v1/config/apply: \(report.errors.count) errors, the first: \(first)", actor: peer.name)
            }
            return report
        }
        let candidate = StartConfiguration(loaded: loaded, path: start.path, refused: [])
        let configuration = loaded.configuration
        let trial = ConfigurationDesk.Trial(
            candidate: candidate, before: start, by: peer.name, order: order,
            judge: ApplyTrial(
                after: health, points: configuration.periods, hasUplinks: !configuration.uplinks.isEmpty,
                now: clock.now().monotonic))
        guard desk.take(trial) else { throw Self.busy }
        do throws(DiagnosticsFailure) { try await begin(trial, action) } catch {
            desk.giveBack()
            throw error
        }
        desk.release()
        report = self.report(of: trial)
        return report
    }

    /// On record, then on the disk.
    private func begin(_ trial: ConfigurationDesk.Trial, _ action: AuditAction) async throws(DiagnosticsFailure) {
        try await putOnRecord(
            AuditEntry(
                actor: trial.by, via: trial.order == nil ? .local : .platform, action: action,
                subject: trial.candidate.configuration.hash,
                detail: ["before": start.configuration.hash]))
        let (files, text, inForce) = (desk.files, trial.candidate.loaded.text, start.loaded.text)
        do throws(ConfigurationFiles.Failure) {
            try await examiner.perform { () throws(ConfigurationFiles.Failure) in try files.begin(text, inForce: inForce) }
        } catch {
            let words = Self.words(error)
            throw DiagnosticsFailure(.unavailable, zh: "未执行：\(words.zh)", en: "nothing was done: \(words.en)")
        }
    }

    private func previous() async throws(DiagnosticsFailure) -> [UInt8] {
        let files = desk.files
        let text: [UInt8]?
        do throws(ConfigurationFiles.Failure) {
            text = try await examiner.perform { () throws(ConfigurationFiles.Failure) in files.previousContent }
        } catch { text = nil }
        guard let text else {
            throw DiagnosticsFailure(
                .notFound, zh: "没有以前的配置：\(files.previous) 不存在或无法读取",
                en: "there is no configuration before this one: \(files.previous) is not there or cannot be read")
        }
        return text
    }

    private func examined(
        _ text: [UInt8], name: String, _ peer: PeerIdentity
    ) async throws(DiagnosticsFailure) -> (
        report: ConfigurationApplyReport, loaded: LoadedConfiguration?, changes: ConfigurationChanges?
    ) {
        switch await examiner.examine(text, named: name, for: peer) {
        case .wrong(let errors):
            var report = blank("refused")
            report.errors = errors.map(\.description)
            return (report, nil, nil)
        case .notAllowed(let paths):
            let list = paths.joined(separator: ", ")
            throw DiagnosticsFailure(
                .notAllowed, zh: "配置首次引用了您无权读取的文件：\(list)；请由有权读取者（root）应用",
                en: "the configuration names for the first time what you may not read: \(list); let somebody apply it who "
                    + "may (root)")
        case .good(let loaded, let changes):
            guard loaded.configuration.store.path == start.configuration.store.path else {
                throw DiagnosticsFailure(
                    .configuration, zh: "store.path 不能在运行中更改：原存储中未送达的记录会留在那里；请停止 gatewayd 后更改",
                    en: "store.path cannot be changed while gatewayd runs: what waits in the store would be left there; stop "
                        + "gatewayd first")
            }
            var report = blank(loaded.files == start.loaded.files ? "unchanged" : "good")
            report.hash = loaded.configuration.hash
            report.changes = changes.rows.map(ConfigurationApplyReport.Change.init)
            return (report, loaded, changes)
        }
    }

    private func mayChange() throws(DiagnosticsFailure) {
        if desk.trial != nil { throw Self.busy }
        if simulation != nil {
            throw DiagnosticsFailure(
                .conflict, zh: "现场为模拟：请以另一配置重新启动 gatewayd",
                en: "the field is simulated: start gatewayd again with the other configuration")
        }
        let inMemory = [store.alarms, store.readings].filter { $0.place == .memory }.map { $0.lane }
        let failing = alarms.problem(after: .zero) ?? readings.problem(after: .zero)
        if let why = ApplyTrial.hindrance(inMemory: inMemory, failing: failing) {
            throw DiagnosticsFailure(.conflict, zh: why.zh, en: why.en)
        }
        if let test = intake.tests.first {
            throw DiagnosticsFailure(
                .conflict, zh: "测点 \(test.point) 正在标定（\(test.by)）：请先结束",
                en: "\(test.by) has \(test.point) under test: stop that first")
        }
    }

    private static var busy: DiagnosticsFailure {
        DiagnosticsFailure(
            .conflict, zh: "已有配置在试运行：gatewayctl status 显示剩余时间",
            en: "another configuration is on trial: `gatewayctl status` shows for how long")
    }

    private static var decided: DiagnosticsFailure {
        DiagnosticsFailure(
            .conflict, zh: "试运行刚刚有了结果：gatewayctl status 显示现在生效的配置",
            en: "the trial is being decided just now: `gatewayctl status` shows what is in force")
    }

    /// What was looked at must be what is in force.
    private func agreeOn(_ before: String?) throws(DiagnosticsFailure) {
        guard let before, before != start.configuration.hash else { return }
        throw DiagnosticsFailure(
            .conflict, zh: "生效的配置已变为 \(start.configuration.hash)：请重新查看变更",
            en: "\(start.configuration.hash) is in force by now: look at the changes again")
    }

    private func blank(_ outcome: String) -> ConfigurationApplyReport {
        ConfigurationApplyReport(outcome: outcome, path: desk.files.path, before: start.configuration.hash)
    }

    private func report(of trial: ConfigurationDesk.Trial) -> ConfigurationApplyReport {
        var report = blank("trial")
        (report.hash, report.by) = (trial.candidate.configuration.hash, trial.by)
        report.before = trial.before.configuration.hash
        report.remainingSeconds = trial.judge.left(now: clock.now().monotonic).seconds
        report.waitsFor = Self.list(trial.judge.lacks).map { $0[language] }
        return report
    }

    /// The first ones in words, and how many there are beside them: a site may have hundreds of sensors.
    private static func list(_ lacks: [TrialLack]) -> [Bilingual] {
        let rest = lacks.count - mostNamed
        let named = lacks.prefix(mostNamed).map { words($0) }
        return rest > 0 ? named + [Bilingual(zh: "另有 \(rest) 项", en: "\(rest) more")] : named
    }

    private static let mostNamed = 8

    /// Why the time was not enough.
    private static func failure(_ lacks: [TrialLack]) -> Bilingual {
        let (limit, said) = (Int(ApplyTrial.limit.seconds), list(lacks))
        return Bilingual(
            zh: "\(limit) 秒内未恢复：\(said.map(\.zh).joined(separator: "，"))",
            en: "after \(limit) s \(said.map(\.en).joined(separator: ", "))")
    }

    private static func words(_ lack: TrialLack) -> Bilingual {
        switch lack {
        case .sensor(let sensor): Bilingual(zh: "传感器 \(sensor) 没有可信读数", en: "sensor \(sensor) gives no good readings")
        case .uplink: Bilingual(zh: "没有上行连接", en: "no uplink is connected")
        case .store: Bilingual(zh: "存储无法写入", en: "the store takes nothing")
        case .readings: Bilingual(zh: "没有读数", en: "no readings come in")
        }
    }

    private static func words(_ failure: ConfigurationFiles.Failure) -> Bilingual {
        let cause = String(cString: strerror(failure.code))
        return Bilingual(
            zh: "\(failure.path) 无法写入：\(cause)；gatewayd 须有权写入该文件夹",
            en: "\(failure.path) cannot be written: \(cause); gatewayd must be allowed to write into its folder")
    }
}

extension LoadedConfiguration {
    /// The text of gateway.yaml.
    var text: [UInt8] { files.first { $0.kind == .gateway }?.bytes ?? [] }
}

extension ConfigurationApplyReport.Change {
    init(_ row: ConfigurationChanges.Row) {
        self.init(
            about: row.about.rawValue, subject: row.subject, change: row.kind.rawValue, points: row.points,
            values: row.values.map { .init(key: $0.key, before: $0.before, after: $0.after) })
    }
}
