// One bus's sensors, read in the order of the pure schedule; what comes back goes to the intake.
import DeviceHAL
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

    /// - Parameters: as the properties.
    public init(
        id: String, kind: String, address: String, bus: any RegisterBus, sensors: [(sensor: ModbusSensor, every: Duration)],
        clock: any TimeSource, intake: Intake
    ) {
        self.id = id
        self.kind = kind
        self.address = address
        self.bus = bus
        self.sensors = sensors
        self.clock = clock
        self.intake = intake
    }

    /// Polls until cancelled.
    public func run() async {
        var schedule = PollSchedule(periods: sensors.map(\.every), start: clock.now().monotonic)
        while !Task.isCancelled, let (index, due) = schedule.next() {
            do { try await clock.sleep(until: due) } catch { return }
            await intake.accept(await sensors[index].sensor.poll())
            schedule.finished(index, clock.now().monotonic)
        }
    }

    /// Reads one sensor now, after the transaction in progress.
    public func read(_ index: Int) async -> [Reading] {
        let readings = await sensors[index].sensor.poll()
        await intake.accept(readings)
        return readings
    }
}
