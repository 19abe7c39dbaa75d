// What is true of every manhole: the order of the findings, who decides, and that no doubt about a gas is ever no objection.
import Advice
import SensorModel
import TestSupport
import Testing

@Suite struct EntryOrderTests {
    @Test("everything is told in the order of the steps; the worst decides, and the first of the worst is the headline")
    func order() {
        let advice = Manhole.spoiled { manhole in
            manhole.isMaintained = false
            manhole.measure("co", .good(40))
            manhole.measure("ch4", .good(7))
            manhole.measure("h2s", .bad(.warmingUp))
            manhole.points.removeFirst()
            manhole.alarms = [AlarmFact(rule: "r", isRaised: false, began: Manhole.now.wall)]
        }
        #expect(
            advice.findings.map(\.code)
                == [.notMeasured, .noValue, .flammableRaised, .carbonMonoxideHigh, .alarmLately, .maintenanceOff])
        #expect(advice.verdict == .stop && advice.headline?.code == .notMeasured)
        let mild = Manhole.spoiled { manhole in
            manhole.points.removeLast()
            manhole.isMaintained = false
            manhole.measure("ch4", .good(7))
        }
        #expect(mild.findings.map(\.code) == [.flammableRaised, .waterNotMeasured, .maintenanceOff])
        #expect(mild.verdict == .caution && mild.headline?.code == .flammableRaised)
    }

    @Test("the twelve steps all have findings")
    func steps() { #expect(Set(EntryCode.allCases.map(\.step)) == Set(1...12)) }

    /// Any manhole, and whether a gas of it is missing, old, bad, uncertain or beyond a limit; judged without the table.
    private func any(_ chance: inout SeededGenerator) -> (manhole: Manhole, isDoubtful: Bool, isStop: Bool) {
        var manhole = Manhole()
        var (isDoubtful, isStop) = (false, false)
        for (sensor, normal, dangerous) in [
            ("o2", 19.5...23.5, 0.0...19.4), ("ch4", 0.0...4.9, 10.0...100), ("h2s", 0.0...6.5, 6.6...100),
            ("co", 0.0...16, 16.1...500),
        ] {
            manhole.measure(sensor, .good(Double.random(in: normal, using: &chance)))
            switch Int.random(in: 0..<24, using: &chance) {
            case 0:
                manhole.points.removeAll { $0.point.sensor == sensor }
                isStop = true
            case 1:
                manhole.measure(
                    sensor, .good(Double.random(in: normal, using: &chance)),
                    age: .seconds(.random(in: 61...9999, using: &chance)))
                isStop = true
            case 2:
                manhole.measure(sensor, .bad(BadReason.allCases.randomElement(using: &chance) ?? .timeout))
                isStop = true
            case 3:
                let reason = UncertainReason.allCases.randomElement(using: &chance) ?? .stuck
                manhole.measure(sensor, .uncertain(Double.random(in: normal, using: &chance), reason))
                isDoubtful = true
            case 4:
                manhole.measure(sensor, .good(Double.random(in: dangerous, using: &chance)))
                isStop = true
            case 5:
                manhole.change(sensor) { $0.last = nil }
                isStop = true
            case 6:
                // A second head of the same gas, and one of the two is doubtful.
                manhole.points.insert(Manhole.gas("\(sensor)-2", manhole.points.first?.quantity ?? .oxygen, 20), at: 0)
                manhole.measure("\(sensor)-2", .bad(.timeout))
                isStop = true
            default: break
            }
        }
        if Int.random(in: 0..<8, using: &chance) == 0 {
            manhole.now.clock = .unsynced
            isStop = true
        }
        return (manhole, isDoubtful, isStop)
    }

    @Test("no gas that is missing, old, bad, uncertain or dangerous is ever no objection, in any of 20,000 manholes")
    func random() {
        let seed = UInt64.random(in: 0...UInt64.max)
        var chance = SeededGenerator(seed: seed)
        var answers: [EntryVerdict: Int] = [:]
        for _ in 0..<20_000 {
            let (manhole, isDoubtful, isStop) = any(&chance)
            let advice = manhole.advice
            answers[advice.verdict, default: 0] += 1
            if isStop { #expect(advice.verdict == .stop, "seed \(seed): \(advice)") }
            if isDoubtful { #expect(advice.verdict >= .caution, "seed \(seed): \(advice)") }
            if !isStop && !isDoubtful { #expect(advice.verdict == .noObjection, "seed \(seed): \(advice)") }
            let steps = advice.findings.map(\.code.step)
            #expect(steps == steps.sorted(), "seed \(seed)")
        }
        #expect(answers.count == 3, "all three answers are met: \(answers)")
    }
}
