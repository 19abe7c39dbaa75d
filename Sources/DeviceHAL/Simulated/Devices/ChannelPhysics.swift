// What a perfect sensor of a channel would measure, from the state of its manhole: where it sits, and what its profile means by
// its quantity.
import DeviceHAL
import Glibc
import SensorModel

/// The physics between a manhole and the sensors of one device.
struct ChannelPhysics: Sendable {
    /// A gas head or a box hangs so far below the rim, m, where nothing else is known.
    static let usualDepth = 0.3
    /// A distance sensor sees the closed lid so far away, mm.
    static let closedDistance = 250.0
    /// An inclinometer over the full circle is set to read this in a closed lid, degrees, so that it leans to neither side of 0.
    static let fullCircleRest = 5.0
    /// A lid is so broad, mm: its middle moves by half of that when it is turned up.
    static let lidBreadth = 600.0

    private let site: ManholeSite
    private let mounted: Double?
    private let isProbe: Bool

    /// - Parameters:
    ///   - profile: the sensor model.
    ///   - mounted: below the rim, m; nil where it is not known: a probe hangs at the invert, anything else below the rim.
    ///   - site: the manhole.
    init(_ profile: DeviceProfile, mounted: Double?, site: ManholeSite) {
        self.site = site
        self.mounted = mounted
        isProbe = profile.channels.contains { $0.quantity.isUnderWater }
    }

    /// Above the invert, m.
    private var height: Double { site.depth - (mounted ?? (isProbe ? site.depth : Self.usualDepth)) }

    /// True when the device is under water.
    func isSubmerged(_ state: ManholeState) -> Bool { state.waterDepth > height }

    /// What the channel's quantity is.
    func value(of channel: ChannelMap, _ state: ManholeState) -> Double {
        switch channel.quantity {
        case .tilt: tilt(in: channel, state)
        case .displacement: displacement(in: channel, state)
        case .settlement: state.settlement
        case .vibration: state.vibration
        case .methane, .combustible: state.methane
        case .hydrogenSulfide: state.hydrogenSulfide
        case .carbonMonoxide: state.carbonMonoxide
        case .oxygen: state.oxygen
        case .waterLevel: level(in: channel, state)
        case .waterDepth: depth(state)
        case .waterPressure: Self.pressure(under: depth(state), state)
        case .flow: state.flow
        case .temperature: isProbe ? state.waterTemperature : state.airTemperature
        case .humidity: state.humidity
        case .supplyVoltage: state.supplyVoltage
        case .batteryCharge: state.batteryCharge
        case .batteryVoltage: state.batteryVoltage
        case .coverOpen: state.isLidOpen ? 1 : 0
        case .coverPresent: state.isLidPresent ? 1 : 0
        case .waterFloat: state.waterDepth > height ? 1 : 0
        case .mains: state.hasMains ? 1 : 0
        case .doorTamper: state.isDoorOpen ? 1 : 0
        case .raw: 0
        }
    }

    /// What drops on a cold head or window do to the value; nil where they do nothing, or where the device notices them itself.
    func wetValue(of channel: ChannelMap) -> Double? {
        switch channel.quantity {
        // The echo comes from the drops at the sensor's own face.
        case .waterLevel: channel.range.flatMap { $0.upperBound <= 0 ? $0.upperBound : nil }
        case .displacement: Self.isDistance(channel) ? channel.range?.lowerBound : nil
        default: nil
        }
    }

    /// The inputs of the channel's transform, in the order of its fields.
    /// - Parameters:
    ///   - extra: is added to what the transform yields: a drift.
    ///   - gravity: the length of gravity's vector in the unit of the axes.
    func inputs(of channel: ChannelMap, _ transform: Transform, _ state: ManholeState, extra: Double, gravity: Double) -> [Double]
    {
        switch transform {
        case .gravityTilt:
            let lean = extra * .pi / 180
            let (x, y, z) = state.acceleration
            let leaning = [x * cos(lean) + z * sin(lean), y, z * cos(lean) - x * sin(lean)]
            return leaning.prefix(channel.fields.count).map { $0 * gravity }
        case .hydrostaticDepth:
            let gauge = Self.pressure(under: depth(state) + extra, state)
            let isAbsolute = channel.fields.count == 3
            let inputs = [isAbsolute ? gauge + state.barometer : gauge, state.waterTemperature, state.barometer]
            return Array(inputs.prefix(channel.fields.count))
        }
    }

    // MARK: one quantity each

    private func depth(_ state: ManholeState) -> Double { max(0, state.waterDepth - height) }

    /// Of fresh water at its temperature, over the air's pressure, bar.
    static func pressure(under depth: Double, _ state: ManholeState) -> Double {
        let number = RegisterField(table: .holding, address: 0, type: .float64)
        let ideal = ChannelMap(
            name: "depth", quantity: .waterDepth, fields: [number, number], transform: .hydrostaticDepth)
        let surroundings = RegisterEncoder.Surroundings(temperature: min(max(state.waterTemperature, 0), 40))
        let words = RegisterEncoder.words(for: depth, in: ideal, surroundings: surroundings) ?? []
        return RegisterDecoder.number(of: number, words: Array(words.prefix(4))).value ?? depth / 10.2
    }

    /// A sensor that looks down has its surface below 0; any other level is taken above the invert.
    private func level(in channel: ChannelMap, _ state: ManholeState) -> Double {
        guard let range = channel.range, range.upperBound <= 0 else { return state.waterDepth }
        // Not told where it hangs, it hangs as high as it can see the invert.
        let face = mounted.map { site.depth - $0 } ?? -range.lowerBound
        return state.waterDepth - face
    }

    private func tilt(in channel: ChannelMap, _ state: ManholeState) -> Double {
        let (x, y, z) = state.acceleration
        let tilt = atan2(hypot(x, y), z) * 180 / .pi
        guard let range = channel.range, range.lowerBound >= 0 else {
            // One axis, laid so that it sees the lid turn.
            let main = x.magnitude >= y.magnitude ? x : y
            return main < 0 ? -min(tilt, 90) : min(tilt, 90)
        }
        return range.upperBound >= 360 ? Self.fullCircleRest + tilt : tilt
    }

    /// A distance sensor cannot measure 0.
    private static func isDistance(_ channel: ChannelMap) -> Bool { channel.range.map { $0.lowerBound > 0 } ?? false }

    private func displacement(in channel: ChannelMap, _ state: ManholeState) -> Double {
        guard Self.isDistance(channel) else { return state.displacement }
        guard state.isLidPresent else { return channel.range?.upperBound ?? 0 }
        let lift = Self.lidBreadth / 2 * sin(min(state.lidAngle, 90) * .pi / 180)
        return Self.closedDistance + state.displacement + lift
    }
}
