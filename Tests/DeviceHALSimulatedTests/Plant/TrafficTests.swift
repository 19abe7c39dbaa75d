// Wheels on the cover: as many as the story says, short, and gone afterwards.
import SensorModel
import Testing

@testable import DeviceHALSimulated

@Suite struct TrafficTests {
    private func spell(_ rate: Double, end: Double = .infinity) -> Spell<Double> {
        Spell(start: 0, end: end, value: rate, number: 0)
    }

    private func traffic(_ spell: Spell<Double>) -> Traffic {
        Traffic(spells: [spell], chance: ChanceStream(seed: 4, code: "a", name: "traffic"))
    }

    @Test(arguments: [30.0, 600, 3600]) func `vehicles come at their rate, one in eight a lorry`(rate: Double) {
        let hours = 20.0
        let vehicles = traffic(spell(rate)).vehicles(from: 0, to: hours * 3600, of: spell(rate))
        let expected = rate * hours
        #expect(abs(Double(vehicles.count) - expected) < 4 * expected.squareRoot())
        if rate > 100 { #expect(abs(Double(vehicles.count(where: \.isLorry)) / expected - 0.125) < 0.02) }
        #expect(
            traffic(spell(rate, end: 100)).vehicles(from: 0, to: 9999, of: spell(rate, end: 100)).allSatisfy { $0.arrival < 100 })
    }

    @Test func `one vehicle shakes and rocks for a moment and is over within seconds`() {
        let stream = ChanceStream(seed: 4, code: "a", name: "vehicle")
        for number in 0..<50 {
            let vehicle = Vehicle(arrival: 10, chance: stream.stream(of: number))
            var rocking = 0.0
            var strongest = 0.0
            for step in 0..<6000 {
                var shaking = Traffic.Shaking()
                vehicle.shake(&shaking, at: 9 + Double(step) / 1000)
                if step <= 1000 { #expect(shaking == Traffic.Shaking()) }
                rocking = max(rocking, abs(shaking.rocking))
                strongest = max(strongest, shaking.meanSquare.squareRoot())
            }
            #expect((0.28...4).contains(rocking) && (0.05...5).contains(strongest))
            var after = Traffic.Shaking()
            vehicle.shake(&after, at: 16)
            #expect(after.rocking == 0 && after.meanSquare < 1e-6 && abs(after.vertical) < 1e-4)
        }
    }

    @Test func `traffic shakes the lid but does not open it, and ends when the story says so`() {
        let street = Street([ScenarioEvent(at: .zero, lasting: .seconds(3600), cause: .vehicles(1200))])
        let rest = street(4000)
        let states = (0..<3600).map { street(Double($0) + 0.137) }
        #expect(states.contains { $0.vibration > 1 } && states.allSatisfy { $0.vibration < 7 })
        #expect(states.allSatisfy { !$0.isLidOpen && $0.lidAngle == 0 && $0.displacement == 0 })
        let turned = states.map { $0.turned(from: rest) }
        #expect(turned.contains { $0 > 0.5 })
        #expect(turned.allSatisfy { $0 < 15 })
        let still = turned.count { $0 < 0.5 }
        #expect(still > 3600 * 8 / 10, "most samples see nothing")
        for second in 3607..<3700 {
            #expect(street(Double(second)).vibration < 0.02 && street(Double(second)).turned(from: rest) < 1e-6)
        }
    }

    @Test func `the mean square is that of the shaking itself`() {
        let traffic = traffic(spell(300))
        var ratios: [Double] = []
        for second in 10..<200 where traffic.shaking(at: Double(second)).meanSquare > 0.5 {
            let samples = (0..<2000).map { traffic.shaking(at: Double(second) - Double($0) / 2000).vertical }
            let mean = samples.reduce(0) { $0 + $1 * $1 } / 2000
            ratios.append(mean / traffic.shaking(at: Double(second)).meanSquare)
        }
        #expect(ratios.count > 3)
        #expect(ratios.allSatisfy { (0.5...1.8).contains($0) }, "\(ratios)")
    }

    @Test func `traffic drives round a lid that stands open`() {
        let street = Street([
            ScenarioEvent(at: .zero, cause: .vehicles(3600)),
            ScenarioEvent(at: .seconds(100), lasting: .seconds(100), cause: .lid(.opened)),
        ])
        for second in 103..<200 { #expect(street(Double(second)).vibration < 0.02) }
        #expect((0..<100).contains { street(Double($0)).vibration > 0.5 })
    }
}
