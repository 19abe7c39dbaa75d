// Percentiles out of buckets, against the sorted truth.
import DeviceHAL
import SensorModel
import TestSupport
import Testing

@Suite struct LatencyHistogramTests {
    @Test func `before the first duration there is no percentile`() {
        let histogram = LatencyHistogram()
        #expect(histogram.percentile(0.5) == nil && histogram.total == 0)
    }

    @Test(arguments: [1, 2, 3, 7, 15] as [Int64])
    func `below 16 µs it is exact`(microseconds: Int64) {
        var histogram = LatencyHistogram()
        histogram.count(.microseconds(microseconds))
        #expect(histogram.percentile(0.5) == .microseconds(microseconds))
    }

    @Test(arguments: 1...8 as ClosedRange<UInt64>)
    func `percentiles of random durations are within 6.5 % of the truth`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var histogram = LatencyHistogram()
        // From a microsecond to four minutes, every order of magnitude as often as the others.
        let durations = (0..<2000).map { _ in
            let doubling = Int64.random(in: 0..<27, using: &generator)
            return (Int64(1) << doubling) + Int64.random(in: 0..<(Int64(1) << doubling), using: &generator)
        }.sorted()
        for duration in durations.shuffled(using: &generator) { histogram.count(.microseconds(duration)) }
        #expect(histogram.total == 2000)
        for part in [0.0, 0.01, 0.25, 0.5, 0.9, 0.99, 1.0] {
            let truth = Double(durations[max(0, Int((2000 * part).rounded(.up)) - 1)])
            let found = Double(try #require(histogram.percentile(part)).nanoseconds) / 1000
            #expect(abs(found - truth) <= 0.065 * truth, "seed \(seed), part \(part): \(found) where \(truth) is right")
        }
    }

    @Test func `what is no time counts as the shortest, and what is endless as the longest`() throws {
        var histogram = LatencyHistogram()
        histogram.count(.seconds(-5))
        #expect(histogram.percentile(1) == .microseconds(1))
        histogram.count(.seconds(1_000_000))
        #expect(try #require(histogram.percentile(1)) > .seconds(240))
    }
}
