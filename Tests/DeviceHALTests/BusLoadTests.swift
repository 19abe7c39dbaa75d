// The arithmetic of a line's time against figures that were worked out by hand.
import DeviceHAL
import SensorModel
import Testing

@Suite struct BusLoadTests {
    /// One row of the table: line, registers, reply delay and milliseconds of one transaction.
    struct Row: Sendable, CustomTestStringConvertible {
        var baud: Int
        var parity: Parity
        var registers: Int
        var delay: Int
        var milliseconds: Double
        var testDescription: String { "\(baud) \(parity.rawValue) \(registers) registers \(delay) ms" }
    }

    // (8 + 5 + 2 × registers) characters, twice 3.5 characters of 11 bits or 1.75 ms, and the delay.
    static let table = [
        Row(baud: 4800, parity: .none, registers: 4, delay: 20, milliseconds: 79.8),
        Row(baud: 9600, parity: .none, registers: 1, delay: 5, milliseconds: 28.6),
        Row(baud: 9600, parity: .none, registers: 4, delay: 20, milliseconds: 49.9),
        Row(baud: 9600, parity: .none, registers: 10, delay: 20, milliseconds: 62.4),
        Row(baud: 9600, parity: .even, registers: 4, delay: 20, milliseconds: 52.1),
        Row(baud: 19_200, parity: .even, registers: 4, delay: 20, milliseconds: 36.0),
        Row(baud: 115_200, parity: .none, registers: 4, delay: 20, milliseconds: 25.3),
    ]

    /// A model with so many registers in one row.
    private func profile(_ registers: Int, delay: Int = 20, _ change: (inout DeviceProfile) -> Void = { _ in }) -> DeviceProfile {
        SensorBench.profile((0..<registers).map { SensorBench.channel(UInt16($0), "c\($0)") }) {
            $0.timing.replyDelay = .milliseconds(delay)
            change(&$0)
        }
    }

    @Test("a transaction takes what the table says", arguments: table)
    func transaction(row: Row) {
        let load = BusLoad(
            line: LineTiming(baud: row.baud, parity: row.parity, stopBits: 1),
            sensors: [(profile(row.registers, delay: row.delay), .seconds(1))], delay: .least)
        #expect((load.utilisation * 1000 - row.milliseconds).magnitude < 0.06)
        #expect(load.shares.first?.transactions == 1)
    }

    @Test("a model that does not say how long it thinks is expected to take 20 ms, and at least 2")
    func undeclared() {
        let line = LineTiming(baud: 9600, parity: .none, stopBits: 1)
        let silent = profile(1) { $0.timing.replyDelay = nil }
        let usual = BusLoad(line: line, sensors: [(silent, .seconds(1))], delay: .usual)
        let least = BusLoad(line: line, sensors: [(silent, .seconds(1))], delay: .least)
        #expect(usual.shares[0].poll - least.shares[0].poll == .milliseconds(18))
    }

    @Test("sensors alike are counted together; the greatest load stands first")
    func shares() {
        let line = LineTiming(baud: 9600, parity: .none, stopBits: 1)
        let four = profile(4)
        let load = BusLoad(
            line: line, sensors: [(profile(1), .seconds(60))] + Array(repeating: (four, Duration.seconds(2)), count: 32),
            delay: .usual)
        #expect(load.shares.map(\.count) == [32, 1])
        #expect((load.utilisation - (32 * 0.0499 / 2 + 0.0436 / 60)).magnitude < 0.002)
    }

    @Test("a trigger is a transaction, and the rests of a poll make it longer without keeping the line")
    func trigger() {
        let line = LineTiming(baud: 9600, parity: .none, stopBits: 1)
        let plain = BusLoad(line: line, sensors: [(profile(1), .seconds(10))], delay: .usual)
        let triggered = BusLoad(
            line: line,
            sensors: [
                (
                    profile(1) {
                        $0.trigger = .init(
                            place: RegisterPlace(table: .holding, address: 8), value: 1, wait: .milliseconds(700))
                        $0.timing.gap = .milliseconds(100)
                    }, .seconds(10)
                )
            ], delay: .usual)
        let write = line.transaction(characters: 16, replyDelay: .milliseconds(20))
        #expect(triggered.shares[0].poll == plain.shares[0].poll + write)
        #expect(triggered.shares[0].span == triggered.shares[0].poll + .milliseconds(800))
    }
}
