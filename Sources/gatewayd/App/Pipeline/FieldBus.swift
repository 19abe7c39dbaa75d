// The buses of the configuration, of both kinds, as the composition and the diagnostics see them.
import Platform
import SensorModel

/// The place of a sensor: `COVER/SENSOR`.
public struct SensorPlace: Sendable, Hashable, CustomStringConvertible {
    /// The cover's code.
    public var cover: String
    /// The sensor's id.
    public var sensor: String

    /// - Parameters: as the properties.
    public init(cover: String, sensor: String) {
        self.cover = cover
        self.sensor = sensor
    }

    /// `COVER/SENSOR`.
    public var description: String { "\(cover)/\(sensor)" }
}

/// One bus with its sensors.
public enum FieldBus: Sendable {
    /// Registers, asked by period.
    case modbus(BusPoller)
    /// Digital lines, which speak by themselves.
    case gpio(LineWatcher)

    /// The bus's id.
    public var id: String {
        switch self {
        case .modbus(let poller): poller.id
        case .gpio(let watcher): watcher.id
        }
    }

    /// Its tasks' pulses, with names for people.
    var pulses: [(name: String, pulse: Pulse)] {
        switch self {
        case .modbus(let poller): [("bus \(poller.id)", poller.pulse)]
        case .gpio(let watcher):
            zip(watcher.sensors, watcher.pulses).map { ("line \($0.sensor.cover)/\($0.sensor.id)", $1) }
                + watcher.outputs.map { ("output \($0.id)", $0.pulse) }
        }
    }

    /// Reads its sensors until cancelled.
    public func run() async {
        switch self {
        case .modbus(let poller): await poller.run()
        case .gpio(let watcher): await watcher.run()
        }
    }

    /// Reads a sensor now and hands on what it says.
    /// - Returns: false when the sensor is not on this bus.
    public func read(_ place: SensorPlace) async -> Bool {
        switch self {
        case .modbus(let poller): await poller.read(place)
        case .gpio(let watcher): await watcher.read(place)
        }
    }

    /// What is wrong with a sensor, in words for a technician; nil when nothing is, or the sensor is not on this bus.
    public func problem(of place: SensorPlace) async -> String? {
        switch self {
        case .modbus(let poller): poller.problem(of: place)
        case .gpio(let watcher): await watcher.sensor(at: place)?.lastProblem
        }
    }

    /// Closes the port or the chip.
    public func close() async {
        switch self {
        case .modbus(let poller): await poller.bus.close()
        case .gpio(let watcher): await watcher.lines.close()
        }
    }
}
