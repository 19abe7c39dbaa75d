// A Modbus sensor of a trace: the real sensor and decoder, asking a simulated device, without a bus between them.
import DeviceHAL
@testable import DeviceHALSimulated
import GatewayConfig
import SensorModel

/// One sensor that is read at its period.
struct TraceSensor {
    /// When it is read next, from the story's begin.
    private(set) var due: Duration
    private let every: Duration
    private let device: SimulatedDevice
    private var sensor: ModbusSensor
    private let mounted: Double?

    init(_ settings: SensorSettings, _ cover: CoverSettings, _ manhole: Int, _ world: TraceWorld, phase: Duration) {
        guard case .modbus(let unit, let profile) = settings.device else { preconditionFailure("\(settings.id) is a line") }
        due = phase
        every = settings.every
        mounted = settings.mounted
        device = SimulatedDevice(
            profile: profile, unit: unit, mounted: settings.mounted, view: world.view(manhole), sensor: settings.id)
        sensor = ModbusSensor(
            cover: cover.code, id: settings.id, unit: unit, profile: profile, busResponseTimeout: .milliseconds(500),
            origin: .simulated)
    }

    /// Sets the zero of its tilts on a calm day, as `commission zero` does.
    mutating func commission(in world: TraceWorld, _ manhole: Int) {
        guard sensor.profile.channels.contains(where: { $0.quantity == .tilt }) else { return }
        let device = SimulatedDevice(
            profile: sensor.profile, unit: sensor.unit, mounted: mounted, view: world.calmView(manhole), sensor: sensor.id)
        var trial = sensor
        var stands: [String: [TiltReference]] = [:]
        for second in 0..<TiltReference.polls {
            _ = Self.poll(&trial, device, at: .seconds(second))
            for (channel, stand) in trial.edge.stands { stands[channel, default: []].append(stand) }
        }
        sensor.setTiltReferences(stands.compactMapValues { try? TiltReference.settled($0).reference })
    }

    /// Reads it now; a device that is asked to measure is waited for.
    mutating func poll() -> [Reading] {
        defer { due += every }
        return Self.poll(&sensor, device, at: due)
    }

    private static func poll(_ sensor: inout ModbusSensor, _ device: SimulatedDevice, at time: Duration) -> [Reading] {
        var time = time
        while true {
            let now = TraceWorld.moment(time)
            switch sensor.step(now: now) {
            case .read(let request):
                do throws(RegisterFault) {
                    let words = try device.read(request.table, address: request.address, count: request.count, at: time)
                    sensor.take(.success(RegisterReply(words: words, connection: 1)), at: now)
                } catch { sensor.take(.failure(failure(error, request.unit)), at: now) }
            case .write(let request):
                do throws(RegisterFault) {
                    try device.write(request.action, at: time)
                    sensor.take(.success(RegisterReply(words: [], connection: 1)), at: now)
                } catch { sensor.take(.failure(failure(error, request.unit)), at: now) }
            case .wait(let until): time = until - TraceWorld.begin.monotonic
            case .readings(let readings): return readings
            }
        }
    }

    private static func failure(_ fault: RegisterFault, _ unit: UInt8) -> BusError {
        let kind: BusError.Kind =
            switch fault {
            case .silent: .timeout
            case .corrupt: .corruptReply
            case .exception(let code): .exception(code: code)
            }
        return BusError(kind: kind, bus: "trace", unit: unit, detail: "\(fault)")
    }
}
