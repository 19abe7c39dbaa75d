// A sensor with a bus of its own: carries its steps out one after the other, as a poller with one sensor does.
import DeviceHAL
import SensorModel

/// One sensor on one bus.
public actor PolledSensor {
    private var sensor: ModbusSensor
    private let bus: any RegisterBus
    private let clock: any TimeSource

    /// - Parameters:
    ///   - bus: where the unit is.
    ///   - clock: gives the readings their time, and waits while the device measures.
    ///   Others as those of `ModbusSensor`.
    public init(
        cover: String, id: String, unit: UInt8, profile: DeviceProfile, busResponseTimeout: Duration, bus: any RegisterBus,
        clock: any TimeSource, origin: Origin = .field
    ) {
        sensor = ModbusSensor(
            cover: cover, id: id, unit: unit, profile: profile, busResponseTimeout: busResponseTimeout, origin: origin)
        (timing, self.profile) = (sensor.timing, profile)
        self.bus = bus
        self.clock = clock
    }

    /// How patient the bus has to be with the unit.
    public nonisolated let timing: UnitTiming

    /// The sensor model.
    public nonisolated let profile: DeviceProfile

    /// What was wrong in the last poll.
    public var lastProblem: String? { sensor.lastProblem }

    /// What is known about the device.
    public var edge: SensorEdge { sensor.edge }

    /// Reads the device once; one caller at a time.
    /// - Returns: one reading for each channel; none when the task is cancelled while the device measures.
    public func poll() async -> [Reading] {
        while true {
            switch sensor.step(now: clock.now()) {
            case .read(let request):
                do throws(BusError) { sensor.take(.success(try await bus.read(request)), at: clock.now()) } catch {
                    sensor.take(.failure(error), at: clock.now())
                }
            case .write(let request):
                do throws(BusError) {
                    try await bus.write(request)
                    sensor.take(.success(RegisterReply(words: [])), at: clock.now())
                } catch { sensor.take(.failure(error), at: clock.now()) }
            case .wait(let moment):
                do { try await clock.sleep(until: moment) } catch { return [] }
            case .readings(let readings): return readings
            }
        }
    }
}
