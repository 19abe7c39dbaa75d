// How far a wall clock is trusted: what the kernel says of it, held against what was seen before.
import Platform
import SensorModel
import Testing
import TestSupport

/// Looks at two clocks under a test's control.
private struct Looks {
    /// 2026-11-21T04:00:00Z.
    static let present: Int64 = 1_795_233_600

    var trust = ClockTrust()
    var monotonic = Duration.seconds(100)
    var wall = Duration.seconds(present)
    var isSynchronised = true
    var events: [ClockEvent] = []

    init(floor: Int64? = Self.present - 60) {
        if let floor { trust.learn(Self.time(floor)) }
    }

    static func time(_ seconds: Int64) -> WallTime { WallTime(nanoseconds: seconds * 1_000_000_000) }

    @discardableResult
    mutating func look() -> ClockState {
        events += trust.judge(
            Timestamp(
                wall: WallTime(nanoseconds: wall.nanoseconds), monotonic: MonotonicTime(nanoseconds: monotonic.nanoseconds),
                clock: isSynchronised ? .synced : .unsynced))
        return trust.state
    }

    /// Lets time pass on both clocks, with looks between.
    @discardableResult
    mutating func pass(_ seconds: Int64, every step: Int64 = 1) -> ClockState {
        for _ in 0..<seconds / step {
            monotonic += .seconds(step)
            wall += .seconds(step)
            look()
        }
        return trust.state
    }

    mutating func step(_ seconds: Int64) { wall += .seconds(seconds) }

    var floor: Int64 { trust.floor.milliseconds / 1000 }
}

@Suite struct ClockTrustTests {
    @Test func `a clock is trusted while the kernel says so, runs on afterwards, and is unsynced until then`() {
        var looks = Looks()
        looks.isSynchronised = false
        #expect(looks.look() == .unsynced)
        looks.isSynchronised = true
        #expect(looks.pass(1) == .synced)
        looks.isSynchronised = false
        #expect(looks.pass(3600) == .holdover)
        looks.isSynchronised = true
        #expect(looks.pass(1) == .synced)
        #expect(looks.events == [])
    }

    @Test(
        arguments: [(-2, ClockState.synced), (-3, .unsynced), (-100_000_000, .unsynced), (0, .synced), (1000, .synced)]
            as [(Int64, ClockState)])
    func `a clock that lies more than 2 s below what was seen before is not trusted, whatever the kernel says`(
        seconds: Int64, state: ClockState
    ) {
        var looks = Looks(floor: Looks.present)
        looks.step(seconds)
        #expect(looks.look() == state)
        #expect(looks.trust.isBehind == (state == .unsynced))
        guard state == .unsynced else { return #expect(looks.events == []) }
        let wall = Looks.time(Looks.present + seconds)
        #expect(looks.events == [.behind(wall: wall, floor: Looks.time(Looks.present))])
        looks.pass(2)
        #expect(looks.events.count == 1, "said once")
        looks.step(-seconds)
        #expect(looks.pass(1) == .synced && !looks.trust.isBehind)
    }

    @Test func `no clock of before the first gatewayd is trusted, and none is ever believed`() {
        var looks = Looks(floor: nil)
        looks.wall = .seconds(ClockTrust.beginning.milliseconds / 1000 - 3)
        #expect(looks.look() == .unsynced)
        looks.wall = .zero
        #expect(looks.look() == .unsynced)
        #expect(looks.pass(2 * 86_400, every: 60) == .unsynced)
        #expect(looks.trust.floor == ClockTrust.beginning && !looks.trust.isCorrected)
    }

    @Test func `only synchronised time raises the floor, and nothing lowers it`() {
        var looks = Looks()
        looks.pass(10)
        #expect(looks.floor == Looks.present + 10)
        looks.isSynchronised = false
        looks.pass(100)
        #expect(looks.trust.state == .holdover && looks.floor == Looks.present + 10)
        looks.step(5000)
        looks.look()
        #expect(looks.floor == Looks.present + 10)
        looks.isSynchronised = true
        looks.step(-6000)
        #expect(looks.look() == .unsynced && looks.floor == Looks.present + 10)
        #expect(looks.pass(3600) == .synced && looks.floor == Looks.present + 2710)
        let before = looks.floor
        looks.trust.learn(Looks.time(1000))
        looks.step(-3600)
        looks.pass(60)
        #expect(looks.floor == before && looks.trust.state == .unsynced)
    }

    @Test func `a clock that leaps ahead by more than a day raises the floor when it has stood for ten minutes`() {
        var looks = Looks(floor: Looks.present)
        looks.look()
        looks.step(400 * 86_400)
        #expect(looks.pass(599) == .synced)
        #expect(looks.floor == Looks.present)
        looks.step(-400 * 86_400)
        #expect(looks.pass(1) == .synced)
        #expect(looks.floor == Looks.present + 600)
        looks.step(2 * 86_400)
        looks.pass(300)
        looks.step(86_400)
        looks.pass(500)
        #expect(looks.floor == Looks.present + 600, "another step begins anew")
        looks.isSynchronised = false
        looks.pass(1)
        looks.isSynchronised = true
        looks.pass(600)
        #expect(looks.floor == Looks.present + 600, "so does a break")
        looks.pass(1)
        #expect(looks.floor == Looks.present + 3 * 86_400 + 2002)
        looks.step(86_300)
        looks.look()
        #expect(looks.floor == Looks.present + 3 * 86_400 + 2002 + 86_300, "less than a day counts at once")
    }

    @Test func `a clock below the floor is believed after 24 h of synchronisation without a break or a step`() {
        var looks = Looks(floor: Looks.present + 10 * 365 * 86_400)
        looks.look()
        #expect(looks.pass(86_399, every: 1) == .unsynced)
        looks.isSynchronised = false
        looks.pass(1)
        looks.isSynchronised = true
        #expect(looks.pass(86_000, every: 10) == .unsynced)
        looks.step(-10)
        #expect(looks.pass(86_400, every: 10) == .unsynced)
        looks.events = []
        #expect(looks.pass(10, every: 10) == .synced)
        let wall = WallTime(nanoseconds: looks.wall.nanoseconds)
        #expect(looks.events == [.believed(wall: wall, floor: Looks.time(Looks.present + 10 * 365 * 86_400))])
        #expect(looks.trust.floor == wall && looks.trust.isCorrected && !looks.trust.isBehind)
        looks.trust.learn(Looks.time(Looks.present + 10 * 365 * 86_400))
        #expect(looks.trust.floor == wall, "a file that could not be read until now has nothing to say any more")
        #expect(looks.pass(5) == .synced)
    }

    @Test(arguments: [3, -4, 400 * 86_400, -15 * 86_400] as [Int64])
    func `a step is told with both offsets and both states`(seconds: Int64) {
        var looks = Looks(floor: Looks.present)
        looks.look()
        looks.step(seconds)
        let state = looks.pass(1)
        let offset = (Looks.present - 100) * 1000
        let step = ClockStep(
            offsetBefore: offset, offsetAfter: offset + seconds * 1000, before: .synced, after: state,
            wall: WallTime(nanoseconds: looks.wall.nanoseconds))
        #expect(looks.events.first == .step(step) && looks.trust.steps == 1 && step.duration == .seconds(seconds))
        #expect(state == (seconds > 0 ? .synced : .unsynced))
    }

    @Test func `slewing is no step, and looks may be far apart`() {
        var looks = Looks()
        looks.look()
        for _ in 0..<100 {
            looks.wall += .milliseconds(83)
            looks.pass(1)
        }
        looks.pass(86_400, every: 3600)
        looks.wall += .seconds(2)
        looks.look()
        #expect(looks.events == [] && looks.trust.steps == 0)
    }

    @Test func `a clock that somebody sets while nobody disciplines it is none that runs on by itself`() {
        var looks = Looks()
        looks.look()
        looks.isSynchronised = false
        #expect(looks.pass(5) == .holdover)
        looks.step(60)
        #expect(looks.pass(5) == .unsynced)
        looks.isSynchronised = true
        #expect(looks.pass(1) == .synced)
    }
}

@Suite struct TrustedClockTests {
    @Test func `each look is judged, and what has passed is told to the store`() {
        let raw = ManualClock()
        let clock = TrustedClock(raw)
        let begin = raw.now().wall
        clock.learn(WallTime(nanoseconds: begin.nanoseconds - 1_000_000_000))
        #expect(clock.floor.milliseconds == begin.milliseconds - 1000)
        #expect(clock.now().clock == .synced && clock.floor.milliseconds == begin.milliseconds)
        #expect(clock.earliestTime == nil && clock.contradiction == nil)
        raw.stepWall(by: .seconds(-86_400))
        #expect(clock.now() == Timestamp(wall: raw.now().wall, monotonic: raw.now().monotonic, clock: .unsynced))
        #expect(clock.state == .unsynced && clock.contradiction == begin && clock.steps == 1)
        #expect(clock.earliestTime == begin.milliseconds / 1000, "certificates are judged at what has passed")
        #expect(clock.floor.milliseconds == begin.milliseconds && !clock.floor.isCorrected)
        raw.stepWall(by: .seconds(86_400))
        #expect(clock.now().clock == .synced && clock.earliestTime == nil)
        raw.set(.unsynced)
        #expect(clock.now().clock == .holdover && clock.earliestTime == begin.milliseconds / 1000)
        guard case .step(let step) = clock.events.take() else { return #expect(Bool(false), "the step is told") }
        #expect(step.duration == .seconds(-86_400))
        raw.stepWall(by: .seconds(86_400))
        #expect(clock.now().clock == .unsynced && clock.contradiction == nil)
        #expect(clock.earliestTime == begin.milliseconds / 1000)
    }

    /// A thread that is held up between the two clocks of one look, or whose look is judged behind a later one.
    @Test func `one look that disagrees is looked at once more before it is a step`() {
        let raw = ManualClock()
        let clock = TrustedClock(raw)
        let before = clock.now()
        raw.holdUp(for: .seconds(10))
        #expect(clock.now() == before && clock.steps == 0)
    }

    @Test func `certificates are judged at the floor before anything was learnt, too`() {
        let raw = ManualClock()
        raw.set(.unsynced)
        #expect(TrustedClock(raw).earliestTime == ClockTrust.beginning.milliseconds / 1000)
    }
}
