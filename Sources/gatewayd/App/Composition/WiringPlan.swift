// What the configuration says, as the pipeline's parts: points with their places, buses with their sensors.
import DeviceHAL
import DeviceHALLinux
import GatewayConfig
import Logging
import NativeFormat
import SensorModel
import Validity

/// Which point belongs where.
struct WiringPlan {
    /// Place and device of each point.
    let places: [Point: AlarmPlace]
    /// The sensors of each cover, as far as they judge each other.
    let covers: [WatchedCover]

    init(_ configuration: Configuration) {
        var places: [Point: AlarmPlace] = [:]
        for cover in configuration.covers {
            let members = AlarmEncoder.coverMembers(CoverPlace(cover))
            for sensor in cover.sensors {
                for channel in sensor.channels {
                    let point = Point(cover: cover.code, sensor: sensor.id, channel: channel.name)
                    places[point] = AlarmPlace(device: sensor.serial, coverMembers: members)
                }
            }
        }
        self.places = places
        covers = configuration.covers.map(WatchedCover.init)
    }

    /// One of each bus, with its sensors in the order of the file.
    /// - Parameters:
    ///   - surroundings: with the kernel's clock.
    ///   - simulation: takes the place of the field; nil for the field.
    ///   - outputs: says what is demanded of the outputs.
    func fieldBuses(
        _ configuration: Configuration, _ surroundings: Surroundings, simulation: Simulation?, intake: Intake,
        outputs: OutputBoard, log: Logger
    ) -> [FieldBus] {
        let clock = surroundings.clock
        return configuration.buses.map { bus in
            let sensors = configuration.covers.flatMap { cover in
                cover.sensors.filter { $0.bus == bus.id }.map { (cover: cover.code, settings: $0) }
            }
            guard let link = ModbusLink(bus.link) else {
                let placed = configuration.outputs.filter { $0.bus == bus.id }.compactMap { output in
                    outputs.level(of: output.id).map { (settings: output, level: $0) }
                }
                return .gpio(watcher(bus, sensors, placed, clock: clock, simulation, intake, log))
            }
            let elsewhere = configuration.covers.filter { $0.sensors.contains { $0.bus != bus.id } }.map(\.code)
            let sharesCovers = sensors.contains { elsewhere.contains($0.cover) }
            return .modbus(poller(bus, link, sensors, sharesCovers, surroundings, simulation, intake, log))
        }
    }

    private typealias PlacedSensor = (cover: String, settings: SensorSettings)
    private typealias PlacedOutput = (settings: OutputSettings, level: OutputLevel)

    private func poller(
        _ bus: BusSettings, _ link: ModbusLink, _ sensors: [PlacedSensor], _ sharesCovers: Bool, _ surroundings: Surroundings,
        _ simulation: Simulation?, _ intake: Intake, _ log: Logger
    ) -> BusPoller {
        // A bus without sensors polls nothing: simulated time must not wait for it.
        let clock = simulation.map { sensors.isEmpty ? $0.clock : $0.seat() } ?? surroundings.clock
        let registers =
            simulation?.registers(bus, sensors, clock: clock) ?? surroundings.registers(bus)
            ?? LinuxModbusBus(id: bus.id, link: link)
        let devices = sensors.compactMap { cover, settings -> BusPoller.Place? in
            guard case .modbus(let unit, let profile) = settings.device else { return nil }
            let sensor = ModbusSensor(
                cover: cover, id: settings.id, unit: unit, profile: profile, busResponseTimeout: bus.responseTimeout,
                origin: simulation == nil ? .field : .simulated)
            return BusPoller.Place(sensor: sensor, every: settings.every)
        }
        return BusPoller(
            id: bus.id, kind: link.kind, address: bus.link.address, bus: registers, sensors: devices,
            sharesCovers: sharesCovers, clock: clock, intake: intake, log: log)
    }

    private func watcher(
        _ bus: BusSettings, _ sensors: [PlacedSensor], _ outputs: [PlacedOutput], clock: any TimeSource,
        _ simulation: Simulation?, _ intake: Intake, _ log: Logger
    ) -> LineWatcher {
        let chip = bus.link.address
        let placed = sensors.map { (cover: $0.cover, settings: $0.settings, clock: simulation?.seat() ?? clock) }
        let lines =
            simulation?.lines(chip, placed, outputs: outputs.map(\.settings.line)) ?? LinuxDigitalLines(id: bus.id, chip: chip)
        let contacts = placed.compactMap { cover, settings, clock -> (sensor: DigitalSensor, every: Duration)? in
            guard case .line(let line) = settings.device else { return nil }
            let sensor = DigitalSensor(
                cover: cover, id: settings.id, settings: line.line, quantity: line.quantity, lines: lines, clock: clock,
                origin: simulation == nil ? .field : .simulated)
            return (sensor, settings.every)
        }
        let drivers = outputs.map { output, level in
            OutputDriver(
                id: output.id, line: DrivenLine(output.line, chip: chip, lines: lines), failSafe: output.failSafe, level: level,
                clock: clock, log: log)
        }
        return LineWatcher(
            id: bus.id, chip: chip, lines: lines, sensors: contacts, outputs: drivers, clock: simulation?.clock ?? clock,
            intake: intake, log: log)
    }
}

extension ModbusLink {
    /// Nil for a chip, which is no Modbus link.
    fileprivate init?(_ link: BusSettings.Link) {
        switch link {
        case .serial(let device, let baud, let parity, let stopBits):
            self = .serial(device: device, baud: baud, parity: parity, stopBits: stopBits)
        case .tcp(let host, let port): self = .tcp(host: host, port: port)
        case .rtuOverTCP(let host, let port): self = .rtuOverTCP(host: host, port: port)
        case .gpio: return nil
        }
    }

    fileprivate var kind: ModbusKind {
        switch self {
        case .serial: .rtu
        case .tcp: .tcp
        case .rtuOverTCP: .rtuOverTCP
        }
    }
}

extension BusSettings.Link {
    fileprivate var address: String {
        switch self {
        case .serial(let device, let baud, let parity, let stopBits):
            "\(device) \(baud) 8\(parity.rawValue.prefix(1).uppercased())\(stopBits)"
        case .tcp(let host, let port), .rtuOverTCP(let host, let port): "\(host):\(port)"
        case .gpio(let chip): chip
        }
    }
}
