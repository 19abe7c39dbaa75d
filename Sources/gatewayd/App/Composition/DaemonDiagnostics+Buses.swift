// The daemon's answers about its buses: registers and digital lines.
import DeviceHAL
import DiagnosticsProtocol
import SensorModel

extension DaemonDiagnostics {
    func buses(bus: String?) async throws(DiagnosticsFailure) -> BusReport {
        if let bus, !fieldBuses.contains(where: { $0.id == bus }) {
            let known = fieldBuses.map(\.id).joined(separator: ", ")
            throw DiagnosticsFailure(.notFound, zh: "没有总线 \(bus)；已配置：\(known)", en: "no bus \(bus); there are \(known)")
        }
        var rows: [BusRow] = []
        for fieldBus in fieldBuses where bus == nil || fieldBus.id == bus {
            switch fieldBus {
            case .modbus(let poller): rows.append(await row(of: poller))
            case .gpio(let watcher): rows.append(await row(of: watcher))
            }
        }
        return BusReport(buses: rows, covers: covers(of: rows.flatMap { $0.units.flatMap(\.sensors) }))
    }

    /// The covers of places like `COVER/SENSOR`, in the order of the configuration.
    func covers(of sensors: [String]) -> [BusCover] {
        let codes = Set(sensors.compactMap { $0.split(separator: "/").first.map(String.init) })
        return start.configuration.covers.filter { codes.contains($0.code) }.map {
            BusCover(cover: $0.code, coverName: $0.name, place: $0.place)
        }
    }

    func gpio() async throws(DiagnosticsFailure) -> GPIOReport {
        var chips: [ChipRow] = []
        for case .gpio(let watcher) in fieldBuses { chips.append(await chip(of: watcher)) }
        return GPIOReport(chips: chips)
    }

    private func row(of poller: BusPoller) async -> BusRow {
        let uptime = max(0.001, (fieldClock.now().monotonic - fieldStarted.monotonic).seconds)
        let statistics = await poller.bus.statistics()
        return BusRow(
            id: poller.id, kind: poller.kind.rawValue, address: poller.address, connected: statistics.connected,
            problem: statistics.problem.isEmpty ? nil : statistics.problem, utilisation: statistics.busy.seconds / uptime,
            busySeconds: statistics.busy.seconds,
            connects: Int(statistics.connects), strayBytes: Int(statistics.strayBytes), missedPolls: Int(poller.missedPolls),
            units: units(of: poller, statistics))
    }

    private func units(of poller: BusPoller, _ statistics: BusStatistics) -> [BusRow.Unit] {
        let known = poller.units
        let now = fieldClock.now().monotonic
        // Of the units nobody has configured those that were ever heard: a scan asks all of them.
        let heard = statistics.units.filter { $0.value.replies + $0.value.exceptions > 0 }.keys
        return Set(known.keys).union(heard).sorted().map { address in
            let unit = statistics.units[address] ?? UnitStatistics()
            return BusRow.Unit(
                unit: Int(address), sensors: (known[address]?.sensors ?? []).map(\.description),
                transactions: Int(unit.transactions),
                replies: Int(unit.replies), timeouts: Int(unit.timeouts), checksumErrors: Int(unit.checksumErrors),
                mismatches: Int(unit.mismatches), exceptions: Int(unit.exceptions), probes: Int(unit.probes),
                latencyMeanMs: unit.replies == 0 ? nil : unit.latencyTotal.seconds * 1000 / Double(unit.replies),
                latencyMaxMs: unit.replies == 0 ? nil : unit.latencyMaximum.seconds * 1000,
                latencyTotalMs: unit.latencyTotal.seconds * 1000,
                latencyP50Ms: Self.milliseconds(0.5, of: unit), latencyP99Ms: Self.milliseconds(0.99, of: unit),
                resynchronising: unit.resynchronising,
                silences: known[address]?.silence?.failures ?? 0,
                quarantineSeconds: known[address]?.silence.flatMap { $0.until > now ? ($0.until - now).seconds : nil })
        }
    }

    /// A percentile of the reply times; its bucket may end behind the longest time there was.
    private static func milliseconds(_ part: Double, of unit: UnitStatistics) -> Double? {
        unit.latencies.percentile(part).map { min($0, unit.latencyMaximum).seconds * 1000 }
    }

    private func row(of watcher: LineWatcher) async -> BusRow {
        let (_, problem) = await description(of: watcher)
        return BusRow(
            id: watcher.id, kind: "gpio", address: watcher.chip, connected: problem == nil, problem: problem, utilisation: 0,
            connects: 0, strayBytes: 0, units: [])
    }

    private func chip(of watcher: LineWatcher) async -> ChipRow {
        let (description, problem) = await description(of: watcher)
        let abilities = watcher.lines.abilities
        var lines: [ChipRow.Line] = []
        for line in description?.lines ?? [] {
            let sensor = watcher.sensors.map(\.sensor).first { line.isMeant(by: $0.settings.line) }
            let output = watcher.outputs.first { line.isMeant(by: $0.line.settings.line) }
            lines.append(
                ChipRow.Line(
                    offset: line.offset, name: line.name, holder: line.holder, direction: line.direction.rawValue,
                    activeLow: line.activeLow, bias: line.bias?.rawValue, sensor: sensor.map { "\($0.cover)/\($0.id)" },
                    output: output?.id, active: await sensor?.active,
                    lostEdges: (await sensor?.lostEdges).map { Int(clamping: $0) }))
        }
        return ChipRow(
            bus: watcher.id, chip: watcher.chip, label: description?.label, path: description?.path, library: abilities.library,
            kernelDebounce: abilities.kernelDebounce, sequenceNumbers: abilities.sequenceNumbers, problem: problem, lines: lines,
            outputs: await outputs(of: watcher))
    }

    private func outputs(of watcher: LineWatcher) async -> [ChipRow.Output] {
        var rows: [ChipRow.Output] = []
        for output in watcher.outputs {
            let state = await output.line.state
            rows.append(
                ChipRow.Output(
                    output: output.id, line: output.line.settings.line.description, activeLow: output.line.settings.activeLow,
                    failSafe: output.failSafe, sounds: output.level.sounds, energised: state.active, confirmed: state.isConfirmed,
                    problem: state.problem))
        }
        return rows
    }

    /// The chip as it is now, or what is wrong with it.
    private func description(of watcher: LineWatcher) async -> (ChipDescription?, problem: String?) {
        do { return (try await watcher.lines.describe(), nil) } catch { return (nil, error.message) }
    }
}

extension LineDescription {
    /// Whether the configuration means this line.
    fileprivate func isMeant(by selector: LineSelector) -> Bool {
        switch selector {
        case .name(let name): self.name == name
        case .offset(let offset): self.offset == offset
        }
    }
}
