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
        let installed = await profiles.installed()
        let line = ScanPlan.Line(
            settings: bus.link.settings, isTCP: scanner.poller.kind == .tcp, responseTimeout: bus.responseTimeout)
        let plan = ScanPlan(line: line, profiles: installed.profiles, otherSettings: request.otherSettings)
        let isMaintained = { @Sendable in self.isMaintained(request.bus, for: plan.blindTime) }
        if request.otherSettings { try await mayLeaveItsSettings(scanner, plan.blindTime, isMaintained()) }
        let order = BusScanner.Order(
            plan: plan, profiles: installed.profiles, problem: Self.problem(of: installed), mayTakeLive: isMaintained)
        if request.preview { return BusScanner.report(of: order, bus: request.bus, state: "preview") }
        if request.otherSettings {
            let settings = order.plan.stages.filter { !$0.isOwn }.compactMap { $0.settings?.description }
            try await putOnRecord(
                actor, .busScan, "\(request.bus) at other settings: \(settings.joined(separator: ", "))")
        }
        guard let report = scanner.begin(order) else { throw running(request.bus) }
        return report
    }

    func scan(bus: String) async throws(DiagnosticsFailure) -> BusScanReport {
        guard let report = try scanner(of: bus).report else { throw noScan(bus) }
        return report
    }

    func stopScan(bus: String, actor: String) async throws(DiagnosticsFailure) -> BusScanReport {
        let scanner = try scanner(of: bus)
        guard scanner.report != nil else { throw noScan(bus) }
        try await putOnRecord(actor, .busScanStop, bus)
        guard let report = scanner.stop() else { throw noScan(bus) }
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
            let why = kind == .rtu ? "its line is simulated" : "it is reached over the network"
            throw DiagnosticsFailure(
                .invalid, "bus \(id) cannot be set otherwise by this machine: \(why); scan it without other settings")
        }
        if !isMaintained, let unit = scanner.liveUnit() {
            let sensors = scanner.poller.units[unit]?.sensors.map(\.description).joined(separator: ", ") ?? ""
            throw DiagnosticsFailure(
                .conflict,
                "unit \(unit) (\(sensors)) of bus \(id) is not known to be dead (\(BusScanner.deadAfter) time-outs in a row) "
                    + "and would not be read meanwhile: scan without other settings, take the bus's units off the line first, or "
                    + "start maintenance at every cover of the bus, for at least \(Int(time.seconds.rounded(.up))) s")
        }
        let problem = await scanner.poller.bus.statistics().problem
        if !problem.isEmpty { throw DiagnosticsFailure(.conflict, "bus \(id) has no port to scan with: \(problem)") }
    }

    private func running(_ bus: String) -> DiagnosticsFailure {
        DiagnosticsFailure(
            .conflict, "a scan of bus \(bus) runs already: look at it with gatewayctl bus scan \(bus), end it with --stop")
    }

    private func noScan(_ bus: String) -> DiagnosticsFailure {
        DiagnosticsFailure(.notFound, "bus \(bus) was not scanned since the daemon started: gatewayctl bus scan \(bus) begins")
    }

    private func gone(_ bus: String) -> DiagnosticsFailure {
        DiagnosticsFailure(.unavailable, "bus \(bus) has no scanner")
    }

    private static func problem(of installed: InstalledProfiles) -> String? {
        if installed.profiles.isEmpty { return "no sensor models are installed: nothing can be named" }
        guard !installed.broken.isEmpty else { return nil }
        return "not looked for, these sensor models have errors (gatewayd check --profile FILE): "
            + installed.broken.joined(separator: ", ")
    }
}

extension BusSettings.Link {
    /// The settings of a serial line of this machine.
    fileprivate var settings: SerialSettings? {
        guard case .serial(_, let baud, let parity, let stopBits) = self else { return nil }
        return SerialSettings(baud: baud, parity: parity, stopBits: stopBits)
    }
}
