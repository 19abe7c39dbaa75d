// The air in a chamber: balances by the book, gas that rises, displaces oxygen and clears when the lid is opened.
import SensorModel
import Testing

@testable import DeviceHALSimulated

@Suite struct GasBalanceTests {
    private func gas(_ quantity: Quantity, _ flow: Double, from: Int = 0, lasting: Int? = nil) -> ScenarioEvent {
        ScenarioEvent(at: .seconds(from), lasting: lasting.map { .seconds($0) }, cause: .gas(quantity, flow))
    }

    @Test func `what came in and did not leave is still there`() {
        let volume = 2.6
        let fresh = 0.5 / 3600 * volume
        let sources = AirMixture(methane: 5e-5, hydrogenSulfide: 1e-7, carbonMonoxide: 2e-7, oxygen: 0)
        var air = AirMixture.street
        var content = 0.0
        for _ in 0..<7200 {
            let next = GasBalance.step(air, volume: volume, fresh: fresh, sources: sources, breathing: 0)
            let leaving = (fresh + 5e-5 + 1e-7 + 2e-7) * (air.methane + next.methane) / 2
            content += sources.methane + fresh * AirMixture.street.methane - leaving
            air = next
        }
        #expect(abs(content - volume * (air.methane - AirMixture.street.methane)) < 1e-4 * volume * air.methane)
        #expect(air.methane > 0.05)
    }

    @Test func `after a long time the mixture is that of what comes in`() {
        let sources = AirMixture(methane: 1e-5, hydrogenSulfide: 0, carbonMonoxide: 0, oxygen: 0)
        let air = GasBalance.settled(volume: 2, fresh: 9e-5, sources: sources, breathing: 0)
        #expect(abs(air.methane - (0.1 + 0.9 * 2e-6)) < 1e-9)
        #expect(abs(air.oxygen - 0.9 * 0.209) < 1e-9)
        let breathed = GasBalance.settled(volume: 2, fresh: 9e-5, sources: sources, breathing: 1e-6)
        #expect(breathed.oxygen < air.oxygen && breathed.oxygen > 0.9 * air.oxygen)
    }

    @Test func `fractions stay fractions, however much comes in`() {
        var air = AirMixture.street
        let flood = AirMixture(methane: 1, hydrogenSulfide: 0, carbonMonoxide: 0.2, oxygen: 0)
        for _ in 0..<100 { air = GasBalance.step(air, volume: 0.04, fresh: 0, sources: flood, breathing: 0.1) }
        #expect(air.methane > 0.8 && air.methane + air.carbonMonoxide <= 1 + 1e-12 && air.oxygen >= 0)
    }

    @Test func `3 litres a minute reach 20 %LEL after about nine minutes under a closed lid, and twice as much in half the time`()
    {
        let reached = Street([gas(.methane, 3)]).first(to: 900) { $0.methane >= 20 } ?? .max
        #expect((480...620).contains(reached))
        let twice = Street([gas(.methane, 6)]).first(to: 900) { $0.methane >= 20 } ?? .max
        #expect(abs(Double(twice) / Double(reached) - 0.5) < 0.06)
    }

    @Test func `methane displaces oxygen in the measure of its volume`() {
        let street = Street("power", [gas(.methane, 10)])
        let state = street(1200)
        let volume = state.methane * GasBalance.lowerExplosiveLimit / 100
        #expect(volume > 3)
        #expect(abs(state.oxygen - street(0).oxygen * (1 - volume / 100)) < 0.02)
    }

    @Test func `hydrogen sulfide and carbon monoxide rise in ppm and each by itself`() {
        let sulfide = Street([gas(.hydrogenSulfide, 0.01)])
        #expect((15...25).contains(sulfide(300).hydrogenSulfide) && sulfide(300).carbonMonoxide < 1)
        let monoxide = Street([gas(.carbonMonoxide, 0.02)])
        #expect((30...45).contains(monoxide(300).carbonMonoxide) && monoxide(300).hydrogenSulfide < 1)
        #expect(sulfide(300).methane < 3)
    }

    @Test func `when the source ends it goes away, slowly under a lid, within minutes with an open one`() {
        let closed = Street([gas(.methane, 5, lasting: 600)])
        let open = Street([
            gas(.methane, 5, lasting: 600), ScenarioEvent(at: .seconds(600), lasting: .seconds(600), cause: .lid(.opened)),
        ])
        let lifted = Street([
            gas(.methane, 5, lasting: 600), ScenarioEvent(at: .seconds(600), lasting: .seconds(600), cause: .lid(.lifted)),
        ])
        #expect(closed(600).methane > 30 && closed(600).methane == open(600).methane)
        #expect(closed(900).methane < closed(600).methane && closed(900).methane > 25)
        #expect(open(900).methane < 5)
        #expect(lifted(900).methane < closed(900).methane && lifted(900).methane > open(900).methane)
        #expect(closed(15 * 3600).methane < 5)
        #expect(closed(24 * 3600).oxygen > 20.5)
    }

    @Test func `less air above the water makes the same gas denser, sooner`() {
        let dry = Street("power", [gas(.methane, 3, from: 900)])
        let flooded = Street("power", [gas(.methane, 3, from: 900), ScenarioEvent(at: .zero, cause: .backwater(2.5))])
        #expect(flooded(900).waterDepth > 2)
        #expect(flooded(1080).methane > 2 * dry(1080).methane)
    }
}
