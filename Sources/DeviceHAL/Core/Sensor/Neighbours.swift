// What the channels of one device say about each other: oxygen about what burns, the supply about everything. Pure.
import SensorModel

/// The channels of one profile, looked at together.
struct Neighbours {
    /// Below so much oxygen (%VOL) a catalytic head has too little to burn: its zero means nothing.
    ///
    /// Source: contract §5, `low-oxygen`; about 11 %VOL is what makers of catalytic heads give.
    static let leastOxygen = 11.0

    private let profile: DeviceProfile

    /// - Parameter profile: its channels and its least supply.
    init(_ profile: DeviceProfile) { self.profile = profile }

    /// A catalytic head beside too little oxygen has no value.
    /// - Parameter beyond: oxygen that was read and lies outside of its channel's range: as a value it is not believed, as a
    ///   warning it is.
    func judgeOxygen(_ judgement: inout SensorEdge.Judgement, beyond: [Double]) {
        let oxygen = zip(profile.channels, judgement.measurements).compactMap { channel, measurement in
            channel.quantity == .oxygen ? measurement.value : nil
        }
        guard let least = (oxygen + beyond).min(), least < Self.leastOxygen else { return }
        for (index, channel) in profile.channels.enumerated()
        where channel.principle == .catalytic && channel.quantity != .oxygen && judgement.measurements[index].value != nil {
            judgement.measurements[index] = .bad(.lowOxygen)
            judgement.note("channel \(channel.name): the oxygen beside it reads \(least) %VOL, too little to burn: low-oxygen")
        }
    }

    /// Why the other channels are to be taken with care; nil with enough supply, and where it is not known.
    func lowSupply(_ measurements: [Measurement]) -> (reason: UncertainReason, problem: String)? {
        guard let minimum = profile.supplyMinimum else { return nil }
        for (channel, measurement) in zip(profile.channels, measurements) where channel.quantity == .supplyVoltage {
            guard let volts = measurement.value, volts < minimum else { continue }
            return (.supplyLow, "channel \(channel.name) reads \(volts) V, and \(profile.name) needs \(minimum) V: supply-low")
        }
        return nil
    }
}
