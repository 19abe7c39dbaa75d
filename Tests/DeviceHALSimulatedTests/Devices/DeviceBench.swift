// A simulated device of a shipped sensor model in a manhole of the test's making, asked by the real sensor.
import DeviceHAL
@testable import DeviceHALSimulated
import GatewayConfig
import Glibc
import SensorModel
import TestSupport
import Testing

struct DeviceBench {
    static let unit: UInt8 = 7
    static let site = ManholeSite(code: "3205820102048188", kind: "sewage", depth: 3.5)

    let profile: DeviceProfile
    let device: SimulatedDevice
    let sensor: PolledSensor
    let clock = ManualClock()
    let state: @Sendable (Duration) -> ManholeState

    init(
        _ profile: DeviceProfile, mounted: Double? = nil, events: [ScenarioEvent] = [],
        state: @escaping @Sendable (Duration) -> ManholeState
    ) {
        self.profile = profile
        self.state = state
        let view = ManholeView(site: Self.site, events: events, seed: 42, state: state)
        device = SimulatedDevice(profile: profile, unit: Self.unit, mounted: mounted, view: view, sensor: "it")
        let begin = clock.now().monotonic
        let wire = AnsweringRegisterBus { [device, clock] request throws(BusError) in
            do throws(RegisterFault) {
                return try device.read(
                    request.table, address: request.address, count: request.count, at: clock.now().monotonic - begin)
            } catch { throw Self.failure(error, request.unit) }
        } write: { [device, clock] request throws(BusError) in
            do throws(RegisterFault) {
                try device.write(request.action, at: clock.now().monotonic - begin)
            } catch { throw Self.failure(error, request.unit) }
        }
        sensor = PolledSensor(
            cover: Self.site.code, id: "it", unit: Self.unit, profile: profile, busResponseTimeout: .milliseconds(500),
            bus: wire, clock: clock, origin: .simulated)
    }

    private static func failure(_ fault: RegisterFault, _ unit: UInt8) -> BusError {
        let kind: BusError.Kind =
            switch fault {
            case .silent: .timeout
            case .corrupt: .corruptReply
            case .exception(let code): .exception(code: code)
            }
        return BusError(kind: kind, bus: "wire", unit: unit, detail: "\(fault)")
    }

    /// A shipped model, troubled from a second on.
    init(_ name: String, _ trouble: ScenarioEvent.DeviceTrouble, from second: Int = 60) throws {
        let event = ScenarioEvent(at: .seconds(second), cause: .device("it", trouble))
        self.init(try Self.load(name), events: [event]) { Self.calm($0) }
    }

    /// The sensor's readings, up to some seconds later; a device that is asked to measure is waited for.
    func poll(after seconds: Double = 0) async -> [Reading] {
        clock.advance(by: .seconds(seconds))
        return await withTaskGroup(of: [Reading]?.self) { group in
            group.addTask { await sensor.poll() }
            group.addTask { [clock] in
                for _ in 0..<1_000_000 where !Task.isCancelled {
                    if let next = clock.nextDeadline { clock.advance(by: next - clock.now().monotonic) }
                    await Task.yield()
                }
                return nil
            }
            for await readings in group {
                guard let readings else { continue }
                group.cancelAll()
                return readings
            }
            return []
        }
    }

    /// An ordinary day that is told from a dry manhole at rest.
    static func calm(_ time: Duration) -> ManholeState {
        var state = ManholeState()
        state.waterDepth = 2.4
        state.flow = 12
        state.methane = 6
        state.hydrogenSulfide = 3
        state.carbonMonoxide = 9
        state.displacement = 4
        state.settlement = 7
        state.vibration = 0.4
        state.acceleration = (x: sin(2 * .pi / 180), y: 0, z: cos(2 * .pi / 180))
        return state
    }

    // MARK: the shipped models

    static let folder: String = {
        let here = #filePath.split(separator: "/", omittingEmptySubsequences: false)
        return here.dropLast(4).joined(separator: "/") + "/boards/profiles"
    }()

    static let names: [String] = {
        guard let stream = opendir(folder) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name.hasSuffix(".yaml") { names.append(String(name.dropLast(5))) }
        }
        return names.sorted()
    }()

    static func load(_ name: String) throws -> DeviceProfile {
        try ConfigurationLoader(boards: nil).loadProfile(path: "\(folder)/\(name).yaml")
    }
}
