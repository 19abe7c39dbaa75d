// The promise that must never break: whatever the slaves do, no wrong value comes back as good, and no write is believed
// that was not answered.
import DeviceHAL
import DeviceHALLinux
import Platform
import SensorModel
import Synchronization
import TestSupport
import Testing

@Suite struct ModbusPropertyTests {
    private struct Seeded: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = (state ^ state >> 30) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
            return mixed ^ mixed >> 31
        }
    }

    /// A slave's choice for each request, from a seed: about one in three goes wrong. Late replies may be later than the
    /// unit's `maxLatency`, but keep their order.
    private static func wild(seed: UInt64, _ way: Way) -> @Sendable () -> HostileSlave.Fault {
        final class Choice: Sendable {
            let random: Mutex<Seeded>
            init(seed: UInt64) { random = Mutex(Seeded(state: seed)) }
        }
        let choice = Choice(seed: seed)
        return {
            choice.random.withLock { random in
                guard Int.random(in: 0..<3, using: &random) == 0 else { return .none }
                let delay = Int.random(in: 40..<240, using: &random)
                let faults: [HostileSlave.Fault] = [
                    .silent, .late(delay), .late(delay), .late(delay), .doubled, .truncated, .dribbling(delay / 20), .garbled,
                    way.echoes ? .silent : .echo, .noiseBefore, .wrongUnit, .wrongFunction, .wrongByteCount, .wrongValue,
                    .exception(2), .exception(11), way.wire == .serial ? .late(delay) : .hangUp,
                    way.wire == .tunnel ? .hangUpLate(delay) : .late(delay),
                    way.wire == .tcp ? .doubledAfter(delay) : .doubled,
                ]
                return faults.randomElement(using: &random) ?? .none
            }
        }
    }

    /// A wire, and whether it gives back every request; on one that does not, single echoes are among the faults.
    struct Way: Sendable, CustomTestStringConvertible {
        let wire: HostileSlave.Wire
        let echoes: Bool
        let seed: UInt64
        var testDescription: String { "\(wire)\(echoes ? " with echo" : ""), seed \(seed)" }
    }

    static let ways = [1, 2].flatMap { seed in
        HostileSlave.Wire.allCases.map { Way(wire: $0, echoes: false, seed: seed) } + [
            Way(wire: .serial, echoes: true, seed: seed), Way(wire: .tunnel, echoes: true, seed: seed),
        ]
    }

    @Test(arguments: ways)
    func `random faults on several units never make a wrong value good, nor a lost write`(_ way: Way) async throws {
        let bench = try ModbusBench(way.wire)
        if way.echoes { bench.slave.echo() }
        let clock = SystemClock()
        var random = Seeded(state: way.seed &* 77)
        bench.slave.misbehave(by: Self.wild(seed: way.seed, way))
        var mustBeMarked: Set<UInt8> = []
        var (good, written, lost) = (0, 0, 0)
        let deadline = clock.now().monotonic + .seconds(15)
        while bench.slave.requests.count < 300, clock.now().monotonic < deadline {
            let unit: UInt8 = [1, 1, 1, 2, 2, 3].randomElement(using: &random) ?? 1
            let writes = Int.random(in: 0..<5, using: &random) < 2
            do {
                if writes {
                    try await bench.write(Self.action(&random), unit: unit, timing: ModbusBench.hasty)
                    written += 1
                    continue
                }
                // Mostly the same shape: there an old reply fits best.
                let tables: [RegisterTable] = [.holding, .holding, .holding, .holding, .input, .coil]
                let table = tables.randomElement(using: &random) ?? .holding
                let count: UInt16 = [1, 2, 2, 2, 2, 3].randomElement(using: &random) ?? 2
                let reply = try await bench.read(
                    unit, table, at: .random(in: 0..<400, using: &random), count: count, timing: ModbusBench.hasty)
                good += 1
                if mustBeMarked.remove(unit) != nil { #expect(reply.afterResynchronisation) }
            } catch {
                if writes, !error.detail.hasPrefix("not sent") { lost += 1 }
                switch error.kind {
                case .timeout, .corruptReply: mustBeMarked.insert(unit)
                case .resting, .disconnected: try await clock.sleep(until: clock.now().monotonic + .milliseconds(2))
                case .exception: break
                }
            }
        }
        #expect(good > 20)
        #expect(written > 5)
        bench.slave.behave()
        for unit: UInt8 in 1...3 {
            _ = try await bench.readUntilGood(unit, at: 500, count: 2)
            for address: UInt16 in 501...503 { _ = try await bench.readUntilGood(unit, at: address, count: 2) }
        }
        #expect(bench.slave.requests.filter { !$0.words.isEmpty }.count <= written + lost, "a write was sent more than once")
        await bench.bus.close()
    }

    /// A write behind what is read, so that the values there stay their addresses; few different ones, so that equal writes
    /// follow each other and an old confirmation fits.
    private static func action(_ random: inout Seeded) -> RegisterWrite.Action {
        let address = UInt16.random(in: 1000...1001, using: &random)
        let word = UInt16.random(in: 0...1, using: &random)
        let actions: [RegisterWrite.Action] = [
            .coil(address: address, on: word == 1), .register(address: address, word: word),
            .coils(address: address, [word == 1, true]), .registers(address: address, [word]),
        ]
        return actions.randomElement(using: &random) ?? actions[0]
    }

    @Test(arguments: HostileSlave.Wire.allCases)
    func `a unit that stays one reply behind is never believed`(_ wire: HostileSlave.Wire) async throws {
        let bench = try ModbusBench(wire)
        bench.slave.misbehave([.shifted], unit: 1)
        let hasty = UnitTiming(responseTimeout: .milliseconds(40), maxLatency: .milliseconds(5))
        #expect(await bench.failure(at: 0, count: 2, timing: hasty)?.kind == .timeout)
        for address: UInt16 in 1...40 {
            #expect(await bench.failure(at: address, count: 1 + address % 2, timing: hasty) != nil)
        }
        bench.slave.behave()
        _ = try await bench.readUntilGood(at: 50, count: 2)
        await bench.bus.close()
    }
}
