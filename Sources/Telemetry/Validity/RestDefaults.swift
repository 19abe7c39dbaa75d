// After what rest a value is not a live one, by the kind of quantity, where the sensor model says nothing itself: a table, with
// its reasons. docs/validity.md shows it.
import SensorModel

/// When a channel's value has stood still for too long.
public struct RestLimit: Sendable, Equatable {
    /// At these values it may rest for ever.
    public let mayRest: ClosedRange<Double>?

    /// So long without the smallest change, and the value is `stuck`.
    public static let duration = Duration.seconds(86_400)
    /// With so many readings at least in that time: two equal ones a day apart say nothing.
    public static let readings = 24

    /// True for a value that may rest.
    func allows(_ value: Double) -> Bool { mayRest?.contains(value) ?? false }
}

/// The table.
public enum RestDefaults {
    /// One row: what is judged in what way.
    public struct Row: Sendable {
        /// The kinds.
        public let quantities: [Quantity]
        /// A sensor that reports in coarser steps may rest; nil where nobody is judged.
        public let finest: Double?
        /// Where the value may rest all the same.
        public let mayRest: MayRest
        /// Why.
        public let reason: String
    }

    /// Where a value may rest.
    public enum MayRest: Sendable, Equatable {
        case nowhere
        /// Within two steps of 0.
        case atZero
        /// Within 0 and this value.
        case upTo(Double)
        /// In these values when the steps are not finer than so much.
        case within(ClosedRange<Double>, from: Double)
    }

    /// Every quantity stands in one row.
    public static let rows = [
        Row(
            quantities: [.coverOpen, .coverPresent, .waterFloat, .mains, .doorTamper], finest: nil, mayRest: .nowhere,
            reason: "a dry contact may rest for years; a function test shows whether it lives"),
        Row(
            quantities: [.tilt], finest: 0.01, mayRest: .nowhere,
            reason:
                "at 0.01 deg traffic, warmth and the sensor's own noise move the last digit within a day; coarser ones may rest"),
        Row(
            quantities: [.methane, .combustible, .hydrogenSulfide, .carbonMonoxide], finest: 1, mayRest: .atZero,
            reason: "0 for weeks is what clean air looks like; gas that never moves by one step for a day does not exist"),
        Row(
            quantities: [.oxygen], finest: 0.1, mayRest: .within(20.6...21.2, from: 0.05),
            reason:
                "fresh air reads the same tenth for weeks, and makers hold it there; anywhere else a day without a step is no air"
        ),
        Row(
            quantities: [.waterLevel, .waterDepth], finest: 0.000_5, mayRest: .upTo(WaterSurface.leastDepth),
            reason:
                "a dry sump rests at 0, and still water in whole millimetres; finer ones follow the air's pressure and drops"
        ),
        Row(
            quantities: [.waterPressure], finest: 0.000_1, mayRest: .atZero,
            reason: "a tenth of a millibar moves with the weather; a gauge probe in the air rests at 0"),
        Row(
            quantities: [.flow], finest: 0.1, mayRest: .atZero,
            reason: "no flow is a flow of 0 for months; water that flows never does so evenly for a day"),
        Row(
            quantities: [.vibration], finest: 0.01, mayRest: .nowhere,
            reason: "the noise of a live accelerometer never is exactly 0, nor the same number, for a day"),
        Row(
            quantities: [.temperature], finest: 0.02, mayRest: .nowhere,
            reason: "hundredths move with the hours, also underground; tenths and whole degrees may rest for days"),
        Row(
            quantities: [.humidity], finest: nil, mayRest: .nowhere, reason: "a wet chamber stands at 100 % for months"),
        Row(
            quantities: [.displacement, .settlement], finest: nil, mayRest: .nowhere,
            reason: "what is built stays where it is, and that is what is wanted"),
        Row(
            quantities: [.supplyVoltage, .batteryVoltage, .batteryCharge], finest: nil, mayRest: .nowhere,
            reason: "a regulated supply and a full battery rest"),
        Row(quantities: [.raw], finest: nil, mayRest: .nowhere, reason: "nobody knows what it is"),
    ]

    /// What holds for a channel; nil when it may rest: by its kind, by its coarse steps, or because its model says otherwise.
    static func limit(for point: WatchedPoint) -> RestLimit? {
        guard !point.hasOwnRestLimit, let step = point.step,
            let row = rows.first(where: { $0.quantities.contains(point.quantity) }),
            let finest = row.finest, step <= finest * (1 + 1e-9)
        else { return nil }
        let rest: ClosedRange<Double>? =
            switch row.mayRest {
            case .nowhere: nil
            case .atZero: -2.5 * step...2.5 * step
            case .upTo(let most): -most...most
            case .within(let range, let from): step >= from ? range : nil
            }
        return RestLimit(mayRest: rest)
    }
}

/// The rest of one channel's value. Constant in memory.
struct RestWatch {
    private let limit: RestLimit
    private var value = 0.0
    private var since: MonotonicTime?
    private var last = MonotonicTime(nanoseconds: 0)
    private var count = 0

    init(_ limit: RestLimit) { self.limit = limit }

    /// How long the value stands.
    func duration(at now: MonotonicTime) -> Duration { since.map { now - $0 } ?? .zero }

    /// Takes a value.
    /// - Parameter freshness: a longer silence is no evidence of standing still.
    /// - Returns: true when it has stood still for too long.
    mutating func see(_ value: Double, at now: MonotonicTime, freshness: Duration) -> Bool {
        if let since, value == self.value, now - last <= freshness {
            count += 1
            last = now
            return now - since >= RestLimit.duration && count >= RestLimit.readings && !limit.allows(value)
        }
        self.value = value
        since = now
        last = now
        count = 1
        return false
    }

    /// What could not be read is no evidence of standing still.
    mutating func forget() { since = nil }
}
