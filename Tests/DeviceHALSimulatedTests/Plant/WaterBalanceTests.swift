// The water: nothing lost, nothing made, the pipe's law, rain and backwater with their reverse.
import SensorModel
import Testing

@testable import DeviceHALSimulated

@Suite struct WaterBalanceTests {
    private func chamber(_ kind: String, code: String = "a") -> Chamber {
        Chamber(
            site: ManholeSite(code: code, kind: kind), chance: ChanceStream(seed: 1, code: code, name: "chamber"))
    }

    @Test func `a full pipe of 0.3 m with a fall of 0.5 % carries what the tables say`() {
        let pipe = PipeLaw(diameter: 0.3, slope: 0.005, sill: 0)
        // Manning with n = 0.013: 68 L/s; half full carries half.
        #expect(abs(pipe.fullFlow - 0.0684) < 0.001)
        #expect(abs(pipe.capacity(depth: 0.15) / pipe.fullFlow - 0.5) < 0.001)
        #expect(pipe.capacity(depth: 0) == 0 && pipe.capacity(depth: 9) == pipe.fullFlow)
        #expect(abs(pipe.capacity(depth: pipe.level(carrying: 0.02)) - 0.02) < 1e-6)
    }

    @Test(arguments: ["sewage", "storm", "power"]) func `what leaves never falls with the depth`(kind: String) {
        let pipe = chamber(kind).pipe
        for backwater in [nil, 0.3, 1, 2.5] {
            var before = -Double.infinity
            for depth in stride(from: 0.0, through: 3.6, by: 0.001) {
                let flow = pipe.flow(level: depth, backwater: backwater)
                #expect(flow >= before - 1e-12)
                before = flow
            }
        }
    }

    @Test(arguments: ["sewage", "storm", "power"]) func `what comes in leaves, is spilt or is stored`(kind: String) {
        let chamber = chamber(kind)
        let water = WaterBalance(chamber: chamber)
        var depth = 0.2
        var throughput = 0.0
        var sum = 0.0
        for second in 0..<20_000 {
            let inflow = second % 5000 < 2000 ? 2 * chamber.pipe.fullFlow : 0.05 * chamber.pipe.fullFlow
            let backwater = second > 12_000 ? 2.0 : nil
            let step = water.step(depth: depth, inflow: inflow, backwater: backwater)
            sum += inflow - step.outflow - step.spilt
            throughput += inflow
            #expect(step.spilt >= 0 && step.depth >= 0 && step.depth <= 3.5 + WaterBalance.streetDepth)
            depth = step.depth
        }
        let stored = (depth - 0.2) * chamber.storageArea
        #expect(abs(sum - stored) < 1e-6 * throughput)
        #expect(throughput > 10)
    }

    @Test func `a full street spills what the pipe does not take, and the pipe goes on`() {
        let chamber = chamber("storm")
        let step = WaterBalance(chamber: chamber).step(
            depth: 3.5 + WaterBalance.streetDepth, inflow: 20 * chamber.pipe.fullFlow, backwater: nil)
        #expect(step.outflow >= chamber.pipe.fullFlow && step.spilt > 0)
    }

    @Test func `sewage follows the town's day and is low at night`() {
        let street = Street()
        let morning = street(0)
        let night = street(19 * 3600)
        #expect((0.05...0.4).contains(morning.waterDepth) && (0.05...0.4).contains(night.waterDepth))
        #expect(night.flow < 0.7 * morning.flow && night.waterDepth < morning.waterDepth)
    }

    @Test func `a storm manhole is dry, rain fills it within minutes to and over the rim, and it empties afterwards`() {
        let street = Street("storm", [ScenarioEvent(at: .seconds(60), lasting: .seconds(3600), cause: .rain(100))])
        #expect(street(60).waterDepth < 0.03)
        let early = street(120).waterDepth
        #expect(early > 0.05 && early < 3)
        let full = street(3600)
        #expect(full.waterDepth > 3.5 && full.waterDepth <= 3.5 + WaterBalance.streetDepth + 0.005)
        #expect(full.waterTemperature < street(60).waterTemperature)
        #expect(street(3660 + 1200).waterDepth < 0.3)
        #expect(street(3660 + 4 * 3600).waterDepth < 0.03)
    }

    @Test func `more rain stands higher`() {
        let depths = [5.0, 10, 20, 40].map { rain in
            Street("storm", [ScenarioEvent(at: .zero, cause: .rain(rain))])(1800).waterDepth
        }
        #expect(depths == depths.sorted() && depths[0] > 0.03)
    }

    @Test(arguments: ["sewage", "storm", "power"]) func `backwater fills to its level and leaves again`(kind: String) {
        let street = Street(kind, [ScenarioEvent(at: .seconds(60), lasting: .seconds(3600), cause: .backwater(2))])
        #expect(street(60).waterDepth < 0.4)
        for second in stride(from: 600.0, to: 3600, by: 60) { #expect(abs(street(second).waterDepth - 2) < 0.12) }
        #expect(street(3660 + 900).waterDepth < 0.4)
        let levels = stride(from: 600.0, to: 3600, by: 10).map { street($0).waterDepth }
        #expect((levels.max() ?? 0) - (levels.min() ?? 0) > 0.02, "slow waves move it")
    }
}
