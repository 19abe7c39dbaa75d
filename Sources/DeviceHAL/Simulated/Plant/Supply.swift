// The devices' supply and the gateway's battery behind it.
import Glibc

/// Mains, the 24 V they make, and what the battery does when they are away.
struct Supply: Sendable {
    /// V.
    static let nominal = 24.0
    /// Below this the mains are away, V: 60 % of the nominal voltage.
    static let mainsLimit = 0.6 * nominal
    /// Of its charge, % an hour: a battery for 12 hours, full again after 5.
    private static let discharge = 8.0, recharge = 20.0

    private let spells: [Spell<Double>]
    private let chance: ChanceStream

    /// - Parameters:
    ///   - spells: V.
    ///   - chance: of the ripple.
    init(spells: [Spell<Double>], chance: ChanceStream) {
        self.spells = spells
        self.chance = chance
    }

    /// At the devices, V: 24 less 0.1 to 0.3 V for the load, which is highest in the evening, with a ripple of ±0.04 V. What
    /// the story says comes and goes within a second; of several sags the deepest counts.
    func voltage(at seconds: Double, hour: Double) -> Double {
        let load = 0.2 + 0.1 * cos(2 * .pi * (hour - 20) / 24)
        let ripple = 0.03 * chance.wander(at: seconds, every: 5) + 0.01 * sin(2 * .pi * 1.7 * seconds)
        var voltage = Self.nominal - load + ripple
        let unsagged = voltage
        for spell in spells {
            let share = spell.envelope(at: seconds, rise: 1, fall: 1)
            guard share > 0 else { continue }
            let sagged = unsagged.blended(to: max(0, spell.value + ripple), by: share)
            voltage = spell.value > Self.nominal ? max(voltage, sagged) : min(voltage, sagged)
        }
        return max(0, voltage)
    }

    /// Whether the mains are there.
    static func hasMains(voltage: Double) -> Bool { voltage >= mainsLimit }

    /// The battery's charge a second later, %.
    static func nextCharge(_ charge: Double, voltage: Double) -> Double {
        (charge + (hasMains(voltage: voltage) ? recharge : -discharge) / 3600).limited(to: 0...100)
    }

    /// The battery's voltage, V: four cells of lithium iron phosphate from 12.0 (empty) to 13.2 (full); 0.1 less under the
    /// gateway's load, up to 0.4 more while it is charged.
    static func batteryVoltage(charge: Double, voltage: Double) -> Double {
        let mains = (voltage - mainsLimit).limited(to: 0...1)
        let charging = 0.4 * min(1, (100 - charge) / 5) * mains
        return 12 + 1.2 * charge / 100 - 0.1 * (1 - mains) + charging
    }
}
