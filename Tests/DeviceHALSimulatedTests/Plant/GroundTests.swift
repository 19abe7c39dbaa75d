// The ground: what sinks at a rate, leans with it, and stays down.
import SensorModel
import Testing

@testable import DeviceHALSimulated

@Suite struct GroundTests {
    @Test func `settlement is rate times time and stays when it ends`() {
        let street = Street([ScenarioEvent(at: .seconds(600), lasting: .seconds(3600), cause: .subsidence(60))])
        #expect(street(600).settlement == 0)
        #expect(abs(street(600 + 1800).settlement - 30) < 1e-9)
        #expect(abs(street(4200).settlement - 60) < 1e-9 && street(90_000).settlement == street(4200).settlement)
    }

    @Test(arguments: 1...8 as ClosedRange<UInt64>) func `the frame leans with it, more on one side`(seed: UInt64) {
        let street = Street(seed: seed, [ScenarioEvent(at: .zero, lasting: .seconds(3600), cause: .subsidence(70))])
        let turned = [600.0, 1800, 3600].map { street($0).turned(from: street(0)) }
        #expect(turned == turned.sorted() && (2.8...5.8).contains(turned[2]))
        #expect(!street(3600).isLidOpen && street(3600).lidAngle == 0)
    }
}
