// What a story says about the link: when it is cut, whatever the order of the file.
import DeviceHALSimulated
import SensorModel
import Testing

@Suite struct ScenarioTests {
    private func cuts(_ spells: [(Int, Int?)]) -> [[Duration?]] {
        let events = spells.map { begin, length in
            ScenarioEvent(at: .seconds(begin), lasting: length.map { .seconds($0) }, cause: .linkCut)
        }
        let others = [ScenarioEvent(at: .zero, cause: .rain(5))]
        return Scenario(name: "any", duration: .seconds(600), events: others + events).linkCuts.map { [$0.begin, $0.end] }
    }

    @Test func `cuts come in the order of time`() {
        #expect(cuts([(300, 60), (60, 30)]) == [[.seconds(60), .seconds(90)], [.seconds(300), .seconds(360)]])
        #expect(cuts([]) == [])
    }

    @Test func `cuts that overlap or touch are one`() {
        #expect(cuts([(60, 60), (30, 300)]) == [[.seconds(30), .seconds(330)]])
        #expect(cuts([(60, 60), (100, 60), (160, 10)]) == [[.seconds(60), .seconds(170)]])
    }

    @Test func `a cut without an end swallows what comes later`() {
        #expect(cuts([(60, nil), (100, 60)]) == [[.seconds(60), nil]])
        #expect(cuts([(60, 60), (100, nil)]) == [[.seconds(60), nil]])
    }
}
