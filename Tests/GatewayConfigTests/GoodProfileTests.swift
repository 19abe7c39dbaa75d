// What a good sensor model becomes, value by value.
import DeviceHAL
import GatewayConfig
import SensorModel
import Testing

struct GoodProfileTests {
    @Test("The sensor model of the contract is read value by value")
    func profileArrives() throws {
        let bench = try Workbench()
        let profile = try bench.loader.loadProfile(path: "\(bench.folder)/site/profiles/gas-head.yaml")
        #expect(profile.serial == .init(address: 1, baud: 9600, parity: .none, stopBits: 1))
        #expect(
            profile.timing
                == .init(
                    responseTimeout: .milliseconds(500), maxLatency: .seconds(1), gap: .milliseconds(20), warmUp: .seconds(60),
                    maxRegisters: 32))
        #expect(profile.supplyMinimum == 16)
        #expect(profile.verified)
        #expect(
            profile.requirements == [
                .init(table: .holding, address: 0, mask: 0xFF00, equals: 0x2500, reason: .anotherModel),
                .init(table: .holding, address: 10, equals: 5, reason: .anotherUnit),
            ])
        #expect(
            profile.channels == [
                ChannelMap(
                    name: "gas", quantity: .methane,
                    fields: [RegisterField(table: .holding, address: 2, type: .float32, invalid: [0xFFFF_FFFF])],
                    principle: .catalytic, range: 0...100, resolution: 0.1),
                ChannelMap(
                    name: "temperature", quantity: .temperature,
                    fields: [RegisterField(table: .holding, address: 16, type: .int16, scale: 0.1, offset: -1.5)]),
            ])
        #expect(
            profile.status == [
                .init(table: .holding, address: 6, equals: [2: .bad(.warmingUp), 3: .bad(.inhibited), 12: .bad(.calibrating)]),
                .init(table: .holding, address: 5, bits: [5: .bad(.deviceFault)]),
            ])
        #expect(profile.examples == [.init(channel: "gas", words: [0x41A0, 0], meaning: .value(20))])
        let tilt = try bench.loader.loadProfile(path: "\(bench.boards)/profiles/tilt-meter.yaml")
        #expect(tilt.channels.first?.transform == .gravityTilt)
        #expect(tilt.channels.first?.fields.map(\.address) == [0x34, 0x35, 0x36])
    }
}
