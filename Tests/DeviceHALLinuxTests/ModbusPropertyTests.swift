// The promise that must never break: whatever the slaves do, no wrong value comes back as good, and no write is believed
// that was not answered.
import DeviceHAL
import DeviceHALLinux
import Glibc
import Platform
import SensorModel
import Synchronization
import TestSupport
import Testing

@Suite struct ModbusPropertyTests {
    /// Short, so that ten thousand transactions fit into a test; the slaves are late by up to twice `maxLatency`.
    private static let timing = UnitTiming(responseTimeout: .milliseconds(30), maxLatency: .milliseconds(110))
    private static let transactions = 10_000

    /// A slave's choice for each request, from a seed: about one in three goes wrong. Late replies may be later than the
    /// unit's `maxLatency`, but keep their order; overtaken ones come within it.
    private static func wild(seed: UInt64, _ way: Way) -> @Sendable () -> HostileSlave.Fault {
        final class Choice: Sendable {
            let random: Mutex<SeededGenerator>
            init(seed: UInt64) { random = Mutex(SeededGenerator(seed: seed)) }
        }
        let choice = Choice(seed: seed)
        return {
            choice.random.withLock { random in
                let delay = Int.random(in: 5..<220, using: &random)
                // Of the good ones every fourth is slow: while it is waited for, old replies arrive.
                guard Int.random(in: 0..<3, using: &random) == 0 else {
                    return Int.random(in: 0..<4, using: &random) == 0 ? .late(delay / 10) : .none
                }
                let exception: UInt8 = [1, 2, 3, 4, 6, 10, 11].randomElement(using: &random) ?? 2
                var faults: [HostileSlave.Fault] = [
                    .silent, .late(delay), .late(delay), .late(delay), .overtaken(delay % 70),
                    .overtaken(delay % 70), .doubled, .truncated, .dribbling(delay / 20), .garbled, .absurd, .noiseBefore,
                    .noiseAfter(delay / 10), .wrongUnit, .wrongFunction, .wrongByteCount, .falseByteCount, .wrongValue,
                    .wrongTransaction, .stuck,
                    .exception(exception), .exception(exception),
                ]
                if !way.echoes { faults.append(.echo) }
                if way.wire != .serial { faults.append(.hangUp) }
                if way.wire == .tunnel { faults.append(.hangUpLate(delay)) }
                if way.wire == .tcp { faults += [.doubledAfter(delay), .doubledAfter(delay / 10)] }
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

    /// A seed that is the same in every run, and one that is another each time, or that of an earlier run by `MODBUS_SEED`.
    static let seeds: [UInt64] = [
        1, getenv("MODBUS_SEED").flatMap { UInt64(String(cString: $0)) } ?? UInt64.random(in: 2..<1_000_000_000),
    ]

    /// What one way brought.
    private struct Tally: CustomStringConvertible {
        var transactions = 0
        var good = 0
        var written = 0
        var lost = 0
        var refused = 0
        var description: String {
            "\(transactions) transactions, \(good) values, \(written) writes, \(lost) writes lost, \(refused) reads failed"
        }
    }

    @Test func `in ten thousand transactions random faults never make a wrong value good, nor a lost write`() async throws {
        let ways = Self.seeds.flatMap { seed in
            HostileSlave.Wire.allCases.map { Way(wire: $0, echoes: false, seed: seed) } + [
                Way(wire: .serial, echoes: true, seed: seed), Way(wire: .tunnel, echoes: true, seed: seed),
            ]
        }
        print("random faults with MODBUS_SEED=\(Self.seeds[1]), and with seed \(Self.seeds[0])")
        let tallies = try await withThrowingTaskGroup(of: (Way, Tally).self) { group in
            for way in ways { group.addTask { (way, try await Self.suffer(way, Self.transactions / ways.count)) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        for (way, tally) in tallies { print("\(way.testDescription): \(tally)") }
        #expect(tallies.map(\.1.transactions).reduce(0, +) >= Self.transactions, "seeds \(Self.seeds)")
    }

    /// Honest but for every third reply, of which a double comes before or after the next one. Some honest ones are slow, so that
    /// the bus waits long behind a doubtful one: as long as twice the usual honest one takes.
    private static func lateDoubles(seed: UInt64) -> @Sendable () -> HostileSlave.Fault {
        final class Choice: Sendable {
            let random: Mutex<SeededGenerator>
            init(seed: UInt64) { random = Mutex(SeededGenerator(seed: seed)) }
        }
        let choice = Choice(seed: seed)
        return {
            choice.random.withLock { random in
                switch Int.random(in: 0..<6, using: &random) {
                case 0, 1: .doubledAfter(.random(in: 22..<60, using: &random))
                case 2: .late(60)
                default: .late(25)
                }
            }
        }
    }

    @Test(arguments: [HostileSlave.Wire.serial, .tunnel])
    func `a reply that comes twice, late, is not taken for the next one of its shape`(wire: HostileSlave.Wire) async throws {
        let bench = try ModbusBench(wire, name: "double-\(wire)")
        bench.slave.misbehave(by: Self.lateDoubles(seed: Self.seeds[1]))
        var (good, caught) = (0, 0)
        var taken: [(address: UInt16, frames: [BusFrame])] = []
        let timing = UnitTiming(responseTimeout: .milliseconds(100), maxLatency: .milliseconds(200))
        for address: UInt16 in stride(from: 0, to: 320, by: 2) {
            let asked = await bench.bus.watchedRead(
                RegisterRequest(unit: 1, table: .holding, address: address, count: 2, timing: timing))
            switch asked.result {
            case .success(let reply):
                let right = (0..<2).map { HostileSlave.value(unit: 1, function: 3, address: address + $0) }
                if reply.words == right { good += 1 } else { taken.append((address, asked.frames)) }
            case .failure(let error):
                caught += 1
                try await SystemClock().sleep(until: SystemClock().now().monotonic + (error.restLeft ?? .milliseconds(20)))
            }
        }
        // Judged at the end: the true replies come after their doubles.
        let wrong = taken.filter { isInTime(bench.slave, $0.address, $0.frames) }.count
        let tally = "\(good) values, \(caught) doubts, \(taken.count) doubles taken, \(wrong) of them before a timely reply"
        print("late doubles on \(wire): \(tally)")
        #expect(good > 20 && caught > 5 && wrong == 0, "seed \(Self.seeds[1]): \(tally)")
        await bench.bus.close()
    }

    /// Whether the slave's machine let it answer the request for an address as quickly as it meant to. The slow replies are not,
    /// either, and nor are those that a standing machine made slow: who takes a double for one of them cannot know better.
    private func isInTime(_ slave: HostileSlave, _ address: UInt16, _ frames: [BusFrame]) -> Bool {
        guard let place = slave.requests.lastIndex(where: { $0.address == address && $0.count == 2 }),
            let answered = slave.answeredAt(place), let sent = frames.last(where: { $0.kind == .request })
        else { return false }
        return answered < sent.time + .milliseconds(33)
    }

    /// Reads and writes at random until so many requests have reached the slave.
    private static func suffer(_ way: Way, _ transactions: Int) async throws -> Tally {
        let patience = ModbusPatience(reopenPause: .milliseconds(2)...(.milliseconds(20)), oblivion: .milliseconds(400))
        let bench = try ModbusBench(way.wire, name: "\(way.wire)", patience: patience)
        if way.echoes { bench.slave.echo() }
        let clock = SystemClock()
        var random = SeededGenerator(seed: way.seed &* 77 &+ UInt64(way.testDescription.utf8.count))
        bench.slave.misbehave(by: wild(seed: random.next(), way))
        var mustBeMarked: Set<UInt8> = []
        var tally = Tally()
        let deadline = clock.now().monotonic + .seconds(100)
        while bench.slave.requests.count < transactions, clock.now().monotonic < deadline {
            // Many units, so that the others are asked while one rests.
            let unit: UInt8 = [1, 1, 1, 2, 2, 3, 4, 5, 6, 7].randomElement(using: &random) ?? 1
            let writes = Int.random(in: 0..<5, using: &random) < 2
            do {
                if writes {
                    try await bench.write(action(&random), unit: unit, timing: timing)
                    tally.written += 1
                    continue
                }
                // Mostly the same shape: there an old reply fits best.
                let tables: [RegisterTable] = [.holding, .holding, .holding, .holding, .input, .coil, .discrete]
                let table = tables.randomElement(using: &random) ?? .holding
                let count: UInt16 = [1, 2, 2, 2, 2, 3].randomElement(using: &random) ?? 2
                let reply = try await bench.read(
                    unit, table, at: .random(in: 0..<400, using: &random), count: count, timing: timing)
                tally.good += 1
                if mustBeMarked.remove(unit) != nil { #expect(reply.afterResynchronisation, "\(way.testDescription)") }
            } catch {
                if writes, !error.detail.hasPrefix("not sent") { tally.lost += 1 }
                if !writes { tally.refused += 1 }
                switch error.kind {
                case .timeout, .corruptReply: mustBeMarked.insert(unit)
                case .resting, .disconnected: try await clock.sleep(until: clock.now().monotonic + .milliseconds(1))
                case .exception: break
                }
            }
        }
        tally.transactions = bench.slave.requests.count
        #expect(tally.good > transactions / 10 && tally.written > transactions / 20, "\(way.testDescription): \(tally)")
        bench.slave.behave()
        for unit: UInt8 in 1...7 {
            for address: UInt16 in 500...502 { _ = try await bench.readUntilGood(unit, at: address, count: 2) }
        }
        let sent = bench.slave.requests.filter { !$0.words.isEmpty }.count
        #expect(sent <= tally.written + tally.lost, "a write was sent more than once")
        await bench.bus.close()
        return tally
    }

    /// A write behind what is read, so that the values there stay their addresses; few different ones, so that equal writes
    /// follow each other and an old confirmation fits.
    private static func action(_ random: inout SeededGenerator) -> RegisterWrite.Action {
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
