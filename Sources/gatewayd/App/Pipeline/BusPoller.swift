// One bus's sensors, read in the order of the pure schedule; what comes back goes to the intake.
import DeviceHAL
import Logging
import Platform
import SensorModel

/// Polls the sensors of one bus.
public struct BusPoller: Sendable {
    /// The bus's id.
    public let id: String
    /// How the bus is reached, in words.
    public let address: String
    /// `modbus-rtu` or `modbus-tcp`.
    public let kind: String
    /// The bus.
    public let bus: any RegisterBus
    /// Its sensors and how often each is read.
    public let sensors: [(sensor: ModbusSensor, every: Duration)]
    private let clock: any TimeSource
    private let intake: Intake
    private let log: Logger

    /// - Parameters: as the properties.
    public init(
        id: String, kind: String, address: String, bus: any RegisterBus, sensors: [(sensor: ModbusSensor, every: Duration)],
        clock: any TimeSource, intake: Intake, log: Logger
    ) {
        self.id = id
        self.kind = kind
        self.address = address
        self.bus = bus
        self.sensors = sensors
        self.clock = clock
        self.intake = intake
        self.log = log
    }

    /// Polls until cancelled, on the bus's thread where it has one: going there and back for each transaction was half of all
    /// changes of thread in the daemon.
    public func run() async {
        guard let thread = bus.thread else { return await poll() }
        await withTaskExecutorPreference(thread) { await poll() }
    }

    private func poll() async {
        var schedule = PollSchedule(periods: sensors.map(\.every), start: clock.now().monotonic)
        var failing: [Int: [String]] = [:]
        while !Task.isCancelled, let (index, due) = schedule.next() {
            do { try await clock.sleep(until: due) } catch { return }
            let readings = await sensors[index].sensor.poll()
            intake.accept(readings)
            await announce(index, readings, &failing)
            schedule.finished(index, clock.now().monotonic)
        }
    }

    /// One line when channels of a sensor stop giving values, and one when all of them give values again.
    private func announce(_ index: Int, _ readings: [Reading], _ failing: inout [Int: [String]]) async {
        let without = readings.filter { $0.measurement.value == nil }.map(\.point.channel)
        guard without != failing[index, default: []] else { return }
        failing[index] = without
        let sensor = sensors[index].sensor
        let context: Logger.Metadata = ["bus": "\(id)", "unit": "\(sensor.unit)"]
        guard !without.isEmpty else {
            return log.notice("\(sensor.cover)/\(sensor.id) gives values again", metadata: context)
        }
        let problem = await sensor.lastProblem ?? "no reason known"
        let which = without.count == readings.count ? "" : " of \(without.joined(separator: ", "))"
        log.warning("\(sensor.cover)/\(sensor.id) gives no value\(which): \(problem)", metadata: context)
    }

    /// The sensor at a place; nil when it is not on this bus.
    public func sensor(at place: SensorPlace) -> ModbusSensor? {
        sensors.first { $0.sensor.cover == place.cover && $0.sensor.id == place.sensor }?.sensor
    }

    /// Reads one sensor now, after the transaction in progress.
    /// - Returns: false when it is not on this bus.
    public func read(_ place: SensorPlace) async -> Bool {
        guard let sensor = sensor(at: place) else { return false }
        intake.accept(await sensor.poll())
        return true
    }
}
