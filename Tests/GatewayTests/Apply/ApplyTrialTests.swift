// When a configuration on trial has proved itself, and when not.
import SensorModel
import Testing

@testable import Gateway

@Suite struct ApplyTrialTests {
    private static let gas = Point(cover: "C1", sensor: "ch4", channel: "gas")
    private static let level = Point(cover: "C1", sensor: "level", channel: "depth")
    private static let lid = Point(cover: "C2", sensor: "lid", channel: "state")
    private static let well = GatewayHealth(
        points: [gas: .good, level: .good, lid: .good], isLinked: true, isStoring: true, isReading: true)
    private static let periods: [Point: Duration] = [gas: .seconds(5), level: .seconds(60), lid: .seconds(60)]

    private static func ill(at point: Point, _ answer: GatewayHealth.Answer?) -> GatewayHealth {
        var health = well
        health.points[point] = answer
        return health
    }

    private let begin = MonotonicTime(nanoseconds: 7_000_000_000)

    private func at(_ seconds: Int, _ milliseconds: Int = 0) -> MonotonicTime {
        begin + .seconds(seconds) + .milliseconds(milliseconds)
    }

    private func trial(
        after before: GatewayHealth = well, points: [Point: Duration] = periods, hasUplinks: Bool = true
    ) -> ApplyTrial { ApplyTrial(after: before, points: points, hasUplinks: hasUplinks, now: begin) }

    @Test func `what works again for five seconds without a break has proved itself`() {
        var trial = trial()
        #expect(trial.judge(Self.well, now: at(2)) == .waiting(left: .seconds(118)))
        #expect(trial.judge(Self.well, now: at(6, 900)) == .waiting(left: .milliseconds(113_100)))
        #expect(trial.judge(Self.well, now: at(7)) == .confirmed)
    }

    @Test func `a break begins the five seconds anew`() {
        var trial = trial()
        let broken = Self.ill(at: Self.gas, .bad)
        #expect(trial.judge(Self.well, now: at(2)) == .waiting(left: .seconds(118)))
        #expect(trial.judge(broken, now: at(6)) == .waiting(left: .seconds(114)))
        #expect(trial.lacks == [.sensor("C1/ch4")])
        #expect(trial.judge(Self.well, now: at(8)) == .waiting(left: .seconds(112)))
        #expect(trial.judge(Self.well, now: at(12, 900)) == .waiting(left: .milliseconds(107_100)))
        #expect(trial.judge(Self.well, now: at(13)) == .confirmed)
    }

    @Test(arguments: [
        (TrialLack.sensor("C1/ch4"), ill(at: gas, .bad)), (.sensor("C1/level"), ill(at: level, nil)),
        (.uplink, GatewayHealth(points: well.points, isLinked: false, isStoring: true, isReading: true)),
        (.store, GatewayHealth(points: well.points, isLinked: true, isStoring: false, isReading: true)),
        (.readings, GatewayHealth(points: well.points, isLinked: true, isStoring: true, isReading: false)),
    ])
    func `each thing that worked before and does not is a failure after two minutes, and not before`(
        lack: TrialLack, health: GatewayHealth
    ) {
        var trial = trial()
        #expect(trial.judge(health, now: at(119, 900)) == .waiting(left: .milliseconds(100)))
        #expect(trial.lacks == [lack])
        #expect(trial.judge(health, now: at(120)) == .failed)
    }

    @Test func `what did not work before is not asked for`() {
        let nothing = GatewayHealth(points: [:], isLinked: false, isStoring: false, isReading: false)
        var trial = trial(after: nothing)
        #expect(trial.lacks.isEmpty)
        #expect(trial.judge(nothing, now: at(1)) == .waiting(left: .seconds(119)))
        #expect(trial.judge(nothing, now: at(6)) == .confirmed)
    }

    @Test func `of points and uplinks that are gone nothing is expected`() {
        var trial = trial(points: [Self.lid: .seconds(60)], hasUplinks: false)
        #expect(trial.lacks == [.sensor("C2/lid"), .store, .readings])
        let rest = GatewayHealth(points: [Self.lid: .good], isLinked: false, isStoring: true, isReading: true)
        _ = trial.judge(rest, now: at(1))
        #expect(trial.judge(rest, now: at(6)) == .confirmed)
        #expect(self.trial(points: [:]).expected.isReading == false)
    }

    @Test func `one good sensor does not speak for those that are dead, and each of them is named`() {
        var trial = trial()
        let dead = GatewayHealth(
            points: [Self.gas: .bad, Self.level: .bad, Self.lid: .good], isLinked: true, isStoring: true, isReading: true)
        _ = trial.judge(dead, now: at(1))
        #expect(trial.judge(dead, now: at(120)) == .failed)
        #expect(trial.lacks == [.sensor("C1/ch4"), .sensor("C1/level")])
    }

    @Test func `a value that may be wrong is enough after a good one, and is not asked for when it was one before`() {
        var trial = trial()
        _ = trial.judge(Self.ill(at: Self.gas, .doubtful), now: at(1))
        #expect(trial.judge(Self.ill(at: Self.gas, .doubtful), now: at(6)) == .confirmed)
        #expect(self.trial(after: Self.ill(at: Self.gas, .doubtful)).expected.points[Self.gas] == nil)
    }

    @Test func `what is read rarely is waited for, and fails only by what it says`() {
        var periods = Self.periods
        periods[Self.level] = .seconds(600)
        var trial = trial(points: periods)
        let unread = Self.ill(at: Self.level, nil)
        #expect(trial.judge(unread, now: at(1)) == .waiting(left: .seconds(119)))
        #expect(trial.judge(unread, now: at(60)) == .waiting(left: .seconds(60)))
        #expect(trial.lacks == [.sensor("C1/level")])
        var other = trial
        #expect(trial.judge(unread, now: at(120)) == .confirmed)
        #expect(other.judge(Self.well, now: at(61)) == .confirmed)
        var dead = self.trial(points: periods)
        _ = dead.judge(unread, now: at(1))
        #expect(dead.judge(Self.ill(at: Self.level, .bad), now: at(120)) == .failed)
    }

    @Test func `nothing is tried while the store could not carry anything over`() {
        #expect(ApplyTrial.hindrance(inMemory: [], failing: nil) == nil)
        let memory = ApplyTrial.hindrance(inMemory: [.alarms, .readings], failing: "disk I/O error")
        #expect(memory?.en.hasPrefix("alarms and readings are kept in memory only") == true)
        #expect(memory?.zh.contains("内存") == true)
        let failing = ApplyTrial.hindrance(inMemory: [], failing: "disk I/O error")
        #expect(failing?.en.hasSuffix(": disk I/O error") == true && failing?.zh.hasSuffix("：disk I/O error") == true)
    }

    @Test func `well too late is not in time, and what is well at the last moment but not for long has failed`() {
        var trial = trial()
        _ = trial.judge(Self.well, now: at(118))
        #expect(trial.judge(Self.well, now: at(120)) == .failed)
        var other = self.trial()
        _ = other.judge(Self.well, now: at(115))
        #expect(other.judge(Self.well, now: at(120)) == .confirmed)
        #expect(other.left(now: at(500)) == .zero)
    }
}
