// When a configuration on trial has proved itself, and when not.
import SensorModel
import Testing

@testable import Gateway

@Suite struct ApplyTrialTests {
    private static let well = GatewayHealth(buses: ["plc", "box"], isLinked: true, isStoring: true, isReading: true)
    private let begin = MonotonicTime(nanoseconds: 7_000_000_000)

    private func at(_ seconds: Int, _ milliseconds: Int = 0) -> MonotonicTime {
        begin + .seconds(seconds) + .milliseconds(milliseconds)
    }

    private func trial(
        after before: GatewayHealth = well, buses: Set<String> = ["plc", "box"], hasUplinks: Bool = true
    ) -> ApplyTrial { ApplyTrial(after: before, buses: buses, hasUplinks: hasUplinks, now: begin) }

    @Test func `what works again for five seconds without a break has proved itself`() {
        var trial = trial()
        #expect(trial.judge(Self.well, now: at(2)) == .waiting(left: .seconds(118)))
        #expect(trial.judge(Self.well, now: at(6, 900)) == .waiting(left: .milliseconds(113_100)))
        #expect(trial.judge(Self.well, now: at(7)) == .confirmed)
    }

    @Test func `a break begins the five seconds anew`() {
        var trial = trial()
        var broken = Self.well
        broken.buses = ["box"]
        #expect(trial.judge(Self.well, now: at(2)) == .waiting(left: .seconds(118)))
        #expect(trial.judge(broken, now: at(6)) == .waiting(left: .seconds(114)))
        #expect(trial.lacks == [.bus("plc")])
        #expect(trial.judge(Self.well, now: at(8)) == .waiting(left: .seconds(112)))
        #expect(trial.judge(Self.well, now: at(12, 900)) == .waiting(left: .milliseconds(107_100)))
        #expect(trial.judge(Self.well, now: at(13)) == .confirmed)
    }

    @Test(arguments: [
        (TrialLack.bus("plc"), GatewayHealth(buses: ["box"], isLinked: true, isStoring: true, isReading: true)),
        (.uplink, GatewayHealth(buses: ["plc", "box"], isLinked: false, isStoring: true, isReading: true)),
        (.store, GatewayHealth(buses: ["plc", "box"], isLinked: true, isStoring: false, isReading: true)),
        (.readings, GatewayHealth(buses: ["plc", "box"], isLinked: true, isStoring: true, isReading: false)),
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
        let nothing = GatewayHealth(buses: [], isLinked: false, isStoring: false, isReading: false)
        var trial = trial(after: nothing)
        #expect(trial.lacks.isEmpty)
        #expect(trial.judge(nothing, now: at(1)) == .waiting(left: .seconds(119)))
        #expect(trial.judge(nothing, now: at(6)) == .confirmed)
    }

    @Test func `of a bus that has no sensors any more, and of uplinks that are gone, nothing is expected`() {
        var trial = trial(buses: ["box"], hasUplinks: false)
        #expect(trial.lacks == [.bus("box"), .store, .readings])
        let rest = GatewayHealth(buses: ["box"], isLinked: false, isStoring: true, isReading: true)
        _ = trial.judge(rest, now: at(1))
        #expect(trial.judge(rest, now: at(6)) == .confirmed)
        #expect(self.trial(buses: []).expected.isReading == false)
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
