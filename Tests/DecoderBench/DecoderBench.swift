// How many channels a second the decoder turns from words into measurements, on one core; `make bench` records it.
import DeviceHAL
import SensorModel

/// Prints one number. Not a test: there are no time limits in tests.
@main
enum DecoderBench {
    /// What a street is made of: a tilt axis, a gas head, a counter, a level with its decimals in a register.
    private static let channels = [
        ChannelMap(
            name: "axis", quantity: .tilt, fields: [RegisterField(table: .holding, address: 0, type: .int16, scale: 0.01)],
            range: -180...180, resolution: 0.01),
        ChannelMap(
            name: "gas", quantity: .methane,
            fields: [RegisterField(table: .holding, address: 2, type: .float32, invalid: [0xFFFF_FFFF])], range: 0...100,
            resolution: 0.1),
        ChannelMap(
            name: "counter", quantity: .raw,
            fields: [RegisterField(table: .input, address: 4, type: .uint32, wordOrder: .little)]),
        ChannelMap(
            name: "level", quantity: .waterLevel,
            fields: [
                RegisterField(
                    table: .holding, address: 7, type: .int16, decimalsAt: RegisterPlace(table: .holding, address: 6))
            ], range: -1...20),
    ]
    /// What the wire would bring, by table and address.
    private static let registers: [RegisterPlace: UInt16] = [
        RegisterPlace(table: .holding, address: 0): 0x0123, RegisterPlace(table: .holding, address: 2): 0x41A0,
        RegisterPlace(table: .holding, address: 3): 0x0000, RegisterPlace(table: .holding, address: 6): 0x0002,
        RegisterPlace(table: .holding, address: 7): 0x01B4, RegisterPlace(table: .input, address: 4): 0xBEEF,
        RegisterPlace(table: .input, address: 5): 0x0001,
    ]

    static func main() {
        let rounds = 5_000_000
        var sum = 0.0
        // As polling does it: the plan is made once, the words are taken where they stand in the replies.
        let plan = ReadPlan(
            profile: DeviceProfile(
                name: "street", vendor: "none", model: "mix", sourceDocument: "bench", sourcePage: "1", channels: channels))
        let replies = plan.blocks.map { block in
            (0..<block.count).map { registers[RegisterPlace(table: block.table, address: block.address + $0)] ?? 0 }
        }
        let duration = ContinuousClock().measure {
            for round in 0..<rounds {
                let index = round & 3
                if let value = RegisterDecoder.measurement(of: channels[index], at: plan.channels[index], in: replies).value {
                    sum += value
                }
            }
        }
        // Six decimals of the sum keep the loop from being left out by the optimiser.
        let perSecond = Double(rounds) / duration.seconds
        print("{\"channels_per_second\": \(Int64(perSecond)), \"sum\": \(sum)}")
    }
}
