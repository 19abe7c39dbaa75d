// Every shipped sensor model as a simulated device, read by the real sensor: on a calm day all is good and true.
import DeviceHAL
@testable import DeviceHALSimulated
import SensorModel
import Testing

@Suite struct ShippedDevicesTests {
    @Test func `there are models to test`() { #expect(DeviceBench.names.count >= 20) }

    @Test(arguments: DeviceBench.names) func `a calm day is read as it is`(_ name: String) async throws {
        let profile = try DeviceBench.load(name)
        let bench = DeviceBench(profile, state: DeviceBench.calm)
        // The first poll has not seen a heartbeat move yet.
        _ = await bench.poll()
        let readings = await bench.poll(after: 6)
        let problem = await bench.sensor.lastProblem ?? ""
        #expect(readings.count == profile.channels.count)
        let probe = profile.channels.contains { $0.quantity.isUnderWater }
        for (reading, channel) in zip(readings, profile.channels) {
            guard case .good(let value) = reading.measurement else {
                Issue.record("\(name) \(channel.name): \(reading.measurement) \(problem)")
                continue
            }
            let truth = Self.truth(of: channel, isProbe: probe)
            let noise = SensorCharacter(of: channel.quantity).noise
            let axes = channel.transform == .gravityTilt ? 0.2 : 0
            let tolerance = noise * 6.1 + (channel.resolution ?? 0) + axes + truth.magnitude * 1e-6
            #expect((value - truth).magnitude <= tolerance, "\(name) \(channel.name): \(value) instead of \(truth)")
        }
    }

    /// What the channel is about, in `DeviceBench.calm`, said once more and otherwise than by the device.
    private static func truth(of channel: ChannelMap, isProbe: Bool) -> Double {
        let state = DeviceBench.calm(.zero)
        switch channel.quantity {
        case .tilt: return channel.range?.upperBound == 360 ? 7 : 2
        case .displacement: return channel.range?.lowerBound == 40 ? 254 : 4
        case .methane, .combustible: return 6
        case .hydrogenSulfide: return 3
        case .carbonMonoxide: return 9
        case .oxygen: return 20.9
        // A probe at the invert; a face 1.5 m above it, under 2.4 m of water: the nearest it sees is 0.1 m away.
        case .waterDepth: return 2.4
        case .waterLevel: return -0.1
        case .waterPressure: return 0.23517
        case .temperature: return isProbe ? state.waterTemperature : state.airTemperature
        case .humidity: return 85
        case .supplyVoltage: return 24
        case .batteryVoltage: return 13.2
        case .batteryCharge: return 100
        default: return 0
        }
    }

    @Test(arguments: DeviceBench.names) func `the same question is answered the same, whenever it is asked`(_ name: String)
        throws
    {
        let profile = try DeviceBench.load(name)
        let (first, second) = (DeviceBench(profile, state: DeviceBench.calm), DeviceBench(profile, state: DeviceBench.calm))
        for block in ReadPlan(profile: profile).blocks where profile.trigger == nil {
            func words(_ bench: DeviceBench, _ seconds: Int) throws -> [UInt16] {
                try bench.device.read(block.table, address: block.address, count: block.count, at: .seconds(seconds))
            }
            let late = try words(first, 500)
            let early = try words(first, 20)
            #expect(try words(second, 20) == early && words(second, 500) == late)
        }
    }

    @Test(arguments: DeviceBench.names) func `what a device has not is refused`(_ name: String) throws {
        let profile = try DeviceBench.load(name)
        let bench = DeviceBench(profile, state: DeviceBench.calm)
        let block = try #require(ReadPlan(profile: profile).blocks.last)
        #expect(throws: RegisterFault.exception(2)) {
            try bench.device.read(block.table, address: block.address &+ 30_000, count: 1, at: .zero)
        }
        let most = block.table.isBits ? min(profile.timing.maxRegisters, 125) * 16 : profile.timing.maxRegisters
        #expect(throws: RegisterFault.exception(3)) {
            try bench.device.read(block.table, address: block.address, count: UInt16(most + 1), at: .zero)
        }
        if !profile.channels.flatMap(\.fields).contains(where: { $0.table == .coil }) {
            #expect(throws: RegisterFault.exception(1)) { try bench.device.read(.coil, address: 0, count: 1, at: .zero) }
        }
        let field = try #require(profile.channels.first?.fields.first)
        guard field.table == .holding else { return }
        #expect(throws: RegisterFault.exception(2)) {
            try bench.device.write(.register(address: field.address, word: 1), at: .zero)
        }
    }
}
