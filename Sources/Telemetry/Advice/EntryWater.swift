// Step 9 of entry advice: does water stand at the gas sensors, or is it coming?
import SensorModel

/// Judges water against the gas sensors' places.
enum EntryWater {
    private static func isWater(_ quantity: Quantity) -> Bool {
        quantity == .waterDepth || quantity == .waterLevel || quantity == .waterFloat
    }

    static func findings(_ facts: EntryFacts, _ gases: [PointFact]) -> [EntryFinding] {
        let waters = facts.points.filter { isWater($0.quantity) }
        guard !waters.isEmpty else { return [EntryFinding(.waterNotMeasured)] }
        return waters.flatMap { findings($0, gases, now: facts.now) }
    }

    private static func findings(_ water: PointFact, _ gases: [PointFact], now: Timestamp) -> [EntryFinding] {
        var findings = doubts(water, now: now)
        if let value = water.last?.measurement.value { findings += standing(water, value, gases) }
        if let rise = water.rise, rise >= EntryLimit.risingWater {
            findings.append(
                EntryFinding(
                    .waterRising, points: [water.point], quantity: water.quantity, value: rise, limit: EntryLimit.risingWater,
                    time: LevelTrend.window))
        }
        return findings
    }

    private static func doubts(_ water: PointFact, now: Timestamp) -> [EntryFinding] {
        var finding = EntryFinding(.waterDoubtful, points: [water.point], quantity: water.quantity)
        if let old = EntryAdvice.age(of: water, now: now) {
            // Without an age there was no reading at all.
            finding.time = old.time
            return [finding]
        }
        switch water.last?.measurement {
        case .bad(let reason): finding.reason = .bad(reason)
        case .uncertain(_, let reason): finding.reason = .uncertain(reason)
        case .good, nil: return []
        }
        return [finding]
    }

    /// The gas sensors that the water has reached, or that it cannot be said.
    private static func standing(_ water: PointFact, _ value: Double, _ gases: [PointFact]) -> [EntryFinding] {
        // A float that hangs free says nothing but that the water is below it.
        let isFloat = water.quantity == .waterFloat
        if isFloat, value < 0.5 { return [] }
        guard !gases.isEmpty else { return [] }
        guard let mounted = water.mounted, gases.allSatisfy({ $0.mounted != nil }) else {
            return [EntryFinding(.waterUnplaced, points: [water.point], quantity: water.quantity)]
        }
        // Metres from the rim down to the water; depth and level count from the probe up.
        let surface = mounted - (isFloat ? 0 : value)
        let drowned = gases.filter { ($0.mounted ?? .infinity) + EntryLimit.placeTolerance >= surface }
        guard !drowned.isEmpty else { return [] }
        return [
            EntryFinding(.submerged, points: drowned.map(\.point), quantity: water.quantity, value: surface)
        ]
    }
}
