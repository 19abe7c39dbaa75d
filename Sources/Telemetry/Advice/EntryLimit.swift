// The limits of entry advice in one table, each with where its number comes from.
import SensorModel

/// A limit of one gas: from which value on it is a finding.
public struct EntryLimit: Sendable, Equatable {
    /// On which side of the limit the finding lies.
    public enum Side: Sendable {
        /// Below it; on it is not enough.
        case below
        /// Above it; on it is not enough.
        case above
        /// On it or above.
        case from
    }

    /// The finding that it makes.
    public let code: EntryCode
    /// The quantities it is about.
    public let quantities: [Quantity]
    /// The dangerous side.
    public let side: Side
    /// In the quantities' canonical unit.
    public let value: Double
    /// Standard and clause, and the basis of a conversion.
    public let source: String

    /// Whether the value lies on the dangerous side.
    public func isPassed(by measured: Double) -> Bool {
        switch side {
        case .below: measured < value
        case .above: measured > value
        case .from: measured >= value
        }
    }

    /// Every limit, in the order of the steps; of those that a value passes on one side, the first one counts.
    public static let all = [
        EntryLimit(
            code: .oxygenLow, quantities: [.oxygen], side: .below, value: 19.5,
            source: "OSHA 29 CFR 1910.146 (b), hazardous atmosphere (3); GB/T 50493-2019"),
        EntryLimit(
            code: .oxygenHigh, quantities: [.oxygen], side: .above, value: 23.5,
            source: "OSHA 29 CFR 1910.146 (b), hazardous atmosphere (3); GB/T 50493-2019"),
        EntryLimit(
            code: .flammableHigh, quantities: [.methane, .combustible], side: .from, value: 10,
            source: "OSHA 29 CFR 1910.146 (b), hazardous atmosphere (1): above 10 % of the lower flammable limit"),
        EntryLimit(
            code: .flammableRaised, quantities: [.methane, .combustible], side: .from, value: 5,
            source: "OSHA 29 CFR 1910.146 (c)(5): entry by ventilation alone, half of the hazardous atmosphere"),
        EntryLimit(
            code: .hydrogenSulfideHigh, quantities: [.hydrogenSulfide], side: .above, value: 6.57,
            source: "GBZ 2.1-2019, table 1: 10 mg/m3 at any time; ppm at 0 Cel (22.41 L/mol, 34.08 g/mol), the strictest"),
        EntryLimit(
            code: .carbonMonoxideHigh, quantities: [.carbonMonoxide], side: .above, value: 16,
            source: "GBZ 2.1-2019, table 1: 20 mg/m3 over a shift; ppm at 0 Cel (22.41 L/mol, 28.01 g/mol), the strictest"),
    ]

    /// Below so much oxygen (%VOL) a catalytic bead burns too little to be believed. Source: practice of the trade; the models'
    /// manuals name 10 to 12 %VOL.
    public static let catalyticOxygen = 11.0
    /// A reading is old from twice its period on, and never before this. Source: our choice.
    public static let youngest = Duration.seconds(60)
    /// A bump test holds for so long. Source: our choice for fixed sensors, where the maker says nothing else.
    public static let bumpTestDays = 30
    /// Places below the rim (m) are measured to the centimetre. Source: our choice.
    public static let placeTolerance = 0.01
    /// Water that rises so much (m) within `LevelTrend.window` is rising. Source: our choice.
    public static let risingWater = 0.05
}
