// Which outputs sound: by severity and cover, as long as the alarm stands or until somebody knows, and by nothing else.
import Alarms
import SensorModel
import TestSupport
import Testing

@Suite struct OutputDemandTests {
    private func alarm(
        _ id: String = "a", _ state: AlarmState = .unacknowledged, _ severity: Severity = .danger, cover: String? = "C1"
    ) -> ActiveAlarm {
        let time = ManualClock().now()
        return ActiveAlarm(
            id: id, rule: "methane-danger", point: cover.map { Point(cover: $0, sensor: "ch4", channel: "gas") },
            severity: severity, state: state, occurred: time, changed: time)
    }

    private func sounds(_ condition: OutputCondition, _ alarms: ActiveAlarm...) -> Bool {
        var demand = OutputDemand(["siren": condition])
        for alarm in alarms { demand.take(alarm) }
        return demand.sounds("siren")
    }

    @Test("nothing sounds without an alarm, and nothing that does not exist")
    func silence() {
        #expect(!sounds(OutputCondition()))
        var demand = OutputDemand(["siren": OutputCondition()])
        demand.take(alarm())
        #expect(demand.sounds("siren") && !demand.sounds("lamp"))
    }

    @Test("an alarm sounds from the severity on that the output is for", arguments: Severity.allCases, Severity.allCases)
    func severity(of alarm: Severity, for output: Severity) {
        #expect(sounds(OutputCondition(severity: output), self.alarm("a", .unacknowledged, alarm)) == (alarm >= output))
    }

    @Test("an output for some covers is quiet about the others, and about the gateway itself")
    func covers() {
        let some = OutputCondition(covers: ["C1", "C2"])
        #expect(sounds(some, alarm(cover: "C2")))
        #expect(!sounds(some, alarm(cover: "C3")))
        #expect(!sounds(some, alarm(cover: nil)))
        #expect(sounds(OutputCondition(), alarm(cover: nil)))
    }

    @Test("each state of an alarm sounds or does not, as its end is chosen")
    func states() {
        let sounding = { (until: OutputCondition.Until) in
            Set(AlarmState.allCases.filter { sounds(OutputCondition(until: until), alarm("a", $0)) })
        }
        #expect(sounding(.returned) == [.unacknowledged, .acknowledged])
        #expect(sounding(.acknowledged) == [.unacknowledged, .returnedUnacknowledged])
    }

    @Test("what test gas raises sounds nowhere, until it goes on without test gas")
    func testGas() {
        for until in OutputCondition.Until.allCases {
            var test = alarm()
            test.isTest = true
            #expect(!sounds(OutputCondition(until: until), test))
            #expect(sounds(OutputCondition(until: until), test, alarm()))
            #expect(!sounds(OutputCondition(until: until), alarm(), test), "the newest counts")
        }
    }

    @Test("an output is quiet when the last of its alarms is over")
    func several() {
        var demand = OutputDemand(["siren": OutputCondition()])
        demand.take(alarm("a"))
        demand.take(alarm("b", cover: "C2"))
        demand.take(alarm("a", .returnedUnacknowledged))
        #expect(demand.sounds("siren"))
        demand.take(alarm("b", .acknowledged, cover: "C2"))
        #expect(demand.sounds("siren"))
        demand.take(alarm("b", .normal, cover: "C2"))
        #expect(!demand.sounds("siren"))
    }

    @Test("an alarm that becomes more severe begins to sound")
    func escalation() {
        #expect(sounds(OutputCondition(), alarm("a", .unacknowledged, .warning), alarm("a", .unacknowledged, .danger)))
    }

    @Test("taken step by step it is what the alarms together demand", arguments: 1...20)
    func incremental(_ seed: Int) {
        var chance = SeededGenerator(seed: UInt64(seed))
        let conditions = [
            "siren": OutputCondition(), "lamp": OutputCondition(severity: .notice, covers: ["C1"], until: .acknowledged),
        ]
        var demand = OutputDemand(conditions)
        var alarms: [String: ActiveAlarm] = [:]
        for _ in 0..<300 {
            let id = String(Int.random(in: 0..<6, using: &chance))
            let next = alarm(
                id, AlarmState.allCases.randomElement(using: &chance) ?? .normal,
                Severity.allCases.randomElement(using: &chance) ?? .danger, cover: ["C1", "C2", nil][(Int(id) ?? 0) % 3])
            alarms[id] = next
            demand.take(next)
            var fresh = OutputDemand(conditions)
            fresh.begin(with: Array(alarms.values))
            for output in conditions.keys { #expect(demand.sounds(output) == fresh.sounds(output)) }
        }
    }

    @Test("a beginning forgets what was before it")
    func beginning() {
        var demand = OutputDemand(["siren": OutputCondition()])
        demand.take(alarm("a"))
        demand.begin(with: [])
        #expect(!demand.sounds("siren"))
    }
}
