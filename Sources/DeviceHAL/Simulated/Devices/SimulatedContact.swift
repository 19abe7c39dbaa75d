// A contact of a manhole at a line: what the plant says, through its wiring and its cable.
import DeviceHAL
import SensorModel
import Synchronization

/// A contact. Active is what its quantity says: the cover is open, is there, water lifts the float, the mains are there, the
/// door is open; for `raw` never.
///
/// A broken cable (`unplugged`) reads as the pull resistor says, low without one; a `stuck` contact stays as it was. The other
/// troubles of devices are none of a contact. Contacts bounce for less than any debounce time: here not at all.
public final class SimulatedContact: LineSource {
    /// A float turns over at so much water above and below its middle, m.
    static let floatPlay = 0.02
    /// The plant is looked at so often when nothing begins or ends, and so often in `unrest` after that.
    static let (coarse, fine) = (Duration.seconds(1), Duration.milliseconds(20))
    /// As long as a lid or a supply needs to come to rest.
    static let unrest = Duration.seconds(5)
    /// How exactly a change is found.
    static let exactness = Duration.milliseconds(1)

    /// What was found last: no change in a time, or one at its end.
    private struct Search {
        var from = Duration.zero
        var level = false
        var upTo = Duration.zero
        var found: Duration?
    }

    private let quantity: Quantity
    private let wiring: LineSettings
    private let height: Double
    private let view: ManholeView
    private let sensor: String
    /// When something begins or ends, in order.
    private let edges: [Duration]
    private let search = Mutex<Search?>(nil)
    /// The manhole when the contact got stuck, kept so that the plant need not go back there for each look.
    private let stuck = Mutex<(since: Duration, state: ManholeState)?>(nil)

    /// - Parameters:
    ///   - quantity: what active means; of unit 1.
    ///   - wiring: the line's settings: sense and pull resistors.
    ///   - mounted: how far below the rim it is, m; nil for half a metre above the invert. Only a float needs it.
    ///   - plant: the world.
    ///   - manhole: the manhole's place in `plant.sites`.
    ///   - sensor: the sensor's id at the cover, for the events that concern it.
    public convenience init(
        quantity: Quantity, wiring: LineSettings, mounted: Double?, plant: Plant, manhole: Int, sensor: String
    ) {
        self.init(
            quantity: quantity, wiring: wiring, mounted: mounted, view: ManholeView(plant, manhole), sensor: sensor)
    }

    init(quantity: Quantity, wiring: LineSettings, mounted: Double?, view: ManholeView, sensor: String) {
        self.quantity = quantity
        self.wiring = wiring
        height = mounted.map { view.site.depth - $0 } ?? 0.5
        self.view = view
        self.sensor = sensor
        edges = view.events.flatMap { [$0.at, $0.end].compactMap { $0 } }.sorted()
    }

    /// The electrical level.
    public func isHigh(at time: Duration) -> Bool { isHigh(at: time, play: 0) }

    /// Looks ahead in the plant; what was looked at is not looked at again.
    public func change(after time: Duration, from isHigh: Bool, upTo end: Duration) -> Duration? {
        search.withLock { search in
            var start = time
            if let last = search, last.level == isHigh, last.from <= time, time <= last.upTo {
                if let found = last.found, found > time { return found <= end ? found : nil }
                if last.found == nil {
                    if end <= last.upTo { return nil }
                    start = last.upTo
                }
            }
            let found = find(after: start, from: isHigh, upTo: end)
            search = Search(from: time, level: isHigh, upTo: found ?? end, found: found)
            return found
        }
    }

    // MARK: the plant

    /// - Parameter play: how much more or less water the float needs.
    private func isHigh(at time: Duration, play: Double) -> Bool {
        if view.begin(of: .unplugged, sensor: sensor, at: time) != nil { return wiring.bias == .pullUp }
        let stuckSince = view.begin(of: .stuck, sensor: sensor, at: time)
        return isActive(stuckSince.map(stateWhenStuck) ?? view.state(time), play: play) != wiring.activeLow
    }

    private func stateWhenStuck(_ since: Duration) -> ManholeState {
        stuck.withLock { stuck in
            if let stuck, stuck.since == since { return stuck.state }
            let state = view.state(since)
            stuck = (since, state)
            return state
        }
    }

    private func isActive(_ state: ManholeState, play: Double) -> Bool {
        switch quantity {
        case .coverOpen: state.isLidOpen
        case .coverPresent: state.isLidPresent
        case .waterFloat: state.waterDepth > height + play
        case .mains: state.hasMains
        case .doorTamper: state.isDoorOpen
        default: false
        }
    }

    private func find(after start: Duration, from isHigh: Bool, upTo end: Duration) -> Duration? {
        // The float stays where it is until the water has gone well past it.
        let play = isHigh != wiring.activeLow ? -Self.floatPlay : Self.floatPlay
        var before = start
        while before < end {
            let next = min(end, nextLook(after: before))
            if self.isHigh(at: next, play: play) != isHigh { return bisect(before, next, from: isHigh, play: play) }
            before = next
        }
        return nil
    }

    private func nextLook(after time: Duration) -> Duration {
        let isUnrest = edges.contains { $0 <= time && time < $0 + Self.unrest }
        let next = time + (isUnrest ? Self.fine : Self.coarse)
        return edges.first { $0 > time }.map { min($0, next) } ?? next
    }

    private func bisect(_ before: Duration, _ after: Duration, from isHigh: Bool, play: Double) -> Duration {
        var (before, after) = (before, after)
        while after - before > Self.exactness {
            // A whole nanosecond: no clock shows less, and who waited for less would wait for ever.
            let middle = before + .nanoseconds((after - before).nanoseconds / 2)
            if self.isHigh(at: middle, play: play) == isHigh { before = middle } else { after = middle }
        }
        return after
    }
}
