// Scans of a bus: whether one may begin, and what is known of it.
import DeviceHAL
import DiagnosticsProtocol
import GatewayConfig
import SensorModel

extension DaemonDiagnostics {
    func startScan(_ request: BusScanRequest, actor: String) async throws(DiagnosticsFailure) -> BusScanReport {
        let scanner = try scanner(of: request.bus)
        guard let bus = start.configuration.buses.first(where: { $0.id == request.bus }) else { throw gone(request.bus) }
        if scanner.report?.state == "running" { throw running(request.bus) }
        if safeMode?.isOn(clock.now().monotonic) == true {
            throw DiagnosticsFailure(
                .unavailable, zh: "网关处于安全模式，暂不扫描总线：原因和处理办法见 gatewayctl status",
                en: "the gateway is in safe mode and scans no bus: `gatewayctl status` says why, and what to do")
        }
        let installed = await profiles.installed()
        let line = ScanPlan.Line(
            settings: bus.link.settings, isTCP: scanner.poller.kind == .tcp, responseTimeout: bus.responseTimeout)
        let plan = ScanPlan(line: line, profiles: installed.profiles, otherSettings: request.otherSettings)
        let isMaintained = { @Sendable in self.isMaintained(request.bus, for: plan.blindTime) }
        if request.otherSettings { try await mayLeaveItsSettings(scanner, plan.blindTime, isMaintained()) }
        let order = BusScanner.Order(
            plan: plan, profiles: installed.profiles, problem: Self.problem(of: installed)?[language], language: language,
            mayTakeLive: isMaintained)
        if request.preview { return BusScanner.report(of: order, bus: request.bus, state: "preview") }
        if request.otherSettings {
            let settings = order.plan.stages.filter { !$0.isOwn }.compactMap { $0.settings?.description }
            try await putOnRecord(
                actor, .busScan, "\(request.bus) at other settings: \(settings.joined(separator: ", "))")
        }
        guard let report = scanner.begin(order) else { throw running(request.bus) }
        return placed(report)
    }

    func scan(bus: String) async throws(DiagnosticsFailure) -> BusScanReport {
        guard let report = try scanner(of: bus).report else { throw noScan(bus) }
        return placed(report)
    }

    func stopScan(bus: String, actor: String) async throws(DiagnosticsFailure) -> BusScanReport {
        let scanner = try scanner(of: bus)
        guard scanner.report != nil else { throw noScan(bus) }
        try await putOnRecord(actor, .busScanStop, bus)
        guard let report = scanner.stop() else { throw noScan(bus) }
        return placed(report)
    }

    /// With the covers of the sensors that were found.
    private func placed(_ report: BusScanReport) -> BusScanReport {
        var report = report
        report.covers = covers(of: report.devices.flatMap(\.sensors))
        return report
    }

    private func scanner(of bus: String) throws(DiagnosticsFailure) -> BusScanner {
        let poller = try poller(of: bus)
        guard let scanner = scanners.first(where: { $0.poller === poller }) else { throw gone(bus) }
        return scanner
    }

    /// Whether a crew works at every cover that has a sensor on the bus, for at least so long.
    private func isMaintained(_ bus: String, for time: Duration) -> Bool {
        let covers = start.configuration.covers.filter { $0.sensors.contains { $0.bus == bus } }.map(\.code)
        let end = fieldClock.now().monotonic + time
        let maintained = Set(intake.maintenance.filter { $0.until.monotonic >= end }.map(\.cover))
        return !covers.isEmpty && maintained.isSuperset(of: covers)
    }

    /// The bus is only taken away from sensors that give nothing anyway, or whose covers are all under maintenance.
    private func mayLeaveItsSettings(
        _ scanner: BusScanner, _ time: Duration, _ isMaintained: Bool
    ) async throws(DiagnosticsFailure) {
        let (id, kind) = (scanner.poller.id, scanner.poller.kind)
        guard kind == .rtu, scanner.poller.bus is any LendableLine else {
            let why =
                kind == .rtu
                ? Bilingual(zh: "线路是模拟的", en: "its line is simulated")
                : Bilingual(zh: "它通过网络连接", en: "it is reached over the network")
            throw DiagnosticsFailure(
                .invalid, zh: "本机无法更改总线 \(id) 的串口参数：\(why.zh)；请不带 --other-settings 扫描",
                en: "bus \(id) cannot be set otherwise by this machine: \(why.en); scan it without other settings")
        }
        if !isMaintained, let unit = scanner.liveUnit() {
            let (sensors, dead) = (titles(of: scanner.poller.units[unit]?.sensors ?? []), BusScanner.deadAfter)
            let seconds = Int(time.seconds.rounded(.up))
            throw DiagnosticsFailure(
                .conflict,
                zh: "总线 \(id) 上的设备 \(unit)（\(sensors.zh)）并未判定失效（连续 \(dead) 次超时），扫描期间将无法读取：请不带 --other-settings 扫描，"
                    + "或先把设备从线路上断开，或在该总线的每个井盖开始维护，至少 \(seconds) 秒",
                en: "unit \(unit) (\(sensors.en)) of bus \(id) is not known to be dead (\(dead) time-outs in a row) "
                    + "and would not be read meanwhile: scan without other settings, take the bus's units off the line first, or "
                    + "start maintenance at every cover of the bus, for at least \(seconds) s")
        }
        let problem = await scanner.poller.bus.statistics().problem
        if !problem.isEmpty {
            throw DiagnosticsFailure(
                .conflict, zh: "总线 \(id) 没有可用于扫描的端口：\(problem)", en: "bus \(id) has no port to scan with: \(problem)")
        }
    }

    private func running(_ bus: String) -> DiagnosticsFailure {
        DiagnosticsFailure(
            .conflict, zh: "总线 \(bus) 正在扫描：用 gatewayctl bus scan \(bus) 查看，用 --stop 结束",
            en: "a scan of bus \(bus) runs already: look at it with gatewayctl bus scan \(bus), end it with --stop")
    }

    private func noScan(_ bus: String) -> DiagnosticsFailure {
        DiagnosticsFailure(
            .notFound, zh: "网关程序启动后没有扫描过总线 \(bus)：gatewayctl bus scan \(bus) 开始扫描",
            en: "bus \(bus) was not scanned since the daemon started: gatewayctl bus scan \(bus) begins")
    }

    private func gone(_ bus: String) -> DiagnosticsFailure {
        DiagnosticsFailure(.unavailable, zh: "总线 \(bus) 没有扫描器", en: "bus \(bus) has no scanner")
    }

    private static func problem(of installed: InstalledProfiles) -> Bilingual? {
        if installed.profiles.isEmpty {
            return Bilingual(zh: "没有安装任何型号文件：无法识别设备", en: "no sensor models are installed: nothing can be named")
        }
        guard !installed.broken.isEmpty else { return nil }
        let names = installed.broken.joined(separator: ", ")
        return Bilingual(
            zh: "这些型号文件有错误，未用于识别（gatewayd check --profile 文件）：\(names)",
            en: "not looked for, these sensor models have errors (gatewayd check --profile FILE): \(names)")
    }

    /// Sensors with the covers at which they are.
    private func titles(of sensors: [SensorPlace]) -> Bilingual {
        let titles = sensors.map { cover($0.cover)?.title($0.description) ?? .same($0.description) }
        return Bilingual(
            zh: titles.map(\.zh).joined(separator: "、"), en: titles.map(\.en).joined(separator: ", "))
    }
}

extension BusSettings.Link {
    /// The settings of a serial line of this machine.
    fileprivate var settings: SerialSettings? {
        guard case .serial(_, let baud, let parity, let stopBits) = self else { return nil }
        return SerialSettings(baud: baud, parity: parity, stopBits: stopBits)
    }
}
