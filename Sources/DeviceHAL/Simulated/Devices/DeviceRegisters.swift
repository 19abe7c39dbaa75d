// The words in a device's registers at a moment: truth, then what the device makes of it, then the profile's encoding.
import DeviceHAL
import SensorModel

/// What one device shows. A pure function of time.
struct DeviceRegisters: Sendable {
    /// A gas head follows the gas with a lag: 90 % of a step after about 30 s.
    static let lag = 13.0
    /// The lag is an average of the gas at these ages, in lags: each stands for a fifth of an exponential's weight.
    static let ages = [0.105, 0.357, 0.693, 1.204, 2.303]
    /// How long a device that says when it is warm, but not how long that takes, warms up.
    static let usualWarmUp = Duration.seconds(60)
    /// What drops on the windows of an optical gas head add, in parts of its range.
    static let dropsOnOptics = 0.3
    /// How fast a drifting sensor creeps, in parts of its range an hour.
    static let driftAnHour = 0.1

    let profile: DeviceProfile
    let layout: RegisterLayout
    let physics: ChannelPhysics
    let view: ManholeView
    let chance: ChanceStream
    let power: DevicePower
    let sensor: String
    private let gravities: [Double]
    private let hasGas: Bool

    init(
        profile: DeviceProfile, layout: RegisterLayout, physics: ChannelPhysics, view: ManholeView, chance: ChanceStream,
        power: DevicePower, sensor: String
    ) {
        self.profile = profile
        self.layout = layout
        self.physics = physics
        self.view = view
        self.chance = chance
        self.power = power
        self.sensor = sensor
        gravities = profile.channels.map(Self.gravity)
        hasGas = profile.channels.contains { $0.quantity.isGas }
    }

    /// What a device knows and feels at one moment of measuring.
    private struct Moment {
        let time: Duration
        let state: ManholeState
        /// The gas that has found its way into a head, where the device has one.
        let gas: ManholeState
        /// From 0 to 1 while it warms up.
        let warmth: Double
        let drift: Double
        let isSubmerged: Bool
    }

    /// True when the device is broken and has no other way to say so than silence.
    func isMute(at time: Duration) -> Bool {
        isFaulty(at: time) && layout.complaint(.bad(.deviceFault)).isEmpty
            && profile.channels.allSatisfy { $0.fields.allSatisfy(\.invalid.isEmpty) }
    }

    /// Every named item and its word.
    /// - Parameters:
    ///   - time: now.
    ///   - measuredAt: when the values were measured; nil when nothing was measured yet.
    func words(at time: Duration, measuredAt: Duration?) -> [RegisterPlace: UInt16] {
        var words = layout.constants
        if let measuredAt {
            let moment = moment(measuredAt)
            for index in profile.channels.indices { measure(index, moment, &words) }
            complain(moment, &words)
        }
        if let heartbeat = profile.heartbeat {
            let beats = time.nanoseconds / max(heartbeat.period.nanoseconds, 1)
            words[heartbeat.place] = UInt16(truncatingIfNeeded: beats)
        }
        return words
    }

    private func isFaulty(at time: Duration) -> Bool { view.begin(of: .faulty, sensor: sensor, at: time) != nil }

    private func moment(_ time: Duration) -> Moment {
        let state = view.state(time)
        let drifting = view.begin(of: .drifting, sensor: sensor, at: time).map { (time - $0).seconds / 3600 } ?? 0
        return Moment(
            time: time, state: state, gas: hasGas ? lagging(state, time) : state, warmth: warmth(at: time), drift: drifting,
            isSubmerged: physics.isSubmerged(state))
    }

    /// The average of the gas over the last half minute or so, the newest counting most.
    private func lagging(_ state: ManholeState, _ time: Duration) -> ManholeState {
        var average = state
        let earlier = Self.ages.map { view.state(max(.zero, time - .seconds($0 * Self.lag))) }
        func mean(_ gas: KeyPath<ManholeState, Double>) -> Double {
            earlier.reduce(0) { $0 + $1[keyPath: gas] } / Double(earlier.count)
        }
        average.methane = mean(\.methane)
        average.hydrogenSulfide = mean(\.hydrogenSulfide)
        average.carbonMonoxide = mean(\.carbonMonoxide)
        average.oxygen = mean(\.oxygen)
        return average
    }

    private func warmth(at time: Duration) -> Double {
        let sayable = !layout.complaint(.bad(.warmingUp)).isEmpty
        let stated = profile.timing.warmUp
        let needed = stated > .zero ? stated : sayable ? Self.usualWarmUp : .zero
        guard needed > .zero, let since = power.returned(within: needed, before: time) else { return 1 }
        return min(1, (time - since).seconds / needed.seconds)
    }

    // MARK: one channel

    private func measure(_ index: Int, _ moment: Moment, _ words: inout [RegisterPlace: UInt16]) {
        let channel = profile.channels[index]
        let isInvalid = isFaulty(at: moment.time) && layout.complaint(.bad(.deviceFault)).isEmpty
        for (number, (field, input)) in zip(channel.fields, inputs(of: index, moment)).enumerated() {
            let form = layout.forms[index][number]
            if isInvalid, let pattern = field.invalid.first {
                put(field.words(ofPattern: pattern), field, &words)
            } else if let word = encode(input, channel, field, form) {
                put(word, field, &words)
            }
        }
    }

    /// What each field of the channel is to show.
    private func inputs(of index: Int, _ moment: Moment) -> [Double] {
        let channel = profile.channels[index]
        let drift = moment.drift * Self.driftAnHour * width(of: channel)
        let share = moment.warmth * starved(channel, moment)
        if let transform = channel.transform {
            let gravity = gravities[index]
            let inputs = physics.inputs(of: channel, transform, moment.state, extra: drift, gravity: gravity)
            return zip(channel.fields, inputs).enumerated().map { number, item in
                let isAxis = transform == .gravityTilt
                let size = isAxis ? 0.0005 * gravity : SensorCharacter(of: number == 0 ? .waterPressure : .temperature).noise
                return item.1 * share + error(item.0, size, moment.time)
            }
        }
        guard let field = channel.fields.first else { return [] }
        let character = SensorCharacter(of: channel.quantity)
        var value = physics.value(of: channel, channel.quantity.isGas ? moment.gas : moment.state)
        if moment.isSubmerged, channel.quantity.isGas { value = 0 }
        if moment.state.isWet { value = physics.wetValue(of: channel) ?? clouded(value, channel) }
        value = value * share + drift + error(field, character.noise, moment.time)
        return [channel.range.map { min(max(value, $0.lowerBound), $0.upperBound) } ?? value]
    }

    /// Drops on the optics pass for gas, unless the head notices them.
    private func clouded(_ value: Double, _ channel: ChannelMap) -> Double {
        guard channel.quantity.isGas, channel.isOptical, layout.complaint(.bad(.deviceFault)).isEmpty else { return value }
        return value + Self.dropsOnOptics * width(of: channel)
    }

    /// With too little supply a device lies: its values fall with the voltage.
    private func starved(_ channel: ChannelMap, _ moment: Moment) -> Double {
        guard let minimum = profile.supplyMinimum, minimum > 0, channel.quantity != .supplyVoltage else { return 1 }
        return min(1, moment.state.supplyVoltage / minimum)
    }

    /// Calibration and noise of one field; two channels that share registers share their errors.
    private func error(_ field: RegisterField, _ size: Double, _ time: Duration) -> Double {
        guard size > 0 else { return 0 }
        let table = RegisterTable.allCases.firstIndex(of: field.table) ?? 0
        let own = chance.stream(of: 1 + table << 16 + Int(field.address))
        let bias = own.uniform(-1, in: -SensorCharacter.largestBias...SensorCharacter.largestBias)
        return size * (bias + own.normal(Int(time.nanoseconds / SimulatedDevice.tick.nanoseconds)))
    }

    private func width(of channel: ChannelMap) -> Double {
        channel.range.map { $0.upperBound - $0.lowerBound } ?? SensorCharacter(of: channel.quantity).span
    }

    // MARK: words

    /// The value's words, or those of the nearest one that the field can hold and that does not mean «no value».
    private func encode(
        _ value: Double, _ channel: ChannelMap, _ field: RegisterField, _ form: RegisterLayout.Form
    ) -> [UInt16]? {
        let step = channel.resolution ?? max(field.scale.magnitude, 1e-6)
        for candidate in [value, value - step, value + step, max(value, 0), 0] {
            let words = RegisterEncoder.words(
                for: candidate, in: field, decimals: form.decimals, unitCode: form.unitCode)
            if let words { return Array(words.prefix(field.registers)) }
        }
        return nil
    }

    private func put(_ new: [UInt16], _ field: RegisterField, _ words: inout [RegisterPlace: UInt16]) {
        for (place, word) in zip(RegisterPlace.items(field.table, field.address, field.registers), new) {
            guard field.type == .bool, !field.table.isBits, let bit = field.bit, (0..<16).contains(bit) else {
                words[place] = word
                continue
            }
            // The register's other bits are other fields'.
            let mask = field.byteOrder == .little ? (UInt16(1) << bit).byteSwapped : UInt16(1) << bit
            words[place] = (words[place] ?? 0) & ~mask | word & mask
        }
    }

    /// The status, where the device has something to say against its values.
    private func complain(_ moment: Moment, _ words: inout [RegisterPlace: UInt16]) {
        let clouds = profile.channels.contains { $0.isOptical && $0.quantity.isGas }
        var complaint: [RegisterPlace: UInt16] = [:]
        if moment.warmth < 1 { complaint = layout.complaint(.bad(.warmingUp)) }
        if isFaulty(at: moment.time) || clouds && (moment.state.isWet || moment.isSubmerged) {
            complaint = layout.complaint(.bad(.deviceFault))
        }
        words.merge(complaint) { $1 }
    }

    /// The length of gravity's vector in the unit of a channel's axes: 1 where it has none.
    private static func gravity(of channel: ChannelMap) -> Double {
        guard channel.transform == .gravityTilt, let words = RegisterEncoder.words(for: 30, in: channel) else { return 1 }
        var start = 0
        var square = 0.0
        for field in channel.fields {
            let end = min(start + field.wordCount, words.count)
            let axis = RegisterDecoder.number(of: field, words: Array(words[start..<end])).value ?? 0
            square += axis * axis
            start = end
        }
        // The two axes of a flat sensor are in g.
        return channel.fields.count == 3 ? square.squareRoot() : 1
    }
}

extension ChannelMap {
    /// Measures with light.
    var isOptical: Bool { principle == .infrared || principle == .laser }
}

extension RegisterField {
    /// A raw pattern as it is on the wire.
    func words(ofPattern pattern: UInt64) -> [UInt16] {
        let count = min(max(registers, 1), 4)
        let words = (0..<count).reversed().map { index -> UInt16 in
            let word = UInt16(truncatingIfNeeded: pattern >> UInt64(16 * index))
            return byteOrder == .little && !table.isBits ? word.byteSwapped : word
        }
        return wordOrder == .big ? words : words.reversed()
    }
}
