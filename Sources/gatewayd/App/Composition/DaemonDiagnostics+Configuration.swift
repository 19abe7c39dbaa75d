// The daemon's answer about its configuration: made anew from the files it was read from, nothing is kept for it.
import DiagnosticsProtocol
import GatewayConfig
import Platform
import SensorModel

extension DaemonDiagnostics {
    func configuration() async throws(DiagnosticsFailure) -> ConfigurationReport {
        let effective = EffectiveConfiguration(start.loaded, readFrom: start.path)
        return ConfigurationReport(
            path: start.path, hash: start.configuration.hash, state: start.state,
            since: inForceSince.wall.rfc3339, errors: start.refused.map(\.description), file: fileState, yaml: effective.text,
            values: effective.values.map { .init(key: $0.key, value: $0.value, isDefault: $0.isDefault) },
            rules: effective.rules.map {
                .init(id: $0.id, origin: $0.isSite ? "site" : "pack", file: $0.file, replaces: $0.replaces)
            }, units: units(effective))
    }

    /// What the file holds now.
    private var fileState: String {
        // As large as a configuration may be, so that a larger one is no longer what it was.
        guard let now = TextFile.bytes(start.path, atMost: 1 << 20) else { return "unreadable" }
        return start.loaded.files.contains { $0.kind == .gateway && $0.bytes == now } ? "same" : "changed"
    }

    private func units(_ effective: EffectiveConfiguration) -> [ConfigurationReport.Unit] {
        let buses = Dictionary(start.configuration.buses.map { ($0.id, $0) }) { first, _ in first }
        return start.configuration.covers.flatMap { cover in
            cover.sensors.compactMap { sensor in
                guard case .modbus(let unit, let profile) = sensor.device,
                    let timing = buses[sensor.bus].flatMap({ sensor.timing(on: $0) })
                else { return nil }
                return .init(
                    sensor: "\(cover.code)/\(sensor.id)", bus: sensor.bus, unit: Int(unit), profile: profile.name,
                    file: effective.profileFiles[profile.name] ?? "",
                    responseTimeoutMs: Int(timing.responseTimeout.milliseconds),
                    maxLatencyMs: Int(timing.maxLatency.milliseconds),
                    gapMs: Int(timing.gap.milliseconds), warmUpMs: Int(profile.timing.warmUp.milliseconds),
                    maxRegisters: profile.timing.maxRegisters)
            }
        }
    }
}
