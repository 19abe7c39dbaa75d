// What the configuration says, as the pipeline's parts: points with their places, buses with their sensors.
import DeviceHAL
import DeviceHALLinux
import GatewayConfig
import Logging
import NativeFormat
import SensorModel

/// Which point belongs where.
struct WiringPlan {
    /// Everything that is read, and its quantity.
    let points: [Point: Quantity]
    /// Place and device of each point.
    let places: [Point: AlarmPlace]

    init(_ configuration: Configuration) {
        var points: [Point: Quantity] = [:]
        var places: [Point: AlarmPlace] = [:]
        for cover in configuration.covers {
            let members = AlarmEncoder.coverMembers(CoverPlace(cover))
            for sensor in cover.sensors {
                for channel in sensor.channels {
                    let point = Point(cover: cover.code, sensor: sensor.id, channel: channel.name)
                    points[point] = channel.quantity
                    places[point] = AlarmPlace(device: sensor.serial, coverMembers: members)
                }
            }
        }
        self.points = points
        self.places = places
    }

    /// One of each bus, with its sensors in the order of the file.
    func fieldBuses(_ configuration: Configuration, clock: any TimeSource, intake: Intake, log: Logger) -> [FieldBus] {
        configuration.buses.map { bus in
            let sensors = configuration.covers.flatMap { cover in
                cover.sensors.filter { $0.bus == bus.id }.map { (cover.code, $0) }
            }
            guard let link = ModbusLink(bus.link) else {
                let lines = LinuxDigitalLines(id: bus.id, chip: bus.link.address)
                return .gpio(
                    LineWatcher(
                        id: bus.id, chip: bus.link.address, lines: lines, sensors: contacts(sensors, lines, clock), clock: clock,
                        intake: intake, log: log))
            }
            let registers = LinuxModbusBus(id: bus.id, link: link)
            return .modbus(
                BusPoller(
                    id: bus.id, kind: bus.link.kind, address: bus.link.address, bus: registers,
                    sensors: devices(sensors, bus, registers, clock), clock: clock, intake: intake, log: log))
        }
    }

    private func devices(
        _ sensors: [(cover: String, settings: SensorSettings)], _ bus: BusSettings, _ registers: any RegisterBus,
        _ clock: any TimeSource
    ) -> [(sensor: ModbusSensor, every: Duration)] {
        sensors.compactMap { cover, settings in
            guard case .modbus(let unit, let profile) = settings.device else { return nil }
            let sensor = ModbusSensor(
                cover: cover, id: settings.id, unit: unit, profile: profile, busResponseTimeout: bus.responseTimeout,
                bus: registers, clock: clock)
            return (sensor, settings.every)
        }
    }

    private func contacts(
        _ sensors: [(cover: String, settings: SensorSettings)], _ lines: any DigitalLines, _ clock: any TimeSource
    ) -> [(sensor: DigitalSensor, every: Duration)] {
        sensors.compactMap { cover, settings in
            guard case .line(let line) = settings.device else { return nil }
            let sensor = DigitalSensor(
                cover: cover, id: settings.id, settings: line.line, quantity: line.quantity, lines: lines, clock: clock)
            return (sensor, settings.every)
        }
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
}

extension BusSettings.Link {
    fileprivate var kind: String {
        switch self {
        case .serial: "modbus-rtu"
        case .tcp: "modbus-tcp"
        case .rtuOverTCP: "modbus-rtu-over-tcp"
        case .gpio: "gpio"
        }
    }

    fileprivate var address: String {
        switch self {
        case .serial(let device, let baud, let parity, let stopBits):
            "\(device) \(baud) 8\(parity.rawValue.prefix(1).uppercased())\(stopBits)"
        case .tcp(let host, let port), .rtuOverTCP(let host, let port): "\(host):\(port)"
        case .gpio(let chip): chip
        }
    }
}
