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
                for channel in sensor.profile.channels {
                    let point = Point(cover: cover.code, sensor: sensor.id, channel: channel.name)
                    points[point] = channel.quantity
                    places[point] = AlarmPlace(device: sensor.serial, coverMembers: members)
                }
            }
        }
        self.points = points
        self.places = places
    }

    /// One poller for each bus, with the sensors in the order of the file.
    func pollers(_ configuration: Configuration, clock: any TimeSource, intake: Intake, log: Logger) -> [BusPoller] {
        configuration.buses.map { settings in
            let bus = LinuxModbusBus(id: settings.id, link: ModbusLink(settings.link))
            let sensors = configuration.covers.flatMap { cover in
                cover.sensors.filter { $0.bus == settings.id }.map { sensor in
                    (
                        sensor: ModbusSensor(
                            cover: cover.code, id: sensor.id, unit: sensor.unit, profile: sensor.profile,
                            busResponseTimeout: settings.responseTimeout, bus: bus, clock: clock), every: sensor.every
                    )
                }
            }
            return BusPoller(
                id: settings.id, kind: settings.link.kind, address: settings.link.address, bus: bus, sensors: sensors,
                clock: clock,
                intake: intake, log: log)
        }
    }
}

extension ModbusLink {
    fileprivate init(_ link: BusSettings.Link) {
        switch link {
        case .serial(let device, let baud, let parity, let stopBits):
            self = .serial(device: device, baud: baud, parity: parity, stopBits: stopBits)
        case .tcp(let host, let port): self = .tcp(host: host, port: port)
        }
    }
}

extension BusSettings.Link {
    fileprivate var kind: String {
        switch self {
        case .serial: "modbus-rtu"
        case .tcp: "modbus-tcp"
        }
    }

    fileprivate var address: String {
        switch self {
        case .serial(let device, let baud, let parity, let stopBits):
            "\(device) \(baud) 8\(parity.rawValue.prefix(1).uppercased())\(stopBits)"
        case .tcp(let host, let port): "\(host):\(port)"
        }
    }
}
