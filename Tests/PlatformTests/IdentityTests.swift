// Names made once, and the kernel's clocks.
import Platform
import SensorModel
import TestSupport
import Testing

@Suite struct IdentityTests {
    /// Five groups of lower-case hexadecimal digits, version 4, variant 10 (RFC 9562 §5.4).
    private func isVersion4(_ text: String) -> Bool {
        let groups = text.split(separator: "-", omittingEmptySubsequences: false)
        return groups.map(\.count) == [8, 4, 4, 4, 12] && groups.joined().allSatisfy { "0123456789abcdef".contains($0) }
            && groups[2].first == "4" && groups[3].first.map { "89ab".contains($0) } == true
    }

    @Test("a made id is a version 4 UUID for any random numbers")
    func form() {
        for seed in 0..<500 as Range<UInt64> {
            var generator = SeededGenerator(seed: seed)
            #expect(isVersion4(Identity.uuid(using: &generator)))
        }
        var zeroes = Repeated(word: 0)
        #expect(Identity.uuid(using: &zeroes) == "00000000-0000-4000-8000-000000000000")
        var ones = Repeated(word: .max)
        #expect(Identity.uuid(using: &ones) == "ffffffff-ffff-4fff-bfff-ffffffffffff")
    }

    @Test("the same seed makes the same ids, another seed others, and none comes twice")
    func seeded() {
        func ids(_ seed: UInt64) -> [String] {
            var generator = SeededGenerator(seed: seed)
            return (0..<100).map { _ in Identity.uuid(using: &generator) }
        }
        #expect(ids(1) == ids(1))
        #expect(Set(ids(1) + ids(2)).count == 200)
    }

    @Test("a unique id is fresh each time, the boot's id stays")
    func kernel() {
        #expect(isVersion4(Identity.unique()))
        #expect(Identity.unique() != Identity.unique())
        #expect(Identity.boot() == Identity.boot())
        #expect(Identity.boot().count == 36)
    }

    private struct Repeated: RandomNumberGenerator {
        let word: UInt64
        func next() -> UInt64 { word }
    }
}

@Suite struct SystemClockTests {
    @Test("the monotonic clock never goes back")
    func monotonic() {
        let clock = SystemClock()
        let moments = (0..<10_000).map { _ in clock.now().monotonic }
        #expect(zip(moments, moments.dropFirst()).allSatisfy { $0 <= $1 })
        #expect(moments[0].nanoseconds > 0)
    }

    @Test("the wall clock stands where the system's stands, and one moment has one trust")
    func wall() {
        let clock = SystemClock()
        let now = clock.now()
        // 2024-01-01: a machine that builds this is not set to an earlier time.
        #expect(now.wall.nanoseconds > 1_704_067_200_000_000_000)
        #expect(clock.now().clock == now.clock)
        #expect(now.clock != .holdover)
    }

    @Test("a wait ends at its deadline, not before")
    func sleep() async throws {
        let clock = SystemClock()
        let deadline = clock.now().monotonic + .milliseconds(30)
        try await clock.sleep(until: deadline)
        #expect(clock.now().monotonic >= deadline)
        try await clock.sleep(until: deadline)
    }

    @Test("a cancelled wait throws")
    func cancelled() async {
        let clock = SystemClock()
        let waiting = Task { try await clock.sleep(until: clock.now().monotonic + .seconds(600)) }
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value }
    }
}
