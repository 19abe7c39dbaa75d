// Random covers and random histories: whatever sensors say, a quality is never raised and a value never invented.
import SensorModel
import TestSupport
import Testing
import Validity

@Suite struct RandomTests {
    private static func cover(_ chance: inout SeededGenerator) -> [WatchedPoint] {
        (0..<Int.random(in: 1...12, using: &chance)).map { number in
            ValidityBench.sensor("s\(number)", Quantity.allCases.randomElement(using: &chance) ?? .raw, every: .seconds(5)) {
                $0.mounted = Bool.random(using: &chance) ? Double(Int.random(in: 0...30, using: &chance)) / 10 : nil
                $0.isCatalytic = Bool.random(using: &chance)
                $0.range = Bool.random(using: &chance) ? 0...Double(Int.random(in: 1...100, using: &chance)) : nil
                $0.step = [nil, 0, 0.1, 1].randomElement(using: &chance) ?? nil
                $0.supplyMinimum = Bool.random(using: &chance) ? 12 : nil
            }
        }
    }

    private static func measurement(_ chance: inout SeededGenerator) -> Measurement {
        let value = Double(Int.random(in: -10...40, using: &chance)) / 4
        return switch Int.random(in: 0..<10, using: &chance) {
        case 0: .bad(BadReason.allCases.randomElement(using: &chance) ?? .timeout)
        case 1: .uncertain(value, UncertainReason.allCases.randomElement(using: &chance) ?? .stale)
        default: .good(value)
        }
    }

    private static func rank(_ measurement: Measurement) -> Int {
        switch measurement {
        case .bad: 0
        case .uncertain: 1
        case .good: 2
        }
    }

    @Test("no quality is raised, no value changed, no other reason put over an older one", arguments: 0..<60 as Range<UInt64>)
    func promises(seed: UInt64) {
        var chance = SeededGenerator(seed: seed)
        let points = Self.cover(&chance)
        var bench = ValidityBench(points, rim: Bool.random(using: &chance) ? 4 : nil)
        var again = bench
        var seconds = 0.0
        for _ in 0..<3000 {
            // Also backwards: an edge of a line may be older than what was read meanwhile.
            seconds += Double(Int.random(in: -1...20, using: &chance))
            let sensor = points.randomElement(using: &chance)?.sensor ?? ""
            let before = Self.measurement(&chance)
            let reading = bench.judge(before, of: sensor, at: seconds)
            let after = reading.measurement
            #expect(again.judge(before, of: sensor, at: seconds) == reading)
            #expect(Self.rank(after) <= Self.rank(before))
            if let value = after.value { #expect(value == before.value) }
            if Self.rank(after) == Self.rank(before) { #expect(after == before) }
            if case .bad(let reason) = after, after != before { #expect(reason == .submerged || reason == .lowOxygen) }
            #expect((bench.problem(sensor) != nil) == (after != before))
            #expect(reading.point == ValidityBench.point(sensor) && reading.time.monotonic.nanoseconds == Int64(seconds * 1e9))
        }
    }

    @Test("covers do not see each other, and sensors that nobody can judge are not kept")
    func apart() {
        let one = WatchedCover(
            code: "C1", points: [ValidityBench.sensor("level", .waterDepth, mounted: 3), ValidityBench.sensor("t", .humidity)])
        let two = WatchedCover(code: "C2", points: [ValidityBench.sensor("ch4", .methane, mounted: 0.5)])
        var validity = CoverValidity([one, two])
        _ = validity.judge(ValidityBench.reading(.good(3), of: "level", .waterDepth, at: 0))
        let gas = Reading(
            point: Point(cover: "C2", sensor: "ch4", channel: "value"), quantity: .methane, measurement: .good(1),
            time: ValidityBench.reading(.good(1), of: "x", .raw, at: 1).time, origin: .field)
        #expect(validity.judge(gas) == gas)
    }
}
