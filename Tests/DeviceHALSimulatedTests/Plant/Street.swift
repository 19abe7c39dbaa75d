// Short ways to say what the plant's tests need: one manhole with a few events, asked by the second.
import DeviceHALSimulated
import SensorModel

/// One manhole under a story.
struct Street {
    let plant: Plant

    init(_ kind: String = "sewage", seed: UInt64 = 1, depth: Double = 3.5, _ events: [ScenarioEvent] = []) {
        let site = ManholeSite(code: "3205820102048188", kind: kind, depth: depth)
        plant = Plant(
            sites: [site], scenario: Scenario(name: "any", duration: .seconds(3600), events: events), seed: seed)
    }

    /// A sewage manhole.
    init(seed: UInt64 = 1, _ events: [ScenarioEvent]) { self.init("sewage", seed: seed, events) }

    /// The state at a second.
    func callAsFunction(_ seconds: Double) -> ManholeState {
        plant.state(of: 0, at: .nanoseconds(Int64((seconds * 1e9).rounded())))
    }

    /// The first whole second from one on at which something holds; nil when there is none.
    func first(from: Int = 0, to: Int, _ condition: (ManholeState) -> Bool) -> Int? {
        (from...to).first { condition(self(Double($0))) }
    }
}

extension ManholeState {
    /// Degrees between what a sensor on the lid feels here and there.
    func turned(from other: ManholeState) -> Double {
        let dot =
            acceleration.x * other.acceleration.x + acceleration.y * other.acceleration.y
            + acceleration.z * other.acceleration.z
        let cosine = dot / (size * other.size)
        return Angle.degrees(cosine: max(-1, min(1, cosine)))
    }

    /// Length of the acceleration, g.
    var size: Double {
        (acceleration.x * acceleration.x + acceleration.y * acceleration.y + acceleration.z * acceleration.z).squareRoot()
    }
}
