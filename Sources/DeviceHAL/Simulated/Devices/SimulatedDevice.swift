// One Modbus device at a manhole: the plant's truth as its registers show it, with the device's own noise, troubles and manners.
import DeviceHAL
import SensorModel
import Synchronization

/// A device of a sensor model.
///
/// What it answers is a function of plant, time and the last trigger that was written. Registers between the named ones hold 0
/// or what was written to them; beyond them there are none (exception 2).
public final class SimulatedDevice: RegisterSource {
    /// Noise is new so often.
    static let tick = Duration.milliseconds(100)

    private struct Written {
        var words: [RegisterPlace: UInt16] = [:]
        var triggeredAt: Duration?
        /// The words of a device that got stuck, kept so that the plant need not go back there for each read.
        var stuck: (since: Duration, words: [RegisterPlace: UInt16])?
    }

    private let profile: DeviceProfile
    private let sensor: String
    private let view: ManholeView
    private let layout: RegisterLayout
    private let registers: DeviceRegisters
    private let power: DevicePower
    private let chance: ChanceStream
    private let written = Mutex(Written())

    /// - Parameters:
    ///   - profile: the sensor model.
    ///   - unit: the address it is asked by.
    ///   - mounted: how far below the rim it is, m; nil where that is not known: a probe then hangs at the invert, a sensor that
    ///     looks down as high as it can see the invert, anything else just below the rim.
    ///   - plant: the world.
    ///   - manhole: the manhole's place in `plant.sites`.
    ///   - sensor: the sensor's id at the cover, for the events that concern it.
    public convenience init(
        profile: DeviceProfile, unit: UInt8, mounted: Double?, plant: Plant, manhole: Int, sensor: String
    ) {
        self.init(profile: profile, unit: unit, mounted: mounted, view: ManholeView(plant, manhole), sensor: sensor)
    }

    init(profile: DeviceProfile, unit: UInt8, mounted: Double?, view: ManholeView, sensor: String) {
        self.profile = profile
        self.sensor = sensor
        self.view = view
        layout = RegisterLayout(profile: profile, unit: unit)
        chance = ChanceStream(seed: view.seed, code: view.site.code, name: "device \(sensor)")
        power = DevicePower(view, ownSupply: profile.channels.contains { $0.quantity == .batteryVoltage })
        registers = DeviceRegisters(
            profile: profile, layout: layout, physics: ChannelPhysics(profile, mounted: mounted, site: view.site), view: view,
            chance: chance, power: power, sensor: sensor)
    }

    /// Answers a read as the device would.
    public func read(
        _ table: RegisterTable, address: UInt16, count: UInt16, at time: Duration
    ) throws(RegisterFault) -> [UInt16] {
        try attend(at: time)
        let places = try places(table, address, Int(count))
        let triggeredAt = written.withLock { $0.triggeredAt }
        let measuredAt = profile.trigger == nil ? time : triggeredAt
        let words = words(at: time, measuredAt: measuredAt)
        return written.withLock { written in places.map { words[$0] ?? written.words[$0] ?? 0 } }
    }

    /// The named words; those of a stuck device are what they were when it got stuck.
    private func words(at time: Duration, measuredAt: Duration?) -> [RegisterPlace: UInt16] {
        guard let since = view.begin(of: .stuck, sensor: sensor, at: time) else {
            return registers.words(at: time, measuredAt: measuredAt)
        }
        if let stuck = written.withLock({ $0.stuck }), stuck.since == since { return stuck.words }
        let words = registers.words(at: since, measuredAt: measuredAt.map { min($0, since) })
        written.withLock { $0.stuck = (since, words) }
        return words
    }

    /// Takes what starts a measurement, and what its profile does not name; anything else is refused.
    public func write(_ action: RegisterWrite.Action, at time: Duration) throws(RegisterFault) {
        try attend(at: time)
        let items = zip(try places(action.table, action.address, action.words.count), action.words)
        if items.contains(where: { layout.isFixed($0.0) }) { throw .exception(2) }
        written.withLock { written in
            for (place, word) in items {
                written.words[place] = word
                guard let trigger = profile.trigger, trigger.place == place else { continue }
                let wanted = place.table == .coil ? min(trigger.value, 1) : trigger.value
                if word == wanted { written.triggeredAt = time }
            }
        }
    }

    /// Is there to be asked, and answers this time.
    private func attend(at time: Duration) throws(RegisterFault) {
        if power.isOff(at: time) || isTornOff(at: time) || registers.isMute(at: time) { throw .silent }
        if view.begin(of: .unplugged, sensor: sensor, at: time) != nil { throw .silent }
        guard view.begin(of: .unreliable, sensor: sensor, at: time) != nil else { return }
        switch chance.uniform(Int(time.nanoseconds)) {
        case ..<0.25: throw .silent
        case ..<0.5: throw .corrupt
        default: return
        }
    }

    /// What is fixed to a lid that was carried away went with it, and tore its cable.
    private func isTornOff(at time: Duration) -> Bool {
        profile.channels.contains { $0.quantity.isOnLid } && !view.state(time).isLidPresent
    }

    /// The places of a request; refused as real devices do: no such table, too many items, no such address.
    private func places(
        _ table: RegisterTable, _ address: UInt16, _ count: Int
    ) throws(RegisterFault) -> [RegisterPlace] {
        guard let span = layout.spans[table] else { throw .exception(1) }
        let limit = profile.timing.maxRegisters
        guard count <= (table.isBits ? min(limit, 125) * 16 : limit) else { throw .exception(3) }
        let places = RegisterPlace.items(table, address, count)
        guard places.count == count, places.allSatisfy({ span.contains($0.address) }) else { throw .exception(2) }
        return places
    }
}
