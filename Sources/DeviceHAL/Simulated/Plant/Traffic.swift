// Wheels on the cover: vehicles come by chance, each rocks the lid for a moment and shakes it for about a second.
import Glibc

/// The vehicles that drive over one cover.
struct Traffic: Sendable {
    /// What the lid feels at a moment.
    struct Shaking: Sendable, Equatable {
        /// Rocking in its seat along the road, degrees.
        var rocking = 0.0
        /// Up and down, m/s2.
        var vertical = 0.0
        /// Along the road, m/s2.
        var lateral = 0.0
        /// Mean square over the last second, (m/s2)2.
        var meanSquare = 0.0
    }

    /// Vehicles are drawn for slots of this length, s.
    private static let slot = 4.0
    /// After this a vehicle has passed and the lid has come to rest, s.
    private static let memory = 6.0
    private static let mostInSlot = 40

    private let spells: [Spell<Double>]
    private let chance: ChanceStream

    /// - Parameters:
    ///   - spells: vehicles an hour.
    ///   - chance: when they come and what they are.
    init(spells: [Spell<Double>], chance: ChanceStream) {
        self.spells = spells
        self.chance = chance
    }

    /// At a moment, s from the story's begin.
    func shaking(at seconds: Double) -> Shaking {
        var shaking = Shaking()
        for spell in spells where seconds >= spell.start && seconds < spell.end + Self.memory {
            for vehicle in vehicles(from: seconds - Self.memory, to: seconds, of: spell) {
                vehicle.shake(&shaking, at: seconds)
            }
        }
        // The seat and the lid's weight limit what several axles can do together.
        shaking.rocking = Self.soft(shaking.rocking, limit: 2)
        shaking.vertical = Self.soft(shaking.vertical, limit: 6)
        shaking.lateral = Self.soft(shaking.lateral, limit: 1)
        shaking.meanSquare = min(36, shaking.meanSquare)
        return shaking
    }

    private static func soft(_ value: Double, limit: Double) -> Double { limit * tanh(value / limit) }

    /// The vehicles of a spell that arrive in a time, by chance at the spell's mean rate.
    func vehicles(from: Double, to: Double, of spell: Spell<Double>) -> [Vehicle] {
        let first = Int((max(from, spell.start) / Self.slot).rounded(.down))
        let last = Int((min(to, spell.end) / Self.slot).rounded(.down))
        guard first <= last else { return [] }
        let mean = spell.value * Self.slot / 3600
        let stream = chance.stream(of: spell.number)
        var vehicles: [Vehicle] = []
        for slot in first...last {
            for place in 0..<Self.arrivals(mean: mean, chance: stream.uniform(-1 - slot)) {
                let own = stream.stream(of: slot * Self.mostInSlot + place)
                let arrival = (Double(slot) + own.uniform(0)) * Self.slot
                if spell.isOn(at: arrival), arrival >= from, arrival <= to {
                    vehicles.append(Vehicle(arrival: arrival, chance: own))
                }
            }
        }
        return vehicles
    }

    /// How many come in a slot: Poisson's distribution by inversion.
    private static func arrivals(mean: Double, chance: Double) -> Int {
        var probability = exp(-mean)
        var below = probability
        var count = 0
        while chance >= below, count < mostInSlot - 1 {
            count += 1
            probability *= mean / Double(count)
            below += probability
        }
        return count
    }
}
