// Which tasks the daemon's life hangs on, what the service manager is told of it, and what a careful run leaves out.
import DeviceHALLinux
import GatewayConfig
import Outbox
import Platform
import SensorModel
import Uplink

extension GatewayApplication {
    /// A line that somebody else uses is a mistake of whoever started this, and no reason to wait.
    func refuseBusyLines(_ configuration: Configuration) throws(StartFailure) {
        for bus in configuration.buses {
            guard case .serial(let device, _, _, _) = bus.link else { continue }
            do {
                try ModbusLink.checkFree(device: device)
            } catch {
                // A device that is not there is no reason to stay down: it may be plugged in later.
                if case .held(let holder) = error { throw .lineInUse(bus: bus.id, device: device, holder: holder) }
            }
        }
    }

    /// The supervision of this run. The sensors' side is watched in the field only: in a simulation its time may stand still.
    /// A careful run does not hang on its buses until safe mode is over: one of them may be what the runs before fell over.
    func supervision(
        _ intake: Intake, _ readings: ReadingsWriter, _ alarms: AlarmWriter, _ uplinks: [UplinkService], _ fieldBuses: [FieldBus]
    ) -> Supervision {
        let configuration = start.configuration
        var vitals: [Supervision.Vital] = []
        if simulation == nil {
            vitals.append(.init(name: "alarm engine", pulse: intake.pulse))
            for (name, pulse) in fieldBuses.flatMap(\.pulses) {
                vitals.append(.init(name: name, pulse: pulse, from: safeMode?.until))
            }
        }
        vitals += [
            .init(name: "writer of alarms", pulse: alarms.pulse), .init(name: "writer of readings", pulse: readings.pulse),
        ]
        vitals += uplinks.map { .init(name: "uplink \($0.id)", pulse: $0.pulse) }
        let careful: @Sendable (MonotonicTime) -> String = { [safeMode] now in
            guard let safeMode, safeMode.isOn(now) else { return "" }
            return safeMode.newerStore == nil ? "safe mode, " : "safe mode: a store of a newer version, "
        }
        return Supervision(
            ServiceManager.ofThisProcess(), vitals: vitals, clock: clock, log: log,
            status: { [clock, isRefused = !start.refused.isEmpty] in
                careful(clock.now().monotonic)
                    + "watching: covers \(configuration.covers.count), buses \(configuration.buses.count)"
                    + (isRefused ? ", the configuration was refused: the last good one is in use" : "")
            }, goesOn: { [desk] in desk.goesOn }, handover: handover)
    }

    /// Waits until safe mode is over: what comes after it is what safe mode leaves out.
    /// - Returns: false when the daemon ends before.
    func usual() async -> Bool {
        guard let safeMode else { return true }
        var now = clock.now().monotonic
        while !Task.isCancelled, safeMode.isOn(now) {
            try? await clock.sleep(until: safeMode.newerStore == nil ? safeMode.until : now + .seconds(3600))
            now = clock.now().monotonic
        }
        return !Task.isCancelled
    }

    /// Keeps the configuration as the last good one when the daemon has run with it for a while, and ends safe mode when the
    /// daemon has lived through it.
    func prove(_ intake: Intake, _ examiner: ConfigurationExaminer, _ supervision: Supervision) async {
        try? await clock.sleep(until: clock.now().monotonic + StartHistory.proof)
        // A trial may be decided at its last moment.
        while desk.isRunning, !Task.isCancelled { try? await clock.sleep(until: clock.now().monotonic + .seconds(1)) }
        if Task.isCancelled { return }
        await keepConfiguration(examiner)
        guard safeMode != nil, await usual() else { return }
        intake.setGatewayAlarm(SafeMode.rule, severity: .warning, problem: nil)
        supervision.tellStatus()
        log.notice(
            "safe mode is over, everything is in place again", metadata: ["configuration": "\(start.path) (\(start.state))"])
    }

    /// Whether what has run since then has proved itself by now.
    func hasProved(since served: MonotonicTime) -> Bool { clock.now().monotonic - served >= StartHistory.proof }

    /// Keeps the file as the last good configuration, on the thread that may wait for the disk: the tasks' pool must not. What is
    /// on trial, or has failed there, is none.
    /// - Parameters:
    ///   - examiner: works on that thread.
    ///   - isFirst: only when there is no last good one yet.
    func keepConfiguration(_ examiner: ConfigurationExaminer, isFirst: Bool = false) async {
        guard !desk.isRunning, !desk.isTurning else { return }
        let problem = await isFirst ? examiner.keepFirst(start) : examiner.keep(start)
        if let problem { log.error("\(problem)") }
    }

    /// Gives back what only the start needed: by then the first connection stands and every part has worked once.
    static func forgetStart(_ clock: any TimeSource) async {
        try? await clock.sleep(until: clock.now().monotonic + .seconds(5))
        if !Task.isCancelled { ProcessMemory.forgetStart() }
        while !Task.isCancelled { try? await clock.sleep(until: clock.now().monotonic + .seconds(3600)) }
    }

    /// Says in the log how the run has ended, and whether another one follows it.
    func sayFarewell(_ store: Store, _ unwritten: [String?]) {
        let end = desk.goesOn ? "this run is over, the next one begins" : "gatewayd has stopped"
        let left = Self.left(in: store, unwritten: unwritten)
        guard !left.isEmpty else { return log.info("\(end); everything is committed") }
        let isKept = unwritten.allSatisfy { $0 == nil } && [store.alarms, store.readings].allSatisfy(\.condition.isKept)
        log.log(level: isKept ? .notice : .error, "\(end); \(left.joined(separator: "; "))")
    }

    /// What the end of a run has left uncommitted, in words; empty when that is nothing.
    /// - Parameter unwritten: why the last commits of the writers failed; nil where they did not.
    static func left(in store: Store, unwritten: [String?]) -> [String] {
        let lanes = [store.alarms, store.readings]
        return zip(lanes, unwritten).flatMap { lane, problem -> [String] in
            let name = "the \(lane.lane.rawValue) lane"
            var left = problem.map { ["what came last to \(name) is not committed and lost: \($0)"] } ?? []
            switch lane.condition.end {
            case .committed: break
            case .left: left.append("\(name) was in memory only, what waits in it goes along")
            case .memory(0): left.append("\(name) was in memory only, everything in it was delivered")
            case .memory(let undelivered):
                left.append("\(name) was in memory only, \(undelivered) of its records were not delivered and are lost")
            case nil: left.append("\(name) did not close: the next start takes up what it has committed")
            }
            return left
        }
    }

    /// Why a run is careful, and what that means.
    func words(_ safeMode: SafeMode) -> Bilingual {
        if let newer = safeMode.newerStore {
            return Bilingual(
                zh: "安全模式：存储文件由更新版本的 gatewayd 创建，保持原样、只读，记录仅保存在内存中；只保留报警、上行和本地查询；"
                    + "请重新安装该版本（\(newer)）",
                en: "safe mode: \(newer): it is left as it is, records are kept in memory only, with nothing but alarms, "
                    + "uplinks and the local socket; install that version again")
        }
        let minutes = Int(StartHistory.window.seconds) / 60
        let configuration =
            start.isLastGood
            ? Bilingual(zh: "使用上一份有效配置而不是 \(start.path)", en: "the last good configuration is in use and not \(start.path)")
            : Bilingual(zh: "使用 \(start.path)", en: "\(start.path) is in use")
        return Bilingual(
            zh: "安全模式：gatewayd 在 \(minutes) 分钟内意外结束 \(safeMode.starts) 次；\(configuration.zh)，只保留报警、上行和本地查询",
            en: "safe mode: gatewayd has ended unexpectedly \(safeMode.starts) times within \(minutes) min; \(configuration.en), "
                + "with nothing but alarms, uplinks and the local socket")
    }
}

extension ConfigurationExaminer {
    /// Keeps a configuration as the last good one when there is none yet that can be read.
    /// - Returns: why it cannot be kept, in words; nil when it is, or need not be.
    fileprivate func keepFirst(_ start: StartConfiguration) -> String? { start.hasLastGood ? nil : keep(start) }
}
