// What the plant remembers: bounded, and without any influence on the answers.
import SensorModel
import TestSupport
import Testing

@testable import DeviceHALSimulated

@Suite struct SlowHistoryTests {
    private let most = SlowHistory.checkpointsKept + SlowHistory.blocksKept * (SlowHistory.blockLength + 1)

    private var model: ManholeModel {
        let events = [
            ScenarioEvent(at: .seconds(1000), lasting: .seconds(5000), cause: .rain(50)),
            ScenarioEvent(at: .seconds(2000), lasting: .seconds(500), cause: .gas(.methane, 3)),
        ]
        return ManholeModel(
            site: ManholeSite(code: "a"), index: 0, scenario: Scenario(name: "any", duration: .zero, events: events), seed: 5)
    }

    @Test func `four simulated days hold no more than the bound, and a jump back is answered right`() {
        let model = model
        var history = SlowHistory(begin: model.begin)
        var state = model.begin
        var kept: [Int: SlowState] = [:]
        let days = 4 * 86_400
        for second in 0..<days {
            if second % 9973 == 0 { kept[second] = state }
            state = model.next(state, second: second)
        }
        #expect(history.pair(at: days, model: model).0 == state)
        #expect(history.size <= most)
        var chance = SeededGenerator(seed: 1)
        for (second, state) in kept.shuffled(using: &chance).prefix(40) {
            #expect(history.pair(at: second, model: model).0 == state, "\(second)")
            #expect(history.size <= most)
        }
        #expect(history.pair(at: days, model: model).0 == state)
    }

    @Test func `one who walks and one who looks back do not lose the present's window`() {
        let model = model
        var history = SlowHistory(begin: model.begin)
        var walker = SlowHistory(begin: model.begin)
        for second in stride(from: 0, to: 20_000, by: 7) {
            let present = history.pair(at: second, model: model)
            #expect(history.pair(at: second / 3, model: model).0 == walker.pair(at: second / 3, model: model).0)
            #expect(history.pair(at: second, model: model) == present)
        }
        #expect(history.size <= most)
    }

    @Test func `a plant that was asked for far times holds a bounded number of states`() {
        let street = Street("storm", [ScenarioEvent(at: .seconds(60), cause: .rain(10))])
        for day in [1, 3, 2, 0, 5] { _ = street.plant.state(of: 0, at: .seconds(day * 86_400 + 17)) }
        #expect(street.plant.heldStates(of: 0) <= most)
        #expect(street.plant.heldStates(of: 0) > 1)
    }
}
