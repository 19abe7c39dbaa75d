// The profiles the sensor tests poll: a gas head with identity and status, and bare models that isolate one rule.
import DeviceHAL
import SensorModel

enum SensorProfiles {
    /// As the Sensepoint XCD: two requirements, two status registers next to each other, two channels.
    static let gas = DeviceProfile(
        name: "gas-head", vendor: "V", model: "M", sourceDocument: "D", sourcePage: "1",
        timing: .init(responseTimeout: .milliseconds(500), maxLatency: .seconds(1), gap: .milliseconds(20), warmUp: .seconds(60)),
        requirements: [
            .init(table: .holding, address: 0, mask: 0xFF00, equals: 0x2500, reason: .anotherModel),
            .init(table: .holding, address: 10, equals: 5, reason: .anotherUnit),
        ],
        channels: [
            ChannelMap(
                name: "gas", quantity: .methane, fields: [RegisterField(table: .holding, address: 2, type: .float32)],
                range: 0...100,
                resolution: 0.1),
            ChannelMap(
                name: "temperature", quantity: .temperature,
                fields: [RegisterField(table: .holding, address: 16, type: .int16, scale: 0.5)]),
        ],
        status: [
            .init(table: .holding, address: 6, equals: [2: .bad(.warmingUp), 3: .bad(.inhibited), 12: .bad(.calibrating)]),
            .init(table: .holding, address: 5, bits: [5: .bad(.deviceFault)]),
        ])

    /// Channels `c0`, `c1`, … at the given holding registers, nothing else.
    static func plain(_ addresses: [UInt16], warmUp: Duration = .zero) -> DeviceProfile {
        DeviceProfile(
            name: "plain", vendor: "V", model: "M", sourceDocument: "D", sourcePage: "1", timing: .init(warmUp: warmUp),
            channels: addresses.enumerated().map { index, address in
                ChannelMap(
                    name: "c\(index)", quantity: .raw, fields: [RegisterField(table: .holding, address: address, type: .uint16)])
            })
    }
}
