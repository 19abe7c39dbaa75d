// Chance by counter: fair numbers, streams that have nothing in common, and wandering without jumps.
import Testing

@testable import DeviceHALSimulated

@Suite struct ChanceStreamTests {
    private let stream = ChanceStream(seed: 1, code: "a", name: "test")

    @Test func `uniform numbers lie in their range with the right mean`() {
        let numbers = (-5000..<5000).map { stream.uniform($0) }
        #expect(numbers.allSatisfy { (0..<1).contains($0) })
        #expect(abs(numbers.reduce(0, +) / 10_000 - 0.5) < 0.01)
        #expect(Set(numbers).count == 10_000)
        #expect((0..<1000).allSatisfy { (3...4).contains(stream.uniform($0, in: 3...4)) })
    }

    @Test func `normal numbers have mean 0 and deviation 1, and are cut at 4`() {
        let numbers = (0..<20_000).map { stream.normal($0) }
        #expect(abs(numbers.reduce(0, +) / 20_000) < 0.03)
        #expect(abs(numbers.reduce(0) { $0 + $1 * $1 } / 20_000 - 1) < 0.04)
        #expect(numbers.allSatisfy { abs($0) <= 4 })
    }

    @Test func `seed, code, name and number each make another stream`() {
        let others = [
            ChanceStream(seed: 2, code: "a", name: "test"), ChanceStream(seed: 1, code: "b", name: "test"),
            ChanceStream(seed: 1, code: "a", name: "tost"), stream.stream(of: 0), stream.stream(of: 1),
            ChanceStream(seed: 1, code: "test", name: "a"),
        ]
        let first = Set(([stream] + others).map { $0.bits(0) })
        #expect(first.count == others.count + 1)
        #expect(ChanceStream(seed: 1, code: "a", name: "test").bits(9) == stream.bits(9))
    }

    @Test func `wandering stays between -1 and 1 and never jumps`() {
        var before = stream.wander(at: -10, every: 5)
        for step in 1...20_000 {
            let now = stream.wander(at: -10 + Double(step) * 0.01, every: 5)
            #expect(abs(now) <= 1 && abs(now - before) < 0.01)
            before = now
        }
    }
}
