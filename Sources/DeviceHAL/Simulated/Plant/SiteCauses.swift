// The story of one manhole, sorted by what it acts on. Numbers out of their range are taken as the nearest in it.
import SensorModel

/// All spells that concern one manhole.
struct SiteCauses: Sendable {
    /// Vehicles an hour, 0 to 3,600.
    private(set) var vehicles: [Spell<Double>] = []
    /// The lid's adventures.
    private(set) var lid: [Spell<ScenarioEvent.Lid>] = []
    /// mm an hour.
    private(set) var subsidence: [Spell<Double>] = []
    /// Litres a minute of the pure gas.
    private(set) var methane: [Spell<Double>] = []
    /// Litres a minute of the pure gas.
    private(set) var hydrogenSulfide: [Spell<Double>] = []
    /// Litres a minute of the pure gas.
    private(set) var carbonMonoxide: [Spell<Double>] = []
    /// mm an hour.
    private(set) var rain: [Spell<Double>] = []
    /// m above the invert.
    private(set) var backwater: [Spell<Double>] = []
    /// Warm wet air.
    private(set) var condensation: [Spell<Void>] = []
    /// V.
    private(set) var supply: [Spell<Double>] = []

    /// - Parameters:
    ///   - events: of the whole story.
    ///   - index: of the manhole, from 0.
    ///   - code: of its cover.
    init(events: [ScenarioEvent], index: Int, code: String) {
        for (number, event) in events.enumerated() where event.cover.includes(index: index, code: code) { add(event, number) }
    }

    private mutating func add(_ event: ScenarioEvent, _ number: Int) {
        let start = event.at.seconds
        let end = event.end?.seconds ?? .infinity
        guard end > start else { return }
        func spell(_ value: Double, _ range: ClosedRange<Double>) -> Spell<Double> {
            Spell(start: start, end: end, value: value.limited(to: range), number: number)
        }
        switch event.cause {
        case .vehicles(let rate): vehicles.append(spell(rate, 0...3600))
        case .lid(let what): lid.append(Spell(start: start, end: end, value: what, number: number))
        case .subsidence(let rate): subsidence.append(spell(rate, 0...10_000))
        case .gas(.methane, let flow), .gas(.combustible, let flow): methane.append(spell(flow, 0...10_000))
        case .gas(.hydrogenSulfide, let flow): hydrogenSulfide.append(spell(flow, 0...10_000))
        case .gas(.carbonMonoxide, let flow): carbonMonoxide.append(spell(flow, 0...10_000))
        case .rain(let intensity): rain.append(spell(intensity, 0...500))
        case .backwater(let level): backwater.append(spell(level, 0...100))
        case .condensation: condensation.append(Spell(start: start, end: end, value: (), number: number))
        case .supply(let voltage): supply.append(spell(voltage, 0...60))
        case .gas, .device, .linkCut: break
        }
    }
}

extension CoverChoice {
    /// Whether a manhole is meant.
    /// - Parameters:
    ///   - index: of the manhole, from 0.
    ///   - code: of its cover.
    func includes(index: Int, code: String) -> Bool {
        switch self {
        case .all: true
        case .number(let number): number == index + 1
        case .code(let meant): meant == code
        }
    }
}

extension [Spell<Double>] {
    /// What the spells bring together, in the mean over a time.
    func sum(from: Double, to: Double) -> Double {
        reduce(0) { $0 + $1.value * $1.share(from: from, to: to) }
    }
}
