// Sensors of one cover that cannot both be right are both uncertain: neither may say that all is well.
import SensorModel
import Testing
import Validity

@Suite struct DisagreementTests {
    private static func well() -> ValidityBench {
        ValidityBench([
            ValidityBench.sensor("float", .waterFloat, mounted: 1), ValidityBench.sensor("level", .waterDepth, mounted: 3),
        ])
    }

    @Test(
        "a float and a level that contradict each other for a minute are uncertain, both",
        arguments: [(1.0, 1.84, true), (1, 1.86, false), (0, 2.16, true), (0, 2.14, false)])
    func floatAndLevel(float: Double, depth: Double, disagree: Bool) {
        var bench = Self.well()
        for time in stride(from: 0.0, through: 50, by: 10) {
            #expect(bench.take(float, of: "float", at: time) == .good(float))
            #expect(bench.take(depth, of: "level", at: time + 1) == .good(depth))
        }
        let late = bench.take(float, of: "float", at: 61)
        #expect(late == (disagree ? .uncertain(float, .disagreement) : .good(float)))
        #expect(bench.take(depth, of: "level", at: 62) == (disagree ? .uncertain(depth, .disagreement) : .good(depth)))
        if disagree {
            #expect(bench.problem("float")?.hasPrefix("float/value reads \(Int(float)) and level/value reads \(depth) m") == true)
        }
    }

    @Test("an end of the contradiction is its end, and a new one takes a minute again")
    func ends() {
        var bench = Self.well()
        for time in stride(from: 0.0, through: 80, by: 10) {
            _ = bench.take(1, of: "float", at: time)
            _ = bench.take(0.5, of: "level", at: time + 1)
        }
        #expect(bench.take(1, of: "float", at: 90) == .uncertain(1, .disagreement))
        #expect(bench.take(0, of: "float", at: 91) == .good(0))
        #expect(bench.take(0.5, of: "level", at: 92) == .good(0.5))
        #expect(bench.take(1, of: "float", at: 93) == .good(1))
    }

    @Test("who has said nothing for three periods is not held against the other")
    func stale() {
        var bench = Self.well()
        for time in stride(from: 0.0, through: 80, by: 10) {
            _ = bench.take(1, of: "float", at: time)
            _ = bench.take(0.5, of: "level", at: time + 1)
        }
        #expect(bench.take(1, of: "float", at: 111) == .uncertain(1, .disagreement))
        #expect(bench.take(1, of: "float", at: 112) == .good(1))
    }

    @Test("a dry probe above a float says nothing about it")
    func dryProbe() {
        var bench = ValidityBench([
            ValidityBench.sensor("float", .waterFloat, mounted: 2.9), ValidityBench.sensor("level", .waterDepth, mounted: 2),
        ])
        for time in stride(from: 0.0, through: 120, by: 10) {
            #expect(bench.take(0, of: "float", at: time) == .good(0))
            #expect(bench.take(0.01, of: "level", at: time + 1) == .good(0.01))
        }
    }

    @Test("a float that hangs closed cannot blind a gas head for longer than the level takes to contradict it")
    func brokenFloat() {
        var bench = ValidityBench([
            ValidityBench.sensor("ch4", .methane, mounted: 0.6), ValidityBench.sensor("float", .waterFloat, mounted: 0.5),
            ValidityBench.sensor("level", .waterDepth, mounted: 3),
        ])
        for time in stride(from: 0.0, through: 80, by: 10) {
            _ = bench.take(1, of: "float", at: time)
            _ = bench.take(0.2, of: "level", at: time + 1)
            if time < 60 { #expect(bench.take(40, of: "ch4", at: time + 2) == .bad(.submerged)) }
        }
        #expect(bench.take(40, of: "ch4", at: 83) == .uncertain(40, .disagreement))
    }

    private static func heads(apart: Double = 0.3, _ quantity: Quantity = .combustible, range: ClosedRange<Double>? = 0...100)
        -> ValidityBench
    {
        ValidityBench([
            ValidityBench.sensor("one", quantity, mounted: 0.6) { $0.range = range },
            ValidityBench.sensor("two", quantity, mounted: 0.6 + apart) { $0.range = range },
        ])
    }

    /// What the first head is worth after the two have stood at these values for so long.
    private static func after(_ seconds: Double, _ bench: ValidityBench, _ one: Double, _ two: Double) -> Measurement {
        var bench = bench
        for time in stride(from: 0.0, to: seconds, by: 10) {
            _ = bench.take(one, of: "one", at: time)
            _ = bench.take(two, of: "two", at: time + 1)
        }
        return bench.take(one, of: "one", at: seconds + 1)
    }

    @Test("two heads for one gas that differ by more than a tenth of their range for five minutes are uncertain")
    func sameGas() {
        #expect(Self.after(300, Self.heads(), 2, 12.1) == .uncertain(2, .disagreement))
        #expect(Self.after(290, Self.heads(), 2, 12.1) == .good(2))
        #expect(Self.after(600, Self.heads(), 2, 12) == .good(2))
        #expect(Self.after(600, Self.heads(apart: 0.31), 2, 50) == .good(2))
        #expect(Self.after(600, Self.heads(.hydrogenSulfide, range: -5...200), 2, 23) == .uncertain(2, .disagreement))
        #expect(Self.after(600, Self.heads(.hydrogenSulfide, range: nil), 2, 90) == .good(2))
        // The range of an oxygen model's number form is no measuring range.
        #expect(Self.after(600, Self.heads(.oxygen, range: 0...100), 20.9, 18.3) == .uncertain(20.9, .disagreement))
    }

    @Test("a head that is given test gas does not contradict its neighbour")
    func testGas() {
        var bench = Self.heads()
        for time in stride(from: 0.0, through: 600, by: 10) {
            #expect(bench.take(0, of: "one", at: time) == .good(0))
            _ = bench.take(.uncertain(50, .testGas), of: "two", at: time + 1)
        }
    }
}
