// Whether a sensor moves when somebody moves what it measures. Pure: time and readings come from outside.
import SensorModel

/// One function test of one point.
struct FunctionTest: Sendable, Equatable {
    /// What the value has to do.
    enum Expectation: String, CaseIterable, Sendable { case rise, fall, change }

    /// How it stands.
    enum State: String, Sendable {
        case waiting, moved
        case notMoved = "not-moved"
    }

    let expectation: Expectation
    let quantity: Quantity
    /// The value before.
    let before: Double
    /// When it is over.
    let end: MonotonicTime
    /// The last reading's value.
    private(set) var value: Double?
    /// The value that lay furthest from the one before, in the expected direction.
    private(set) var furthest: Double
    /// Readings so far.
    private(set) var readings = 0
    /// Of them without value.
    private(set) var bad = 0
    /// Whether it has moved as expected.
    private(set) var hasMoved = false
    /// Readings in a row that had moved.
    private var moved = 0
    /// When the last reading that counted was made.
    private var last: MonotonicTime

    /// - Parameters:
    ///   - before: the reading that was made first.
    ///   - seconds: how long to look.
    init?(_ expectation: Expectation, of quantity: Quantity, before: Reading, seconds: Int, now: MonotonicTime) {
        guard let value = before.measurement.value else { return nil }
        self.expectation = expectation
        self.quantity = quantity
        self.before = value
        (self.value, furthest) = (value, value)
        last = before.time.monotonic
        end = now + .seconds(seconds)
    }

    /// So far the value has to move, in its unit: well beyond noise, well below what a person brings about.
    var least: Double { Self.least(quantity) }

    /// Takes a reading; one that was taken before counts once.
    mutating func take(_ reading: Reading) {
        guard !hasMoved, reading.time.monotonic > last, reading.time.monotonic <= end else { return }
        last = reading.time.monotonic
        readings += 1
        value = reading.measurement.value
        guard let value else {
            bad += 1
            moved = 0
            return
        }
        if distance(value) > distance(furthest) { furthest = value }
        moved = distance(value) >= least ? moved + 1 : 0
        // A contact does not flicker through its debounce; of numbers one alone may be a spike.
        hasMoved = moved >= (quantity.unit == .one ? 1 : 2)
    }

    /// How it stands now.
    func state(at now: MonotonicTime) -> State {
        if hasMoved { return .moved }
        return now >= end ? .notMoved : .waiting
    }

    /// How far a value lies from the one before, in the expected direction.
    private func distance(_ value: Double) -> Double {
        switch expectation {
        case .rise: value - before
        case .fall: before - value
        case .change: (value - before).magnitude
        }
    }

    private static func least(_ quantity: Quantity) -> Double {
        switch quantity {
        case .tilt, .methane, .combustible, .humidity, .batteryCharge: 5
        case .displacement: 10
        case .settlement: 3
        case .coverOpen, .coverPresent, .waterFloat, .mains, .doorTamper, .raw: 1
        case .vibration: 0.5
        case .hydrogenSulfide: 2
        case .carbonMonoxide: 10
        case .oxygen, .temperature: 1
        case .waterLevel, .waterDepth: 0.05
        case .waterPressure: 0.005
        case .flow: 0.5
        case .supplyVoltage, .batteryVoltage: 0.5
        }
    }
}
