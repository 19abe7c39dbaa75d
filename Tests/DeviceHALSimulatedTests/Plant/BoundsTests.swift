// Over seeded random stories: everything finite, within physical limits, and without jumps that no cause explains.
import SensorModel
import TestSupport
import Testing

@testable import DeviceHALSimulated

@Suite struct BoundsTests {
    private static let kinds = ["storm", "sewage", "water", "gas", "power", "telecom", "heat", "other"]

    private func cause(_ chance: inout SeededGenerator) -> ScenarioEvent.Cause {
        func number(_ range: ClosedRange<Double>) -> Double { Double.random(in: range, using: &chance) }
        switch Int.random(in: 0..<9, using: &chance) {
        case 0: return .vehicles(number(0...3600))
        case 1: return .lid(ScenarioEvent.Lid.allCases.randomElement(using: &chance) ?? .opened)
        case 2: return .subsidence(number(0...500))
        case 3:
            return .gas([.methane, .hydrogenSulfide, .carbonMonoxide].randomElement(using: &chance) ?? .methane, number(0...60))
        case 4: return .rain(number(0...200))
        case 5: return .backwater(number(0...5))
        case 6: return .condensation
        case 7: return .supply(number(0...30))
        default:
            return [.rain(.nan), .gas(.methane, -3), .supply(-.infinity), .backwater(.infinity), .linkCut]
                .randomElement(using: &chance) ?? .linkCut
        }
    }

    private func story(seed: UInt64) -> Street {
        var chance = SeededGenerator(seed: seed)
        let events = (0..<Int.random(in: 1...12, using: &chance)).map { _ in
            let begin = Duration.milliseconds(Int64.random(in: 0...6_000_000, using: &chance))
            let lasting = Duration.milliseconds(Int64.random(in: 0...3_000_000, using: &chance))
            return ScenarioEvent(at: begin, lasting: Bool.random(using: &chance) ? lasting : nil, cause: cause(&chance))
        }
        let kind = Self.kinds.randomElement(using: &chance) ?? "sewage"
        return Street(kind, seed: seed, depth: Double.random(in: 0.8...8, using: &chance), events)
    }

    @Test(arguments: 1...60 as ClosedRange<UInt64>) func `everything is finite and within physical limits`(seed: UInt64) {
        let street = story(seed: seed)
        let depth = street.plant.sites[0].depth
        for second in stride(from: 0.0, through: 9000, by: 13.37) {
            let state = street(second)
            #expect((0...(depth + WaterBalance.streetDepth + 0.01)).contains(state.waterDepth))
            #expect((0...20_000).contains(state.flow))
            #expect((0...30).contains(state.waterTemperature) && (0...30).contains(state.airTemperature))
            #expect((30...100).contains(state.humidity) && (0.95...1.05).contains(state.barometer))
            #expect((0...2000).contains(state.methane))
            #expect((0...1e6).contains(state.hydrogenSulfide) && (0...1e6).contains(state.carbonMonoxide))
            #expect((0...20.9001).contains(state.oxygen))
            #expect((0...180).contains(state.lidAngle) && (0...80).contains(state.displacement))
            #expect((0...2000).contains(state.settlement) && (0...7).contains(state.vibration))
            #expect((0.2...1.8).contains(state.size))
            #expect((0...31).contains(state.supplyVoltage) && (11...14).contains(state.batteryVoltage))
            #expect((0...100).contains(state.batteryCharge))
        }
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>) func `what has a memory does not jump`(seed: UInt64) {
        let street = story(seed: seed)
        var before = street(0)
        for step in 1...6000 {
            let now = street(Double(step) * 0.25)
            #expect(abs(now.waterDepth - before.waterDepth) < 0.15)
            #expect(abs(now.airTemperature - before.airTemperature) < 0.1)
            #expect(abs(now.humidity - before.humidity) < 0.5)
            #expect(abs(now.oxygen - before.oxygen) < 2)
            #expect(abs(now.lidAngle - before.lidAngle) < 40 && abs(now.displacement - before.displacement) < 15)
            #expect(abs(now.supplyVoltage - before.supplyVoltage) < 14)
            #expect(abs(now.batteryCharge - before.batteryCharge) < 0.01 && abs(now.settlement - before.settlement) < 0.5)
            before = now
        }
    }

    @Test(arguments: kinds) func `a calm day raises nothing`(kind: String) {
        for seed in 1...3 {
            let street = Street(kind, seed: UInt64(seed))
            let rest = street(0)
            for second in stride(from: 0.0, to: 86_400, by: 301) {
                let state = street(second)
                #expect(state.methane < 3 && state.hydrogenSulfide < 2 && state.carbonMonoxide < 3)
                #expect((20.5...20.9001).contains(state.oxygen))
                #expect(state.turned(from: rest) < 1e-6 && state.vibration < 0.02)
                #expect(kind == "storm" ? state.waterDepth < 0.03 : (0.05...0.4).contains(state.waterDepth))
                #expect(state.hasMains && !state.isLidOpen && state.isLidPresent && !state.isWet && !state.isDoorOpen)
            }
        }
    }
}
