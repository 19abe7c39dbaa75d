// The recorder of cases and its scene, out of the daemon's parts.
import DeviceHAL
import GatewayConfig
import Logging
import SensorModel
import Synchronization

extension CaseRecorder {
    /// The recorder of a run. Simulated cases stand in a folder of their own: nobody shall count them among those of the field.
    init(
        _ start: StartConfiguration, _ inbox: CaseInbox, _ scene: CaseScene, store: String, boot: String, isSimulated: Bool,
        executor: any SerialExecutor, clock: any TimeSource, fieldClock: any TimeSource, log: Logger
    ) {
        let configuration = start.configuration
        self.init(
            Settings(
                gateway: configuration.gateway.id, store: store, boot: boot, version: GatewayApplication.version,
                configuration: configuration.hash, origin: isSimulated ? .simulated : .field),
            files: CaseFiles(folder: configuration.store.path + (isSimulated ? "/simulated" : "")), inbox: inbox, scene: scene,
            executor: executor, clock: clock, fieldClock: fieldClock, log: log)
    }
}

extension Configuration {
    /// How often each point is read.
    var periods: [Point: Duration] {
        var periods: [Point: Duration] = [:]
        for cover in covers {
            for sensor in cover.sensors {
                for channel in sensor.channels {
                    periods[Point(cover: cover.code, sensor: sensor.id, channel: channel.name)] = sensor.every
                }
            }
        }
        return periods
    }
}

extension CaseScene {
    /// Asks the parts of the daemon.
    init(
        _ start: StartConfiguration, _ intake: Intake, _ fieldBuses: [FieldBus], _ audit: AuditLog, _ fieldClock: any TimeSource
    ) {
        let covers = Dictionary(start.configuration.covers.map { ($0.code, $0) }) { first, _ in first }
        let rules = ConfiguredRules(start)
        self.init(
            cover: { covers[$0].map(EvidenceCover.init) },
            channels: { code in covers[code].map(Self.channels) ?? [] },
            recent: { intake.recent($0) },
            frames: { cover, after in
                let buses = Set(covers[cover]?.sensors.map(\.bus) ?? [])
                var frames: [Frames] = []
                for case .modbus(let poller) in fieldBuses where buses.contains(poller.id) {
                    let new = await poller.bus.frames(after: after[poller.id] ?? 0)
                    frames.append(Frames(bus: poller.id, kind: poller.kind.rawValue, frames: new, now: fieldClock.now()))
                }
                return frames
            },
            rule: { id in
                var rule = rules.rule(id)
                guard let change = intake.thresholdChanges.first(where: { $0.rule == id }) else { return rule }
                rule?.values["command.raise"] = "\(change.inForce.raise)"
                rule?.values["command.clear"] = "\(change.inForce.clear)"
                rule?.values["command.by"] = change.by
                return rule
            },
            head: { audit.head })
    }

    private static func channels(_ cover: CoverSettings) -> [Channel] {
        cover.sensors.flatMap { sensor in
            var name: String?
            if case .line(let line) = sensor.device { name = "\(sensor.bus) \(line.line.line)" }
            return sensor.channels.map { channel in
                Channel(
                    point: Point(cover: cover.code, sensor: sensor.id, channel: channel.name), quantity: channel.quantity,
                    device: sensor.serial, line: name)
            }
        }
    }
}

/// The rules as they stand in their files; read from there when somebody asks for the first time.
private final class ConfiguredRules: Sendable {
    private let start: StartConfiguration
    private let known = Mutex<[String: EvidenceRule]?>(nil)

    init(_ start: StartConfiguration) { self.start = start }

    func rule(_ id: String) -> EvidenceRule? {
        known.withLock { known in
            if known == nil { known = read() }
            return known?[id]
        }
    }

    private func read() -> [String: EvidenceRule] {
        let effective = EffectiveConfiguration(start.loaded, readFrom: start.path)
        let sources = Dictionary(start.configuration.rules.map { ($0.id, $0.source) }) { first, _ in first }
        var rules: [String: EvidenceRule] = [:]
        for (index, origin) in effective.rules.enumerated() {
            let prefix = "alarms.rules[\(index)]."
            var values: [String: String] = [:]
            for value in effective.values where value.key.hasPrefix(prefix) {
                values[String(value.key.dropFirst(prefix.count))] = value.value
            }
            let source = sources[origin.id] ?? ""
            rules[origin.id] = EvidenceRule(values: values, file: origin.file, source: source.isEmpty ? nil : source)
        }
        return rules
    }
}

extension EvidenceCover {
    fileprivate init(_ cover: CoverSettings) {
        self.init(
            code: cover.code, name: cover.name, kind: cover.kind, risk: cover.risk, longitude: cover.location?.longitude,
            latitude: cover.location?.latitude, crs: cover.location?.crs, place: cover.location?.text, road: cover.road,
            grid: cover.grid, responsibilityGrid: cover.responsibilityGrid, competent: cover.competent, owner: cover.owner,
            maintainer: cover.maintainer)
    }
}
