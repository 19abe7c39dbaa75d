// A gas head under water has no value, and gets it back when it has drained; only what is beyond doubt takes a value away.
import SensorModel
import Testing
import Validity

@Suite struct SubmergedTests {
    /// The street's first cover: a head 0.60 m, a probe 3.30 m below the rim.
    private static func street(_ more: [WatchedPoint] = []) -> ValidityBench {
        ValidityBench(
            [ValidityBench.sensor("ch4", .methane, mounted: 0.6), ValidityBench.sensor("level", .waterDepth, mounted: 3.3)] + more
        )
    }

    @Test("a gas head is submerged when the water stands at it or above, whatever it reads", arguments: [2.7, 2.82, 3.3, 9])
    func under(depth: Double) {
        var bench = Self.street()
        #expect(bench.take(0, of: "ch4", at: 0) == .good(0))
        #expect(bench.take(depth, of: "level", at: 1) == .good(depth))
        #expect(bench.take(0, of: "ch4", at: 2) == .bad(.submerged))
        #expect(bench.take(.uncertain(55, .implausibleJump), of: "ch4", at: 3) == .bad(.submerged))
    }

    @Test("below the head the water does not matter", arguments: [-0.1, 0, 1, 2.69])
    func below(depth: Double) {
        var bench = Self.street()
        _ = bench.take(depth, of: "level", at: 1)
        #expect(bench.take(0, of: "ch4", at: 2) == .good(0))
        #expect(bench.problem("ch4") == nil)
    }

    @Test("every gas head is judged, and nothing else", arguments: Quantity.allCases)
    func kinds(quantity: Quantity) {
        var bench = ValidityBench([
            ValidityBench.sensor("level", .waterDepth, mounted: 3.3), ValidityBench.sensor("x", quantity, mounted: 1),
        ])
        _ = bench.take(3, of: "level", at: 0)
        let gases: [Quantity] = [.methane, .combustible, .hydrogenSulfide, .carbonMonoxide, .oxygen]
        #expect((bench.take(0, of: "x", at: 1).reason == "submerged") == gases.contains(quantity))
    }

    @Test("the head counts again when the surface has been 0.05 m lower for a minute, seen to be so")
    func drained() {
        var bench = Self.street()
        _ = bench.take(2.8, of: "level", at: 0)
        _ = bench.take(2.68, of: "level", at: 10)
        #expect(bench.take(0, of: "ch4", at: 200) == .bad(.submerged))
        _ = bench.take(2.64, of: "level", at: 210)
        #expect(bench.take(0, of: "ch4", at: 211) == .bad(.submerged))
        #expect(bench.problem("ch4")?.contains("drained for 60 s") == true)
        for time in stride(from: 220.0, to: 270, by: 10) { _ = bench.take(2.64, of: "level", at: time) }
        #expect(bench.take(0, of: "ch4", at: 269) == .bad(.submerged))
        #expect(bench.take(0, of: "ch4", at: 271) == .good(0))
    }

    @Test("a wave that comes back within the minute begins it anew")
    func waves() {
        var bench = Self.street()
        _ = bench.take(2.8, of: "level", at: 0)
        _ = bench.hold(2.6, of: "level", from: 10, to: 60)
        _ = bench.take(2.7, of: "level", at: 65)
        _ = bench.hold(2.6, of: "level", from: 70, to: 120)
        #expect(bench.take(0, of: "ch4", at: 125) == .bad(.submerged))
        _ = bench.take(2.6, of: "level", at: 130)
        #expect(bench.take(0, of: "ch4", at: 131) == .good(0))
    }

    @Test("a probe that falls silent leaves the last state: submerged stays so, dry stays dry")
    func silence() {
        var bench = Self.street()
        _ = bench.take(2.8, of: "level", at: 0)
        for time in stride(from: 10.0, to: 600, by: 10) { _ = bench.take(.bad(.timeout), of: "level", at: time) }
        #expect(bench.take(0, of: "ch4", at: 600) == .bad(.submerged))
        // Silent while it drained: nobody knows that it did.
        _ = bench.take(2.5, of: "level", at: 610)
        #expect(bench.take(0, of: "ch4", at: 700) == .bad(.submerged))
        _ = bench.take(2.5, of: "level", at: 710)
        #expect(bench.take(0, of: "ch4", at: 711) == .bad(.submerged))
        _ = bench.hold(2.5, of: "level", from: 720, to: 770)
        #expect(bench.take(0, of: "ch4", at: 771) == .good(0))
        _ = bench.take(.bad(.timeout), of: "level", at: 780)
        #expect(bench.take(0, of: "ch4", at: 2000) == .good(0))
    }

    @Test("a drained head stays drained when the probe falls silent afterwards")
    func drainedStays() {
        var bench = Self.street()
        _ = bench.take(2.8, of: "level", at: 0)
        _ = bench.hold(2.5, of: "level", from: 10, to: 60)
        #expect(bench.take(0, of: "ch4", at: 71) == .good(0))
        #expect(bench.take(0, of: "ch4", at: 500) == .good(0))
    }

    @Test("a level in doubt makes a head uncertain, which keeps its value, and never dries it")
    func doubtful() {
        var bench = Self.street()
        _ = bench.take(.uncertain(3, .calibrationOverdue), of: "level", at: 0)
        #expect(bench.take(30, of: "ch4", at: 1) == .uncertain(30, .disagreement))
        #expect(bench.problem("ch4")?.contains("level/value puts the water at the gas head and is in doubt itself") == true)
        _ = bench.take(3, of: "level", at: 10)
        #expect(bench.take(30, of: "ch4", at: 11) == .bad(.submerged))
        for time in stride(from: 20.0, to: 200, by: 10) { _ = bench.take(.uncertain(1, .stuck), of: "level", at: time) }
        #expect(bench.take(30, of: "ch4", at: 200) == .uncertain(30, .disagreement))
    }

    @Test("a probe that may hang in the air says nothing about a head below it")
    func dryProbe() {
        var bench = ValidityBench([
            ValidityBench.sensor("ch4", .methane, mounted: 3), ValidityBench.sensor("level", .waterDepth, mounted: 2.9),
        ])
        _ = bench.take(0.02, of: "level", at: 0)
        #expect(bench.take(0, of: "ch4", at: 1) == .good(0))
        _ = bench.take(0.06, of: "level", at: 10)
        #expect(bench.take(0, of: "ch4", at: 11) == .bad(.submerged))
    }

    @Test("an upper float that is closed says so too, a lower one does not")
    func float() {
        var bench = ValidityBench([
            ValidityBench.sensor("ch4", .methane, mounted: 0.6), ValidityBench.sensor("upper", .waterFloat, mounted: 0.5),
            ValidityBench.sensor("lower", .waterFloat, mounted: 0.7),
        ])
        _ = bench.take(1, of: "lower", at: 0)
        #expect(bench.take(0, of: "ch4", at: 1) == .good(0))
        _ = bench.take(1, of: "upper", at: 10)
        #expect(bench.take(0, of: "ch4", at: 11) == .bad(.submerged))
        #expect(bench.problem("ch4")?.contains("at or above the gas head (upper/value reads 1)") == true)
        _ = bench.hold(0, of: "upper", from: 20, to: 70)
        #expect(bench.take(0, of: "ch4", at: 75) == .bad(.submerged))
        #expect(bench.take(0, of: "ch4", at: 81) == .good(0))
    }

    @Test("a level as elevation needs the rim's, one that looks down its own place")
    func level() {
        let head = ValidityBench.sensor("ch4", .methane, mounted: 0.6)
        let level = ValidityBench.sensor("level", .waterLevel)
        var bench = ValidityBench([head, level], rim: 4.12)
        _ = bench.take(3.51, of: "level", at: 0)
        #expect(bench.take(0, of: "ch4", at: 1) == .good(0))
        _ = bench.take(3.53, of: "level", at: 10)
        #expect(bench.take(0, of: "ch4", at: 11) == .bad(.submerged))
        var unknown = ValidityBench([head, level])
        _ = unknown.take(3.53, of: "level", at: 10)
        #expect(unknown.take(0, of: "ch4", at: 11) == .good(0))
        var looking = ValidityBench([
            head, ValidityBench.sensor("level", .waterLevel, mounted: 0.2) { $0.range = -1.5 ... -0.1 },
        ])
        _ = looking.take(-0.45, of: "level", at: 0)
        #expect(looking.take(0, of: "ch4", at: 1) == .good(0))
        _ = looking.take(-0.35, of: "level", at: 10)
        #expect(looking.take(0, of: "ch4", at: 11) == .bad(.submerged))
    }

    @Test("a technician is told how high the water stands and which sensor says so")
    func words() {
        var bench = Self.street()
        _ = bench.take(2.82, of: "level", at: 0)
        _ = bench.take(0, of: "ch4", at: 1)
        let words = bench.problem("ch4") ?? ""
        #expect(words.hasPrefix("the water stands 0.12 m above the gas head (level/value reads 2.82 m)"), "\(words)")
    }

    @Test("a head that is under test gas is left alone")
    func testGas() {
        var bench = Self.street()
        _ = bench.take(2.82, of: "level", at: 0)
        #expect(bench.take(.uncertain(50, .testGas), of: "ch4", at: 1) == .uncertain(50, .testGas))
    }
}
